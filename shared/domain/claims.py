"""What a draft claims, and whether that is supported: by code, sentence by sentence, before anybody sees it.

A language model words a draft; it does not know what is true. Whatever it says that a customer could hold the company
to (a number, a date, an amount, a link, a name, a commitment) has to stand in an approved source or in the customer's
own facts. The check errs towards refusing: then the approved wording is shown, which is right anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from shared.domain.claims_words import COMMON, COURTESY, MONTHS, NUMBERS, PROMISES, RUDE, WHEN
from shared.domain.record import Record
from shared.domain.text import canonical, sentences


class Claim(StrEnum):
    """What may be unsupported, or otherwise wrong, in a draft."""

    NUMBER = "number"
    AMOUNT = "amount"
    DATE = "date"
    LINK = "link"
    NAME = "name"
    PROMISE = "promise"
    STATEMENT = "statement"
    NEGATION = "negation"
    LANGUAGE = "language"
    LENGTH = "length"
    TONE = "tone"
    PLACEHOLDER = "placeholder"
    SOURCE = "source"


class Objection(Record):
    """One reason not to show a draft. `what` is the part of the draft that is not supported."""

    claim: Claim
    what: str


class Grounds(Record):
    """What a draft may rest on.

    Attributes:
        sources: approved wording with the facts filled in.
        articles: of the help centre. Whoever writes there could put a promise, a price or a link into a draft, so these
            count only where an approved answer says them.
        links: addresses of the sources themselves.
        facts: the customer's facts, by which names and numbers are theirs.
        question: what the customer wrote: its words may be taken up, its figures and links prove nothing.
        language: the customer's.
    """

    sources: tuple[str, ...]
    articles: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    question: str = ""
    language: str


_LINK = re.compile(
    r"https?://[^\s<>()\"']+|\bwww\.[^\s<>()\"']+|\b[\w.+-]+@[\w-]+\.[\w.-]+\b|\b(?:[\w-]+\.)+[a-z]{2,}\b/?\S*"
)
_ENUMERATED = re.compile(r"^\s*\d{1,2}[.)]\s+", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:[.,:/'’ ]\d+)*")
_CURRENCY = (
    r"(?:[€$£¥%]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|francs?|cents?)\b"
    r"|\bper ?cent\b|\bProzent\b|\bpour ?cent\b)"
)
_AMOUNT = re.compile(rf"{_CURRENCY}\s*\d[\d.,]*|\d[\d.,]*\s*{_CURRENCY}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_NAME = re.compile(r"(?<![.!?:;•*\n>] )(?<!^)(?<=[ (\"'“„«])[A-ZÀ-Þ][\w'’-]+")
_NOT = re.compile(
    r"\b(?:not|never|cannot|can't|won't|don't|doesn't|isn't|no longer|without|unable|nicht|nie|kein\w*|ohne"
    r"|pas|jamais|sans|nunca|"
    r"sin|non(?!-)|mai|senza|não|sem|niet|nooit|geen|zonder)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[{}]|<\w|\[(?!\.\.\.)[^\]\n]{1,40}\]|\b(?:INSERT|TODO|XXX+|N/A)\b")
_STYLE = re.compile(r"[*_`#>]+")
_SUPPORTED = 0.5
"""Share of a sentence's topic words that have to stand in its grounds."""

_ALIKE = 0.75
"""Share of a clause's topic words by which it says the same as a source's, or denies it."""

_CLAUSE = re.compile(r"[,:;]\s")
_FEW = 3  # words below which a sentence states too little to be judged by its words
_LONGEST, _SHORTEST = 3000, 20
_STEM = 5


def objections(text: str, grounds: Grounds) -> tuple[Objection, ...]:
    """Everything in a draft that its grounds do not support; empty where it may be shown."""
    said = canonical(text)
    approved = canonical("\n".join((*grounds.sources, *grounds.facts, *grounds.links)))
    held = canonical("\n".join((approved, *grounds.articles)))
    bare, bare_approved, bare_held = (_LINK.sub(" ", text) for text in (said, approved, held))
    found = [
        *_links(said, approved),
        *_amounts(bare, bare_approved),
        *_numbers(bare, bare_held),
        *_dates(bare, bare_held),
        *_promises(bare, bare_approved),
        *_names(bare, bare_held, grounds),
        *_statements(bare, bare_held, grounds),
        *_form(said, held, grounds),
    ]
    return tuple(dict.fromkeys(found))


def _objections(claim: Claim, parts: Iterable[str]) -> list[Objection]:
    return [Objection(claim=claim, what=part.strip()[:120]) for part in dict.fromkeys(parts)]


def _links(said: str, held: str) -> list[Objection]:
    known = {_address(link) for link in _LINK.findall(held)}
    return _objections(Claim.LINK, (link for link in _LINK.findall(said) if _address(link) not in known))


def _address(link: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", link.lower()).rstrip(".,;:!?/")


def _amounts(said: str, held: str) -> list[Objection]:
    known = {_amount(one) for one in _AMOUNT.findall(held)}
    return _objections(Claim.AMOUNT, (one for one in _AMOUNT.findall(said) if _amount(one) not in known))


def _amount(text: str) -> tuple[str, ...]:
    """Figures and unit, whichever comes first."""
    unit = re.sub(r"[\d.,\s]", "", text).lower()
    alike = {"euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$", "percent": "%"}
    return _figures(text), alike.get(unit, unit)


def _figures(text: str) -> str:
    return re.sub(r"[^\d]", "", re.sub(r"[.,]0+(?=\D|$)", "", text))


def _numbers(said: str, held: str) -> list[Objection]:
    known = {_figures(one) for one in _NUMBER.findall(held)} | set(_spelled(held).values())
    known |= {part for one in _NUMBER.findall(held) for part in re.findall(r"\d+", one)}
    in_text = _ENUMERATED.sub("", said)
    wrong = [one for one in _NUMBER.findall(in_text) if _figures(one) not in known]
    return _objections(Claim.NUMBER, [*wrong, *(w for w, value in _spelled(in_text).items() if value not in known)])


def _spelled(text: str) -> dict[str, str]:
    """Numbers that are written as words."""
    return {word: NUMBERS[word.lower()] for word in _WORD.findall(text) if word.lower() in NUMBERS}


def _dates(said: str, held: str) -> list[Objection]:
    low = held.lower()
    found = [match.group() for pattern in (MONTHS, WHEN) for match in pattern.finditer(said)]
    return _objections(Claim.DATE, (one for one in found if one.lower() not in low))


def _promises(said: str, held: str) -> list[Objection]:
    found: list[Objection] = []
    for pattern in PROMISES.values():
        kept = {match.group().lower() for match in pattern.finditer(held)}
        # The same kind of commitment is not enough: "no refund" and "a refund" are one kind. The words decide.
        wrong = (m.group() for m in pattern.finditer(said) if not _promised(m.group().lower(), kept))
        found += _objections(Claim.PROMISE, wrong)
    return found


def deed_in(text: str) -> str:
    """The first words that say "I have" or "we have" done something; empty where none do."""
    found = PROMISES["something done"].search(text)
    return found.group() if found else ""


def _promised(part: str, kept: set[str]) -> bool:
    return any(_cut(part) == _cut(one) for one in kept)


def _names(said: str, held: str, grounds: Grounds) -> list[Objection]:
    if grounds.language == "de":
        said = " ".join(re.findall(r"\b(?:Herrn?|Frau|Dr\.|Prof\.) [A-ZÄÖÜ]\w+", said))  # all nouns are written so
    known = {word.lower() for text in (held, grounds.question) for word in re.findall(r"[\w'’-]+", text)}
    plain = _STYLE.sub("", said)
    wrong = (name for name in _NAME.findall(plain) if name.lower().removesuffix("'s") not in known and name != "I")
    return _objections(Claim.NAME, (name for name in wrong if name.lower() not in COURTESY and not _I.match(name)))


_I = re.compile(r"I['’]\w+$")


def _statements(said: str, held: str, grounds: Grounds) -> list[Objection]:
    """Sentences about things that no source speaks of, and clauses that deny what one says."""
    known = topic_words(held) | topic_words(grounds.question)
    clauses = [(topic_words(one), negated(one)) for one in clauses_of(held)]
    found: list[Objection] = []
    for sentence in sentences(said):
        words = topic_words(sentence)
        if len(words) >= _FEW and len(words & known) / len(words) < _SUPPORTED:
            found += _objections(Claim.STATEMENT, [sentence])
        found += _objections(Claim.NEGATION, (one for one in clauses_of(sentence) if _denies(one, clauses)))
    return found


def negated(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(_NOT.search(text))


def clauses_of(text: str) -> list[str]:
    """The clauses of a text, parted at sentences' ends, commas, colons and semicolons."""
    return [part for sentence in sentences(text) for part in _CLAUSE.split(sentence)]


def _denies(clause: str, clauses: list[tuple[set[str], bool]]) -> bool:
    """Whether a clause says "not" where every clause of the sources that is nearly the same does not, or vice versa."""
    words, denied = topic_words(clause), negated(clause)
    alike = [other for known, other in clauses if len(words & known) >= max(_FEW - 1, _ALIKE * len(words))]
    return len(words) >= _FEW - 1 and bool(alike) and denied not in alike


def topic_words(text: str) -> set[str]:
    """The beginnings of the words by which a text is about something."""
    common = COURTESY.union(*COMMON.values())
    return {_cut(word) for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in common}


def _cut(word: str) -> str:
    return word if " " in word else word[:_STEM]


def _form(said: str, held: str, grounds: Grounds) -> list[Objection]:
    found = _objections(Claim.PLACEHOLDER, (one for one in _PLACEHOLDER.findall(said) if one not in held))
    found += _objections(Claim.TONE, (match.group() for match in RUDE.finditer(said) if match.group() not in held))
    found += _objections(Claim.TONE, re.findall(r"\b[A-ZÀ-Þ]{4,}(?: [A-ZÀ-Þ]{2,}){2,}", said))
    longest = min(_LONGEST, 2 * sum(len(one) for one in grounds.sources) + sum(map(len, grounds.articles)) + 300)
    if not _SHORTEST <= len(said) <= longest:
        found += _objections(Claim.LENGTH, [f"{len(said)} characters, {longest} at most"])
    spoken = language_of(said)
    if spoken is not None and grounds.language in COMMON and spoken != grounds.language:
        found += _objections(Claim.LANGUAGE, [spoken])
    return found + _mixed(said, held, grounds.language)


def _mixed(said: str, held: str, language: str) -> list[Objection]:
    """Whole sentences in another language."""
    told = [(one, language_of(one)) for one in sentences(said) if one not in held] if language in COMMON else []
    other = (one for one, spoken in told if spoken not in (None, language) and len(one.split()) >= 6)
    return _objections(Claim.LANGUAGE, other)


def language_of(text: str) -> str | None:
    """The language whose small words a text has most of; None where that is not clear."""
    words = [word.lower() for word in _WORD.findall(text)]
    counts = sorted(((sum(word in common for word in words), code) for code, common in COMMON.items()), reverse=True)
    (most, code), (second, _) = counts[:2]
    return code if most >= 3 and most >= 1.5 * second else None
