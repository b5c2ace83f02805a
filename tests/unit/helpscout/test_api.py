from __future__ import annotations

import pytest

from shared.adapters.helpscout.desk import HelpScoutDesk
from shared.domain.errors import DeskAccessLost, DeskRateLimited, DeskRefused, DeskUnavailable
from shared.ports.desk import DeskChange
from tests.fakes.helpscout import GROUPS, READ, SECRET, TOKEN, ScriptedHelpScout, account_with, desk_on
from tests.fakes.zendesk import Clock, Reply


def token(name: str, expires_in: int | None = 172_800) -> Reply:
    return Reply(body={"access_token": name, "token_type": "bearer", "expires_in": expires_in})


def sign_ins(account: ScriptedHelpScout) -> int:
    return sum(request.line == TOKEN for request in account.requests)


def test_one_token_serves_many_requests():
    account = account_with()
    desk = desk_on(account)
    desk.fetch("7")
    desk.fetch("7")
    first, *others = account.requests
    assert first.body == {
        "grant_type": "client_credentials",
        "client_id": "firstline",
        "client_secret": "s3cret-of-the-desk",
    }
    assert {request.headers["Authorization"] for request in others} == {"Bearer token-1"}
    assert sign_ins(account) == 1


def test_a_token_is_renewed_shortly_before_its_two_days_end():
    account, clock = account_with(), Clock()
    account.script[TOKEN] = [token("token-1"), token("token-2")]
    desk = desk_on(account, clock)
    desk.fetch("7")
    clock.forward(seconds=172_800 - 61)
    desk.fetch("7")
    assert sign_ins(account) == 1
    clock.forward(seconds=1)
    desk.fetch("7")
    assert account.requests[-1].headers["Authorization"] == "Bearer token-2"


def test_a_token_that_was_taken_back_is_renewed_once_and_the_request_repeated():
    account = account_with()
    account.script[TOKEN] = [token("token-1"), token("token-2")]
    account.script[READ] = [Reply(401, {"error": "invalid_token"}), account.script[READ]]
    assert desk_on(account).fetch("7").key.id == "7"
    assert sign_ins(account) == 2


def test_a_user_who_was_switched_off_is_access_lost_and_says_what_it_takes():
    account = account_with()
    account.script[READ] = Reply(401, {"error": "invalid_token", "error_description": "zanzibar"})
    with pytest.raises(DeskAccessLost, match="active user") as lost:
        desk_on(account).fetch("7")
    assert sign_ins(account) == 2
    assert "zanzibar" not in str(lost.value)


def test_wrong_credentials_name_the_app_and_quote_no_secret():
    account = account_with()
    account.script[TOKEN] = Reply(401, {"error": "invalid_client"})
    with pytest.raises(DeskAccessLost, match=r"invalid_client.*My apps") as lost:
        desk_on(account).fetch("7")
    assert "s3cret" not in str(lost.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Retry-After": "17"}, 17.0),
        ({"x-ratelimit-retry-after": " 3.5 "}, 3.5),
        ({"X-RateLimit-Retry-After": "soon", "Retry-After": "9"}, 9.0),
        ({"X-RateLimit-Retry-After": "-5"}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_from_the_header_that_this_desk_has_for_it(headers: dict, seconds: float | None):
    account = account_with()
    account.script[READ] = Reply(429, {"message": "API rate limit exceeded"}, headers)
    with pytest.raises(DeskRateLimited) as limited:
        desk_on(account).fetch("7")
    assert limited.value.retry_after == seconds


def test_a_refusal_names_the_places_and_none_of_the_words():
    errors = [{"path": "customFields[0].value", "message": "zanzibar may not be"}, {"path": "zanzibar is furious!"}]
    account = account_with()
    account.script[READ] = Reply(422, {"message": "zanzibar", "_embedded": {"errors": errors}})
    with pytest.raises(DeskRefused, match=r"customFields\[0\]\.value") as refused:
        desk_on(account).fetch("7")
    assert "zanzibar" not in str(refused.value)


@pytest.mark.parametrize("body", [None, [], {}, {"_embedded": None}, {"_embedded": {"errors": "x"}}, {"error": {}}])
def test_an_error_of_another_shape_is_an_error_all_the_same(body: object):
    account = account_with()
    account.script[READ] = Reply(403, body)
    with pytest.raises(DeskAccessLost):
        desk_on(account).fetch("7")


def test_lists_without_an_end_are_given_up():
    account = account_with()
    endless = {"_embedded": {"threads": []}, "page": {"number": 1, "totalPages": 10_000}}
    account.script["GET /v2/conversations/7/threads"] = Reply(body=endless)
    with pytest.raises(DeskUnavailable, match="more than 400 pages"):
        desk_on(account).fetch("7")


class Counting:
    """A budget that writes down what was taken."""

    def __init__(self) -> None:
        self.taken: list[int] = []

    def take(self, units: int, lane: str = "") -> None:
        self.taken.append(units)


def test_a_write_takes_two_units_of_the_budget_and_a_read_one():
    account, budget = account_with(), Counting()
    desk = desk_on(account, budget=budget)
    stamp = desk.fetch("7").stamp
    assert budget.taken == [2, 1, 1, 1]  # token, conversation, threads, inboxes
    budget.taken.clear()
    desk.write("7", DeskChange(stamp=stamp, add_tags=frozenset({"x"})))
    assert budget.taken == [1, 2, 1]


@pytest.mark.parametrize("lacking", ["base_url", "client_id", "client_secret", "integration_user_id"])
def test_an_incomplete_secret_is_named_and_not_quoted(lacking: str):
    secret = {name: value for name, value in SECRET.items() if name != lacking}
    with pytest.raises(DeskAccessLost, match=f"{lacking}: run 'firstline connect helpscout'") as lost:
        HelpScoutDesk.connect(secret=secret, groups=GROUPS)
    assert "s3cret" not in str(lost.value)


def test_connecting_calls_nobody_and_without_a_key_there_is_no_help_centre():
    desk = HelpScoutDesk.connect(secret={**SECRET, "base_url": "http://127.0.0.1:9"}, groups=GROUPS)
    assert list(desk.articles()) == []
    desk.close()
