"""A small Request Tracker in memory, as far as the connector speaks to it: its REST2's shapes, its silent refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import urllib3

from cli.desks.requesttracker import RequestTrackerSetup
from shared.adapters.desk_http import DeskHttp
from shared.adapters.requesttracker.api import Api
from shared.adapters.requesttracker.desk import REST, DeskSecret, RequestTrackerDesk

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = "14"
SECRET = {
    "base_url": "https://rt.acme.example/rt",
    "token": "1-14-5ecre7ofthedesk",
    "integration_user_id": OWN,
    "fields": {"category": "Firstline category", "rank": "Firstline rank"},
}
GROUPS = {"Billing": "billing", "Technical": "technical"}
FIELDS = ("Firstline category", "Firstline rank", "Firstline tags")
CUSTOMER, AGENT = "41", "52"
TICKETS = "RT::Queue-RT::Ticket"


@dataclass
class User:
    """Somebody on the desk."""

    name: str
    email: str = ""
    privileged: int = 0
    real_name: str = ""
    company: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    zone: str = ""


@dataclass
class Said:
    """A transaction; `parts` are content type, file name, content and headers of its attachments."""

    id: int
    type: str
    creator: str
    at: datetime
    parts: list[tuple[str, str, str, str]] = field(default_factory=list)


@dataclass
class Request:
    """What was sent."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: Mapping[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


class SmallTracker:
    """A transport that answers as Request Tracker with one ticket, number 7.

    Attributes:
        refused: fields of an update that are left as they are, with a sentence and status 200.
        before_write: what somebody else does while a write is on its way.
        fields: ids of the tickets' custom fields by name, as the set-up sees them.
        makes_fields: whether our user may make some.
        pages_told: whether lists of tickets tell how many pages they have; other lists never do.
    """

    def __init__(self) -> None:
        self.users = {
            "1": User("RT_System"),
            OWN: User("firstline", "firstline@acme.example", 1, "Firstline"),
            CUSTOMER: User(
                "ann@contract.example",
                "ann@contract.example",
                0,
                "Ann Chen",
                "Acme",
                {"Plan": "business", "MRR": "249.50", "Signed up": "2023-04-01"},
            ),
            AGENT: User("ada", "Ada@acme.example", 1, "Ada Brandt"),
        }
        self.ticket: dict[str, Any] = {
            "Subject": "Charged twice",
            "Status": "open",
            "Priority": 0,
            "Queue": "Support",
            "Owner": "Nobody",
            "Resolved": "1970-01-01T00:00:00Z",
            "CustomFields": {name: [] for name in FIELDS},
        }
        self.requestors = [CUSTOMER]
        self.said: list[Said] = []
        self.date = NOW
        self.refused: set[str] = set()
        self.before_write: Callable[[], None] = lambda: None
        self.pages_told = True
        self.fields: dict[str, str] = {}
        self.makes_fields = True
        self.answers: dict[str, tuple[int, Any]] = {}
        self.requests: list[Request] = []
        self.writes("Create", CUSTOMER, "I was charged twice.", headers="X-RT-Interface: Email\n")

    def writes(self, type: str, user: str, text: str = "", *, kind: str = "text/plain", headers: str = "") -> Said:
        """Somebody writes; a minute after the last one did."""
        said = Said(40 + len(self.said), type, user, NOW - timedelta(hours=2) + timedelta(minutes=len(self.said)))
        said.parts.append((kind, "", text, headers))
        self.said.append(said)
        return said

    @property
    def lines(self) -> list[str]:
        return [request.line for request in self.requests]

    @property
    def written(self) -> list[Request]:
        return [request for request in self.requests if request.method != "GET"]

    # ---- the transport

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], redirect: bool, retries: bool
    ) -> urllib3.BaseHTTPResponse:
        assert not redirect
        assert not retries
        parts = urlsplit(url)
        path = parts.path.removeprefix(f"/rt{REST}")
        sent = Request(method, path, dict(parse_qsl(parts.query)), json.loads(body) if body else None, headers)
        self.requests.append(sent)
        assert "correspond" not in path
        assert headers["Authorization"] == f"token {SECRET['token']}"
        status, content, more = self._answer(sent)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        told = {"Date": format_datetime(self.date, usegmt=True), **more}
        return urllib3.HTTPResponse(body=BytesIO(data), headers=told, status=status)

    def clear(self) -> None:
        """Nothing is open."""

    def _answer(self, sent: Request) -> tuple[int, Any, dict[str, str]]:
        if sent.line in self.answers:
            return *self.answers[sent.line], {}
        match sent.line.replace("/ticket/7", "/ticket/N"):
            case "GET /ticket/N":
                return 200, self._told(), {"ETag": f'"{self.stamp}"'}
            case "PUT /ticket/N":
                return self._put(sent)
            case "POST /ticket/N/comment":
                said = self.writes("Comment", OWN, sent.body["Content"], kind=sent.body["ContentType"])
                return 201, ["Comments added"], {"Location": f"/REST/2.0/transaction/{said.id}"}
            case "GET /ticket/N/history":
                wanted = self._filter(sent)
                rows = [self._transaction(one) for one in self.said if one.type in wanted]
                return 200, self._page(sent, sorted(rows, key=lambda one: int(one["id"]))), {}
            case "GET /ticket/N/attachments":
                return 200, self._page(sent, self._attachments(sent)), {}
            case "GET /tickets":
                return 200, self._page(sent, self._found(sent.query["query"])), {}
            case "GET /users":
                wanted = {email.lower() for email in self._filter(sent)}
                found = [
                    {"id": one.name, "Name": one.name} for one in self.users.values() if one.email.lower() in wanted
                ]
                return 200, self._page(sent, found), {}
        return self._of_the_set_up(sent)

    def _of_the_set_up(self, sent: Request) -> tuple[int, Any, dict[str, str]]:
        match sent.line:
            case "GET /customfields":
                wanted = self._filter(sent)
                rows = [
                    {"id": id, "Name": name, "LookupType": TICKETS}
                    for name, id in self.fields.items()
                    if name in wanted
                ]
                return 200, self._page(sent, rows), {}
            case "POST /customfield":
                if not self.makes_fields:
                    return 403, {"message": "Permission Denied"}, {}
                assert sent.body["Queue"] == 0, "applied to every queue"
                self.fields[sent.body["Name"]] = str(100 + len(self.fields))
                return 201, {"id": self.fields[sent.body["Name"]]}, {}
            case line if line.startswith("DELETE /customfield/"):
                self.fields = {name: id for name, id in self.fields.items() if id != sent.path.rpartition("/")[2]}
                return 204, b"", {}
        user = re.fullmatch(r"(GET|PUT) /user/(\d+)", sent.line)
        if user and user[2] in self.users:
            known = self.users[user[2]]
            if user[1] == "PUT":
                known.zone = sent.body["Timezone"]
            own = {"id": int(OWN), "Name": known.name, "Timezone": known.zone} if user[2] == OWN else {}
            return 200, {"Privileged": known.privileged, **own}, {}
        return 404, {"message": "zanzibar was not found"}, {}

    @property
    def stamp(self) -> str:
        """The number of the newest transaction."""
        return str(self.said[-1].id)

    def _told(self) -> dict[str, Any]:
        owner = next((one for one in self.users.values() if one.name == self.ticket["Owner"]), User("Nobody"))
        fields = [
            {"type": "customfield", "id": str(number), "name": name, "values": values}
            for number, (name, values) in enumerate(self.ticket["CustomFields"].items(), 1)
        ]
        return {
            **self.ticket,
            "id": 7,
            "Queue": {"type": "queue", "id": "3", "Name": self.ticket["Queue"]},
            "Owner": {"type": "user", "id": owner.name, "EmailAddress": owner.email},
            "Requestor": [{"type": "user", "id": self.users[id].name} for id in self.requestors],
            "Created": _spelled(self.said[0].at),
            "LastUpdated": _spelled(self.said[-1].at),
            "CustomFields": fields,
        }

    def _put(self, sent: Request) -> tuple[int, Any, dict[str, str]]:
        self.before_write()
        if sent.headers.get("If-Match") != f'"{self.stamp}"':
            return 412, {"message": "Precondition Failed"}, {}
        told = []
        for name, value in sent.body.items():
            if name in self.refused:
                told.append(f"Ticket 7: zanzibar may not be {name}")
            elif name == "CustomFields":
                known = {title: values for title, values in value.items() if title in self.ticket["CustomFields"]}
                self.ticket["CustomFields"] |= known
            else:
                self.ticket[name] = value
        self.writes("Set", OWN)
        return 200, told, {}

    def _transaction(self, one: Said) -> dict[str, Any]:
        creator = {"type": "user", "id": int(one.creator), **_named(self.users[one.creator])}
        return {
            "type": "transaction",
            "id": str(one.id),
            "Type": one.type,
            "Created": _spelled(one.at),
            "Creator": creator,
        }

    def _attachments(self, sent: Request) -> list[dict[str, Any]]:
        asked = json.loads(sent.query["query"])[0]
        rows = []
        for one in self.said:
            for place, (kind, name, content, headers) in enumerate(one.parts):
                id = str(one.id * 10 + place)
                known = {"id": id, "TransactionId": str(one.id)}
                if known[asked["field"]] not in asked["value"]:
                    continue
                row = {"type": "attachment", "id": id}
                if sent.query["fields"] == "Content":
                    assert not name, "what is in a file is never asked for"
                    rows.append(row | {"Content": content})
                    continue
                told = {"TransactionId": str(one.id), "ContentType": kind, "Filename": name, "Headers": headers}
                rows.append(row | told)
        return rows

    def _found(self, query: str) -> list[dict[str, Any]]:
        row = {
            "type": "ticket",
            "id": "7",
            "LastUpdated": _spelled(self.said[-1].at),
            **{name: self.ticket[name] for name in ("Subject", "Status")},
            "Created": _spelled(self.said[0].at),
            "Requestor": [{"type": "user", "id": int(id), **_named(self.users[id])} for id in self.requestors],
        }
        asked = re.fullmatch(r"Requestor\.id = (\d+)", query)
        return [] if asked and asked[1] not in self.requestors else [row]

    def _filter(self, sent: Request) -> list[str]:
        return list(json.loads(sent.query["query"])[0]["value"])

    def _page(self, sent: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
        rows = rows[::-1] if sent.query.get("order") == "DESC" else rows
        size, number = int(sent.query["per_page"]), int(sent.query.get("page", "1"))
        items = rows[(number - 1) * size : number * size]
        pages = -(-len(rows) // size) if self.pages_told and sent.path in ("/tickets", "/users") else None
        return {"items": items, "count": len(items), "page": number, "per_page": size, "pages": pages}


def _named(user: User) -> dict[str, Any]:
    fields = [{"type": "customfield", "name": name, "values": [value]} for name, value in user.facts.items()]
    return {
        "Name": user.name,
        "RealName": user.real_name,
        "EmailAddress": user.email,
        "Organization": user.company,
        "CustomFields": fields or "",
    }


def _spelled(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def desk_on(tracker: SmallTracker, **secret: Any) -> RequestTrackerDesk:
    """A desk that talks to a small tracker."""
    known = DeskSecret.model_validate({**SECRET, **secret})
    http = DeskHttp(known.base_url + REST, transport=tracker, clock=lambda: NOW)
    return RequestTrackerDesk(http, secret=known, groups=GROUPS, clock=lambda: NOW)


def set_up_on(tracker: SmallTracker) -> RequestTrackerSetup:
    """The set-up of a small tracker."""

    def reach(account: Mapping[str, Any]) -> Api:
        http = DeskHttp(account["base_url"] + REST, transport=tracker, clock=lambda: NOW)
        return Api(http, account["token"])

    return RequestTrackerSetup(reach)
