"""An Intercom workspace played from a script: answers by method and path, every request kept."""

from __future__ import annotations

from typing import Any

from shared.adapters.desk_http import DeskHttp
from shared.adapters.intercom.api import IntercomApi, error_code, wait_told
from shared.adapters.intercom.desk import DeskSecret, IntercomDesk
from tests.fakes.scripted import Reply, Request, ScriptedTransport
from tests.fakes.zendesk import NOW, Clock

OWN, AGENT, OTHER = "900001", "52", "53"
CONTACT = "5ba682d23d7cf92bef87bfd4"
BILLING, TECHNICAL = "101", "102"
BASE = "https://acme.example/intercom"
READ, SEARCH = "GET /conversations/7", "POST /conversations/search"
DELETED, NOTES, PARTS = "GET /conversations/deleted", "POST /conversations/7/reply", "POST /conversations/7/parts"
TAG, FILL = "POST /conversations/7/tags", "PUT /conversations/7"
SECRET = {
    "base_url": BASE,
    "access_token": "s3cret-token",
    "app_id": "acme1",
    "integration_user_id": OWN,
    "fields": {"category": "Firstline category", "rank": "Firstline rank", "priority": "Firstline priority"},
}
GROUPS = {"Billing": "billing", "Technical": "technical"}
AT = int(NOW.timestamp()) - 7_200


def assert_nothing_public(sent: Request) -> None:
    """Held for every request of every test: what is said is a note, and no state is set."""
    if sent.method == "GET" or sent.line in (SEARCH, "POST /tags"):
        return
    if sent.path.endswith("/reply"):
        assert sent.body.keys() == {"message_type", "type", "admin_id", "body"}
        assert (sent.body["message_type"], sent.body["type"]) == ("note", "admin")
    elif sent.path.endswith("/parts"):
        assert sent.body.keys() == {"message_type", "type", "admin_id", "assignee_id"}
        assert sent.body["message_type"] == "assignment"
    elif sent.method == "PUT":
        assert sent.body.keys() == {"custom_attributes"}
    else:
        assert "/tags" in sent.path
        assert sent.body.keys() <= {"id", "admin_id"}


class ScriptedIntercom(ScriptedTransport):
    """A workspace that answers from `script`."""

    def __init__(self) -> None:
        super().__init__("/intercom", assert_nothing_public)

    def bodies(self, line: str) -> list[Any]:
        """What was sent there, in order."""
        return [request.body for request in self.requests if request.line == line]

    @property
    def written(self) -> list[str]:
        """What was written to the conversation, in order."""
        return [line for line in self.lines if "/conversations/7" in line and not line.startswith("GET")]


def desk_on(workspace: ScriptedIntercom, clock: Clock | None = None, budget: Any = None, **secret: Any) -> IntercomDesk:
    """A desk that talks to a scripted workspace."""
    known = DeskSecret.model_validate({**SECRET, **secret})
    clock = clock or Clock()
    http = DeskHttp(known.base_url, transport=workspace, clock=clock, reason=error_code, wait=wait_told, budget=budget)
    return IntercomDesk(IntercomApi(http, access_token=known.access_token), secret=known, groups=GROUPS, clock=clock)


def refused(status: int, code: str) -> Reply:
    """An error as Intercom words it."""
    return Reply(status, {"type": "error.list", "errors": [{"code": code, "message": "zanzibar"}]})


def admin(id: str, **more: Any) -> dict[str, Any]:
    return {"type": "admin", "id": id, "name": f"No. {id}", "email": f"P{id}@example.com", **more}


def user(**more: Any) -> dict[str, Any]:
    return {"type": "user", "id": CONTACT, "name": "Ann Chen", "email": "ann@example.com", **more}


def part(id: int, author: dict[str, Any], text: str | None = "Hello", kind: str = "comment", **more: Any) -> Any:
    """A part of the conversation."""
    return {
        "type": "conversation_part",
        "id": str(id),
        "part_type": kind,
        "body": None if text is None else f"<p>{text}</p>",
        "created_at": AT + id,
        "updated_at": AT + id,
        "author": author,
        "attachments": [],
        "redacted": False,
        **more,
    }


def tag(name: str, id: str = "31") -> dict[str, Any]:
    return {"type": "tag", "id": id, "name": name}


def conversation(*parts: Any, **more: Any) -> dict[str, Any]:
    """A conversation as Intercom tells it."""
    return {
        "type": "conversation",
        "id": "7",
        "title": None,
        "created_at": AT,
        "updated_at": AT + 600,
        "state": "open",
        "priority": "none",
        "admin_assignee_id": int(AGENT),
        "team_assignee_id": int(BILLING),
        "tags": {"type": "tag.list", "tags": [tag("vip", "31"), tag("firstline_priority_low", "32")]},
        "conversation_rating": None,
        "source": {
            "type": "email",
            "id": "403918334",
            "delivered_as": "customer_initiated",
            "subject": "Charged &lt;twice&gt;",
            "body": "<p>We paid twice.</p>",
            "author": user(),
            "attachments": [],
            "redacted": False,
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": CONTACT, "external_id": "70"}]},
        "custom_attributes": {"Firstline category": "billing", "Firstline priority": "low", "Order": "A-17"},
        "statistics": None,
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": list(parts),
            "total_count": len(parts),
        },
        **more,
    }


def rows(*found: Any, total: int | None = None, after: str | None = None) -> Reply:
    """A page of a search."""
    pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": 150}
    if after:
        pages["next"] = {"per_page": 150, "starting_after": after}
    total = len(found) if total is None else total
    return Reply(body={"type": "conversation.list", "conversations": list(found), "total_count": total, "pages": pages})


def deleted(*found: tuple[str, int], further: str | None = None) -> Reply:
    """A page of what was deleted."""
    told = [{"type": "conversation", "id": id, "deleted_at": at} for id, at in found]
    return Reply(body={"conversations": told, "total_count": len(found), "pages": {"type": "pages", "next": further}})


def workspace_with(*parts: Any, **changes: Any) -> ScriptedIntercom:
    """A workspace that holds conversation 7 of Ann Chen, in the team Billing, with agent 52."""
    workspace = ScriptedIntercom()
    names = ("Firstline category", "Firstline rank", "Firstline priority", "Order")
    told = Reply(body=conversation(*parts, **changes))
    workspace.script |= {
        READ: told,
        "GET /teams": Reply(
            body={
                "type": "team.list",
                "teams": [{"id": BILLING, "name": "Billing"}, {"id": TECHNICAL, "name": "technical"}],
            }
        ),
        "GET /admins": Reply(body={"type": "admin.list", "admins": [admin(AGENT), None, admin(OTHER), admin(OWN)]}),
        "GET /conversations/attributes": Reply(
            body={
                "type": "list",
                "data": [{"id": n, "name": name, "archived": False} for n, name in enumerate(names, 1)],
            }
        ),
        "POST /tags": lambda sent: Reply(body=tag(sent.body["name"], f"id-of-{sent.body['name']}")),
        TAG: Reply(body=tag("x")),
        DELETED: deleted(),
        SEARCH: rows(),
        **dict.fromkeys((PARTS, NOTES, FILL), told),
        **{f"DELETE /conversations/7/tags/{id}": Reply(body=tag("x")) for id in ("31", "32")},
    }
    return workspace
