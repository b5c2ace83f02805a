"""How many other customers reported the same fault lately: counted, never named.

Two reports tell of one fault where they share words that are not said of every fault; a code or a number of a message
counts twice. One report leads to the next: who shares words with one of those counts as well. The triage encoder's
place of a text says what kind of request it is and not which fault, so it is no help here (decision 0023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.domain.facts import Fact, FactKind
from shared.domain.record import Instant, Record
from shared.domain.ticket import TicketKey
from shared.domain.topics import term
from shared.domain.words import content_words

WINDOW = timedelta(hours=24)
"""How far back a report counts as one of today's."""

MOST_READ = 400
"""Reports that are looked at, the newest."""

_ENOUGH = 2  # weight of the shared words, of which a code counts twice
_SHARE = 0.2  # of the shorter report's words
_MOST_TERMS = 40
_LETTERS = 5  # where inflection usually begins
# A round number is a count more often than a code.
_CODE = re.compile(r"\b(?:(?!\d+00\b)\d{3,}|[a-z]+[._][a-z._]+[a-z]|[a-z]+\d+[a-z0-9]*)\b")
_SAID_OF_EVERY_FAULT = """
    error errors problem issue bug broken work working since morning today yesterday monday tuesday wednesday
    thursday friday week month update page every time always never again longer anymore stopped stops get
    getting see seen says saying show shows set setting even though open opens screen old new back rest file
    tried trying use using first last user office soon empty wrong cant wont doesnt isnt nobody missing late
    after before come comes coming through company name thing things call calls off down out no yes van re fw
    https http www com net org service services support year years hour hours minute minutes second mal noch
    zwei three four five half each few many lot little note notice card board people customer account please
    help fehler geht funktioniert nicht mehr seit heute seite zeigt immer kommen lauft leer wieder bricht konto
    kunde erreur probleme depuis matin marche fonctionne impossible plus compte problema desde pagina funciona
    cuenta errore conta erro fout werkt niet
"""
_COMMON = frozenset(word[:_LETTERS] for word in _SAID_OF_EVERY_FAULT.split())


class Alike(Record):
    """Others who reported the same. They may be more: a report in quite other words is not recognised.

    Attributes:
        customers: how many, this one not among them.
        first_at: when the first of them wrote.
        tickets: their tickets, the first one first.
    """

    customers: int
    first_at: Instant | None = None
    tickets: tuple[TicketKey, ...] = ()


def fault_terms(text: str, language: str) -> frozenset[str]:
    """What a fault is known again by: beginnings of words and whole codes, as numbers that can only be compared.

    A code, such as `503` or `invoice.paid`, has a `#` before it.
    """
    words = (word[:_LETTERS] for word in content_words(text, language) if len(word) > 1 and not word.isdecimal())
    said = [f"{term(word):08x}" for word in words if word not in _COMMON]
    codes = [f"#{term(code):08x}" for code in _CODE.findall(text.lower())]
    return frozenset(list(dict.fromkeys([*codes, *said]))[:_MOST_TERMS])


def defect_fact(key: TicketKey, at: datetime, *, terms: frozenset[str], customer: str, now: datetime) -> Fact:
    """The fact that a customer reported a fault: whose, and what it is known again by, which nobody can read."""
    detail = {"customer": customer, "terms": " ".join(sorted(terms))}
    return Fact(kind=FactKind.DEFECT, key=key, at=at, recorded_at=now, detail=detail)


def alike(mine: Fact, reports: Iterable[Fact]) -> Alike:
    """Who else reported within the last day what one report tells of.

    Args:
        reports: any facts of this kind, the report itself and further ones of its customer perhaps among them.
    """
    left = [fact for fact in reports if fact.key != mine.key and timedelta(0) <= mine.at - fact.at <= WINDOW]
    reached, edge = [], [mine]
    while edge:
        terms = _terms(edge.pop())
        near = [fact for fact in left if _tell_of_one(terms, _terms(fact))]
        left = [fact for fact in left if fact not in near]
        reached += near
        edge += near
    own = _customer(mine)
    others = sorted((fact for fact in reached if _customer(fact) not in (None, own)), key=_age)
    return Alike(
        customers=len({_customer(fact) for fact in others}),
        first_at=others[0].at if others else None,
        tickets=tuple(dict.fromkeys(fact.key for fact in others)),
    )


def _age(fact: Fact) -> tuple[datetime, str]:
    return fact.at, str(fact.key)


def _customer(fact: Fact) -> str | None:
    id = fact.detail.get("customer", "")
    return f"{fact.key.desk}/{id}" if id else None


def _terms(fact: Fact) -> frozenset[str]:
    return frozenset(fact.detail.get("terms", "").split())


def _tell_of_one(some: frozenset[str], others: frozenset[str]) -> bool:
    shared = _weight(some & others)
    return shared >= _ENOUGH and shared >= _SHARE * min(_weight(some), _weight(others))


def _weight(terms: frozenset[str]) -> int:
    return sum(2 if term.startswith("#") else 1 for term in terms)
