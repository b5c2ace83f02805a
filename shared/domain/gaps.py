"""Knowledge gaps: question types that no article answers, the most asked first, and what became of those of before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.domain.record import Instant, Record

SHOWN = 10
"""Gaps that a report lists at most."""

FOLLOWED = timedelta(weeks=4)
"""How long the volume of a closed gap is followed."""

ASKED_AND_ANSWERED = ("Who asks this, and when", "The answer in one paragraph", "The steps, one by one")
LAST_RESORT = "What to do if it does not help"
"""Headings that every missing article needs."""

_HALF = 0.5
_ABOUT_IT = 0.2  # the fit from which an article is about the same thing at all
_EXAMPLES = 20
_LACKS = 3


class Nearest(Record):
    """The article that comes nearest to a question.

    Attributes:
        fit: 0 to 1, on the finder's own scale.
        answers: whether the finder takes it for an answer.
        lacks: words of the question that it does not have.
    """

    id: str
    title: str
    link: str = ""
    fit: float
    answers: bool
    lacks: tuple[str, ...] = ()


class Evidence(Record):
    """What is known of one question type in a stretch of time.

    Attributes:
        tickets: the newest first.
        before: how many in the stretch before.
        nearest: of some of its requests; None for one where there was no article at all.
        unanswered: of its tickets, those for which an approved answer was looked for and none fitted.
        answered: those for which one did.
        kept: those that a rule kept for a person: no approved answer was looked for.
        agent_minutes: what people spent on its tickets, where that is known.
    """

    topic: str
    name: str
    tickets: tuple[str, ...]
    before: int = 0
    nearest: tuple[Nearest | None, ...] = ()
    unanswered: int = 0
    answered: int = 0
    kept: int = 0
    agent_minutes: float | None = None
    words: tuple[str, ...] = ()


class Gap(Record):
    """A question type that no article answers.

    Attributes:
        count: tickets in the stretch of time.
        share: of all tickets of that time, 0 to 1.
        why: why the nearest article does not do, in words.
        outline: headings of the article that is missing.
        agent_minutes: what people spent on its tickets, estimated; `agent_share` is that over all they spent.
    """

    topic: str
    name: str
    count: int
    before: int
    share: float
    tickets: tuple[str, ...]
    nearest: Nearest | None
    why: str
    outline: tuple[str, ...]
    agent_minutes: float | None = None
    agent_share: float | None = None


class KnownGap(Record):
    """A gap that was listed once, and since when an article answers it.

    Attributes:
        weekly: tickets of the last weeks before it was closed, on average.
        since_closed: tickets of each week after.
    """

    topic: str
    name: str
    listed_at: Instant
    closed_at: Instant | None = None
    article: str = ""
    weekly: float = 0.0
    since_closed: tuple[int, ...] = ()


def joined(parts: Sequence[Evidence]) -> Evidence:
    """What is known of several topics that bear one name, under the first; at least one."""
    minutes = [one.agent_minutes for one in parts if one.agent_minutes is not None]
    return Evidence(
        topic=parts[0].topic,
        name=parts[0].name,
        tickets=tuple(ticket for one in parts for ticket in one.tickets),
        before=sum(one.before for one in parts),
        nearest=tuple(near for one in parts for near in one.nearest),
        unanswered=sum(one.unanswered for one in parts),
        answered=sum(one.answered for one in parts),
        kept=sum(one.kept for one in parts),
        agent_minutes=sum(minutes) if minutes else None,
        words=tuple(dict.fromkeys(word for one in parts for word in one.words)),
    )


def is_gap(evidence: Evidence) -> bool:
    """Whether most of what is known says that nothing answers it.

    The help centre speaks first; where it has an answer, the agents had one too. Where no article was looked for,
    it is the approved answers that tell. Where most tickets were kept for a person, such as reports of an outage,
    it is no text that is missing.
    """
    if evidence.kept > _HALF * len(evidence.tickets):
        return False
    if evidence.nearest:
        unmet = sum(one is None or not one.answers for one in evidence.nearest)
        if unmet <= _HALF * len(evidence.nearest):
            return False
    looked = evidence.answered + evidence.unanswered
    if looked and evidence.answered > _HALF * looked:
        return False
    return bool(evidence.nearest) or bool(looked)


def gaps(found: Iterable[Evidence], *, total: int, shown: int = SHOWN) -> tuple[Gap, ...]:
    """The gaps, the most asked first.

    Args:
        total: all tickets of that time.
    """
    open_ones = sorted(filter(is_gap, found), key=lambda one: (-len(one.tickets), one.topic))
    return tuple(_gap(one, total) for one in open_ones[:shown])


def _gap(evidence: Evidence, total: int) -> Gap:
    nearest = typical(evidence.nearest)
    return Gap(
        topic=evidence.topic,
        name=evidence.name,
        count=len(evidence.tickets),
        before=evidence.before,
        share=round(len(evidence.tickets) / total, 4) if total else 0.0,
        tickets=evidence.tickets[:_EXAMPLES],
        nearest=nearest,
        why=_why(nearest, evidence.nearest),
        outline=_outline(evidence),
        agent_minutes=evidence.agent_minutes,
    )


def typical(nearest: Sequence[Nearest | None]) -> Nearest | None:
    """The article that comes nearest most often, as it fitted best."""
    found = [one for one in nearest if one is not None]
    if not found:
        return None
    most = Counter(one.id for one in found)
    return max(found, key=lambda one: (most[one.id], one.fit, one.id))


def _why(nearest: Nearest | None, every: Sequence[Nearest | None]) -> str:
    """What the article lacks, in words that several requests have: one alone may be private."""
    if nearest is None:
        return "There is no article in the customers' language."
    missed = Counter(word for one in every if one is not None and one.id == nearest.id for word in set(one.lacks))
    lacks = [word for word, count in missed.most_common() if count > 1 and word.isalpha()][:_LACKS]
    if lacks:
        said = ", ".join(f"“{word}”" for word in lacks)
        return f"It says nothing about {said}."
    if nearest.answers:
        return "It answers some of these tickets, and most of them ask something else."
    if nearest.fit < _ABOUT_IT:
        return f"It is about something else (fit {nearest.fit:.2f})."
    return f"It touches the question, and covers little of what most of these tickets ask (fit {nearest.fit:.2f})."


def _outline(evidence: Evidence) -> tuple[str, ...]:
    """What the missing article needs, by the words customers use; the words are data, the headings ours."""
    subject = evidence.name or "this question"
    also = [word for word in evidence.words if word not in subject.split()]
    lines = [f"Title: {subject}", *ASKED_AND_ANSWERED]
    if also:
        lines.append(f"Also asked for: {', '.join(also[:5])}")
    return (*lines, LAST_RESORT)


def own_lines(gap: Gap) -> tuple[str, ...]:
    """What of a gap's outline no other gap has; its title is its name."""
    every = {f"Title: {gap.name}", *ASKED_AND_ANSWERED, LAST_RESORT}
    return tuple(line for line in gap.outline if line not in every)


def followed(
    known: Iterable[KnownGap],
    listed: Iterable[Gap],
    evidence: Mapping[str, Evidence],
    *,
    weekly: Mapping[str, Sequence[tuple[datetime, int]]],
    now: datetime,
) -> tuple[KnownGap, ...]:
    """Gaps ever listed: those that an article answers by now are closed, and their weeks since are counted.

    Args:
        evidence: of every topic that there is, by its id.
        weekly: for each topic its weeks, as beginning and tickets, the oldest first.
    """
    held = {gap.topic: gap for gap in known}
    for gap in listed:
        if gap.topic not in held or held[gap.topic].closed_at is not None:
            held[gap.topic] = KnownGap(topic=gap.topic, name=gap.name, listed_at=now)
    return tuple(_follow(gap, evidence.get(gap.topic), weekly.get(gap.topic, ()), now) for gap in held.values())


def _follow(gap: KnownGap, evidence: Evidence | None, weeks: Sequence[tuple[datetime, int]], now: datetime) -> KnownGap:
    if gap.closed_at is not None:
        since = tuple(count for start, count in weeks if gap.closed_at <= start < gap.closed_at + FOLLOWED)
        return gap.model_copy(update={"since_closed": since})
    nearest = typical(evidence.nearest) if evidence else None
    if evidence is None or nearest is None or not nearest.answers or is_gap(evidence):
        return gap
    before = [count for start, count in weeks if start < now][-4:]
    average = round(sum(before) / len(before), 1) if before else 0.0
    return gap.model_copy(update={"closed_at": now, "article": nearest.title, "weekly": average})
