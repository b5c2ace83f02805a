"""Question types: requests that ask the same, with a name and an identity that outlast the week.

A topic is found by grouping (a port does that) and recognised by the tickets that it shares with the topics of the
last look. Everything that a topic shows of its requests are single words that several customers used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Observations
from shared.domain.record import Instant, Record
from shared.domain.ticket import TicketKey
from shared.domain.words import content_words, stem

SMALLEST = 3
"""Tickets that a group needs to be a topic."""

_LONGEST_TEXT = 2_000  # characters: what a request is about stands near its beginning
_MOST_TERMS = 48
_SAME_FROM = 0.3  # share of common tickets (Jaccard) from which a group is the topic of the last look
_REMEMBERED = 400  # tickets by which a topic is recognised


class Asked(Record):
    """One ticket's first request as topics see it: no words, only what places it among others.

    Attributes:
        embedding: signed bytes, one a dimension.
        terms: its words' stems as numbers (CRC-32), in no order; they can be compared and not read.
        engine: who embedded it; what two engines say cannot be compared.
        unanswered: what was seen of an answer when it came: True none fitted, False one did, None nobody looked.
        kept: whether a rule kept it for a person.
    """

    key: TicketKey
    at: Instant
    embedding: bytes
    terms: frozenset[int]
    engine: str = ""
    language: str = ""
    customer: str = ""
    category: str = ""
    unanswered: bool | None = None
    kept: bool = False


class Topic(Record):
    """A question type.

    Attributes:
        id: stays the same for as long as the topic is recognised.
        name: salient words, or `topic <id>` where no words are known.
        since: the first look at which it was there.
        tickets: the newest ones, by which it is recognised.
    """

    id: str
    name: str
    since: Instant
    tickets: tuple[str, ...]


def term(word: str) -> int:
    """A stem as a number."""
    return zlib.crc32(word.encode())


def terms_of(text: str, language: str) -> frozenset[int]:
    """The terms of a request, at most 48."""
    words = dict.fromkeys(stem(word) for word in content_words(text[:_LONGEST_TEXT], language) if not word.isdecimal())
    return frozenset(term(word) for word in list(words)[:_MOST_TERMS])


def read_fact(key: TicketKey, at: datetime, *, text: str, seen: Observations, now: datetime) -> Fact:
    """The fact that a request was read, with what places it among others."""
    detail = {
        "embedding": base64.b64encode(seen.embedding).decode(),
        "terms": ",".join(f"{one:08x}" for one in sorted(terms_of(text, seen.language.code))),
        "language": seen.language.code,
        "engine": seen.engine.sha256[:8],
    }
    return Fact(kind=FactKind.READ, key=key, at=at, recorded_at=now, detail=detail)


_NOT_LOOKED = "bounded", "undecidable"


def requests(facts: Iterable[Fact]) -> list[Asked]:
    """Every ticket's first request, in order of time; facts in any order, some of them twice, unreadable ones not."""
    read: dict[TicketKey, Fact] = {}
    customer: dict[TicketKey, str] = {}
    category: dict[TicketKey, str] = {}
    unanswered: dict[TicketKey, bool] = {}
    kept: set[TicketKey] = set()
    for fact in sorted(facts, key=lambda one: (one.at, str(one.key), one.kind.value)):
        match fact.kind:
            case FactKind.READ:
                read.setdefault(fact.key, fact)
            case FactKind.OPENED:
                customer.setdefault(fact.key, fact.detail.get("customer", ""))
            case FactKind.TRIAGED:
                category.setdefault(fact.key, fact.detail.get("category", ""))
            case FactKind.DRAFTED:
                unanswered.setdefault(fact.key, False)
            case FactKind.BRIEFED if fact.detail.get("cause") not in _NOT_LOOKED:
                unanswered.setdefault(fact.key, True)
            case FactKind.BRIEFED if fact.detail.get("cause") == "bounded":
                kept.add(fact.key)
    placed = ((key, _asked(fact)) for key, fact in read.items())
    return [
        one.model_copy(
            update={
                "customer": customer.get(key, ""),
                "category": category.get(key, ""),
                "unanswered": unanswered.get(key),
                "kept": key in kept,
            }
        )
        for key, one in placed
        if one is not None
    ]


def _asked(fact: Fact) -> Asked | None:
    try:
        embedding = base64.b64decode(fact.detail.get("embedding", ""), validate=True)
        terms = frozenset(int(one, 16) for one in fact.detail.get("terms", "").split(",") if one)
    except (binascii.Error, ValueError):
        return None
    if not embedding:
        return None
    engine = fact.detail.get("engine", "")
    language = fact.detail.get("language", "")
    return Asked(key=fact.key, at=fact.at, embedding=embedding, terms=terms, engine=engine, language=language)


def recognised(groups: Mapping[int, Sequence[Asked]], before: Iterable[Topic], *, now: datetime) -> dict[int, Topic]:
    """Groups as topics: the one of the last look that shares most tickets, else a new one without a name."""
    known = list(before)
    owner: dict[str, list[int]] = defaultdict(list)
    for place, topic in enumerate(known):
        for ticket in topic.tickets:
            owner[ticket].append(place)
    pairs = []
    for label, members in groups.items():
        names = [str(one.key) for one in members]
        shared = Counter(place for name in names for place in owner.get(name, ()))
        for place, count in shared.items():
            seen_before = len(known[place].tickets)
            pairs.append((count / min(len(names), seen_before), count, label, place))
    taken: dict[int, int] = {}
    for share, _, label, place in sorted(pairs, key=lambda pair: (-pair[1], -pair[0], pair[2], pair[3])):
        if share >= _SAME_FROM and label not in taken and place not in taken.values():
            taken[label] = place
    return {
        label: _topic(members, known[taken[label]] if label in taken else None, now=now)
        for label, members in groups.items()
    }


def _topic(members: Sequence[Asked], known: Topic | None, *, now: datetime) -> Topic:
    newest = tuple(str(one.key) for one in sorted(members, key=lambda one: one.at)[-_REMEMBERED:])
    if known is not None:
        return known.model_copy(update={"tickets": newest})
    first = min(members, key=lambda one: (one.at, str(one.key)))
    id = hashlib.sha256(f"{first.key}|{first.at.isoformat()}|{len(members)}".encode()).hexdigest()[:10]
    return Topic(id=id, name="", since=now, tickets=newest)
