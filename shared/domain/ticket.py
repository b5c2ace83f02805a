"""Tickets as the desk tells them. What we keep of each is in `ticket_state`."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.domain.record import Instant, Record


class TicketKey(Record):
    """Which ticket: the desk's name and the desk's own id."""

    desk: str
    id: str

    def __str__(self) -> str:
        return f"{self.desk}/{self.id}"


class VersionRef(Record):
    """One version of one ticket, and the policy it is judged by: all that travels between the steps of triage."""

    desk: str
    ticket_id: str
    version: str
    policy: str

    @property
    def key(self) -> TicketKey:
        """The ticket."""
        return TicketKey(desk=self.desk, id=self.ticket_id)


def execution_name(key: TicketKey, version: str, attempt: int = 0) -> str:
    """The name of the execution that triages one version.

    Step Functions takes no `: / , #` in names and at most 80 characters, so the version is hashed.
    """
    digest = hashlib.sha256(f"{key.desk}\n{key.id}\n{version}".encode()).hexdigest()[:40]
    return digest if attempt == 0 else f"{digest}-r{attempt}"


class Role(StrEnum):
    """Who wrote a message. `US` is this product's own user on the desk."""

    CUSTOMER = "customer"
    AGENT = "agent"
    US = "us"


EARLIER_KEPT = 5


class TicketStatus(StrEnum):
    """Where a ticket stands, in words that every desk's own states map to."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"
    GONE = "gone"

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for anything any more."""
        return self in (TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.GONE)


class Message(Record):
    """One message of the conversation. The text is what the desk shows as plain text.

    Attributes:
        author: their name, as the desk shows it.
        address: the author's mail address, where the desk tells it.
        attachments: their file names; what is in them is never fetched.
        headers: those of the mail that say whether a machine wrote it, names in lower case, where the desk gives them.
    """

    id: str
    role: Role
    author: str = ""
    address: str = ""
    public: bool
    text: str
    at: Instant
    attachments: tuple[str, ...] = ()
    headers: dict[str, str] = {}


class Customer(Record):
    """Who asks, with what the company's data says about them; None where it says nothing.

    Attributes:
        mrr: monthly recurring revenue in the company's currency.
        signed_up: the day the company became a customer, not the day its contact appeared on the desk.
        success_owner: mail address of whoever looks after the customer in customer success.
        as_of: the day of the company's own data, where some was imported.
    """

    id: str
    name: str = ""
    email: str = ""
    company: str = ""
    plan: str | None = None
    mrr: float | None = None
    signed_up: date | None = None
    seats: int | None = None
    renewal_date: date | None = None
    success_owner: str | None = None
    as_of: date | None = None


class EarlierTicket(Record):
    """A ticket the customer had before this one."""

    id: str
    subject: str
    status: TicketStatus
    created_at: Instant


class Snapshot(Record):
    """A customer as the desk told of them at one moment.

    Attributes:
        tickets: their newest tickets, at most 20, newest first; the one at hand may be among them.
    """

    customer: Customer
    tickets: tuple[EarlierTicket, ...] = ()


class DeskFields(Record):
    """The fields of a ticket that people and this product both may write.

    Queue is the policy's queue id (None: a group the policy does not know), assignee an agent's mail address.
    """

    priority: str | None = None
    queue: str | None = None
    assignee: str | None = None

    def with_(self, newer: DeskFields) -> DeskFields:
        """These fields, with those of a newer write in place where it has any."""
        return self.model_copy(update=newer.model_dump(exclude_none=True))


class Target(StrEnum):
    """What a customer is promised within a time."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class Stands(StrEnum):
    """How a target stands by the desk's own SLA policy."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"


class DeskClock(Record):
    """A target as the desk's own SLA policy counts it.

    Attributes:
        metric: the desk's word for it.
        due_at: None where the desk tells none, as it may for a target that is paused or over.
    """

    target: Target
    metric: str
    stands: Stands
    due_at: Instant | None = None


class DeskResponse(Record):
    """The first response time as the desk's own reports count it, whole minutes from the ticket's creation.

    Attributes:
        open_minutes: in the desk's own business hours; None where it does not tell them.
    """

    minutes: int
    open_minutes: int | None = None


def response_between(created_at: datetime, answered_at: datetime | None) -> DeskResponse | None:
    """The first response time of a desk that tells the moment of the first answer; None before there is one."""
    if answered_at is None:
        return None
    return DeskResponse(minutes=max(0, int((answered_at - created_at).total_seconds() // 60)))


class DeskTicket(Record):
    """A ticket as the desk tells it right now, with its whole conversation.

    Attributes:
        stamp: the desk's own mark of this state, handed back to make a write conditional.
        custom: this product's own fields on the desk, by their name in the policy's words.
        messages: oldest first.
        customer: as far as the ticket itself tells of them: the id, and name and address where it does.
        earlier: none, until `known_by` has put them there.
        sla: the desk's own SLA figures, where it has them and tells them.
        response: the desk's own first response time, where it tells one.
        merged: closed because it was merged into another ticket, on a desk that keeps such tickets.
        clock_offset: the desk's clock minus ours.
    """

    key: TicketKey
    subject: str
    channel: str
    status: TicketStatus
    fields: DeskFields
    tags: frozenset[str] = frozenset()
    custom: dict[str, str] = {}
    created_at: Instant
    updated_at: Instant
    stamp: str
    solved_at: Instant | None = None
    rating: str | None = None
    messages: tuple[Message, ...]
    customer: Customer
    earlier: tuple[EarlierTicket, ...] = ()
    link: str = ""
    sla: tuple[DeskClock, ...] = ()
    response: DeskResponse | None = None
    merged: bool = False
    clock_offset: timedelta = timedelta(0)

    def known_by(self, snapshot: Snapshot) -> DeskTicket:
        """This ticket with all that is known of its customer, and their newest five tickets before it."""
        before = (one for one in snapshot.tickets if one.id != self.key.id and one.created_at <= self.created_at)
        newest = sorted(before, key=lambda one: one.created_at, reverse=True)[:EARLIER_KEPT]
        return self.model_copy(update={"customer": snapshot.customer, "earlier": tuple(newest)})

    @property
    def newest_from_customer(self) -> Message | None:
        """The customer's newest public message: its id is the ticket's version."""
        return next((m for m in reversed(self.messages) if m.role is Role.CUSTOMER and m.public), None)

    def answered_after(self, message: Message) -> Message | None:
        """The first public answer by an agent after a message, if there is one.

        Order decides, not time: desks tell whole seconds, and an answer may stand in the second before a question.
        """
        behind = next((place for place, one in enumerate(self.messages, 1) if one.id == message.id), 0)
        return next((m for m in self.messages[behind:] if m.public and m.role is Role.AGENT), None)
