"""A person's name in a text: whole, or one of its ends, in any case and with or without its accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from shared.adapters.redaction.spans import Span

# Names that are words, too: in lower case they are taken for the word.
_NAMES_AND_WORDS = """
    will mark may rose grace hope bill art frank grant sue pat rob dean chase drew jack dawn joy faith summer april june
    august max ray page price young long short white black brown green king cook baker case day best love rich wood
    woods hill stone field park bank lane west north east church power sale order support admin info guest team user
    test care sales miles gene lance norm rusty sandy sunny misty autumn ivy violet olive amber ruby pearl penny star
    heather archer carter porter taylor mason hunter parker turner walker fisher miller shepherd singer judge bishop
    pope knight
    ernst klein gross lang kurz jung alt wolf vogel koch bauer sommer winter stark frei rot schwarz weiss braun
    fuchs berg stein engel kaiser könig richter fischer meister gut ehrlich fröhlich sauer
    petit grand blanc noir roi marin claire pierre clair rousse moulin marchand berger lion ange fleur
    mar sol cruz flores rico blanco luz paz rey guerra delgado leal bueno rubio moreno prieto cabello
    bianco rosso grande greco costa conte bello gentile serena santo santos dias ramos
    jong groot bos dijk visser bakker boer smit kok prins zwart
    an in on by so to do no we me my us it is as at or of
"""
_BETWEEN_NAMES = "de van von der den da di la le les del della dos das do du el al bin ibn ten ter zu zum"
_TITLES = "mr mrs ms dr prof herr frau"
_PARTICLES = frozenset(f"{_BETWEEN_NAMES} {_TITLES}".split())


# Letters that are no letter with an accent.
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def names(text: str, people: tuple[str, ...]) -> Iterator[Span]:
    """Where somebody of `people` is named, whole names first."""
    folded, places = _folded(text)
    for whole, parts in map(_parts, people):
        if len(parts) > 1:
            yield from _found(whole, text, folded, places)
        for part in dict.fromkeys((parts[0], parts[-1]) if parts else ()):
            yield from _found(part, text, folded, places)


def _parts(name: str) -> tuple[str, list[str]]:
    told = _folded(name)[0]
    whole = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", told)
    return " ".join(whole), [part for part in whole if len(part) > 1 and part not in _PARTICLES]


def _found(name: str, text: str, folded: str, places: list[int]) -> Iterator[Span]:
    gap = r"[\s.]{1,3}(?:[^\W\d_]\.? )?"  # a middle initial may stand between
    pattern = re.compile(r"(?<![^\W_])" + gap.join(map(re.escape, name.split())) + r"(?![^\W_])")
    for found in pattern.finditer(folded):
        start, end = places[found.start()], places[found.end()]
        written = text[start:end]
        # A short name is a word in some language.
        words = len(name) < 3 or all(part in _WORDS for part in name.split())
        if not (words and written == written.lower()):
            yield Span(start, end, "NAME")


def _folded(text: str) -> tuple[str, list[int]]:
    """A text in lower case and without accents, and for each of its characters the place it came from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = unicodedata.normalize("NFKD", character.lower().translate(_LETTERS))
        for letter in plain:
            if not unicodedata.combining(letter):
                folded.append(letter)
                places.append(place)
    return "".join(folded), [*places, len(text)]


_WORDS = frozenset(_folded(_NAMES_AND_WORDS)[0].split())
