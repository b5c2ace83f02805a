"""Who comes in, and how often."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import PLANS, Settings
from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration


def test_client_credentials_give_a_bearer_token_without_a_refresh_token(zendesk: ZendeskClient) -> None:
    answer = zendesk.sign_in(expires_in=7200)

    assert answer.body.keys() == {"access_token", "token_type", "scope", "expires_in"}
    assert (answer.body["token_type"], answer.body["scope"], answer.body["expires_in"]) == (
        "bearer",
        "read write",
        7200,
    )
    assert zendesk.get("/users/me")["user"]["id"] == 900001


def test_without_a_token_the_answer_is_zendesks_401(zendesk: ZendeskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic bm9ib2R5OnB3"}):
        answer = zendesk.raw("GET", "/api/v2/groups", **headers)

        assert (answer.status, answer.body) == (401, {"error": "Couldn't authenticate you"})


def test_expired_tokens_are_refused_and_a_new_one_works(zendesk: ZendeskClient) -> None:
    zendesk.sandbox.control("POST", "/tokens/expire")

    assert zendesk.call("GET", "/groups").status == 401
    zendesk.sign_in()
    assert zendesk.call("GET", "/groups").status == 200


def test_a_wrong_secret_grant_scope_or_lifetime_gives_no_token(zendesk: ZendeskClient) -> None:
    assert zendesk.sign_in(client_secret="guessed").status == 401
    assert zendesk.sign_in(grant_type="password").body["error"] == "unsupported_grant_type"
    assert zendesk.sign_in(scope="everything").body["error"] == "invalid_scope"
    assert zendesk.sign_in(expires_in=300).body["error"] == "invalid_request"


def test_a_reading_token_may_not_write(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sign_in(scope="read")

    assert zendesk.call("GET", f"/tickets/{ticket_id}").status == 200
    assert zendesk.put(ticket_id, priority="high").status == 403


def test_a_scope_may_name_a_resource(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sign_in(scope="tickets:read")

    assert zendesk.call("GET", f"/tickets/{ticket_id}").status == 200
    assert zendesk.call("GET", "/groups").status == 403


def test_api_tokens_work_only_where_they_are_switched_on(zendesk: ZendeskClient) -> None:
    login = base64.b64encode(b"firstline@lumenboard.example/token:old-token").decode()

    assert zendesk.raw("GET", "/api/v2/users/me", Authorization=f"Basic {login}").status == 401
    with running_sandbox(Settings(api_token="old-token")) as old:
        client = ZendeskClient(old)
        assert client.raw("GET", "/api/v2/users/me", Authorization=f"Basic {login}").status == 200
        client.close()


def test_requests_of_the_account_are_limited_by_the_minute(zendesk: ZendeskClient) -> None:
    zendesk.sandbox.control("PUT", "/limits", {"requests_per_minute": 2})

    first, _, third = (zendesk.call("GET", "/groups") for _ in range(3))

    assert (first.headers["X-Rate-Limit"], first.headers["X-Rate-Limit-Remaining"]) == ("2", "1")
    assert third.status == 429
    assert 1 <= int(third.headers["Retry-After"]) <= 60
    assert third.body["error"] == "APIRateLimitExceeded"
    assert zendesk.sandbox.control("GET", "/report")["rate_limited"] == 1


def test_updates_of_one_ticket_are_limited_and_other_tickets_are_not(zendesk: ZendeskClient, ticket_id: int) -> None:
    other = zendesk.sandbox.control("POST", "/tickets", {"customer": "mei@paperlantern.example", "body": "x"})
    zendesk.sandbox.control("PUT", "/limits", {"updates_per_ticket": 2})

    statuses = [zendesk.put(ticket_id, priority=priority).status for priority in ("low", "high", "urgent")]

    assert statuses == [200, 200, 429]
    assert zendesk.put(other["ticket"]["id"], priority="low").status == 200


def test_the_export_says_how_many_calls_are_left(zendesk: ZendeskClient) -> None:
    answer = zendesk.call("GET", "/incremental/tickets/cursor?start_time=0")

    assert answer.headers["zendesk-ratelimit-incremental-exports"].startswith("total=30; remaining=29; resets=")


def test_plans_grant_what_zendesk_grants() -> None:
    assert PLANS["high_volume"].requests_per_minute == 2500
    assert PLANS["team"] == replace(PLANS["enterprise"], requests_per_minute=200)


def test_only_pages_of_this_desk_may_send_forms(desk: RunningSandbox) -> None:
    client = ZendeskClient(desk)

    with pytest.raises(ValueError, match="Expecting value"):  # a plain sentence, not JSON
        client.raw("POST", f"{desk.url}/_sandbox/reset", {}, Origin="http://elsewhere.example")
    with pytest.raises(ValueError, match="Expecting value"):
        client.raw("GET", f"{desk.url}/_sandbox/seeds", None, Host="rebound.example")
    client.close()
