"""Signs that a text tries to steer the system instead of asking for help. They only ever send a ticket to a person."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain
from urllib.parse import unquote

from shared.domain.observation import Observations, Request, Suspicion
from shared.domain.suspicion_abroad import signs_abroad
from shared.domain.suspicion_signs import bare_order, hidden, signs
from shared.domain.text import bounded, canonical, sentences

LONGEST_TEXT = 20_000
"""Characters that are looked at; of a longer text its head and tail."""

_LONGEST_EVIDENCE = 200
# A breakout begins in the middle of a sentence, so to speak: right behind the question it pretends to belong to.
_GLUED = re.compile(r"(?<=[.!?])(?=[^\s\w.!?)'’”»])|(?<=[.!?])(?=[\u3040-\u9fff])")
_ENOUGH_WORDS = 4
_OFTEN = 4  # a long word may be given a place to break; words cut again and again are cut to be hidden

_TAG_CHARACTERS = re.compile("[\U000e0020-\U000e007e]{4,}")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")  # such as Scotland's
_ZERO_WIDTH_IN_A_WORD = re.compile("(?<=[A-Za-z])[\u200b\u2060\ufeff]+(?=[A-Za-z])")
_OVERRIDE_OF_DIRECTION = re.compile("[\u202d\u202e]([^\u202c\n]*)")
_ZERO_WIDTH_RUN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u200e\u200f]{8,}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/_-]{32,}={0,2}(?![A-Za-z0-9+/=_.-]*[.][A-Za-z0-9_-]{16})")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}\s?){20,}")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .*_-]){7,}\w(?!\w)")
_STRING_ENDS = re.compile(r"\\?[\"”][\s}\]]*[,;]\s*[{\"“]\s*[\"“]?\w+\\?[\"”]\s*:")
_STRING_BEGAN = re.compile(r"[\"“{\[]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COMMON_IN_ROT13 = ("gur", "naq", "lbh", "nyy", "vtaber")  # the, and, you, all, ignore
_COMMON_REVERSED = ("eht", "dna", "uoy", "lla", "erongi")
_COMMON_WORD = re.compile(
    r"\b(?:the|and|your?|my|me|to|all|not|do|it|is|this|that|of|for|please|ignore|instructions)\b"
)
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


def all_suspicions(*texts: str) -> tuple[Suspicion, ...]:
    """The suspicions of several texts, each read by itself: a name goes on where no message ends."""
    return joined(*map(suspicions, texts))


def joined(*found: tuple[Suspicion, ...]) -> tuple[Suspicion, ...]:
    """Suspicions found in several places, each kind once, the first place first."""
    kinds: dict[str, Suspicion] = {}
    for one in chain.from_iterable(found):
        kinds.setdefault(one.kind, one)
    return tuple(kinds.values())


def honest_part(request: Request) -> Request:
    """The request without the sentences that try to steer: what is left is what a person is asking.

    An attack must not gain by being seen either: category, urgency and queue are those of the request around it.
    Nothing may be left; then nobody asked anything, and there is nothing to read.
    """
    return request.model_copy(
        update={"subject": _honest_sentences(request.subject), "text": _honest_sentences(request.text)}
    )


def as_read(request: Request) -> Request:
    """The request as every reader gets it: without what tries to steer, where something was suspected of it."""
    return honest_part(request) if request.suspicions else request


def read_honestly(request: Request, observe: Callable[[Request], Observations]) -> Observations:
    """What an engine sees in a request; sentences that try to steer the system are not read.

    They are evidence for the rules, and say nothing about the request that they stand in.
    """
    seen = observe(as_read(request))
    return seen.model_copy(update={"suspicions": joined(request.suspicions, seen.suspicions)})


def _honest_sentences(text: str) -> str:
    if not suspicions(text):
        return text
    told = sentences(_GLUED.sub("\n", _shown(bounded(canonical(text), LONGEST_TEXT))))
    kept = [sentence for sentence in told if not suspicions(sentence)]
    if not suspicions("\n".join(kept)):
        return "\n".join(kept)
    # An order in pieces: each sentence is harmless, two of them are not.
    broken = {at + step for at in range(len(kept) - 1) if suspicions("\n".join(kept[at : at + 2])) for step in (0, 1)}
    rest = "\n".join(sentence for at, sentence in enumerate(kept) if at not in broken)
    return "" if suspicions(rest) else rest


def _all(raw: str, text: str) -> Iterator[tuple[str, str]]:
    lower = text.lower().replace("’", "'")
    yield from _steering(lower)
    yield from _invisible(raw)
    yield from _hidden_markup(lower)
    yield from _encoded(text, lower)


def _steering(lower: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in (*signs(), *signs_abroad(lower)):
        if match := pattern.search(lower):
            yield kind, _around(lower, match.start(), match.end())
    for match in _STRING_ENDS.finditer(lower):
        # A string that ends before any began: what stands in front of it was meant to end one of ours.
        if not _STRING_BEGAN.search(lower, lower.rfind("\n", 0, match.start()) + 1, match.start()):
            yield "breakout", _around(lower, match.start(), match.end())


def _around(text: str, start: int, end: int) -> str:
    first = text.rfind("\n", 0, start + 1) + 1
    last = text.find("\n", end)
    return text[max(first, start - 60) : min(last if last >= 0 else len(text), end + 60)]


def _invisible(raw: str) -> Iterator[tuple[str, str]]:
    if tags := _TAG_CHARACTERS.search(_FLAG.sub("", raw)):
        yield "hidden_characters", "".join(chr(ord(character) - 0xE0000) for character in tags.group())
    elif _ZERO_WIDTH_RUN.search(raw):
        yield "hidden_characters", "a run of characters without width"
    elif len(_ZERO_WIDTH_IN_A_WORD.findall(raw)) >= _OFTEN:
        yield "hidden_characters", "words cut by characters without width"
    # Mail in right-to-left scripts needs no override; it turns round what a person sees, not what a machine reads.
    if (turned := _OVERRIDE_OF_DIRECTION.search(raw)) and re.search("[A-Za-z]", turned[1]):
        yield "hidden_characters", turned[1][::-1]


def _hidden_markup(lower: str) -> Iterator[tuple[str, str]]:
    for pattern in hidden():
        for match in pattern.finditer(lower):
            content = match["content"].strip()
            styled = "tag" in match.groupdict()
            if _steers(content) or (styled and len(_WORD.findall(content)) > 2 * _ENOUGH_WORDS):
                yield "hidden_markup", content


def _shown(text: str) -> str:
    """A text without the markup that hides words from people."""
    for pattern in hidden():
        text = pattern.sub(lambda match: "" if suspicions(match.group()) else match.group(), text)
    return text


def _steers(text: str) -> bool:
    return any(True for _ in _steering(text)) or bare_order().search(text) is not None


def _encoded(text: str, lower: str) -> Iterator[tuple[str, str]]:
    for decoded in (*_decoded_runs(text), *_respelled(lower)):
        if any(kind not in ("placeholder_link", "formula") for kind, _ in _steering(decoded)):
            yield "encoded_text", decoded
    for decoded in (*_decoded_runs(text), *_turned_lines(lower)):
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


def _turned_lines(lower: str) -> Iterator[str]:
    """Lines that are English only by rot13 or backwards: whoever writes so writes to a machine."""
    if not any(word in lower for word in (*_COMMON_IN_ROT13, *_COMMON_REVERSED)):
        return
    for line in lower.split("\n"):
        if len(_COMMON_WORD.findall(line)) < 2:
            yield from _if_english(codecs.decode(line, "rot13"))
            yield from _if_english(line[::-1])


def _if_english(text: str) -> Iterator[str]:
    if len(_COMMON_WORD.findall(text)) >= _ENOUGH_WORDS:
        yield text
