"""A Help Scout account played from a script: answers by method and path, every request kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.adapters.desk_http import DeskHttp
from shared.adapters.helpscout.api import HelpScoutApi, error_code, wait_told
from shared.adapters.helpscout.articles import HelpCentre
from shared.adapters.helpscout.desk import DeskSecret, HelpScoutDesk
from tests.fakes.scripted import Reply, Request, ScriptedTransport
from tests.fakes.zendesk import NOW, Clock

OWN, CUSTOMER, AGENT = 900001, 41, 52
MAIN, BILLING, TECHNICAL = 100, 101, 102
TOKEN = "POST /v2/oauth2/token"
READ, THREADS = "GET /v2/conversations/7", "GET /v2/conversations/7/threads"
SECRET = {
    "base_url": "https://acme.example/helpscout",
    "client_id": "firstline",
    "client_secret": "s3cret-of-the-desk",
    "integration_user_id": str(OWN),
    "fields": {"category": "Firstline category", "rank": "Firstline rank", "priority": "Firstline priority"},
}
GROUPS = {"Billing": "billing", "Technical": "technical"}


def assert_nothing_public(sent: Request) -> None:
    """Held for every request of every test: what is said is a note or an unsent draft, and its status is told."""
    if sent.method == "GET" or sent.line == TOKEN:
        return
    assert sent.method in ("POST", "PUT", "PATCH")
    if sent.path.endswith("/reply"):
        assert sent.body["draft"] is True
        assert sent.body.keys() == {"text", "customer", "draft", "status"}
    elif sent.method == "POST":
        assert sent.path.endswith("/notes")
        assert sent.body.keys() == {"text", "status"}
    elif sent.method == "PATCH":
        assert sent.body["path"] in ("/text", "/assignTo", "/mailboxId")
    if sent.method == "POST":
        assert sent.body["status"] in ("active", "pending", "closed")


class ScriptedHelpScout(ScriptedTransport):
    """See `ScriptedTransport`; a sign-in succeeds."""

    def __init__(self) -> None:
        super().__init__("/helpscout", assert_nothing_public)
        self.script[TOKEN] = Reply(body={"access_token": "token-1", "token_type": "bearer", "expires_in": 172800})

    @property
    def lines(self) -> list[str]:
        """Requests in order, the sign-in left out."""
        return [request.line for request in self.requests if request.line != TOKEN]

    @property
    def written(self) -> list[tuple[str, Any]]:
        """What was written, in order: method and path behind the conversation, and the body."""
        return [
            (f"{request.method} {request.path.removeprefix('/v2/conversations/7')}".strip(), request.body)
            for request in self.requests
            if request.method != "GET" and request.line != TOKEN
        ]


def desk_on(account: ScriptedHelpScout, clock: Clock | None = None, budget: Any = None, **secret: Any) -> HelpScoutDesk:
    """A desk that talks to a scripted account; the help centre lies below it."""
    known = DeskSecret.model_validate({**SECRET, **secret})
    clock = clock or Clock()
    http = DeskHttp(known.base_url, transport=account, clock=clock, reason=error_code, wait=wait_told, budget=budget)
    api = HelpScoutApi(http, client_id=known.client_id, client_secret=known.client_secret, clock=clock)
    docs = HelpCentre(http, key="docs-key", language="en")
    return HelpScoutDesk(api, secret=known, groups=GROUPS, clock=clock, help_centre=docs)


def listed(name: str, *rows: Any, number: int = 1, pages: int = 1) -> Reply:
    """A page of a list; `_embedded` is left out where it is empty, as on the real desk."""
    page = {"size": 25, "totalElements": len(rows), "totalPages": pages, "number": number}
    return Reply(body={**({"_embedded": {name: list(rows)}} if rows else {}), "page": page})


def person(id: int, kind: str = "user", **more: Any) -> dict[str, Any]:
    return {"id": id, "type": kind, "first": "Bo", "last": f"No. {id}", "email": f"P{id}@example.com", **more}


def thread(id: int, author: int, text: str = "Hello", **more: Any) -> dict[str, Any]:
    """A thread; by the customer unless the author is staff."""
    staff = author != CUSTOMER
    at = (NOW - timedelta(hours=2) + timedelta(seconds=id)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": id,
        "type": "message" if staff else "customer",
        "state": "published",
        "status": "active",
        "body": f"<p>{text}</p>",
        "createdBy": person(author, "user" if staff else "customer"),
        "createdAt": at,
        **more,
    }


def value(id: int, title: str, text: str) -> dict[str, Any]:
    return {"id": id, "name": title, "value": text, "text": text}


def conversation(**more: Any) -> dict[str, Any]:
    """A conversation as Help Scout tells it."""
    return {
        "id": 7,
        "number": 349,
        "threads": 1,
        "type": "email",
        "folderId": 9,
        "status": "active",
        "state": "published",
        "subject": "Charged twice",
        "preview": "Hello",
        "mailboxId": BILLING,
        "assignee": person(AGENT),
        "createdBy": person(CUSTOMER, "customer"),
        "primaryCustomer": person(CUSTOMER, "customer"),
        "createdAt": "2026-11-23T10:00:00Z",
        "closedAt": None,
        "userUpdatedAt": "2026-11-23T11:30:00Z",
        "customerWaitingSince": {"time": "2026-11-23T11:00:00Z", "friendly": "1 h ago", "latestReplyFrom": "customer"},
        "source": {"type": "email", "via": "customer"},
        "tags": [{"id": 1, "tag": "vip"}, {"id": 2, "tag": "firstline_priority_low"}],
        "customFields": [
            value(11, "Firstline category", "billing"),
            value(13, "Firstline priority", "low"),
            value(19, "Order", "A-17"),
        ],
        "_links": {"web": {"href": "https://secure.helpscout.net/conversation/7/349"}},
        **more,
    }


def fields(first: int, *more: dict[str, Any]) -> Reply:
    """An inbox's fields, with ids from `first` on."""
    titles = ("Firstline category", "Firstline rank", "Firstline priority")
    ours = [{"id": first + n, "name": title, "type": "singleline"} for n, title in enumerate(titles)]
    return listed("fields", *ours, *more)


def account_with(*threads: dict[str, Any], **changes: Any) -> ScriptedHelpScout:
    """An account that holds conversation 7 of customer 41, in the inbox Billing, with agent 52."""
    account = ScriptedHelpScout()
    named = (MAIN, "Acme"), (BILLING, "Billing"), (TECHNICAL, "Technical")
    inboxes = [{"id": id, "name": name} for id, name in named]
    told = threads or (thread(1, CUSTOMER),)
    account.script |= {
        READ: Reply(body=conversation(**changes)),
        THREADS: listed("threads", *reversed(told)),
        "GET /v2/mailboxes": listed("mailboxes", *inboxes),
        "GET /v2/users": listed(
            "users", {"id": AGENT, "email": "P52@example.com"}, {"id": 53, "email": "p53@x.example"}
        ),
        "GET /v2/mailboxes/101/fields": fields(11, {"id": 19, "name": "Order", "type": "singleline"}),
        "GET /v2/mailboxes/102/fields": fields(
            21, {"id": 29, "name": "order", "type": "singleline"}, {"id": 30, "name": "Plan", "type": "dropdown"}
        ),
        **dict.fromkeys(
            ("PATCH /v2/conversations/7", "PUT /v2/conversations/7/tags", "PUT /v2/conversations/7/fields"),
            Reply(204),
        ),
        **dict.fromkeys(("POST /v2/conversations/7/reply", "POST /v2/conversations/7/notes"), Reply(201)),
    }
    return account
