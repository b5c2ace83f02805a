"""Tickets as the desk tells them, and the little we keep about each."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.domain.observation import Urgency
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


class Pause(Record):
    """A time in which the desk's status stood still; `until` is None while it lasts."""

    status: TicketStatus
    since: Instant
    until: Instant | None = None


class StageTime(Record):
    """A stage of a clock before its warning, and its moment."""

    name: str
    at: Instant


class Clock(Record):
    """One target of one wait.

    While it is paused, its moments are those that it would have if it went on at once; only what lies before
    the pause is sure.

    Attributes:
        rule: the rule of the policy that promised it; "" for what everybody is promised.
        minutes: the promise in open time.
        early: the stages before the warning.
        warn_at: the last stage before the deadline.
        stopped_at: when it was answered or solved.
        fired: names of the stages that were recorded.
    """

    target: Target
    started_at: Instant
    rule: str = ""
    minutes: int = 0
    early: tuple[StageTime, ...] = ()
    warn_at: Instant
    due_at: Instant
    paused_at: Instant | None = None
    stopped_at: Instant | None = None
    fired: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[StageTime, ...]:
        """Every stage in order, the breach last."""
        warning = StageTime(name=DueKind.WARNING, at=self.warn_at)
        return (*self.early, warning, StageTime(name=DueKind.BREACH, at=self.due_at))


class DueKind(StrEnum):
    """What the scan has to do when a ticket comes due."""

    UNTRIAGED = "untriaged"
    EARLY = "early"
    WARNING = "warning"
    BREACH = "breach"
    SHOW = "show"


class Due(Record):
    """The next thing that happens to a ticket by the clock, and when.

    Attributes:
        target: whose clock it is.
        stage: the stage's name.
    """

    kind: DueKind
    at: Instant
    target: Target | None = None
    stage: str = ""


class TicketState(Record):
    """What we remember about a ticket. The desk owns the ticket; this is state about it.

    Attributes:
        revision: counts our writes; a write is refused unless it carries the revision that was read.
        version: id of the customer's newest message.
        started: the version that an execution was started for.
        decided: the version that route decided.
        bounded: once true, true until a human lifts it or the ticket is solved.
        seen: the shared fields as ingest last saw them, before this product wrote any.
        wrote: the shared fields as we last wrote them.
        tried: the shared fields of a write in several requests that was begun and not yet known to be complete.
        standing: the shared fields as the last look found them.
        holder: who holds the ticket because a person said so, against what we had written.
        called: whether somebody on call heard of it, until it is over.
        noted: the version whose note stands on the desk.
        tags: other people's tags on the desk, by which a rule of the policy may promise more.
        clocks: the newest clock of each target.
        pauses: when the desk's status stood still, as far as we saw it.
        late: the version that nobody had triaged in time.
        desk_sla: the desk's own SLA figures at the last look.
        desk_response: the desk's own first response time, as first told.
        show_at: when to make recorded stages visible that the desk could not be told of yet.
        clock_offset: the desk's clock minus ours, in whole minutes.
    """

    key: TicketKey
    revision: int = 0
    status: TicketStatus
    channel: str
    customer_id: str
    plan: str | None = None
    category: str | None = None
    created_at: Instant
    desk_updated_at: Instant
    version: str | None = None
    version_at: Instant | None = None
    policy: str = ""
    started: str | None = None
    decided: str | None = None
    owner: str | None = None
    bounded: bool = False
    queue: str | None = None
    rank: int | None = None
    rank_reasons: tuple[str, ...] = ()
    customer_success: bool = False
    urgency: Urgency | None = None
    tags: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    pauses: tuple[Pause, ...] = ()
    due: Due | None = None
    late: str | None = None
    desk_sla: tuple[DeskClock, ...] = ()
    desk_response: DeskResponse | None = None
    show_at: Instant | None = None
    clock_offset: timedelta = timedelta(0)
    first_response_at: Instant | None = None
    solved_at: Instant | None = None
    reopened_at: Instant | None = None
    rating: str | None = None
    seen: DeskFields = DeskFields()
    wrote: DeskFields = DeskFields()
    tried: DeskFields = DeskFields()
    standing: DeskFields = DeskFields()
    holder: str | None = None
    called: bool = False
    noted: str | None = None
    link: str = ""

    def clock_of(self, target: Target) -> Clock | None:
        """The newest clock of a target."""
        return next((clock for clock in self.clocks if clock.target is target), None)

    @property
    def clock(self) -> Clock | None:
        """The first response clock."""
        return self.clock_of(Target.FIRST_RESPONSE)

    @property
    def fired(self) -> tuple[str, ...]:
        """The stages of the first response clock that were recorded."""
        return self.clock.fired if self.clock else ()


def execution_name(key: TicketKey, version: str, attempt: int = 0) -> str:
    """The name of the execution that triages one version.

    Step Functions takes no `: / , #` in names and at most 80 characters, so the version is hashed.
    """
    digest = hashlib.sha256(f"{key.desk}\n{key.id}\n{version}".encode()).hexdigest()[:40]
    return digest if attempt == 0 else f"{digest}-r{attempt}"
