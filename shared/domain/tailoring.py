"""An approved answer cut to what was asked and what is known: by its owner's marks, so that it can be explained.

Four marks, in the Markdown of the answer itself:

    [when asked: firewall, port]     the paragraph or list item below stays only if the request speaks of one of these
    [either: to annual, once a year] of all passages marked so those stay that the request speaks of; all, if of none
    [for plan: business, team]       stays for customers of these plans, or who name one; and where no plan is known
    [[, which is {renewal_date}]]    a part of a sentence, left out when a fact in it is not known

Words and phrases are found in the request whatever their case, accents and endings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from shared.domain.text import bounded
from shared.domain.words import spoken_words, stem

WHEN_ASKED, EITHER, FOR_PLAN = "when asked", "either", "for plan"

_MARK = re.compile(rf"^\s*\[({WHEN_ASKED}|{EITHER}|{FOR_PLAN}):([^\[\]]*)\]\s*$", re.IGNORECASE)
_LONE_BRACKETS = re.compile(r"^\s*\[(?!\[)[^\[\]]*\](?!\()\s*$")
_ITEM = re.compile(r"^(\s*)(?:[-*•]|\d{1,2}[.)])\s")
_NUMBERED = re.compile(r"^(\s*)(\d{1,2})([.)]\s+)")
_EMPTY_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s*$")
_CLAUSE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_FACT = re.compile(r"\{([a-z_]+)\}")
_NAMING_A_PLAN = ("{} plan", "plan {}", "{} tarif", "plan de {}", "between {}", "and {}", "or {}", "from {}")
_SHORT = 4
_LONGEST_TEXT = 20_000  # characters of a request; of a longer one its head and tail, as the search reads it
_FRAME = 2  # greeting and closing words


class Mark(NamedTuple):
    """When a passage stays. `line` counts from 0."""

    kind: str
    phrases: tuple[str, ...]
    line: int

    @property
    def name(self) -> str:
        """What an agent is told was left out: its first phrase."""
        return self.phrases[0] if self.phrases else ""


class Tailored(NamedTuple):
    """What remains of an answer.

    Attributes:
        left_out: the names of passages that nobody asked about; of what is for other plans nothing is told.
        unknown: facts that a part which was left out would have needed.
    """

    text: str
    left_out: tuple[str, ...]
    unknown: tuple[str, ...]


class Fault(NamedTuple):
    """What is wrong with a mark. `line` counts from 0."""

    line: int
    fault: str
    remedy: str


class _Part(NamedTuple):
    """Lines of an answer that stay or go together."""

    lines: tuple[str, ...]
    mark: Mark | None


def whole(body: str) -> str:
    """An answer with everything in it, without its marks: what it may say, for searching and comparing."""
    lines = [line for part in _parts(body) for line in part.lines]
    return _tidy(_CLAUSE.sub(r"\1", "\n".join(lines)))


def tailored(body: str, request: str, language: str, known: Collection[str], plan: str | None = None) -> Tailored:
    """What of an answer meets a request.

    Args:
        known: the names of the facts that are known.
        plan: the customer's, if it is known.
    """
    parts = list(_parts(body))
    said = spoken_words(bounded(request, _LONGEST_TEXT), language)
    asked = {part.mark for part in parts if part.mark and speaks_of(said, _spoken(part.mark), language)}
    chosen = any(mark.kind == EITHER for mark in asked)

    def stays(mark: Mark | None) -> bool:
        if mark is None or mark in asked:
            return True
        if mark.kind == FOR_PLAN:
            return plan is None or plan in mark.phrases
        return mark.kind == EITHER and not chosen

    text = "\n".join(line for part in parts if stays(part.mark) for line in part.lines)
    gone = [part.mark.name for part in parts if part.mark and part.mark.kind != FOR_PLAN and not stays(part.mark)]
    unknown: list[str] = []

    def clause(found: re.Match[str]) -> str:
        needed = [fact for fact in _FACT.findall(found[1]) if fact not in known]
        unknown.extend(needed)
        return "" if needed else found[1]

    return Tailored(_tidy(_CLAUSE.sub(clause, text)), tuple(dict.fromkeys(gone)), tuple(dict.fromkeys(unknown)))


def _spoken(mark: Mark) -> tuple[str, ...]:
    """What a request says that speaks of a passage. A plan is named as one: "Hi team" names none."""
    if mark.kind != FOR_PLAN:
        return mark.phrases
    return tuple(form.format(plan) for plan in mark.phrases for form in _NAMING_A_PLAN)


def speaks_of(said: list[str], phrases: Iterable[str], language: str) -> bool:
    """Whether words, folded, hold one of some phrases: its words beside each other, whatever their endings."""
    for phrase in phrases:
        wanted = spoken_words(phrase, language)
        last = len(said) - len(wanted)
        if wanted and any(all(map(_same, said[at:], wanted)) for at in range(last + 1)):
            return True
    return False


def _same(word: str, marked: str) -> bool:
    if len(marked) <= _SHORT:  # "port" is in "ports", and not in "portal"
        return word.startswith(marked) and len(word) <= len(marked) + 1
    return word.startswith(stem(marked))


def unmarked(body: str) -> str:
    """An answer without the parts that are left out when a fact is unknown."""
    return _CLAUSE.sub("", body)


def plans_of(body: str) -> list[tuple[int, str]]:
    """The plans that marks name, each with its line, which counts from 0."""
    marks = (part.mark for part in _parts(body) if part.mark)
    return [(mark.line, plan) for mark in marks if mark.kind == FOR_PLAN for plan in mark.phrases]


def faults(body: str, language: str) -> list[Fault]:
    """What is wrong with an answer's marks, in the order of its lines."""
    found = [*_faults_of_marks(body, language), *_faults_of_clauses(body)]
    if not found and _leaves_nothing(body, language):
        first = next((part.mark.line for part in _parts(body) if part.mark), 0)
        found = [Fault(first, "nothing is left when nobody asks for it", "leave what always answers without a mark")]
    return sorted(found)


def _faults_of_marks(body: str, language: str) -> Iterator[Fault]:
    lines = body.split("\n")
    marks = {number: mark for number, line in enumerate(lines) if (mark := _MARK.match(line))}
    for number, line in enumerate(lines):
        mark = marks.get(number)
        if mark is None:
            if _LONE_BRACKETS.match(line):
                yield Fault(number, f"'{line.strip()}' is no mark that is known", _NOTATION)
            continue
        if not any(spoken_words(phrase, language) for phrase in mark[2].split(",")):
            yield Fault(number, "the mark names no word", f"write `[{mark[1]}: word, two words]`")
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if not below.strip() or number + 1 in marks:
            yield Fault(number, "there is no paragraph below the mark", "put it on the line just above a paragraph")
    choices = [number for number, mark in marks.items() if mark[1].lower() == EITHER]
    if len(choices) == 1:
        yield Fault(choices[0], f"`{EITHER}` chooses among passages, and only one has it", f"write `{WHEN_ASKED}`")


_NOTATION = f"write `[{WHEN_ASKED}: words]`, `[{EITHER}: words]` or `[{FOR_PLAN}: plans]`, or leave the brackets out"


def _faults_of_clauses(body: str) -> Iterator[Fault]:
    for clause in _CLAUSE.finditer(body):
        number = body.count("\n", 0, clause.start())
        if "\n\n" in clause[1] or "[[" in clause[1]:
            yield Fault(number, "the part in double brackets does not end", "close it with ]] in the same paragraph")
        elif not _FACT.search(clause[1]):
            remedy = "name the fact that it needs, such as {seats}, or leave the brackets out"
            yield Fault(number, "the part in double brackets names no fact", remedy)
    rest = _CLAUSE.sub(lambda found: "\n" * found[0].count("\n"), body).split("\n")
    for number, line in enumerate(rest):
        if "[[" in line or "]]" in line:
            yield Fault(number, "double brackets stand alone", "open a part with [[ and close it with ]]")


def _leaves_nothing(body: str, language: str) -> bool:
    """Whether no more than greeting and closing words stay where a request speaks of nothing and no fact is known."""
    left, all_of_it = (
        len(text.split("\n\n")) for text in (tailored(body, "", language, (), plan="none of them").text, whole(body))
    )
    return left < all_of_it and left <= _FRAME


def _parts(body: str) -> Iterator[_Part]:
    lines = body.split("\n")
    at = 0
    while at < len(lines):
        found = _MARK.match(lines[at])
        if found is None:
            yield _Part((lines[at],), None)
            at += 1
            continue
        phrases = tuple(phrase.strip() for phrase in found[2].split(",") if phrase.strip())
        end = _end_of_passage(lines, at + 1)
        yield _Part(tuple(lines[at + 1 : end]), Mark(found[1].lower(), phrases, at))
        at = end


def _end_of_passage(lines: list[str], first: int) -> int:
    """Where the list item or paragraph ends that begins at a line."""
    at = first
    while at < len(lines) and lines[at].strip() and not _MARK.match(lines[at]):
        if at > first and _ITEM.match(lines[at]):
            break
        at += 1
    return at


def _tidy(text: str) -> str:
    """Without what a part leaves behind when it goes: empty lines and items, spaces, missing numbers of a list."""
    lines = [re.sub(r"(?<=\S) {2,}", " ", line).rstrip() for line in text.split("\n") if not _EMPTY_ITEM.match(line)]
    told: list[str] = []
    number = before = 0
    for line in lines:
        item = _NUMBERED.match(line)
        if item:
            number = number + 1 if int(item[2]) > before else 1
            before = int(item[2])
            line = f"{item[1]}{number}{item[3]}{line[item.end() :]}"
        elif line and not line.startswith(" "):
            number = before = 0
        told.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(told)).strip()
