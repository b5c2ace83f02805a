"""The little we keep about each ticket: its clocks, and what happens to it next."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from shared.domain.observation import Urgency
from shared.domain.record import Instant, Record
from shared.domain.ticket import DeskClock, DeskFields, DeskResponse, Target, TicketKey, TicketStatus


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
