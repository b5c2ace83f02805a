"""Two desks to hold the port's promises against, each with people who can be told what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, Protocol

import urllib3

from sandbox.running import RunningSandbox
from shared.adapters.zendesk.desk import ZendeskDesk
from shared.domain.boundary import Owner
from shared.domain.note import Block, BlockKind, Note, marker
from shared.domain.ticket import Customer, TicketStatus
from shared.ports.desk import Article, HelpDesk
from tests.fakes.desk import InMemoryDesk

QUEUES = {
    "Billing": "billing",
    "Technical": "technical",
    "Product": "product",
    "Customer care": "care",
    "Front desk": "front_desk",
}
OWN_FIELDS = ("category", "urgency", "rank")
AGENT = "ada@lumenboard.example"
# Queue whose members the agent above belongs to, on every desk.
AGENT_S_QUEUE = "billing"


class Staged(Protocol):
    """A desk with the people around it."""

    @property
    def desk(self) -> HelpDesk: ...

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str: ...

    def customer_writes(self, ticket_id: str, text: str) -> None: ...

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None: ...

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None: ...

    def sets_priority(self, ticket_id: str, priority: str) -> None: ...

    def solves(self, ticket_id: str) -> None: ...

    def closes(self, ticket_id: str) -> None: ...

    def rates(self, ticket_id: str, rating: str) -> None: ...

    def deletes(self, ticket_id: str) -> None: ...


class InMemory:
    """The fake."""

    def __init__(self) -> None:
        written = datetime(2026, 10, 1, 8, tzinfo=UTC)
        article = Article(
            id="1",
            title="Refunds",
            body="Within 14 days.",
            language="en",
            link="https://x.example/1",
            updated_at=written,
        )
        self.desk = InMemoryDesk(articles=[article])
        self._customer = Customer(
            id="41",
            name="Ann Chen",
            email="ann.chen@contract.example",
            company="Acme",
            plan="business",
            mrr=249.0,
            signed_up=date(2023, 4, 1),
        )

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        return self.desk.open_ticket(*texts, customer=self._customer, subject=subject, channel=channel)

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self.desk.customer_writes(ticket_id, text)

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self.desk.agent_writes(ticket_id, text, public=public)

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None:
        self.desk.edit(ticket_id, tags=tags)

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        fields = self.desk.fetch(ticket_id).fields
        self.desk.edit(ticket_id, fields=fields.model_copy(update={"priority": priority}))

    def solves(self, ticket_id: str) -> None:
        self.desk.edit(ticket_id, status=TicketStatus.SOLVED)

    def closes(self, ticket_id: str) -> None:
        self.desk.edit(ticket_id, status=TicketStatus.CLOSED)

    def rates(self, ticket_id: str, rating: str) -> None:
        self.desk.rate(ticket_id, rating)

    def deletes(self, ticket_id: str) -> None:
        self.desk.delete(ticket_id)


class Sandboxed:
    """The Zendesk connector on the sandbox desk."""

    def __init__(self, sandbox: RunningSandbox, secret: dict[str, Any], customer: str) -> None:
        self.sandbox = sandbox
        self.secret = secret
        self.desk = ZendeskDesk.connect(secret=secret, groups=QUEUES)
        self._customer = customer

    @classmethod
    @contextmanager
    def on(cls, sandbox: RunningSandbox) -> Iterator[Sandboxed]:
        """Empty the desk, set it up as an account of ours, and look afterwards whether a customer was written to."""
        sandbox.control("POST", "/reset")
        seeds = sandbox.control("GET", "/seeds")
        person = {
            "name": "Ann Chen",
            "email": "ann.chen@contract.example",
            "plan": "business",
            "mrr": 249,
            "signed_up": "2023-04-01",
            "organization": "Acme",
        }
        customer = sandbox.control("POST", "/customers", person)["customer"]["email"]
        secret = {
            "base_url": sandbox.zendesk,
            "client_id": seeds["client_id"],
            "client_secret": seeds["client_secret"],
            "integration_user_id": seeds["integration_user_id"],
            "fields": {name: _create_field(sandbox, seeds, name) for name in OWN_FIELDS},
        }
        staged = cls(sandbox, secret, customer)
        try:
            yield staged
        finally:
            staged.desk.close()
            sandbox.control("DELETE", "/faults")
        report = sandbox.control("GET", "/report")
        assert report["ok"], report["violations"]
        assert report["ignored_fields"] == 0

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        first, *others = texts
        more = [{"body": text} for text in others]
        wish = {"customer": self._customer, "subject": subject, "body": first, "channel": channel, "messages": more}
        return str(self.sandbox.control("POST", "/tickets", wish)["ticket"]["id"])

    def customer_writes(self, ticket_id: str, text: str) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": text})

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        wish = {"agent": AGENT, "body": text, "public": public}
        self.sandbox.control("POST", f"/tickets/{ticket_id}/agent-reply", wish)

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None:
        self.sandbox.control("PATCH", f"/tickets/{ticket_id}", {"agent": AGENT, "tags": sorted(tags)})

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        self.sandbox.control("PATCH", f"/tickets/{ticket_id}", {"agent": AGENT, "priority": priority})

    def solves(self, ticket_id: str) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/solve", {"agent": AGENT})

    def closes(self, ticket_id: str) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/close")

    def rates(self, ticket_id: str, rating: str) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/rate", {"score": rating})

    def deletes(self, ticket_id: str) -> None:
        self.sandbox.control("DELETE", f"/tickets/{ticket_id}")


def as_administrator(
    sandbox: RunningSandbox, login: Mapping[str, Any], method: str, path: str, wish: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Call the desk's API for what an administrator sets up, which the connector never does."""
    with urllib3.PoolManager(retries=False, timeout=10) as http:
        credentials = {name: login[name] for name in ("client_id", "client_secret")}
        grant = {"grant_type": "client_credentials", "scope": "read write", **credentials}
        token = http.request("POST", f"{sandbox.zendesk}/oauth/tokens", json=grant).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = http.request(method, f"{sandbox.zendesk}{path}", json=wish, headers=headers)
        assert answer.status in (200, 201), answer.data
        body: dict[str, Any] = answer.json()
        return body


def _create_field(sandbox: RunningSandbox, login: Mapping[str, Any], name: str) -> int:
    wish = {"ticket_field": {"type": "integer" if name == "rank" else "text", "title": f"Firstline {name}"}}
    return int(as_administrator(sandbox, login, "POST", "/api/v2/ticket_fields", wish)["ticket_field"]["id"])


def note(version: str = "1", text: str = "Calm and clear.") -> Note:
    """A note as triage writes one."""
    mark = marker(version)
    return Note(
        owner=Owner.AGENT_WITH_BRIEFING,
        blocks=(
            Block(kind=BlockKind.HEADING, lines=("Briefing — a person answers this one",)),
            Block(kind=BlockKind.LIST, title="Recommended tone", lines=(text,)),
            Block(kind=BlockKind.SMALL, lines=(f"Firstline · {mark}",)),
        ),
        marker=mark,
    )
