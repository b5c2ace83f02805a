"""Where two texts of the company say different things of the same matter: a figure, or whether something is so.

It is looked for between sentences that are about the same, by small rules that can be explained: a person decides which
of the two is right. What is said in quite other words is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from shared.domain.claims import clauses_of, negated, topic_words
from shared.domain.record import Record
from shared.domain.text import canonical, sentences

_ALIKE = 0.6
"""Share of the shorter sentence's topic words by which two sentences are about the same."""

_SAME = 0.75
"""The same of two clauses of which one denies the other."""

_FEWEST = 3
_LINK = re.compile(r"\S*(?://|@)\S*|\b(?:[\w-]+\.){2,}\w+\S*")
_FIGURE = re.compile(r"([€$£])?\s*(\d+(?:[.,]\d+)*)\s*(%|[€$£]|[^\W\d_]+)?")
_ENUMERATED = re.compile(r"^\s*\d{1,2}[.)]\s+")
_CONDITION = re.compile(r"\b(?:without|ohne|sans|sin|senza|sem|zonder)\b", re.IGNORECASE)
_TIME = {
    "second": "secon sekun segun",
    "minute": "minut",
    "hour": "hours hour stund heure horas hora",
    "day": "days day tage tagen tag jours jour dias días dia día",
    "week": "weeks week woche semai seman",
    "month": "month monat mois meses mes",
    "year": "years year jahre jahr année ans años año",
}
_UNITS = {word: (f"time {unit}") for unit, words in _TIME.items() for word in words.split()}
_MONEY = {"€": "€", "$": "$", "£": "£", "eur": "€", "euro": "€", "euros": "€", "usd": "$", "dolla": "$", "gbp": "£"}


class Contradiction(Record):
    """Two sentences that do not go together."""

    one: str
    other: str


class _Read(NamedTuple):
    """A text as it is compared: its sentences with what they measure, its clauses with whether they deny."""

    sentences: tuple[tuple[str, frozenset[str], dict[str, set[str]]], ...]
    clauses: tuple[tuple[str, frozenset[str], bool], ...]


def contradictions(one: str, other: str) -> tuple[Contradiction, ...]:
    """What two texts say differently of the same matter, in the order of the first."""
    said, held = _read(one), _read(other)
    return tuple(dict.fromkeys([*_figures(said, held), *_denials(said, held)]))


@lru_cache(maxsize=512)
def _read(text: str) -> _Read:
    plain = _LINK.sub(" ", canonical(text).replace("**", ""))
    told = ((one, frozenset(topic_words(one)), _measures(one)) for one in sentences(plain))
    parts = ((one, frozenset(topic_words(one)), _denied(one)) for one in clauses_of(plain))
    return _Read(tuple(one for one in told if one[2]), tuple(one for one in parts if len(one[1]) >= _FEWEST))


def _figures(said: _Read, held: _Read) -> Iterator[Contradiction]:
    for one, words, measures in said.sentences:
        for other, known, measured in held.sentences:
            if _about_the_same(words, known, _ALIKE) and _differ(measures, measured):
                yield Contradiction(one=one, other=other)


def _denials(said: _Read, held: _Read) -> Iterator[Contradiction]:
    for one, words, denied in said.clauses:
        alike = [(other, no) for other, known, no in held.clauses if _about_the_same(words, known, _SAME)]
        if alike and denied not in {no for _, no in alike}:
            yield Contradiction(one=one, other=alike[0][0])


def _denied(clause: str) -> bool:
    """Whether it says that something is not so; a condition ("without a code: ...") says nothing of the kind."""
    return negated(_CONDITION.sub(" ", clause))


def _about_the_same(words: frozenset[str], known: frozenset[str], share: float) -> bool:
    shorter = min(len(words), len(known))
    return shorter >= _FEWEST and len(words & known) >= max(_FEWEST, share * shorter)


def _measures(sentence: str) -> dict[str, set[str]]:
    """Figures by what they count: time, money, shares, or the noun that follows."""
    found: dict[str, set[str]] = {}
    for sign, figure, after in _FIGURE.findall(_ENUMERATED.sub("", sentence)):
        unit = sign or after
        kind = _kind(unit.lower())
        if kind:
            found.setdefault(kind.split()[0], set()).add(f"{figure.rstrip('.,')} {kind}")
    return found


def _kind(unit: str) -> str:
    if unit == "%" or unit in _MONEY:
        return f"money {_MONEY[unit]}" if unit in _MONEY else "share"
    cut = unit[:5]
    return _UNITS.get(unit) or _UNITS.get(cut) or (f"money {_MONEY[cut]}" if cut in _MONEY else cut)


def _differ(measures: dict[str, set[str]], held: dict[str, set[str]]) -> bool:
    return any(not measures[kind] & held[kind] for kind in measures.keys() & held.keys())
