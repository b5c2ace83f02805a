"""Searching the playbook's approved answers without the files that a deployment keeps them in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from shared.adapters.lexical import Matcher
from shared.adapters.search.answer_ranking import AnswerRanking
from shared.adapters.search.answer_vectors import build
from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import CANDIDATES
from shared.domain.resolution import Resolution
from shared.ports.knowledge import Match

Search = Callable[[str, str], Sequence[Match]]
"""Text and language to matches, best first."""

_WORTH_A_LOOK = 0.05
"""The best fit by words below which meaning finds nothing either; over a whole history most requests are such."""


def by_words(resolutions: Iterable[Resolution]) -> Search:
    """The search by words alone."""
    held = tuple(resolutions)
    matchers = {language: Matcher(held, language) for language in {one.language for one in held}}
    return lambda text, language: matchers[language].rank(text, CANDIDATES) if language in matchers else []


@lru_cache(maxsize=1)
def by_meaning(held: tuple[Resolution, ...]) -> Search:
    """The search by meaning and words, as draft has it. Embedding a playbook takes seconds, so it is kept."""
    words, encoder, bridge = by_words(held), SearchEncoder(), Bridge()
    vectors = build(held, encoder)
    languages = {one.language for one in held}
    rankings = {
        language: AnswerRanking([one for one in held if one.language == language], vectors, encoder, bridge)
        for language in languages
    }

    def search(text: str, language: str) -> Sequence[Match]:
        found = words(text, language)
        if not found or found[0].fit < _WORTH_A_LOOK:
            return found
        return rankings[language].rank(text, found)

    return search
