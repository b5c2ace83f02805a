"""The article that comes nearest to a question, by words alone."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from shared.domain.errors import StoredItemCorrupt
from shared.domain.gaps import Nearest
from shared.domain.text import bounded, canonical
from shared.domain.words import content_words, stem

ANSWERS_AT = 0.25
"""The fit from which an article is taken to answer; set on the even half of the labelled questions."""

_LONGEST_QUESTION = 2_000
_TITLE_WEIGHT = 3.0  # a word of the title, against one of the body
_SATURATION = 1.2
_KNOWN_NOWHERE = 0.5  # how much a word that no article has counts against all of them
_MISSING_SHOWN = 3
_SHORT = 0.45  # of a rare word's weight, added to every question


class ArticleText(NamedTuple):
    """An article as it is searched."""

    id: str
    title: str
    body: str
    language: str
    link: str = ""


def articles_of(stored: bytes | None) -> list[ArticleText]:
    """The articles of a desk as sync_knowledge keeps them; none where it has kept none.

    Raises:
        StoredItemCorrupt: the file holds something else.
    """
    try:
        rows = json.loads(stored) if stored else []
        return [ArticleText(one["id"], one["title"], one["body"], one["language"][:2], one["link"]) for one in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise StoredItemCorrupt("a file of articles is unreadable; let sync_knowledge run again") from error


class LexicalArticles:
    """`ArticleFinder` by words: which share of a question's weight an article's title and body cover."""

    def __init__(self, articles: Iterable[ArticleText], *, answers_at: float = ANSWERS_AT) -> None:
        by_language: dict[str, list[ArticleText]] = defaultdict(list)
        for article in articles:
            by_language[article.language].append(article)
        self._shelves = {language: _Shelf(held, language) for language, held in by_language.items()}
        self._answers_at = answers_at

    def nearest(self, question: str, *, language: str) -> Nearest | None:
        """The nearest article in a language."""
        shelf = self._shelves.get(language)
        return shelf.nearest(bounded(canonical(question), _LONGEST_QUESTION), self._answers_at) if shelf else None


class _Shelf:
    """The articles of one language."""

    def __init__(self, articles: list[ArticleText], language: str) -> None:
        self._articles = articles
        self._language = language
        self._weights: dict[str, dict[int, float]] = defaultdict(dict)
        for place, article in enumerate(articles):
            counts = Counter(stem(word) for word in content_words(article.body, language))
            for word in content_words(article.title, language):
                counts[stem(word)] += _TITLE_WEIGHT  # type: ignore[assignment]
            for word, count in counts.items():
                self._weights[word][place] = count / (count + _SATURATION)

    def nearest(self, question: str, answers_at: float) -> Nearest:
        asked = {stem(word): word for word in content_words(question, self._language) if not word.isdecimal()}
        covered = [0.0] * len(self._articles)
        whole = _SHORT * self._rarity(1)  # a question of one word proves little
        for word in asked:
            held = self._weights.get(word)
            rarity = self._rarity(len(held)) if held else self._rarity(0) * _KNOWN_NOWHERE
            whole += rarity
            for place, weight in (held or {}).items():
                covered[place] += rarity * weight
        best = max(range(len(covered)), key=lambda place: (covered[place], -place))
        article = self._articles[best]
        lacks = [said for word, said in asked.items() if best not in self._weights.get(word, {}) and said.isalpha()]
        lacks.sort(key=lambda said: -self._rarity(len(self._weights.get(stem(said), {}))))
        fit = min(1.0, covered[best] / whole)
        return Nearest(
            id=article.id,
            title=article.title,
            link=article.link,
            fit=round(fit, 3),
            answers=fit >= answers_at,
            lacks=tuple(lacks[:_MISSING_SHOWN]),
        )

    def _rarity(self, articles: int) -> float:
        """Inverse document frequency as in BM25."""
        return math.log(1 + (len(self._articles) - articles + 0.5) / (articles + 0.5))
