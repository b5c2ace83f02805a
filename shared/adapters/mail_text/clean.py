"""Cleaning a message with mail-parser-reply, which knows how mail programs quote in many languages."""

from __future__ import annotations

from functools import cache

from mailparser_reply import EmailReplyParser

from shared.domain.text import canonical

_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
_LONGEST = 40_000  # characters: the parser's patterns take seconds on more, and history comes last


@cache
def _parser() -> EmailReplyParser:
    return EmailReplyParser(languages=_LANGUAGES)


def clean(text: str, channel: str) -> str:
    """The customer's own words; the whole text where taking away the rest would leave nothing."""
    tidy = canonical(text).strip()
    if channel != "email" or len(tidy) > _LONGEST:
        return tidy
    own = (_parser().parse_reply(tidy) or "").strip()
    return own or tidy
