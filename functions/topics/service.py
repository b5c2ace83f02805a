"""Hourly: what is asked, what is asked far more than usual, and what nothing answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from functions.topics.look import Found, found_in, nearest_of, questions_of, season_of, tested, week_found
from functions.topics.telling import SHOWN, alert_of
from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import Fact, FactKind
from shared.domain.gaps import Nearest
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.searched import QUESTIONS, SEARCHED, Searched
from shared.domain.spikes import Spike
from shared.domain.ticket import TicketKey
from shared.domain.topic_week import TopicMemory, TopicWeek, week_path
from shared.domain.topics import Asked, requests
from shared.domain.week import Week
from shared.ports.articles import ArticleFinder
from shared.ports.books import FactLog, Occasions, PolicyStore
from shared.ports.delivery import Alerts, Archive
from shared.ports.store import TicketStore
from shared.ports.topics import TopicFinder

MEMORY = "topics/memory.json"
"""What one look leaves for the next."""

_JSON = "application/json"
_KEPT_DAYS = 63  # nine weeks: the report compares with eight
_STILL_MOVING = 2  # days whose labels and notes may still come in
_TOLD_FOR = timedelta(days=7)
_DAY = TypeAdapter(tuple[Fact, ...])
_WANTED = {FactKind.OPENED, FactKind.READ, FactKind.TRIAGED, FactKind.DRAFTED, FactKind.BRIEFED}


class Looked(Record):
    """What a look found."""

    requests: int
    topics: int
    spikes: int
    told: int
    gaps: int


@dataclass(frozen=True)
class Ports:
    """Everything that a look needs."""

    facts: FactLog
    tickets: TicketStore
    policies: PolicyStore
    archive: Archive
    occasions: Occasions
    alerts: Alerts
    finder: TopicFinder
    articles: Callable[[], ArticleFinder | None]
    clock: Callable[[], datetime]


def topics(*, ports: Ports) -> Looked:
    """Look at the last nine weeks, tell of new spikes, and write the running week and the last one for the report.

    Running again in the same hour finds the same and tells nobody twice.

    Raises:
        StoredItemCorrupt: the memory cannot be read; move it away, and topics get new names.
    """
    policy = ports.policies.get(ports.policies.current())
    zone, moment = policy.company.time_zone, ports.clock()
    now = moment.replace(minute=0, second=0, microsecond=0)
    memory = _memory(ports.archive)
    asked = [one for one in _asked(ports, moment.date()) if one.at < now]

    def texts(some: Sequence[Asked]) -> list[tuple[str, str]]:
        return _words(ports.tickets, some)

    found = found_in(asked, memory, ports.finder, texts, now)
    memory = memory.model_copy(update={"topics": tuple(found.topics.values())})
    memory = tested(found, memory, season_of(asked, zone, until=now), texts, now)
    told = sum(_tell(spike, policy, ports, now) for spike in memory.spikes if spike.last_seen == now)
    running, memory = _write_weeks(found, memory, zone, now, ports)
    ports.archive.put(MEMORY, memory.model_dump_json().encode(), _JSON)
    fresh = sum(spike.detected_at == now for spike in memory.spikes)
    return Looked(
        requests=len(found.everybody), topics=len(found.topics), spikes=fresh, told=told, gaps=len(running.gaps)
    )


def _memory(archive: Archive) -> TopicMemory:
    stored = archive.get(MEMORY)
    if stored is None:
        return TopicMemory()
    try:
        return TopicMemory.model_validate_json(stored)
    except ValidationError as error:
        raise StoredItemCorrupt(f"{MEMORY} is unreadable; move it away, and topics are named anew") from error


def _asked(ports: Ports, today: date) -> list[Asked]:
    """The requests of the window. Days that are long over are kept as one file each, so that an hour reads two days."""
    facts: list[Fact] = []
    settled = today - timedelta(days=_STILL_MOVING)
    for back in range(_KEPT_DAYS, _STILL_MOVING - 1, -1):
        facts += _settled_day(ports, today - timedelta(days=back))
    facts += ports.facts.between(settled + timedelta(days=1), today)
    return requests(facts)


def _settled_day(ports: Ports, day: date) -> Sequence[Fact]:
    path = f"topics/days/{day}.json"
    stored = ports.archive.get(path)
    if stored is not None:
        try:
            return _DAY.validate_json(stored)
        except ValidationError:
            pass  # it is only a copy: read the facts again
    kept = tuple(fact for fact in ports.facts.between(day, day) if fact.kind in _WANTED)
    ports.archive.put(path, _DAY.dump_json(kept), _JSON)
    return kept


def _words(tickets: TicketStore, some: Sequence[Asked]) -> list[tuple[str, str]]:
    """What some requests say, as long as their text is kept; the language is the one that was read."""
    found = []
    for one in some:
        state = tickets.get(one.key)
        text = tickets.text(one.key, state.version) if state and state.version else None
        if text is not None:
            found.append((text.request.words.strip(), one.language))
    return found


def _tell(spike: Spike, policy: Policy, ports: Ports, now: datetime) -> bool:
    alert = alert_of(spike, _links(spike, ports.tickets), policy, now)
    if ports.occasions.seen(alert.id):
        return False
    ports.alerts.send(alert)
    ports.occasions.remember(alert.id, now + _TOLD_FOR)
    return True


def _links(spike: Spike, tickets: TicketStore) -> list[str]:
    """The newest tickets on the desk, by their keys where a desk gives no link."""
    found = []
    for name in spike.tickets[-SHOWN:]:
        desk, _, id = name.partition("/")
        state = tickets.get(TicketKey(desk=desk, id=id))
        found.append((state.link if state else "") or name)
    return found


def _searched(archive: Archive) -> dict[str, Nearest | None]:
    stored = archive.get(SEARCHED)
    try:
        return Searched.model_validate_json(stored).nearest if stored else {}
    except ValidationError:
        return {}  # the nightly search writes it anew; until then words alone tell


def _write_weeks(
    found: Found, memory: TopicMemory, zone: str, now: datetime, ports: Ports
) -> tuple[TopicWeek, TopicMemory]:
    """The last week stays open for a day, until what came in at its end is triaged; the report comes in between."""
    running = Week.of(now, zone)
    articles = ports.articles()
    searched = _searched(ports.archive)
    nearest = nearest_of(found, articles, lambda some: _words(ports.tickets, some), searched)
    ports.archive.put(QUESTIONS, questions_of(found, searched).model_dump_json().encode(), _JSON)
    last = running.before()
    weeks = [last, running] if now < last.ends(zone) + timedelta(days=1) else [running]
    told: TopicWeek | None = None
    for week in weeks:
        told, memory = week_found(found, memory, nearest, week, zone, now, searched=bool(nearest))
        ports.archive.put(week_path(week), told.model_dump_json().encode(), _JSON)
    assert told is not None  # the running week is always written
    return told, memory
