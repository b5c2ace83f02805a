"""The report's parts about people's work: misses, the boundary, drafts in use, load by agent, corrections. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.domain.facts import FactKind
from shared.domain.noise import Proportion, proportion
from shared.domain.outcome import Answer
from shared.domain.record import Record
from shared.domain.report_facts import TicketFacts
from shared.domain.ticket import TicketKey

WORST = 5

_AS_IS = frozenset({"yes", "as_is", "unchanged", "sent_as_is"})
_EDITED = frozenset({"edited", "light", "light_edit", "rewritten"})
_UNUSED = frozenset({"no", "unused", "discarded"})
"""How a draft fared, in the words that facts have used for it."""


class Miss(Record):
    """A missed first response target.

    Attributes:
        late: minutes between deadline and answer, or the cut-off where there is none yet.
        reason: what is known of why, in words.
    """

    ticket: str
    category: str
    queue: str
    late: float
    answered: bool
    reason: str


class Boundary(Record):
    """The empathy boundary in a week.

    Attributes:
        briefed: tickets that a rule kept off the draft side.
        of_read: the same among all tickets that were read.
        misses: drafted all the same, although an agent or the customer's next message says that a person should have
            answered from the start; each ticket once.
        needless: briefed, and the answering agent says that a draft would have done.
        judged: both together; agents speak up where they disagree, so this is no share of anything.
    """

    briefed: int
    of_read: Proportion
    misses: int
    needless: int
    judged: int


class DraftUse(Record):
    """What became of the drafts of tickets answered in the week."""

    as_is: int
    edited: int
    unused: int
    unknown: int


class Load(Record):
    """An agent's tickets of the week: how many, and how many of them were bounded.

    Attributes:
        name: as the policy calls them; "" for one whom it does not know.
    """

    agent: str
    tickets: int
    bounded: Proportion
    name: str = ""


class Correction(Record):
    """A figure of an earlier report that late facts have changed."""

    name: str
    told: int
    now: int


def worst_misses(tickets: Mapping[TicketKey, TicketFacts], start: datetime, end: datetime) -> tuple[Miss, ...]:
    """The missed targets of a stretch of time that were missed by most."""
    found = []
    for key, ticket in tickets.items():
        for due in (at for at in ticket.breached if start <= at < end):
            answered = ticket.answered_at if ticket.answered_at and ticket.answered_at < end else None
            late = ((answered or end) - due).total_seconds() / 60
            found.append(
                Miss(
                    ticket=str(key),
                    category=ticket.category,
                    queue=ticket.queue,
                    late=round(late, 1),
                    answered=answered is not None,
                    reason=_reason(ticket, answered),
                )
            )
    return tuple(sorted(found, key=lambda miss: (-miss.late, miss.ticket))[:WORST])


def _reason(ticket: TicketFacts, answered: datetime | None) -> str:
    if not ticket.triaged:
        return "nobody triaged it"
    told = "raised before the deadline" if ticket.warned else "not raised before the deadline"
    if answered is None:
        return f"not answered yet; {told}"
    if ticket.reassigned:
        return f"moved between people; {told}"
    return f"answered late; {told}"


def boundary(
    noted: Sequence[TicketFacts], opened: Sequence[TicketFacts], missed: Sequence[TicketFacts], needless: int
) -> Boundary:
    """The boundary by the tickets of a week and by what agents and customers said of them.

    Args:
        noted: tickets with a note of the week.
        opened: those opened in the week.
        missed: those whose draft turned out in the week to have been out of place.
        needless: how many briefings agents called needless in the week.
    """
    read = [ticket for ticket in opened if ticket.triaged]
    return Boundary(
        briefed=sum(ticket.bounded for ticket in noted),
        of_read=proportion(sum(ticket.bounded for ticket in read), len(read)),
        misses=len(missed),
        needless=needless,
        judged=len(missed) + needless,
    )


def draft_use(tickets: Iterable[TicketFacts]) -> DraftUse:
    """How the drafts of answered tickets fared."""
    fared = Counter(fate(ticket.used_draft) for ticket in tickets)
    return DraftUse(**{name: fared[name] for name in ("as_is", "edited", "unused", "unknown")})


def fate(used: str) -> str:
    """What a fact says of a draft, in one of four words."""
    if used in _AS_IS:
        return "as_is"
    if used in _EDITED:
        return "edited"
    return "unused" if used in _UNUSED else "unknown"


def loads(opened: Iterable[TicketFacts], names: Mapping[str, str]) -> tuple[Load, ...]:
    """Each agent's share of bounded tickets: nobody should get the unhappy ones alone.

    Args:
        names: agents' names by their mail address.
    """
    by_agent: dict[str, list[bool]] = defaultdict(list)
    for ticket in opened:
        if ticket.agent:
            by_agent[ticket.agent].append(ticket.bounded)
    found = [
        Load(agent=agent, tickets=len(held), bounded=proportion(sum(held), len(held)), name=names.get(agent, ""))
        for agent, held in by_agent.items()
    ]
    return tuple(sorted(found, key=lambda load: (-load.bounded.hits, load.agent)))


def answers(tickets: Mapping[TicketKey, TicketFacts]) -> list[Answer]:
    """First answers with the help that was there for them."""
    return [
        Answer(agent=one.agent, at=one.answered_at, help=_help(one), category=one.category, ticket=str(key))
        for key, one in tickets.items()
        if one.answered_at is not None and not one.automatic
    ]


def _help(ticket: TicketFacts) -> str:
    before = [note for note in ticket.notes if ticket.answered_at is None or note.at <= ticket.answered_at]
    if not before:
        return "none"
    if before[-1].kind is FactKind.BRIEFED:
        return "briefing"
    return {"as_is": "draft_used", "edited": "draft_used", "unused": "draft_unused"}.get(
        fate(ticket.used_draft), "draft"
    )


def corrections(told: Mapping[str, int], now: Mapping[str, int]) -> tuple[Correction, ...]:
    """What late facts have changed in figures that were told before."""
    return tuple(
        Correction(name=name, told=value, now=now[name])
        for name, value in told.items()
        if name in now and now[name] != value
    )
