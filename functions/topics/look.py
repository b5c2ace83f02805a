"""One look at all requests of the last weeks: into topics, which are recognised, named and tested. Stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.gaps import Evidence, Nearest, followed, gaps
from shared.domain.spikes import Season, look
from shared.domain.topic_week import (
    TopicMemory,
    TopicWeek,
    by_category,
    event_of,
    events_of,
    evidence_of,
    week_in_topics,
    weeks_of,
)
from shared.domain.topics import SMALLEST, Asked, Namer, Topic, recognised
from shared.domain.week import Week
from shared.ports.articles import ArticleFinder
from shared.ports.topics import Grouping, TopicFinder

Texts = Callable[[Sequence[Asked]], list[tuple[str, str]]]
"""The words of some requests with their language; those that are no longer kept are left out."""

_READ_FOR_NAME = 12
_READ_FOR_GAP = 8


@dataclass(frozen=True)
class Found:
    """Requests in topics.

    Attributes:
        members: each topic's requests, by its id.
    """

    everybody: list[Asked]
    grouping: Grouping
    by_label: dict[int, str]
    topics: dict[str, Topic]
    members: dict[str, list[Asked]]


def found_in(asked: Sequence[Asked], memory: TopicMemory, finder: TopicFinder, texts: Texts, now: datetime) -> Found:
    """Group requests, recognise what was there before, and name what is new.

    Only what one engine has read can be compared: after another one was shipped the older requests are left out.
    """
    everybody = comparable(asked)
    grouping = finder.group(everybody)
    groups: dict[int, list[Asked]] = defaultdict(list)
    for one, label in zip(everybody, grouping.labels, strict=True):
        if label is not None:
            groups[label].append(one)
    kept = {label: members for label, members in groups.items() if len(members) >= SMALLEST}
    seen = recognised(kept, memory.topics, now=now)
    namer = Namer(everybody)
    by_label, topics, members = {}, {}, {}
    for label, topic in seen.items():
        named = topic if topic.name else _named(topic, kept[label], namer, texts)
        by_label[label], topics[topic.id], members[topic.id] = topic.id, named, kept[label]
    return Found(everybody, grouping, by_label, topics, members)


def comparable(asked: Sequence[Asked]) -> list[Asked]:
    """The requests that were read by the engine of the newest one."""
    if not asked:
        return []
    newest = max(asked, key=lambda one: one.at)
    return [one for one in asked if (one.engine, len(one.embedding)) == (newest.engine, len(newest.embedding))]


def joined_by(found: Found, later: Sequence[Asked]) -> None:
    """Let requests that came after the grouping join their topics."""
    for one, label in zip(later, found.grouping.place(later), strict=True):
        found.everybody.append(one)
        if label is not None and label in found.by_label:
            found.members[found.by_label[label]].append(one)


def _named(topic: Topic, members: list[Asked], namer: Namer, texts: Texts) -> Topic:
    name = namer.name(members, texts(spread_out(members, _READ_FOR_NAME)))
    return topic.model_copy(update={"name": name or f"topic {topic.id[:4]}"})


def spread_out(members: Sequence[Asked], most: int) -> list[Asked]:
    """Some requests from all over the time of a topic, the newest among them."""
    step = max(1, -(-len(members) // most))
    return list(reversed(sorted(members, key=lambda one: (one.at, str(one.key)))[::-1][::step]))


def tested(found: Found, memory: TopicMemory, season: Season, now: datetime) -> TopicMemory:
    """The memory with the spikes of a full hour."""
    categories = by_category(found.everybody)
    families = families_of(found)
    names = {name: topic.name for name, topic in found.topics.items()}
    names |= {name: f"all of {name.partition(':')[2]}" for name in categories}
    names |= {name: " / ".join(found.topics[one].name for one in kin[:2]) for name, kin in families.items()}
    together = {name: [one for topic in kin for one in found.members[topic]] for name, kin in families.items()}
    topics = {**events_of({**found.members, **together}), **categories}
    since = memory.since or min((one.at for one in found.everybody), default=now)
    spikes = look(topics, memory.spikes, season=season, since=since, now=now, names=names, broad=frozenset(categories))
    return memory.model_copy(update={"spikes": spikes, "looked_at": now, "since": since})


def families_of(found: Found) -> dict[str, list[str]]:
    """Topics that are near each other, the largest first; an outage is told in several ways. Only families of two."""
    kin: dict[int, list[str]] = defaultdict(list)
    for label, topic in found.by_label.items():
        kin[found.grouping.families[label]].append(topic)
    ordered = (sorted(topics, key=lambda one: (-len(found.members[one]), one)) for topics in kin.values())
    return {f"family:{topics[0]}": topics for topics in ordered if len(topics) > 1}


def season_of(asked: Iterable[Asked], time_zone: str, *, until: datetime) -> Season:
    """The usual week, from all requests before a moment."""
    return Season((event_of(one).at for one in asked if one.at < until), time_zone)


def nearest_of(found: Found, articles: ArticleFinder | None, texts: Texts) -> dict[str, list[Nearest | None]]:
    """For some requests of each topic the article that comes nearest."""
    if articles is None:
        return {}
    return {
        name: [
            articles.nearest(text, language=language) for text, language in texts(spread_out(members, _READ_FOR_GAP))
        ]
        for name, members in found.members.items()
    }


def week_found(
    found: Found,
    memory: TopicMemory,
    nearest: Mapping[str, Sequence[Nearest | None]],
    week: Week,
    zone: str,
    now: datetime,
    *,
    searched: bool,
) -> tuple[TopicWeek, TopicMemory]:
    """A week in topics, and the memory with the gaps that it lists or closes."""
    start, end = week.starts(zone), min(week.ends(zone), now)
    evidence = evidence_between(found, nearest, start, end)
    weekly = {name: weeks_of(asked, week, zone, since=memory.since) for name, asked in found.members.items()}
    listed = gaps([one for one in evidence if len(one.tickets) > 1], total=len(found.everybody))
    by_topic = {one.topic: one for one in evidence}
    known = followed(memory.gaps, listed, by_topic, weekly=weekly, now=now)
    memory = memory.model_copy(update={"gaps": known, "topics": tuple(found.topics.values())})
    told = week_in_topics(
        week,
        zone,
        everybody=found.everybody,
        members=found.members,
        topics=found.topics,
        evidence=evidence,
        memory=memory,
        now=now,
        searched=searched,
    )
    return told, memory


def evidence_between(
    found: Found, nearest: Mapping[str, Sequence[Nearest | None]], start: datetime, end: datetime
) -> list[Evidence]:
    """What is known of every topic between two moments."""
    return [
        evidence_of(found.topics[name], members, nearest.get(name, ()), start, end)
        for name, members in sorted(found.members.items())
    ]
