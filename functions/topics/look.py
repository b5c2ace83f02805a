"""One look at all requests of the last weeks: into topics, which are recognised, named and tested. Stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.gaps import Evidence, Nearest, followed, gaps
from shared.domain.naming import Namer
from shared.domain.scan import NEIGHBOURS, REACH, Crowd, crowded, rare_enough
from shared.domain.searched import Question, Questions
from shared.domain.season import Season, Watch
from shared.domain.spikes import BROAD, Spike, added, spike_of
from shared.domain.topic_week import (
    TopicMemory,
    TopicWeek,
    by_category,
    event_of,
    evidence_of,
    week_in_topics,
    weeks_of,
)
from shared.domain.topics import SMALLEST, Asked, Topic, recognised
from shared.domain.week import Week
from shared.ports.articles import ArticleFinder
from shared.ports.topics import Grouping, TopicFinder

Texts = Callable[[Sequence[Asked]], list[tuple[str, str]]]
"""The words of some requests with their language; those that are no longer kept are left out."""

_HOUR = timedelta(hours=1)
_LOOKED_BACK = timedelta(hours=48)  # at requests that came while nobody looked
_BROAD_WINDOWS, _BROAD_SHARE = (24, 48), 0.1  # whole days alone: their hours depend on the season's every detail
_READ_FOR_NAME = 12
_NAMELESS = "requests that are like each other"
_READ_FOR_GAP = 8
_SAY_ENOUGH = 3  # searched requests of a topic that speak for it
_STILL_ASKED = 60  # requests of a topic from which those are taken that stand for it


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


def tested(found: Found, memory: TopicMemory, season: Season, texts: Texts, now: datetime) -> TopicMemory:
    """The memory with the spikes of a full hour: each request that came since the last look is looked around."""
    since = memory.since or min((one.at for one in found.everybody), default=now)
    watch = Watch(season, start=max(since, now - REACH), now=now)
    compared = [one for one in found.everybody if watch.start <= one.at < now]
    enough = rare_enough(len(compared) / max((now - watch.start) / timedelta(weeks=1), 1e-9))
    begin = min(now - _HOUR, max(memory.looked_at or watch.start, now - _LOOKED_BACK))
    new = _crowds(found, compared, watch, begin, enough) + _broad(compared, watch, enough)
    spikes = tuple(_called(spike, found, texts) for spike in added(memory.spikes, new))
    return memory.model_copy(update={"spikes": spikes, "looked_at": now, "since": since})


def _crowds(found: Found, compared: list[Asked], watch: Watch, begin: datetime, enough: float) -> list[Spike]:
    centres = [one for one in compared if one.at >= begin]
    spikes = []
    for near in found.grouping.nearest(centres, compared, NEIGHBOURS):
        crowd = crowded([event_of(compared[place]) for place in near], watch)
        if crowd and crowd.chance <= enough:
            spikes.append(spike_of(crowd, _topic_of(crowd, found), "", watch.now))
    return spikes


def _topic_of(crowd: Crowd, found: Found) -> str:
    """The topic that most of the tickets belong to, else the first ticket."""
    held = _topics_of({one.ticket for one in crowd.events}, found)
    if held and 2 * held[0][1] >= len(crowd.events):
        return held[0][0]
    return f"tickets:{crowd.events[0].ticket}"


def _topics_of(tickets: Collection[str], found: Found) -> list[tuple[str, int]]:
    """Topics with how many of some tickets belong to them, the most first."""
    held = [(name, sum(str(one.key) in tickets for one in members)) for name, members in found.members.items()]
    return sorted(((name, count) for name, count in held if count), key=lambda one: (-one[1], one[0]))


def _broad(compared: list[Asked], watch: Watch, enough: float) -> list[Spike]:
    """Categories that are far above their usual: an outage may be told in many ways."""
    spikes = []
    for name, events in by_category(compared).items():
        crowd = crowded(events[::-1], watch, windows=_BROAD_WINDOWS, sizes=())
        if crowd and crowd.chance <= enough * _BROAD_SHARE:
            spikes.append(spike_of(crowd, name, f"all of {name.removeprefix(BROAD)}", watch.now))
    return spikes


def _called(spike: Spike, found: Found, texts: Texts) -> Spike:
    """A new spike with the salient words of its own tickets, or its topics' names where they have none."""
    if spike.name:
        return spike
    tickets = set(spike.tickets)
    members = [one for one in found.everybody if str(one.key) in tickets]
    name = Namer(found.everybody).name(members, texts(spread_out(members, _READ_FOR_NAME)))
    topics = [found.topics[topic].name for topic, _ in _topics_of(tickets, found)[:2]]
    return spike.model_copy(update={"name": name or " / ".join(topics) or _NAMELESS})


def season_of(asked: Iterable[Asked], time_zone: str, *, until: datetime) -> Season:
    """The usual week, from all requests before a moment."""
    return Season((event_of(one).at for one in asked if one.at < until), time_zone)


def nearest_of(
    found: Found, articles: ArticleFinder | None, texts: Texts, searched: Mapping[str, Nearest | None] | None = None
) -> dict[str, list[Nearest | None]]:
    """For some requests of each topic the article that comes nearest.

    Args:
        searched: what was found for tickets before; where it says enough of a topic, nothing else is asked.
    """
    nearest: dict[str, list[Nearest | None]] = {}
    for name, members in found.members.items():
        known = [searched[str(one.key)] for one in members if str(one.key) in searched] if searched else []
        if len(known) >= _SAY_ENOUGH:
            nearest[name] = known
        elif articles is not None:
            some = texts(spread_out(members, _READ_FOR_GAP))
            nearest[name] = [articles.nearest(text, language=language) for text, language in some]
    return nearest


def questions_of(found: Found, searched: Mapping[str, Nearest | None]) -> Questions:
    """The requests that stand for each topic: those that did so before, as far as they are among its newest."""
    chosen: list[Question] = []
    for members in found.members.values():
        newest = sorted(members, key=lambda one: (one.at, str(one.key)))[-_STILL_ASKED:]
        before = [one for one in newest if str(one.key) in searched][-_READ_FOR_GAP:]
        more = [one for one in spread_out(newest, _READ_FOR_GAP) if str(one.key) not in searched]
        some = [*before, *more][:_READ_FOR_GAP]
        chosen += [Question(key=one.key, language=one.language) for one in some]
    return Questions(questions=tuple(chosen))


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
