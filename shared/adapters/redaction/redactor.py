"""Personal data out, placeholders in."""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType

from shared.adapters.redaction.names import names as named
from shared.adapters.redaction.numbers import numbers
from shared.adapters.redaction.phones import phones
from shared.adapters.redaction.spans import Span, apart
from shared.domain.redaction import PLACEHOLDER, Redacted


class PatternRedactor:
    """The port by patterns and check digits. What it does not know by shape or by name it does not find."""

    def redact(self, text: str, *, names: tuple[str, ...] = ()) -> Redacted:
        """Replace personal data; see the port."""
        taken = set(PLACEHOLDER.findall(text))
        given: dict[tuple[str, str], str] = {}
        counted: defaultdict[str, int] = defaultdict(int)
        pieces: list[str] = []
        done = 0
        for span in _spans(text, names):
            value = text[span.start : span.end]
            if (span.kind, value) not in given:
                given[span.kind, value] = _next(span.kind, counted, taken)
            pieces += text[done : span.start], given[span.kind, value]
            done = span.end
        originals = {placeholder: value for (_, value), placeholder in given.items()}
        return Redacted("".join([*pieces, text[done:]]), MappingProxyType(originals))


def _spans(text: str, names: tuple[str, ...]) -> list[Span]:
    # A placeholder that the customer wrote is no personal data, and half of one would confuse the way back.
    text = PLACEHOLDER.sub(lambda standing: "\0" * len(standing.group()), text)
    return apart([*numbers(text), *phones(text), *named(text, names)])


def _next(kind: str, counted: defaultdict[str, int], taken: set[str]) -> str:
    """The next placeholder of a kind that does not stand in the text already."""
    while True:
        counted[kind] += 1
        placeholder = f"[{kind}_{counted[kind]}]"
        if placeholder not in taken:
            return placeholder
