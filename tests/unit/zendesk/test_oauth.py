from __future__ import annotations

import pytest

from shared.adapters.zendesk.desk import ZendeskDesk
from shared.domain.errors import DeskRateLimited, DeskRefused, DeskUnavailable
from tests.fakes.zendesk import GROUPS, SECRET, Clock, Reply, account_with, desk_on

TOKEN = "POST /oauth/tokens"


def token(name: str, expires_in: int | None = 7200) -> Reply:
    return Reply(body={"access_token": name, "token_type": "bearer", "expires_in": expires_in})


def sign_ins(account) -> int:
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
        "scope": "read write",
        "expires_in": 7200,
    }
    assert {request.headers["Authorization"] for request in others} == {"Bearer token-1"}
    assert sign_ins(account) == 1


def test_a_token_is_renewed_shortly_before_it_ends():
    account, clock = account_with(), Clock()
    account.script[TOKEN] = [token("token-1", 600), token("token-2", 600)]
    desk = desk_on(account, clock)
    desk.fetch("7")
    clock.forward(seconds=539)
    desk.fetch("7")
    assert sign_ins(account) == 1
    clock.forward(seconds=1)
    desk.fetch("7")
    assert sign_ins(account) == 2
    assert account.requests[-1].headers["Authorization"] == "Bearer token-2"


@pytest.mark.parametrize("expires_in", [None, 30])
def test_a_token_without_a_useful_end_serves_until_the_desk_refuses_it(expires_in):
    account, clock = account_with(), Clock()
    account.script[TOKEN] = token("token-1", expires_in)
    desk = desk_on(account, clock)
    desk.fetch("7")
    clock.forward(days=3)
    desk.fetch("7")
    assert sign_ins(account) == 1


def test_a_revoked_token_is_replaced_once():
    account = account_with()
    account.script[TOKEN] = [token("token-1"), token("token-2")]
    ticket = account.script["GET /api/v2/tickets/7"]
    account.script["GET /api/v2/tickets/7"] = [Reply(401, {"error": "Couldn't authenticate you"}), ticket]
    assert desk_on(account).fetch("7").key.id == "7"
    assert sign_ins(account) == 2


def test_a_desk_that_goes_on_refusing_has_refused_us():
    account = account_with()
    account.script["GET /api/v2/tickets/7"] = Reply(401, {"error": "Couldn't authenticate you"})
    with pytest.raises(DeskRefused, match="Couldn't authenticate you") as refused:
        desk_on(account).fetch("7")
    assert refused.value.status == 401
    assert sign_ins(account) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(401, {"error": "invalid_client"}), DeskRefused),
        (Reply(400, {"error": "invalid_grant"}), DeskRefused),
        (Reply(429, {}, {"Retry-After": "4"}), DeskRateLimited),
        (Reply(500, {}), DeskUnavailable),
        (Reply(200, {"token_type": "bearer"}), DeskUnavailable),
    ],
)
def test_a_sign_in_that_fails_is_the_error_it_is_and_tells_no_secret(answer, error):
    account = account_with()
    account.script[TOKEN] = answer
    with pytest.raises(error) as raised:
        desk_on(account).fetch("7")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"base_url": None}, "base_url"),
        ({"base_url": "acme.zendesk.com"}, "base_url"),
        ({"client_id": ""}, "client_id"),
        ({"client_secret": ["s3cret-of-the-desk"]}, "client_secret"),
        ({"fields": {"category": "s3cret-of-the-desk"}}, "fields"),
    ],
)
def test_a_secret_that_lacks_something_says_what_and_not_what_is_in_it(change, named):
    with pytest.raises(DeskRefused, match=named) as refused:
        ZendeskDesk.connect(secret={**SECRET, **change}, groups=GROUPS)
    assert "s3cret" not in str(refused.value)


def test_connecting_calls_nobody():
    desk = ZendeskDesk.connect(secret={**SECRET, "base_url": "http://127.0.0.1:9/zendesk"}, groups=GROUPS)
    assert (desk.name, desk.own_user_id) == ("zendesk", "900001")
    desk.close()
