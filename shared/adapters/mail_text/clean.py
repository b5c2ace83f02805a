"""The customer's own words of a message. In doubt a line stays: reading too much costs less than losing the request."""

from __future__ import annotations

from shared.adapters.mail_text.history import without_history
from shared.adapters.mail_text.markup import shown_words
from shared.adapters.mail_text.tail import without_tail
from shared.domain.text import canonical


def clean(text: str, channel: str) -> str:
    """The customer's own words; the whole text where taking away the rest would leave nothing."""
    tidy = canonical(text)
    if channel != "email":
        return tidy
    shown = shown_words(text)
    lines = (canonical(shown) if shown is not None else tidy).split("\n")
    own = canonical("\n".join(without_tail(without_history(lines))))
    return own if any(character.isalnum() for character in own) else tidy
