"""The few sentences or steps of an answer that meet a question: to be quoted, never to be sent as they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from shared.domain.text import sentences
from shared.domain.words import content_words, stems

_STEP = re.compile(r"^\s*\d{1,2}[.)]\s+")
_ITEM = re.compile(r"^\s*[-*•]\s+")
_FEWEST_WORDS = 4
_SIGNED = 3  # lines at most, from the close on
_COURTESY = re.compile(
    r"(?:thank|(?:we (?:are|'re) |i (?:am|'m) )?sorry|welcome|(?:vielen )?dank|merci|gracias|obrigad|grazie|bedankt)",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"(?:in (?:that|this) case|then|until then|otherwise|after that|it|they|this|that|these|those|both|so"
    r"|in diesem fall|dann|bis dahin|danach|sonst|es|das|dies\w*|dans ce cas|sinon|ensuite|cela|ça"
    r"|en ese caso|entonces|si no|eso|esto)\b",
    re.IGNORECASE,
)
"""How a sentence begins that is not understood without the one before it."""
_FEW = 2
_ENOUGH = 2  # words that an intent has to share before its other words count
_BY_INTENT = 0.5


class _Unit(NamedTuple):
    text: str
    stems: frozenset[str]
    step: bool


def key_passage(
    body: str, asked: str, *, language: str, intents: Iterable[str] = (), most: int = _FEW
) -> tuple[str, ...]:
    """A few units of a body, in its order: where a way is told in steps, its first step is one of them.

    The words that are shared decide, the rare ones of the body most; the nearest intent lends its words at half the
    weight, as customers and help centres call the same thing by different names.

    Args:
        body: plain text, without Markdown's marks; what is still in braces is not quoted.
        intents: customers' sentences that the body answers.
        most: units, at least two.
    """
    units = list(_units(body, language))
    if not units:
        return ()
    said = stems(content_words(asked, language))
    lent = _nearest(said, intents, language) - said
    common = Counter(stem for unit in units for stem in unit.stems)

    def score(at: int) -> float:
        weights = (
            (1.0 if stem in said else _BY_INTENT) / common[stem] for stem in units[at].stems if stem in said | lent
        )
        return sum(weights)

    best = sorted(range(len(units)), key=lambda at: (-score(at), at))
    telling = [at for at in best if score(at) > 0] or best[:1]
    steps = [at for at, unit in enumerate(units) if unit.step]
    ranked = [telling[0], *steps[:1], *telling[1:]]
    if most > _FEW:  # room for the whole way, and for what is said behind
        ranked += [*steps, *range(telling[0], len(units))]
    chosen: list[int] = []
    for at in dict.fromkeys(ranked):
        if len(chosen) < most and not (_LEANS.match(units[at].text) and at - 1 not in chosen):
            chosen.append(at)
    return tuple(units[at].text for at in sorted(chosen or telling[:1]))


def _unsigned(lines: list[str]) -> list[str]:
    """The lines before the complimentary close, of an answer that has one: a few words with a comma near its end."""
    close = (at for at, line in enumerate(lines) if at >= max(1, len(lines) - _SIGNED))
    end = next((at for at in close if lines[at].endswith(",") and len(lines[at].split()) < _FEWEST_WORDS), len(lines))
    return lines[:end]


def _nearest(said: set[str], intents: Iterable[str], language: str) -> set[str]:
    told = [stems(content_words(intent, language)) for intent in intents]
    nearest = max(told, key=lambda one: len(one & said), default=set())
    return nearest if len(nearest & said) >= _ENOUGH else set()


def _units(body: str, language: str) -> Iterable[_Unit]:
    """Steps and sentences without greeting, lead-in, link and signature."""
    for line in _unsigned(body.rstrip().split("\n")):
        step, item = _STEP.match(line), _ITEM.match(line)
        mark = step or item
        parts = (line[mark.end() :].strip(),) if mark else sentences(line)
        for part in parts:
            told = " ".join(part.split()).lstrip("# ").replace("“", '"').replace("”", '"')
            no_sentence = len(told.split()) < _FEWEST_WORDS or told.endswith((":", ","))
            aside = _COURTESY.match(told) or line.startswith(("#", "[")) or "://" in told or set("{}") & set(told)
            if aside or not told or (no_sentence and not step):
                continue
            yield _Unit(told, frozenset(stems(content_words(told, language))), step is not None)
