"""A helpdesk in memory. The contract suite holds it to what the real connectors do."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.domain.delivery import Delivery
from shared.domain.errors import (
    DeskConflict,
    FirstlineError,
    SignatureRefused,
    TicketGone,
    TicketLocked,
    UnreadableEvent,
)
from shared.domain.events import DeskEvent, EventSource, RawEvent
from shared.domain.note import Note
from shared.domain.record import Instant
from shared.domain.text import bounded
from shared.domain.ticket import (
    Customer,
    DeskClock,
    DeskFields,
    DeskTicket,
    EarlierTicket,
    Message,
    Role,
    Snapshot,
    TicketKey,
    TicketStatus,
    response_between,
)
from shared.ports.desk import Abilities, Article, Change, ChangePage, DeskChange

_FIRST_KEPT, _NEWEST_KEPT, _EARLIER_KEPT = 20, 180, 20
_PAGE = 100


class _Event(BaseModel):
    """What this desk sends: the whole of a `DeskEvent`, or a change found by polling."""

    model_config = ConfigDict(extra="ignore")

    ticket_id: str = Field(pattern=r"^[0-9]{1,20}$")
    kind: str = "reconciled"
    at: Instant | None = None
    updated_at: Instant | None = None
    actor_id: str | None = None
    can_change_version: bool = True


class TickingClock:
    """A clock that moves by one second each time it is read."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class InMemoryDesk:
    """Tickets in a dictionary, with people who write, edit and delete.

    Attributes:
        abilities: what this desk can do; a desk with drafts keeps them in `drafts`, by ticket.
        warnings: what the last write left out.
        customers_read: whose data was asked for, in order.
        fetched: which tickets were asked for, in order.
        writes: every change that was asked for, in order, also those that were refused.
    """

    def __init__(
        self,
        *,
        name: str = "zendesk",
        own_user_id: str = "900001",
        queues: Iterable[str] = ("billing", "technical", "product", "care", "front_desk"),
        agents: Iterable[str] = ("ada@lumenboard.example", "bruno@lumenboard.example"),
        articles: Iterable[Article] = (),
        abilities: Abilities | None = None,
        longest: int = 1_000_000,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._name = name
        self._own_user_id = own_user_id
        self._queues = frozenset(queues)
        self._agents = frozenset(agents)
        self._articles = tuple(articles)
        self.abilities = abilities or Abilities(drafts=False, one_request=True)
        self._longest = longest
        self.drafts: dict[str, str] = {}
        self._locked: set[str] = set()
        self._clock = clock or TickingClock()
        self._tickets: dict[str, DeskTicket] = {}
        self._ids = count(1001)
        self._message_ids = count(70_001)
        self._stamps = count(1)
        self._log: list[Change] = []
        self._failures: list[tuple[FirstlineError, str]] = []
        self.warnings: tuple[str, ...] = ()
        self.writes: list[tuple[str, DeskChange]] = []
        self.customers_read: list[str] = []
        self.fetched: list[str] = []

    # ---- the port

    @property
    def name(self) -> str:
        return self._name

    @property
    def own_user_id(self) -> str:
        return self._own_user_id

    def parse(self, raw: RawEvent) -> DeskEvent:
        try:
            event = _Event.model_validate_json(raw.body)
        except ValidationError as error:
            raise UnreadableEvent(f"{len(error.errors())} fields are not as expected") from None
        if raw.source is EventSource.RECONCILE and event.updated_at is None:
            raise UnreadableEvent("updated_at is missing")
        return DeskEvent(
            ticket_id=event.ticket_id,
            kind=event.kind,
            at=event.at or event.updated_at or raw.received_at,
            actor_id=event.actor_id,
            can_change_version=event.can_change_version,
        )

    def fetch(self, ticket_id: str) -> DeskTicket:
        self.fetched.append(ticket_id)
        self._fail("before")
        ticket = self._existing(ticket_id)
        kept = ticket.messages[:_FIRST_KEPT] + ticket.messages[_FIRST_KEPT:][-_NEWEST_KEPT:]
        bare = Customer(id=ticket.customer.id, name=ticket.customer.name, email=ticket.customer.email)
        return ticket.model_copy(update={"messages": kept, "customer": bare})

    def customer(self, customer_id: str) -> Snapshot:
        self._fail("before")
        self.customers_read.append(customer_id)
        theirs = [one for one in self._tickets.values() if one.customer.id == customer_id]
        newest = sorted(theirs, key=lambda one: one.created_at, reverse=True)[:_EARLIER_KEPT]
        told = (
            EarlierTicket(id=one.key.id, subject=one.subject, status=one.status, created_at=one.created_at)
            for one in newest
        )
        return Snapshot(customer=newest[0].customer if newest else Customer(id=customer_id), tickets=tuple(told))

    def write(self, ticket_id: str, change: DeskChange) -> str:
        self._fail("before")
        self.writes.append((ticket_id, change))
        ticket = self._existing(ticket_id)
        if ticket.status is TicketStatus.CLOSED or ticket_id in self._locked:
            raise TicketLocked(f"ticket {ticket_id} is closed", status=422)
        if ticket.stamp != change.stamp:
            raise DeskConflict(f"ticket {ticket_id} changed since it was read")
        fields = self._possible(change.fields)
        if change.draft_reply is not None and not self.abilities.drafts:
            raise AssertionError("this desk has no drafts")
        if change.note is not None:
            self.drafts.pop(ticket_id, None)
        if change.draft_reply is not None:
            self.drafts[ticket_id] = change.draft_reply
        note = (self._note(change.note),) if change.note else ()
        written = self._store(
            ticket,
            fields=ticket.fields.model_copy(update=fields.model_dump(exclude_none=True)),
            tags=(ticket.tags | change.add_tags) - change.remove_tags,
            custom={**ticket.custom, **change.custom},
            messages=ticket.messages + note,
        )
        self._fail("after")
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        self._fail("before")
        notes = (m for m in self._existing(ticket_id).messages if m.role is Role.US and not m.public)
        return any(word.rstrip(".,") == marker for note in notes for word in note.text.split())

    def changed_since(self, mark: str | None) -> ChangePage:
        self._fail("before")
        start = int(mark) if mark and mark.isdecimal() else 0
        newest = {change.ticket_id: change for change in self._log[start : start + _PAGE]}
        end = min(start + _PAGE, len(self._log))
        return ChangePage(changes=tuple(newest.values()), mark=str(end), more=end < len(self._log))

    def articles(self) -> Iterable[Article]:
        self._fail("before")
        return iter(self._articles)

    def close(self) -> None:
        """There is nothing to close."""

    # ---- people on the desk

    def open_ticket(
        self,
        *texts: str,
        customer: Customer | None = None,
        subject: str = "A question",
        channel: str = "email",
        tags: Iterable[str] = (),
    ) -> str:
        """A customer writes, once or several times; answers the ticket's id."""
        id, now = str(next(self._ids)), self._clock()
        ticket = DeskTicket(
            key=TicketKey(desk=self._name, id=id),
            subject=subject,
            channel=channel,
            status=TicketStatus.NEW,
            fields=DeskFields(),
            tags=frozenset(tags),
            created_at=now,
            updated_at=now,
            stamp="0",
            messages=tuple(self._message(Role.CUSTOMER, text) for text in texts),
            customer=customer or Customer(id="41", name="Ann Chen", email="ann@example.com"),
            link=f"https://desk.example/tickets/{id}",
        )
        self._store(ticket)
        return id

    def customer_writes(self, ticket_id: str, text: str, *, attachments: Iterable[str] = ()) -> str:
        """Another message of the customer; answers its id. A waiting or solved ticket opens again."""
        ticket, message = self._existing(ticket_id), self._message(Role.CUSTOMER, text)
        message = message.model_copy(update={"attachments": tuple(attachments)})
        open_again = ticket.status in (TicketStatus.PENDING, TicketStatus.SOLVED)
        status = TicketStatus.OPEN if open_again else ticket.status
        self._store(ticket, messages=(*ticket.messages, message), status=status)
        return message.id

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> str:
        """An agent answers, or leaves a note for colleagues; answers the message's id."""
        ticket, message = self._existing(ticket_id), self._message(Role.AGENT, text, public=public)
        response = ticket.response or (response_between(ticket.created_at, message.at) if public else None)
        self._store(ticket, messages=(*ticket.messages, message), response=response)
        return message.id

    def counts(self, ticket_id: str, *clocks: DeskClock) -> None:
        """The desk's own SLA policy applies to a ticket and says this of it."""
        self._store(self._existing(ticket_id), sla=clocks)

    def edit(
        self,
        ticket_id: str,
        *,
        fields: DeskFields | None = None,
        tags: Iterable[str] | None = None,
        status: TicketStatus | None = None,
        custom: Mapping[str, str] | None = None,
    ) -> None:
        """An agent changes fields by hand. Tags are all the ticket shall have."""
        ticket = self._existing(ticket_id)
        self._store(
            ticket,
            fields=ticket.fields.model_copy(update=(fields or DeskFields()).model_dump(exclude_none=True)),
            tags=ticket.tags if tags is None else frozenset(tags),
            status=status or ticket.status,
            solved_at=self._clock() if status is TicketStatus.SOLVED else ticket.solved_at,
            custom={**ticket.custom, **(custom or {})},
        )

    def rate(self, ticket_id: str, rating: str) -> None:
        """The customer says how it was."""
        self._store(self._existing(ticket_id), rating=rating)

    def delete(self, ticket_id: str) -> None:
        """Somebody deletes the ticket."""
        self._log.append(Change(ticket_id=ticket_id, updated_at=self._clock()))
        del self._tickets[ticket_id]

    def lock(self, ticket_id: str) -> None:
        """From now on the ticket takes nothing more."""
        self._locked.add(ticket_id)

    def fail_next(self, error: FirstlineError, *, when: str = "before") -> None:
        """Let a call fail: the next one at all, or with `when="after"` the next write, after it was done."""
        self._failures.append((error, when))

    # ---- inside

    def _fail(self, when: str) -> None:
        for planned in self._failures:
            if planned[1] == when:
                self._failures.remove(planned)
                raise planned[0]

    def _existing(self, ticket_id: str) -> DeskTicket:
        if ticket_id not in self._tickets:
            raise TicketGone(f"the desk has no ticket {ticket_id}")
        return self._tickets[ticket_id]

    def _store(self, ticket: DeskTicket, **update: object) -> DeskTicket:
        now = self._clock()
        fresh = {"updated_at": now, "stamp": str(next(self._stamps))}
        stored = ticket.model_copy(update={**update, **fresh})
        self._tickets[ticket.key.id] = stored
        self._log.append(Change(ticket_id=ticket.key.id, updated_at=now))
        return stored

    def _message(self, role: Role, text: str, *, public: bool = True) -> Message:
        text = bounded(text, self._longest)
        author = {Role.CUSTOMER: "Ann Chen", Role.AGENT: "Ada", Role.US: "Firstline"}[role]
        id = str(next(self._message_ids))
        return Message(id=id, role=role, author=author, public=public, text=text, at=self._clock())

    def _note(self, note: Note) -> Message:
        lines = [line for block in note.blocks for line in (block.title, *block.lines) if line]
        return self._message(Role.US, "\n".join(lines), public=False)

    def _possible(self, wanted: DeskFields) -> DeskFields:
        """The fields that this desk can set; the others are named in `warnings`."""
        missing = {
            "queue": wanted.queue is not None and wanted.queue not in self._queues,
            "assignee": wanted.assignee is not None and wanted.assignee not in self._agents,
        }
        self.warnings = tuple(f"{field}: the desk has no such {field}" for field, gone in missing.items() if gone)
        return wanted.model_copy(update={field: None for field, gone in missing.items() if gone})


class InMemorySignature:
    """The signature of this desk's webhooks: hex of HMAC-SHA256 over the body. It knows no time."""

    HEADER = "x-desk-signature"
    ID = "x-desk-delivery"

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: datetime) -> Delivery:
        given = headers.get(self.HEADER, "")
        if not re.fullmatch(r"[0-9a-f]{64}", given):
            raise SignatureRefused(f"the header {self.HEADER} is missing or malformed")
        fits = [hmac.compare_digest(self.sign(body, secret), given) for secret in secrets if secret]
        if not any(fits):
            raise SignatureRefused("the signature does not fit the body")
        return Delivery(id=headers[self.ID])

    @staticmethod
    def sign(body: bytes, secret: str) -> str:
        """What the desk puts into the header."""
        return hmac.digest(secret.encode(), body, "sha256").hex()


def event_body(ticket_id: str, **more: object) -> bytes:
    """The body of an event as this desk sends it."""
    return json.dumps({"ticket_id": ticket_id, **more}).encode()
