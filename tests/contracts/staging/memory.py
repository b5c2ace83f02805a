"""The fake that other tests use."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from shared.domain.errors import DeskConflict, DeskRateLimited, DeskRefused, DeskUnavailable, FirstlineError
from shared.domain.ticket import Customer, DeskFields, TicketStatus
from shared.ports.desk import Abilities, Article
from tests.contracts.staging.staged import AGENT, AGENT_S_QUEUE, Sent, Traits
from tests.fakes.desk import InMemoryDesk, InMemorySignature, event_body

_AT = "2026-11-23T10:00:00Z"
_ANN = Customer(
    id="41",
    name="Ann Chen",
    email="ann.chen@contract.example",
    company="Acme",
    plan="business",
    mrr=249.0,
    signed_up=date(2023, 4, 1),
)
_API = Article(
    id="1",
    title="Use the API",
    body="## How many requests\n\nA key may make 120 requests a minute.",
    language="en",
    link="https://x.example/1",
    updated_at=datetime(2026, 10, 1, 8, tzinfo=UTC),
)


class InMemory:
    """See `Staged`."""

    traits = Traits(header=InMemorySignature.HEADER)
    secret = "of-the-fake"

    def __init__(self, *, drafts: bool = False) -> None:
        abilities = Abilities(drafts=drafts, one_request=True)
        self.desk = InMemoryDesk(articles=[_API], abilities=abilities, longest=100_000)
        self.signature = InMemorySignature()
        self._listening = False
        self._told: list[tuple[str, str, str]] = []

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        id = self.desk.open_ticket(*texts, customer=_ANN, subject=subject, channel=channel)
        self._tell(id, "created", _ANN.id)
        return id

    def stranger_opens(self, text: str) -> str:
        return self.desk.open_ticket(text, customer=Customer(id="42", email="who@contract.example"))

    def customer_writes(self, ticket_id: str, text: str, *, attachments: Iterable[str] = ()) -> None:
        self.desk.customer_writes(ticket_id, text, attachments=attachments)
        self._tell(ticket_id, "comment_added", _ANN.id)

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self.desk.agent_writes(ticket_id, text, public=public)
        self._tell(ticket_id, "comment_added", "900002")

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None:
        self.desk.edit(ticket_id, tags=tags)

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        self.desk.edit(ticket_id, fields=DeskFields(priority=priority))

    def assigns(self, ticket_id: str) -> None:
        self.desk.edit(ticket_id, fields=DeskFields(queue=AGENT_S_QUEUE, assignee=AGENT))

    def solves(self, ticket_id: str) -> None:
        self.desk.edit(ticket_id, status=TicketStatus.SOLVED)

    def locks(self, ticket_id: str) -> None:
        self.desk.lock(ticket_id)

    def rates(self, ticket_id: str, rating: str) -> None:
        self.desk.rate(ticket_id, rating)

    def deletes(self, ticket_id: str) -> None:
        self.desk.delete(ticket_id)

    def files_as_spam(self, ticket_id: str) -> None:
        self.desk.delete(ticket_id)

    def drafts(self, ticket_id: str) -> list[str]:
        return [text for id, text in self.desk.drafts.items() if id == ticket_id]

    def listens(self) -> None:
        self._listening = True

    def delivered(self) -> list[Sent]:
        ours = [(id, "comment_added", self.desk.own_user_id) for id, _ in self.desk.writes]
        told = enumerate(self._told + ours)
        return [self._sent(f"d{n}", event_body(id, kind=kind, at=_AT, actor_id=actor)) for n, (id, kind, actor) in told]

    def _sent(self, id: str, body: bytes) -> Sent:
        signed = InMemorySignature.sign(body, self.secret)
        return Sent({InMemorySignature.HEADER: signed, InMemorySignature.ID: id}, body)

    def of_another_account(self) -> bytes | None:
        return None

    def refuses(self, status: int, *, retry_after: float | None = None) -> None:
        self.desk.fail_next(_error(status, retry_after))

    def breaks_off(self, *, after: int) -> None:
        self.desk.fail_next(DeskUnavailable("the answer was lost"), when="after")

    def _tell(self, ticket_id: str, kind: str, actor: str) -> None:
        if self._listening:
            self._told.append((ticket_id, kind, actor))


def _error(status: int, retry_after: float | None) -> FirstlineError:
    if status == 409:
        return DeskConflict("409")
    if status == 429:
        return DeskRateLimited("429", retry_after=retry_after)
    return DeskUnavailable("5xx", retry_after=retry_after) if status >= 500 else DeskRefused("4xx", status=status)
