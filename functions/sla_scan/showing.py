"""Making stages visible on the desk, where nobody's hand is overruled."""

from __future__ import annotations

from collections.abc import Set

from shared.domain.errors import DeskConflict, FirstlineError, TransientError
from shared.domain.intake import response_clock
from shared.domain.note import Note, carries, hand_over_note
from shared.domain.rank import raised, raised_because
from shared.domain.ticket import DeskFields, DeskTicket
from shared.domain.ticket_state import DueKind, TicketState
from shared.domain.writing import (
    STAGE_PRIORITY,
    STAGE_TAG,
    TAG,
    TAG_URGENT,
    fields_to_write,
    on_desk,
    standing,
)
from shared.ports.desk import DeskChange, HelpDesk

_BY_WEIGHT = ("low", "normal", "high", "urgent")


def show(
    desk: HelpDesk, ticket: DeskTicket, state: TicketState, stages: Set[DueKind], *, fallback: str, agent: str | None
) -> DeskFields:
    """Write what the stages raise and answer the fields that are ours now.

    Args:
        fallback: the queue for what nobody triaged.
        agent: who takes the ticket over; None leaves it where it is.

    Raises:
        DeskConflict: somebody edited the ticket since we looked.
        FirstlineError: the desk did not take it.
    """
    up = stages - {DueKind.EARLY}
    priority = max((STAGE_PRIORITY.get(stage, "low") for stage in stages), key=_BY_WEIGHT.index, default="low")
    stands = ticket.fields.priority
    lowers = stands is not None and stands in _BY_WEIGHT and _BY_WEIGHT.index(stands) >= _BY_WEIGHT.index(priority)
    queue = (state.queue or fallback) if DueKind.UNTRIAGED in stages else None
    wanted = DeskFields(priority=priority if up else None, queue=queue, assignee=agent)
    raising = wanted.model_copy(update={"priority": None}) if lowers else wanted
    fields = fields_to_write(raising, now=ticket.fields, seen=state.seen, wrote=state.wrote)
    tags = frozenset(STAGE_TAG[stage] for stage in stages)
    change = DeskChange(
        stamp=ticket.stamp,
        fields=fields,
        add_tags=frozenset({TAG, *tags, *({TAG_URGENT} if up else ())}),
        custom=_custom(state, up=bool(up)),
        note=_late_note(state, ticket) if DueKind.UNTRIAGED in stages else None,
    )
    desk.write(state.key.id, change)
    # Our tag is there already: an earlier run wrote, and ended before it could remember.
    return fields.with_(standing(wanted, ticket.fields)) if tags <= ticket.tags else fields


def _custom(state: TicketState, *, up: bool) -> dict[str, str]:
    custom = {}
    if state.rank is not None and up:
        custom = {"rank": str(raised(state.rank)), "rank_reason": "; ".join(raised_because(state.rank_reasons))}
    if clock := response_clock(state):
        custom["first_response_due"] = on_desk(clock.due_at)
    return custom


def _late_note(state: TicketState, ticket: DeskTicket) -> Note | None:
    """The note that says that nobody triaged this; None where it stands already."""
    note = hand_over_note(version=f"{state.version}-late", failed_at="triage")
    return None if any(carries(message.text, note.marker) for message in ticket.messages) else note


class Reach:
    """The desks in one run: one that does not answer is not asked again, and none is written to faster than it bears.

    Args:
        writes: how many writes a run may make.
    """

    def __init__(self, writes: int) -> None:
        self._silent: set[str] = set()
        self._left = writes

    def may_ask(self, desk: str) -> bool:
        """Whether there is a point in asking a desk."""
        return desk not in self._silent and self._left > 0

    def asked(self) -> None:
        """A write was made."""
        self._left -= 1

    def failed(self, desk: str, error: FirstlineError) -> None:
        """A desk did not answer; the others do not wait for it again. What it refused says nothing of other tickets."""
        if isinstance(error, TransientError) and not isinstance(error, DeskConflict):
            self._silent.add(desk)
