"""A customer's words, made safe to compare: one spelling per character, nothing invisible, bounded length."""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "\n[...]\n"
"""Stands where the middle of a long text was left out."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Controls, soft hyphen, zero-width, bidi, invisible operators, variation selectors, tag characters, lone surrogates,
# and the letters that are drawn as nothing (Hangul fillers, Braille blank, Mongolian vowel separators).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_SPACE_AROUND_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

# A full stop after these ends no sentence: titles, "e.g.", "z. B.", "no.", single letters, one or two digits.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[^\W\d_]|\d{1,2}|mr|mrs|ms|dr|prof|hr|fr|sr|sra|st|mme|no|nr|núm|tel|art|abs|ca|bzw|inkl|zzgl"
    r"|inc|ltd|co|vs|etc|approx|e\.g|i\.e|z\.b|d\.h|u\.a|p\.ex|p\.m|a\.m|bijv|o\.a)\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"\n+|[.!?…]+[\"')\]]*\s+|[。！？]+")


def canonical(text: str) -> str:
    """One spelling of a text: NFKC, line ends as `\\n`, no invisible characters, single spaces.

    Applying it twice changes nothing more. It removes what hides text from a reader but not from a machine.
    """
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    # Taking a character out can bring a letter and its accent together.
    text = unicodedata.normalize("NFKC", text)
    text = _SPACE_AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters: the head (two thirds) and the tail, where requests say what they want."""
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    if room < 2:
        return text[:limit]
    tail = room // 3
    return text[: room - tail] + ELLIPSIS + text[len(text) - tail :]


def sentences(text: str, longest: int = 400) -> tuple[str, ...]:
    """The sentences of a text in order; a line end ends one too. Longer ones are cut at a space."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if end.group().startswith(".") and _ABBREVIATION.search(text, max(start, end.start() - 8), end.start() + 1):
            continue
        found.extend(_pieces(text[start : end.end()].strip(), longest))
        start = end.end()
    found.extend(_pieces(text[start:].strip(), longest))
    return tuple(found)


def _pieces(sentence: str, longest: int) -> list[str]:
    pieces: list[str] = []
    while len(sentence) > longest:
        cut = sentence.rfind(" ", longest // 2, longest)
        cut = cut if cut > 0 else longest
        pieces.append(sentence[:cut].rstrip())
        sentence = sentence[cut:].lstrip()
    return [*pieces, sentence] if sentence else pieces
