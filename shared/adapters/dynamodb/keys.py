"""Every key of the table. No other file spells one.

    item                   pk                  sk                           also in
    ticket state           TICKET#desk#id      STATE                        index queue, index due
    event seen             TICKET#desk#id      EVENT#id
    text of a version      TICKET#desk#id      TEXT#version
    observations           TICKET#desk#id      OBSERVATION#version
    decision               TICKET#desk#id      DECISION#version
    briefing               TICKET#desk#id      BRIEF#version
    SLA stage              TICKET#desk#id      SLA#target#stage#occasion
    lease                  TICKET#desk#id      LEASE
    who carries it         TICKET#desk#id      LOAD
    what we promised in it TICKET#desk#id      PROMISES
    draft                  DRAFT#desk#id       version
    policy                 POLICY#sha          POLICY
    current policy         POLICY#current      POLICY
    off switch             POLICY#switch       POLICY
    fact                   DAY#date#shard      kind#time#ticket
    agent's open tickets   AGENT#load          mail address
    given in a week        AGENT#2026-W48      mail address
    alert in quiet hours   ALERT#held          alert's id
    customer, imported     CUSTOMER#mail       PROFILE
    customer's history     CUSTOMER#desk#id    HISTORY
    row kept apart         IMPORT#aside        list#place
    how far a desk is read MARK#desk           MARK
    second reader's costs  READER#spend        date
    its circuit breaker    READER#breaker      BREAKER
    customer snapshot      CUSTOMER#desk#id    SNAPSHOT
    requests to a desk     RATE#desk#lane      RATE
    told of lately         TOLD#id             TOLD

Roles are limited by the part of pk before the first `#`: draft reads TICKET and POLICY, and writes DRAFT alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import Fact, FactKind
from shared.domain.record import Instant
from shared.domain.ticket import TicketKey

PK, SK = "pk", "sk"
QUEUE_INDEX, QUEUE_PK, QUEUE_SK = "queue", "queue_pk", "queue_sk"
DUE_INDEX, DUE_PK, DUE_SK = "due", "due_pk", "due_sk"
EXPIRES_AT = "expires_at"

# A partition takes 1,000 writes a second. Changing a number strands what lies in the old shards:
# due tickets until they are written again, facts for good.
DUE_SHARDS = 4
FACT_SHARDS = 4
_RANK_DIGITS = 13


class Key(NamedTuple):
    """Where an item lies."""

    pk: str
    sk: str


def state(key: TicketKey) -> Key:
    """The state of a ticket."""
    return Key(_ticket(key), "STATE")


def event(key: TicketKey, event_id: str) -> Key:
    """An event that was taken in."""
    return Key(_ticket(key), f"EVENT#{event_id}")


def text(key: TicketKey, version: str) -> Key:
    """The cleaned text of a version."""
    return Key(_ticket(key), f"TEXT#{version}")


def observation(key: TicketKey, version: str) -> Key:
    """What the models saw in a version."""
    return Key(_ticket(key), f"OBSERVATION#{version}")


def decision(key: TicketKey, version: str) -> Key:
    """The decision on a version."""
    return Key(_ticket(key), f"DECISION#{version}")


def briefing(key: TicketKey, version: str) -> Key:
    """The briefing of a version."""
    return Key(_ticket(key), f"BRIEF#{version}")


def promises(key: TicketKey) -> Key:
    """What we promised in a ticket."""
    return Key(_ticket(key), "PROMISES")


def stage(key: TicketKey, target: str, name: str, occasion: str) -> Key:
    """An SLA stage of a clock."""
    return Key(_ticket(key), f"{STAGES}{_part(target)}#{_part(name)}#{occasion}")


STAGES = "SLA#"
"""How every stage of a ticket begins."""


def lease(key: TicketKey) -> Key:
    """The right to write to the desk."""
    return Key(_ticket(key), "LEASE")


def load(key: TicketKey) -> Key:
    """Which agent carries the ticket."""
    return Key(_ticket(key), "LOAD")


def draft(key: TicketKey, version: str) -> Key:
    """The draft of a version."""
    return Key(f"DRAFT#{_part(key.desk)}#{_part(key.id)}", version)


def draft_story(key: TicketKey, version: str) -> Key:
    """How a version's draft came about. Apart from the drafts: a version may have any id."""
    return Key(f"DRAFT#{_part(key.desk)}#{_part(key.id)}#STORY", version)


def policy(sha: str) -> Key:
    """A policy."""
    return Key(f"POLICY#{sha}", "POLICY")


def current_policy() -> Key:
    """The pointer to the policy in force."""
    return Key("POLICY#current", "POLICY")


def switch() -> Key:
    """The off switch, where the role of draft may read it."""
    return Key("POLICY#switch", "POLICY")


def mark(desk: str) -> Key:
    """How far a desk's changes were read."""
    return Key(f"MARK#{_part(desk)}", "MARK")


def customer(desk: str, id: str) -> Key:
    """What a desk last told of a customer."""
    return Key(f"CUSTOMER#{_part(desk)}#{_part(id)}", "SNAPSHOT")


def rate(desk: str, lane: str) -> Key:
    """How much of one of a desk's limits was used lately."""
    return Key(f"RATE#{_part(desk)}#{_part(lane)}", "RATE")


def told(id: str) -> Key:
    """Something that people were told of."""
    return Key(f"TOLD#{_part(id)}", "TOLD")


def agent(mail: str) -> Key:
    """How many open tickets an agent has."""
    return Key(AGENTS, mail)


def reader_spend(day: date) -> Key:
    """What the second reader cost on a UTC day."""
    return Key("READER#spend", day.isoformat())


def reader_breaker() -> Key:
    """The second reader's circuit breaker."""
    return Key("READER#breaker", "BREAKER")


def given(week: str, mail: str) -> Key:
    """How many tickets an agent was given in a week."""
    return Key(given_in(week), mail)


def given_in(week: str) -> str:
    """The partition with what every agent was given in a week."""
    return f"AGENT#{_part(week)}"


def held(alert: str) -> Key:
    """An alert that waits for the end of quiet hours."""
    return Key(HELD_ALERTS, alert)


HELD_ALERTS = "ALERT#held"


def profile(mail: str) -> Key:
    """What the company's own data says of a customer."""
    return Key(f"CUSTOMER#{_part(mail)}", "PROFILE")


def history(desk: str, customer: str) -> Key:
    """What we remember of a customer's tickets."""
    return Key(f"CUSTOMER#{_part(desk)}#{_part(customer)}", "HISTORY")


def row_aside(delivery: str, place: int) -> Key:
    """A row of an import that could not be taken."""
    return Key(ROWS_ASIDE, f"{_part(delivery)}#{place:06d}")


ROWS_ASIDE = "IMPORT#aside"


AGENTS = "AGENT#load"
"""The partition with every agent's counter: route reads them all in one request."""


def fact(of: Fact) -> Key:
    """A fact, on its UTC day."""
    ticket = f"{_part(of.key.desk)}#{_part(of.key.id)}"
    return Key(_day(of.at.date(), _shard(of.key, FACT_SHARDS)), f"{of.kind.value}#{moment(of.at)}#{ticket}")


def facts_of(kind: FactKind, at: datetime) -> str:
    """How the sort key of every fact of a kind begins that happened at a moment."""
    return f"{kind.value}#{moment(at)}"


def fact_kind(sk: str) -> str:
    """The kind of a fact, by its sort key: it can be passed over without being read."""
    return sk.partition("#")[0]


def fact_partitions(first: date, last: date) -> Iterator[str]:
    """Every partition that holds facts of the days first to last."""
    for offset in range((last - first).days + 1):
        for shard in range(FACT_SHARDS):
            yield _day(first + timedelta(days=offset), shard)


def in_queue(queue: str) -> str:
    """The partition of a queue in the queue index."""
    return f"QUEUE#{queue}"


def by_rank(rank: int, key: TicketKey) -> str:
    """The place of a ticket in its queue; text sorts like the number, as every rank has the same width."""
    return f"{max(rank, 0):0{_RANK_DIGITS}d}#{_part(key.desk)}#{_part(key.id)}"


def due_in(key: TicketKey) -> str:
    """The partition of a ticket in the due index."""
    return f"DUE#{_shard(key, DUE_SHARDS)}"


def due_partitions() -> tuple[str, ...]:
    """Every partition of the due index."""
    return tuple(f"DUE#{shard}" for shard in range(DUE_SHARDS))


def by_time(at: Instant, key: TicketKey) -> str:
    """The place of a ticket in its part of the due index."""
    return f"{moment(at)}#{_part(key.desk)}#{_part(key.id)}"


def until(at: Instant) -> str:
    """Sorts behind every `by_time` of a moment, and before those of the next."""
    return f"{moment(at)}$"  # `$` follows `#`


def ticket_of(pk: str) -> TicketKey:
    """The ticket whose partition this is."""
    kind, *parts = pk.split("#")
    if kind != "TICKET" or len(parts) != 2:
        raise StoredItemCorrupt(f"{pk} is not the key of a ticket")
    desk, ticket = (part.replace("%23", "#").replace("%25", "%") for part in parts)
    return TicketKey(desk=desk, id=ticket)


def moment(at: datetime) -> str:
    """A UTC time as text that sorts like the time."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def _ticket(key: TicketKey) -> str:
    return f"TICKET#{_part(key.desk)}#{_part(key.id)}"


def _day(day: date, shard: int) -> str:
    return f"DAY#{day.isoformat()}#{shard}"


def _part(text: str) -> str:
    """A desk's own id inside a key: its `#` must not look like ours."""
    return text.replace("%", "%25").replace("#", "%23")


def _shard(key: TicketKey, shards: int) -> int:
    digest = hashlib.sha256(f"{key.desk}\n{key.id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % shards
