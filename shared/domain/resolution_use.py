"""How approved answers fare with the people who send them, and what those keep adding. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from shared.domain.draft_use import Use
from shared.domain.facts import Fact, FactKind
from shared.domain.record import Record
from shared.domain.text import canonical

KNOWN_BY = 2
"""Customers to whose replies a word must belong before it is shown: what one was told alone stays with them."""

_ENOUGH = 2  # answers that were edited or passed over before anything is said of a wording
_REVISE_AT = 0.3  # share of the words that agents replace, an unused draft counting as all of them
_ALIKE = 0.5  # shared words over all words of two sentences that say the same
_SHOWN = 3
_GAP = "…"
_LONGEST_GAP = 0.4  # of a sentence's words
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GAPS = re.compile(r"…(?:[^\w…]*…)+")


class ResolutionUse(Record):
    """What became of the drafts that were made from one approved answer, of those whose ticket was answered.

    Attributes:
        changed: of the edited ones, the mean share of words that were changed, 0 to 1.
        missed: drafts that stood where a person should have answered from the start.
    """

    name: str
    as_is: int = 0
    edited: int = 0
    unused: int = 0
    changed: float = 0.0
    missed: int = 0

    @property
    def drafts(self) -> int:
        """How many there were."""
        return self.as_is + self.edited + self.unused

    @property
    def replaced(self) -> float:
        """The mean share of words that agents replaced in all of them, an unused draft counting as all its words."""
        return (self.edited * self.changed + self.unused) / self.drafts if self.drafts else 0.0

    @property
    def weight(self) -> float:
        """By what the worst come first: `replaced`, as if one more had gone out as it was: one case proves little."""
        return self.replaced * self.drafts / (self.drafts + 1)

    @property
    def to_revise(self) -> bool:
        """Whether agents change or pass over so much of it that the wording should be revised."""
        return self.edited + self.unused >= _ENOUGH and self.replaced >= _REVISE_AT

    @property
    def verdict(self) -> str:
        """The same in words."""
        parts = [f"edited on average {self.changed:.0%}"] if self.edited else []
        parts += [f"not used in {self.unused} of {self.drafts}"] if self.unused else []
        if not self.drafts:
            return "nothing yet"
        if not parts:
            return "sent as it is"
        if self.to_revise:
            return f"{', '.join(parts)}: revise"
        return f"{', '.join(parts)}{': too few to say' if self.drafts < _ENOUGH else ''}"


class Addition(Record):
    """What an agent put into a draft before sending it.

    Attributes:
        whose: tells customers apart, without naming them.
        sentences: without figures, addresses and personal data.
    """

    whose: str
    sentences: tuple[str, ...]


class Suggestion(Record):
    """A sentence that agents keep adding to one approved answer.

    Attributes:
        text: in an agent's words, with a gap for whatever only one customer was told.
        times: replies that have it, or one much like it.
        customers: how many different customers they went to.
    """

    text: str
    times: int
    customers: int


def resolutions_in_use(facts: Iterable[Fact]) -> tuple[ResolutionUse, ...]:
    """How each approved answer fares by the facts of a stretch of time, the worst first."""
    used: dict[str, list[tuple[str, float]]] = defaultdict(list)
    missed: Counter[str] = Counter()
    for fact in facts:
        name = fact.detail.get("resolution", "")
        if name and fact.kind is FactKind.DRAFT_USED:
            used[name].append((fact.detail.get("use", ""), _share(fact.detail.get("distance", ""))))
        elif name and fact.kind is FactKind.BOUNDARY_MISSED:
            missed[name] += 1
    found = [_use(name, used[name], missed[name]) for name in {*used, *missed}]
    return tuple(sorted(found, key=lambda one: (-one.weight, -one.missed, -one.drafts, one.name)))


def _use(name: str, used: list[tuple[str, float]], missed: int) -> ResolutionUse:
    counted = Counter(use for use, _ in used)
    edits = [distance for use, distance in used if use == Use.EDITED]
    return ResolutionUse(
        name=name,
        **{use.value: counted[use.value] for use in Use},
        changed=round(sum(edits) / len(edits), 4) if edits else 0.0,
        missed=missed,
    )


def _share(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def suggestions(additions: Iterable[Addition]) -> tuple[Suggestion, ...]:
    """The sentences that agents add again and again, the most frequent first.

    A sentence counts once for each reply, and is told only if it went to several customers. A word of it is shown
    only if several of them were told that word; whatever one customer was told alone becomes a gap.
    """
    groups: list[list[tuple[str, str, frozenset[str]]]] = []  # who was told what, in which words
    for addition in additions:
        joined: set[int] = set()
        for sentence in addition.sentences:
            words = frozenset(_words(sentence))
            at = next((at for at, group in enumerate(groups) if _alike(words, group[0][2])), len(groups))
            if at == len(groups):
                groups.append([])
            if at not in joined:
                groups[at].append((addition.whose, sentence, words))
                joined.add(at)
    found = [one for group in groups if (one := _told(group)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.customers, -one.times, one.text))[:_SHOWN])


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other) > 0


def _told(group: Sequence[tuple[str, str, frozenset[str]]]) -> Suggestion | None:
    customers = {whose for whose, _, _ in group}
    if len(customers) < KNOWN_BY:
        return None
    told: dict[str, set[str]] = defaultdict(set)
    for whose, _, words in group:
        for word in words:
            told[word].add(whose)
    known = frozenset(word for word, by in told.items() if len(by) >= KNOWN_BY)
    # The sentence with the fewest gaps speaks for all; of those the shortest.
    gaps, _, text = min((len(words - known) / len(words), len(said), said) for _, said, words in group)
    if gaps > _LONGEST_GAP:
        return None
    shown = _TOKEN.sub(lambda word: word.group() if word.group().casefold() in known else _GAP, canonical(text))
    return Suggestion(text=_GAPS.sub(_GAP, shown), times=len(group), customers=len(customers))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _TOKEN.findall(canonical(text))]
