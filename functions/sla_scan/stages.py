"""Which stages a ticket has passed, and the state that remembers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.domain.intake import due_of, running
from shared.domain.policy import Policy
from shared.domain.rank import raised, raised_because
from shared.domain.sla import kind_of, unrecorded
from shared.domain.sla_policy import Stage, Step, Steps
from shared.domain.ticket import DeskFields
from shared.domain.ticket_state import Clock, DueKind, StageTime, TicketState

_GRAVEST_FIRST = (DueKind.UNTRIAGED, DueKind.BREACH, DueKind.WARNING, DueKind.EARLY)


@dataclass(frozen=True)
class Passed:
    """The stages of one clock that were passed and not recorded yet; without a clock, that nobody triaged a version."""

    clock: Clock | None
    stages: tuple[StageTime, ...]
    occasion: str

    @property
    def target(self) -> str:
        """Whose stages they are, in records."""
        return self.clock.target if self.clock else "triage"

    @property
    def stage(self) -> str:
        """The name of the stage to act on: the last one. What lies before it is recorded, and nothing more."""
        return self.stages[-1].name

    @property
    def kind(self) -> DueKind:
        """What kind of stage that is."""
        return kind_of(self.stage) if self.clock else DueKind.UNTRIAGED

    def steps(self, policy: Policy) -> Steps:
        """What the policy has done about it."""
        sla = policy.sla
        if self.kind is DueKind.UNTRIAGED:
            return (Step.DESK, Step.MANAGER)
        if self.kind is not DueKind.EARLY:
            return sla.on_breach if self.kind is DueKind.BREACH else sla.on_warning
        return next((stage.does for stage in sla.stages if stage.name == self.stage), Stage(at=0.5).does)


def passed_by(state: TicketState, now: datetime) -> tuple[Passed, ...]:
    """Everything that is due on a ticket and not recorded, the gravest first."""
    if state.due is None or state.due.at > now:
        return ()
    found = []
    version = state.version or ""
    if state.due.kind is DueKind.UNTRIAGED and state.late != version:
        late = StageTime(name=DueKind.UNTRIAGED, at=state.due.at)
        found.append(Passed(clock=None, stages=(late,), occasion=version))
    found += [
        Passed(clock=clock, stages=stages, occasion=clock.started_at.isoformat())
        for clock in running(state)
        if (stages := unrecorded(clock, now + state.clock_offset))
    ]
    return tuple(sorted(found, key=lambda one: _GRAVEST_FIRST.index(one.kind)))


def remembered(
    state: TicketState, passed: tuple[Passed, ...], *, now: datetime, wrote: DeskFields | None, show_at: datetime | None
) -> TicketState:
    """The state with these stages in it, raised where a last warning was passed, and with what is due next.

    Args:
        wrote: the fields written to the desk; None where it was not told.
        show_at: when to tell it then.
    """
    names = {one.clock.target: tuple(stage.name for stage in one.stages) for one in passed if one.clock}
    clocks = tuple(
        clock.model_copy(update={"fired": tuple(dict.fromkeys((*clock.fired, *names.get(clock.target, ()))))})
        for clock in state.clocks
    )
    kinds = {one.kind for one in passed}
    up = bool(kinds - {DueKind.EARLY})
    changed = state.model_copy(
        update={
            "clocks": clocks,
            "late": state.version if DueKind.UNTRIAGED in kinds else state.late,
            "rank": raised(state.rank) if up and state.rank is not None else state.rank,
            "rank_reasons": raised_because(state.rank_reasons) if up and state.rank is not None else state.rank_reasons,
            "wrote": state.wrote.with_(wrote or DeskFields()),
            "standing": state.standing.with_(wrote or DeskFields()),
            "show_at": None if wrote is not None else show_at,
        }
    )
    return changed.model_copy(update={"due": due_of(changed, now=now)})


def shown_stages(state: TicketState) -> frozenset[DueKind]:
    """What the desk should show of the clocks that run."""
    kinds = {kind_of(stage) for clock in running(state) for stage in clock.fired}
    late = state.late is not None and state.late == state.version and state.noted != state.version
    return frozenset(kinds | {DueKind.UNTRIAGED}) if late else frozenset(kinds)
