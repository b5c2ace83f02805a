"""What topics have to say about one week: counts, spikes and gaps, ready for the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.domain.gaps import Evidence, Gap, KnownGap, Nearest, gaps, joined
from shared.domain.noise import Change, count_change
from shared.domain.record import Instant, Record
from shared.domain.scan import Event
from shared.domain.spikes import BROAD, Spike
from shared.domain.topics import Asked, Topic
from shared.domain.week import Week

WEEKS_COMPARED = 8
_SHOWN = 12
_LEVEL = 0.05


def week_path(week: Week) -> str:
    """Where the archive keeps a week in topics."""
    return f"topics/weeks/{week}.json"


class TopicCount(Record):
    """A topic's tickets of the week, beside the week before and the average of the weeks that are known."""

    topic: str
    name: str
    tickets: int
    before: int | None
    average: float | None
    change: Change


class TopicMemory(Record):
    """What one look at topics leaves for the next.

    Attributes:
        since: when we began to listen; nothing is compared with a time before.
    """

    since: Instant | None = None
    looked_at: Instant | None = None
    topics: tuple[Topic, ...] = ()
    spikes: tuple[Spike, ...] = ()
    gaps: tuple[KnownGap, ...] = ()


class TopicWeek(Record):
    """A week in topics.

    Attributes:
        looked_at: nothing that came later is in it.
        requests: tickets that were looked at; `placed` of them belong to a topic.
        spikes: those found in the week.
        gaps: question types that no article answers, the most asked first.
        closed: gaps listed before that an article answers by now, with their volume since.
        searched: whether there were articles to search; without them gaps rest on approved answers alone.
    """

    week: Week
    looked_at: Instant
    requests: int
    placed: int
    topics: tuple[TopicCount, ...] = ()
    spikes: tuple[Spike, ...] = ()
    gaps: tuple[Gap, ...] = ()
    closed: tuple[KnownGap, ...] = ()
    searched: bool = False


def event_of(asked: Asked) -> Event:
    """A request as an event."""
    return Event(at=asked.at, ticket=str(asked.key), customer=asked.customer)


def by_category(everybody: Iterable[Asked]) -> dict[str, list[Event]]:
    """Categories as topics of their own: an outage may be told in many ways."""
    found: dict[str, list[Event]] = {}
    for one in sorted(everybody, key=_at):
        if one.category:
            found.setdefault(f"{BROAD}{one.category}", []).append(event_of(one))
    return found


def weeks_of(members: Sequence[Asked], week: Week, zone: str, *, since: datetime | None) -> list[tuple[datetime, int]]:
    """Tickets of up to eight weeks before a week, as far back as we listened to all of them, and of the week itself."""
    found = []
    for back in range(WEEKS_COMPARED, -1, -1):
        one = week.before(back)
        start, end = one.starts(zone), one.ends(zone)
        if back and (since is None or since > start + timedelta(days=1)):
            continue
        found.append((start, sum(start <= asked.at < end for asked in members)))
    return found


def evidence_of(
    topic: Topic,
    members: Sequence[Asked],
    nearest: Sequence[Nearest | None],
    start: datetime,
    end: datetime,
    *,
    words: tuple[str, ...] = (),
) -> Evidence:
    """What is known of a topic between two moments; the stretch before is as long."""
    inside = sorted((one for one in members if start <= one.at < end), key=_at, reverse=True)
    return Evidence(
        topic=topic.id,
        name=topic.name,
        tickets=tuple(str(one.key) for one in inside),
        before=sum(start - (end - start) <= one.at < start for one in members),
        nearest=tuple(nearest),
        unanswered=sum(one.unanswered is True for one in inside),
        answered=sum(one.unanswered is False for one in inside),
        kept=sum(one.kept for one in inside),
        words=words,
    )


def week_in_topics(
    week: Week,
    zone: str,
    *,
    everybody: Sequence[Asked],
    members: Mapping[str, Sequence[Asked]],
    topics: Mapping[str, Topic],
    evidence: Sequence[Evidence],
    memory: TopicMemory,
    now: datetime,
    searched: bool,
) -> TopicWeek:
    """A week in topics from one look. Topics that bear one name are one to whoever reads it.

    Args:
        evidence: of every topic, for this week.
    """
    start, end = week.starts(zone), min(week.ends(zone), now)
    over = week.ends(zone) <= now
    inside = [one for one in everybody if start <= one.at < end]
    groups = _of_one_name(members, topics)
    counts = [
        _count(
            topics[group[0]],
            weeks_of([one for name in group for one in members[name]], week, zone, since=memory.since),
            len(members),
            over=over,
        )
        for group in groups
    ]
    by_topic = {one.topic: one for one in evidence}
    known = [[by_topic[name] for name in group if name in by_topic] for group in groups]
    asked = [joined(parts) for parts in known if parts]
    counts.sort(key=lambda count: (-count.tickets, count.topic))
    return TopicWeek(
        week=week,
        looked_at=now,
        requests=len(inside),
        placed=sum(count.tickets for count in counts),
        topics=tuple(count for count in counts if count.tickets)[:_SHOWN],
        spikes=tuple(spike for spike in memory.spikes if start <= spike.detected_at < week.ends(zone)),
        gaps=gaps([one for one in asked if len(one.tickets) > 1], total=len(inside)),
        closed=tuple(gap for gap in memory.gaps if gap.closed_at is not None),
        searched=searched,
    )


def _of_one_name(members: Mapping[str, Sequence[Asked]], topics: Mapping[str, Topic]) -> list[list[str]]:
    """Topics by their name, the largest of each first: it speaks for the others."""
    groups: dict[str, list[str]] = {}
    for name in sorted(members, key=lambda one: (-len(members[one]), one)):
        groups.setdefault(topics[name].name.casefold(), []).append(name)
    return list(groups.values())


def _count(topic: Topic, weeks: list[tuple[datetime, int]], among: int, *, over: bool) -> TopicCount:
    past = [count for _, count in weeks[:-1]]
    now, before = weeks[-1][1], past[-1] if past else None
    return TopicCount(
        topic=topic.id,
        name=topic.name,
        tickets=now,
        before=before,
        average=round(sum(past) / len(past), 1) if past else None,
        change=count_change(now, before, level=_LEVEL / max(1, among)) if over else Change.UNKNOWN,
    )


def _at(asked: Asked) -> datetime:
    return asked.at
