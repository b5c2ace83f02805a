"""Place in the queue: one number, and the reason for it.

Two bands, and within a band a virtual deadline: the due time less credits for urgency and value. The virtual
deadline is a fixed moment, so a waiting ticket moves up by itself as later ones arrive; the number is written anew
only when the ticket is decided, and when its last warning raises it into the top band. It starves nowhere: behind
its deadline it is in the top band, and there only tickets can overtake it that began no later than the longest
credit after it.

It costs no write of its own: the number is stored with the ticket's state when that is written anyway, at the decision
and with the stage. Each of the two moves the ticket's entry in the queue index, which DynamoDB counts as one write to
take it out and one to put it in, for each kilobyte of state.

Equal numbers are told apart by the ticket's key, so that every queue has one order.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shared.domain.observation import Observations, Sentiment, Urgency
from shared.domain.policy_parts import Rank
from shared.domain.record import Record
from shared.domain.ticket_state import Clock

BAND_WIDTH = 10**11  # seconds; larger than any deadline, so that the band always decides first
_RAISED = "top: its last warning has passed"


class Place(Record):
    """A place in the queue.

    Attributes:
        rank: ascending; the top of the queue is the lowest.
        top: whether it is in the top band.
        reasons: why, in words: the band first, then the deadline and every credit.
    """

    rank: int
    top: bool
    reasons: tuple[str, ...]


def place(
    clock: Clock, seen: Observations | None, *, warned: bool, valued: bool, weights: Rank, zone: str = "UTC"
) -> Place:
    """Where a ticket stands.

    Args:
        seen: None where the models could not answer: somebody has to look, so it is on top.
        warned: whether the last warning of its clock has passed.
        valued: whether the customer is of high value.
        zone: the company's time zone, in which its agents are told a deadline.
    """
    on_top = _why_on_top(seen)
    top = bool(on_top) or warned
    credits = _credits(seen, valued=valued, weights=weights)
    virtual = int(clock.due_at.timestamp()) - sum(minutes for minutes, _ in credits) * 60
    band = f"top: {', '.join(on_top)}" if on_top else _RAISED if warned else "in the order of deadlines"
    due = f"{clock.target.replace('_', ' ')} due {clock.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"
    sooner = (f"counts as due {minutes} min sooner: {why}" for minutes, why in credits)
    # However large the credit: a ticket never leaves its band.
    return Place(rank=(0 if top else BAND_WIDTH) + max(virtual, 0), top=top, reasons=(band, due, *sooner))


def belongs_on_top(seen: Observations | None) -> bool:
    """Urgent and unhappy tickets are on top of every queue; so is one that nobody could read."""
    return bool(_why_on_top(seen))


def raised(rank: int) -> int:
    """The same place in the top band."""
    return rank % BAND_WIDTH


def raised_because(reasons: tuple[str, ...]) -> tuple[str, ...]:
    """The reasons of a ticket that its last warning raised; one that was on top before stays so for its own reason."""
    if not reasons or reasons[0].startswith("top:"):
        return reasons or (_RAISED,)
    return (_RAISED, *reasons[1:])


def _why_on_top(seen: Observations | None) -> tuple[str, ...]:
    if seen is None:
        return ("nobody could read it",)
    labels = (
        seen.urgency.label.value if seen.urgency.label is not Urgency.STANDARD else "",
        seen.sentiment.label.value.replace("_", " ") if seen.sentiment.label is not Sentiment.NEUTRAL else "",
    )
    return tuple(label for label in labels if label)


def _credits(seen: Observations | None, *, valued: bool, weights: Rank) -> list[tuple[int, str]]:
    urgent = weights.urgency_credit_minutes.get(seen.urgency.label, 0) if seen else 0
    credits = [(urgent, f"urgency {seen.urgency.label}")] if seen else []
    credits.append((weights.value_credit_minutes if valued else 0, "a customer of high value"))
    return [(minutes, why) for minutes, why in credits if minutes]
