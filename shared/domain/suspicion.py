"""Signs that a text tries to steer the system instead of asking for help. They only ever send a ticket to a person."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from urllib.parse import unquote

from shared.domain.observation import Suspicion
from shared.domain.suspicion_signs import bare_order, hidden, override_abroad, signs
from shared.domain.text import bounded, canonical

LONGEST_TEXT = 20_000
"""Characters that are looked at; of a longer text its head and tail."""

_LONGEST_EVIDENCE = 200
_ENOUGH_WORDS = 4

_TAG_CHARACTERS = re.compile("[\U000e0020-\U000e007e]{4,}")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")  # such as Scotland's
_ZERO_WIDTH_RUN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u200e\u200f]{8,}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/_-]{32,}={0,2}(?![A-Za-z0-9+/=_.-]*[.][A-Za-z0-9_-]{16})")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}\s?){20,}")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .*_-]){7,}\w(?!\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COMMON_IN_ROT13 = ("gur", "naq", "lbh", "nyy", "vtaber")  # the, and, you, all, ignore
_COMMON_REVERSED = ("eht", "dna", "uoy", "lla", "erongi")
_COMMON_WORD = re.compile(r"\b(?:the|and|your?|to|all|this|that|of|for|ignore|instructions)\b")
_LEET_WORD = re.compile(r"[a-z][01345@$][a-z]")
_LEET = str.maketrans("0134578@$", "oieastbas")
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝյոαβεικνορτυχΑΒΕΙΚΜΝΟΡΤΥΧ", "abekmhopctyxijsdqwjnabeiknoptuxabeikmnoptyx"
)
_MIXED_WORD = re.compile(r"\b(?=\w*[a-z])(?=\w*[\u0370-\u058f])\w+\b")


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """Look for every kind of sign; each kind once, with the place that gave it away.

    Args:
        text: the customer's words as they came; what hides in them is looked at before it is taken out.
    """
    text = text[: 4 * LONGEST_TEXT]
    found: dict[str, str] = {}
    for kind, evidence in _all(text, bounded(canonical(text), LONGEST_TEXT)):
        found.setdefault(kind, " ".join(evidence.split())[:_LONGEST_EVIDENCE])
    return tuple(Suspicion(kind=kind, evidence=evidence) for kind, evidence in found.items())


def _all(raw: str, text: str) -> Iterator[tuple[str, str]]:
    lower = text.lower().replace("’", "'")
    yield from _steering(lower)
    yield from _invisible(raw)
    yield from _hidden_markup(lower)
    yield from _encoded(text, lower)


def _steering(lower: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in signs():
        if match := pattern.search(lower):
            yield kind, _around(lower, match.start(), match.end())
    if match := override_abroad(lower):
        yield "override", _around(lower, match.start(), match.end())


def _around(text: str, start: int, end: int) -> str:
    first = text.rfind("\n", 0, start + 1) + 1
    last = text.find("\n", end)
    return text[max(first, start - 60) : min(last if last >= 0 else len(text), end + 60)]


def _invisible(raw: str) -> Iterator[tuple[str, str]]:
    if tags := _TAG_CHARACTERS.search(_FLAG.sub("", raw)):
        yield "hidden_characters", "".join(chr(ord(character) - 0xE0000) for character in tags.group())
    elif _ZERO_WIDTH_RUN.search(raw):
        yield "hidden_characters", "a run of characters without width"


def _hidden_markup(lower: str) -> Iterator[tuple[str, str]]:
    for pattern in hidden():
        for match in pattern.finditer(lower):
            content = match["content"].strip()
            styled = "tag" in match.groupdict()
            if _steers(content) or (styled and len(_WORD.findall(content)) > 2 * _ENOUGH_WORDS):
                yield "hidden_markup", content


def _steers(text: str) -> bool:
    return any(True for _ in _steering(text)) or bare_order().search(text) is not None


def _encoded(text: str, lower: str) -> Iterator[tuple[str, str]]:
    for decoded in (*_decoded_runs(text), *_respelled(lower)):
        if any(kind not in ("placeholder_link", "formula") for kind, _ in _steering(decoded)):
            yield "encoded_text", decoded
    for decoded in _decoded_runs(text):
        if _reads_as_prose(decoded):
            yield "encoded_text", decoded


def _decoded_runs(text: str) -> Iterator[str]:
    for run in _BASE64.findall(text):
        yield from _utf8(_from_base64(run))
    for run in _HEX.findall(text):
        yield from _utf8(bytes.fromhex(run if len("".join(run.split())) % 2 == 0 else ""))


def _from_base64(run: str) -> bytes:
    try:
        return base64.b64decode(
            run.rstrip("=") + "=" * (-len(run.rstrip("=")) % 4), altchars=b"-_" if set(run) & set("-_") else None
        )
    except (binascii.Error, ValueError):
        return b""


def _utf8(content: bytes) -> Iterator[str]:
    try:
        yield canonical(content.decode()).lower()
    except UnicodeDecodeError:
        return


def _reads_as_prose(text: str) -> bool:
    """Words with spaces between them: not a key, a token, a picture, JSON or XML."""
    words = _WORD.findall(text)
    return len(words) >= _ENOUGH_WORDS and sum(map(len, words)) + text.count(" ") > 0.85 * len(text) and " " in text


def _respelled(lower: str) -> Iterator[str]:
    """The text read the way an attack may have been spelled: each way only where there is a sign of it."""
    if _LEET_WORD.search(lower):
        yield lower.translate(_LEET)
    if not lower.isascii() and _MIXED_WORD.search(lower):
        yield lower.translate(_LOOKALIKES)
    if "%20" in lower:
        yield unquote(lower)
    if spaced := _SPACED.findall(lower):
        yield " ".join(re.sub(r"(?<=\w)[ .*_-](?=\w)", "", run) for run in spaced)
    # A look for the commonest words first: nearly every text ends here.
    if any(word in lower for word in _COMMON_IN_ROT13):
        yield from _if_english(codecs.decode(lower, "rot13"))
    if any(word in lower for word in _COMMON_REVERSED):
        yield from _if_english(lower[::-1])


def _if_english(text: str) -> Iterator[str]:
    if len(_COMMON_WORD.findall(text)) >= _ENOUGH_WORDS:
        yield text
