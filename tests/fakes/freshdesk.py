"""A Freshdesk account played from a script: answers by method and path, every request kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.adapters.desk_http import DeskHttp
from shared.adapters.freshdesk.api import FreshdeskApi, error_code
from shared.adapters.freshdesk.desk import DeskSecret, FreshdeskDesk
from tests.fakes.scripted import Reply, Request, ScriptedTransport
from tests.fakes.zendesk import NOW, Clock

OWN, CUSTOMER, AGENT = 900001, 41, 52
BILLING, TECHNICAL = 101, 102
READ, SAID = "GET /tickets/7", "GET /tickets/7/conversations"
UPDATE, NOTES = "PUT /tickets/7", "POST /tickets/7/notes"
ARCHIVED, LIST = "GET /tickets/archived/7", "GET /tickets"
RATINGS = "GET /tickets/7/satisfaction_ratings"
SECRET = {
    "base_url": "https://acme.example/freshdesk",
    "api_key": "k3y-of-the-agent",
    "integration_user_id": str(OWN),
    "fields": {"category": "cf_firstline_category_1", "rank": "cf_firstline_rank_1"},
    "waits": {"6": "pending", "7": "hold"},
}
GROUPS = {"Billing": "billing", "Technical": "technical"}
_FIELDS = {"priority", "group_id", "responder_id", "tags", "custom_fields"}


def assert_nothing_public(sent: Request) -> None:
    """Held for every request of every test: what is said is a private note, and no status is set."""
    if sent.method == "GET":
        return
    if sent.method == "POST":
        assert sent.path.endswith("/notes")
        assert sent.body.keys() == {"body", "private"}
        assert sent.body["private"] is True
    else:
        assert sent.method == "PUT"
        assert sent.body
        assert sent.body.keys() <= _FIELDS


class ScriptedFreshdesk(ScriptedTransport):
    """See `ScriptedTransport`."""

    def __init__(self) -> None:
        super().__init__("/freshdesk/api/v2", assert_nothing_public)

    @property
    def written(self) -> list[tuple[str, Any]]:
        """What was written, in order: method and path, and the body."""
        return [(request.line, request.body) for request in self.requests if request.method != "GET"]


def desk_on(account: ScriptedFreshdesk, clock: Clock | None = None, budget: Any = None, **secret: Any) -> FreshdeskDesk:
    """A desk that talks to a scripted account."""
    known = DeskSecret.model_validate({**SECRET, **secret})
    clock = clock or Clock()
    http = DeskHttp(known.base_url, transport=account, clock=clock, reason=error_code, budget=budget)
    return FreshdeskDesk(FreshdeskApi(http, api_key=known.api_key), secret=known, groups=GROUPS, clock=clock)


def listed(*rows: Any, more: bool = False) -> Reply:
    """A page of a list; the header `link` is there while another one follows."""
    return Reply(body=list(rows), headers={"link": '<https://acme.example/x?page=2>; rel="next"'} if more else {})


def at(seconds: float) -> str:
    return (NOW - timedelta(hours=2) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ticket(**more: Any) -> dict[str, Any]:
    """A ticket as Freshdesk tells it, with everything that may be included."""
    return {
        "id": 7,
        "subject": "Invoice",
        "type": None,
        "status": 2,
        "priority": 1,
        "source": 1,
        "group_id": None,
        "responder_id": None,
        "requester_id": CUSTOMER,
        "description": "<div>I was charged twice.</div>",
        "description_text": "I was charged twice.",
        "attachments": [],
        "tags": ["vip"],
        "custom_fields": {"cf_firstline_category_1": None, "cf_theirs": "kept"},
        "created_at": at(0),
        "updated_at": at(600),
        "spam": False,
        "requester": {"id": CUSTOMER, "name": "Ann Chen", "email": "ann@example.com"},
        "stats": {"resolved_at": None, "closed_at": None, "first_responded_at": None},
        "new_in_2027": {},
        **more,
    }


def said(id: int, author: int, text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A conversation: by the customer public, by an agent a public reply."""
    return {
        "id": id,
        "user_id": author,
        "incoming": author == CUSTOMER,
        "private": False,
        "source": 0,
        "body": f"<div>{text}</div>",
        "body_text": text,
        "attachments": [],
        "created_at": at(id),
        "updated_at": at(id),
        **more,
    }


def own_note(id: int, marker: str, **more: Any) -> dict[str, Any]:
    return said(id, OWN, f"Firstline · {marker}", **{"private": True, "source": 2, **more})


def account_with(told: Mapping[str, Any] | None = None, *conversations: Any) -> ScriptedFreshdesk:
    """An account with one ticket, which takes what is written to it."""
    account = ScriptedFreshdesk()
    stands = dict(told or ticket())

    def update(sent: Request) -> Reply:
        values = {**stands["custom_fields"], **sent.body.get("custom_fields", {})}
        stands.update({**sent.body, "custom_fields": values})
        return Reply(body=stands)

    account.script = {
        READ: lambda sent: Reply(body=stands),
        SAID: listed(*conversations),
        UPDATE: update,
        NOTES: lambda sent: Reply(201, said(9_000, OWN, private=True, source=2) | {"body": sent.body["body"]}),
        RATINGS: listed(),
        "GET /groups": listed({"id": BILLING, "name": "Billing"}, {"id": TECHNICAL, "name": "Technical"}),
        "GET /agents": listed({"id": AGENT, "contact": {"email": "Ada@Example.com", "name": "Ada"}}),
    }
    return account
