"""A Zendesk account played from a script: answers by method and path, every request kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.desk_http import DeskHttp
from shared.adapters.zendesk.desk import DeskSecret, ZendeskDesk, error_code
from shared.adapters.zendesk.oauth import ZendeskApi
from tests.fakes.scripted import Reply, Request, ScriptedTransport

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = "900001"
SECRET = {
    "base_url": "https://acme.example/zendesk",
    "client_id": "firstline",
    "client_secret": "s3cret-of-the-desk",
    "integration_user_id": OWN,
    "fields": {"category": 360001, "rank": 360006},
}
GROUPS = {"Billing": "billing", "Technical": "technical", "Front desk": "front_desk"}


def assert_nothing_public(sent: Request) -> None:
    """Held for every request of every test: what is written to a ticket is private, and no status is set."""
    if sent.path == "/oauth/tokens" or sent.method == "GET":
        return
    assert sent.method == "PUT"
    written = sent.body["ticket"]
    assert written.get("comment", {"public": False})["public"] is False
    assert not {"status", "custom_status_id", "additional_tags"} & written.keys()
    assert written["safe_update"] is True
    assert written["updated_stamp"]


class ScriptedZendesk(ScriptedTransport):
    """See `ScriptedTransport`; a sign-in succeeds."""

    def __init__(self) -> None:
        super().__init__("/zendesk", assert_nothing_public)
        token = {"access_token": "token-1", "token_type": "bearer", "expires_in": 7200}
        self.script["POST /oauth/tokens"] = Reply(body=token)

    @property
    def lines(self) -> list[str]:
        """Requests in order, the sign-in left out."""
        return [request.line for request in self.requests if request.path != "/oauth/tokens"]

    @property
    def written(self) -> list[dict[str, Any]]:
        """The tickets' bodies of all writes."""
        return [request.body["ticket"] for request in self.requests if request.method == "PUT"]


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def desk_on(account: ScriptedZendesk, clock: Clock | None = None, **secret: Any) -> ZendeskDesk:
    """A desk that talks to a scripted account."""
    known = DeskSecret.model_validate({**SECRET, **secret})
    clock = clock or Clock()
    http = DeskHttp(known.base_url, transport=account, clock=clock, reason=error_code)
    api = ZendeskApi(http, client_id=known.client_id, client_secret=known.client_secret, clock=clock)
    return ZendeskDesk(api, secret=known, groups=GROUPS, clock=clock)


def user(id: int, role: str, **more: Any) -> dict[str, Any]:
    """A user as Zendesk tells it."""
    name = more.pop("name", f"Person {id}")
    return {"id": id, "name": name, "email": f"p{id}@example.com", "role": role, "user_fields": {}, **more}


def comment(id: int, author_id: int, text: str = "Hello", *, public: bool = True, **more: Any) -> dict[str, Any]:
    """A comment as Zendesk tells it."""
    at = NOW - timedelta(hours=2) + timedelta(seconds=id)
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = {"body": text, "plain_body": text, "html_body": f"<p>{text}</p>"}
    return {"id": id, "author_id": author_id, "public": public, "created_at": created, **texts, **more}


CUSTOMER, AGENT = 41, 52


def ticket(**more: Any) -> dict[str, Any]:
    """A ticket as Zendesk tells it."""
    return {
        "id": 7,
        "subject": "Charged twice",
        "via": {"channel": "email"},
        "status": "open",
        "priority": None,
        "group_id": 500,
        "assignee_id": AGENT,
        "requester_id": CUSTOMER,
        "organization_id": 90,
        "tags": ["vip", "invoice"],
        "custom_fields": [{"id": 360001, "value": "billing"}, {"id": 360006, "value": None}, {"id": 1, "value": "x"}],
        "created_at": "2026-11-23T10:00:00Z",
        "updated_at": "2026-11-23T11:30:00Z",
        "satisfaction_rating": {"score": "unoffered"},
        **more,
    }


def account_with(*, comments: list[dict[str, Any]] | None = None, **changes: Any) -> ScriptedZendesk:
    """An account that holds ticket 7 of customer 41, in the group Billing, with agent 52."""
    account = ScriptedZendesk()
    fields = {"plan": "business", "mrr": "249.50", "signed_up": "2023-04-01"}
    people = [user(CUSTOMER, "end-user", user_fields=fields, organization_id=90), user(AGENT, "agent")]
    side_loads = {
        "users": people,
        "groups": [{"id": 500, "name": "Billing"}],
    }
    acme = {"id": 90, "name": "Acme", "organization_fields": {"seats": 12, "plan": "team"}}
    account.script |= {
        "GET /api/v2/tickets/7": Reply(body={"ticket": ticket(**changes), **side_loads}),
        "GET /api/v2/tickets/7/comments": Reply(body=comments_page(comments or [comment(1, CUSTOMER)])),
        "GET /api/v2/users/41": Reply(body={"user": people[0], "organizations": [acme]}),
        "GET /api/v2/users/41/tickets/requested": Reply(body={"tickets": [ticket()]}),
        "GET /api/v2/groups": Reply(
            body={"groups": [{"id": 500, "name": "Billing"}, {"id": 501, "name": "Technical"}]}
        ),
        "GET /api/v2/users": Reply(body={"users": [user(AGENT, "agent"), user(53, "admin")]}),
        "PUT /api/v2/tickets/7": Reply(body={"ticket": {"id": 7, "updated_at": "2026-11-23T12:00:01Z"}}),
    }
    return account


def comments_page(comments: list[dict[str, Any]], *, more: bool = False, after: str | None = None) -> dict[str, Any]:
    """A page of comments with the users who wrote them."""
    people = [user(CUSTOMER, "end-user", name="Ann"), user(AGENT, "agent", name="Bo"), user(int(OWN), "admin")]
    return {"comments": comments, "users": people, "meta": {"has_more": more, "after_cursor": after}}
