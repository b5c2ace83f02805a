"""Which approved answer meets a request, and how sure that is: by meaning and by words together.

Three views order the answers: how well the words fit (told by the search by words, on a logit scale), the request
beside the middle of the answer's intents, and what an answer would sound like (`bridge`) beside the answer's wording.
How sure the best one is comes of the same views, of its lead over the runner-up, and of how much nearer the request is
to its intents than to what it is not for. `firstline evaluate answers` measures both; `--fit` fits the weights anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from shared.adapters.search.answer_vectors import Vectors, passage_name, question_name, wordings_of
from shared.adapters.search.bridge import Bridge, centred, unit
from shared.adapters.search.encoder import SearchEncoder
from shared.domain.resolution import Resolution
from shared.domain.text import bounded, canonical, sentences
from shared.ports.knowledge import Match

_OWN_MIDDLE_AFTER = 50  # texts at which their own middle counts as much as the general one
_MOST_SENTENCES = 4  # read by themselves beside the whole; questions first
_FEWEST_WORDS = 4
_LONGEST_TEXT = 4000
_SUREST = 0.99
_NO_RIVAL = 0.3  # how much nearer an answer counts as that says nothing of what it is not for
_LEAD = 6.0  # a lead above this proves no more

Array = np.ndarray[Any, Any]


class Order(NamedTuple):
    """How much each view counts in the order of the answers."""

    words: float = 0.57
    intents: float = 8.85
    wording: float = 14.79


class Surety(NamedTuple):
    """How sure the best answer is: a logistic curve over its views, its lead and its distance from what it is not for.

    Logistic regression on the odd half of our own questions, and on intents that were left out.
    """

    words: float = 0.2
    intents: float = 3.63
    wording: float = 1.46
    lead: float = 0.36
    against: float = -1.5
    level: float = -3.11


ORDER, SURETY = Order(), Surety()


class Views(NamedTuple):
    """What is seen of one answer beside a request.

    Attributes:
        words: the fit by words, as a logit.
        intents: cosine with the middle of its intents.
        wording: cosine of what an answer would sound like with the nearest stretch of its wording.
        near: cosine with the nearest intent.
        against: cosine with the nearest sentence of what it is not for; None where there is none.
        rival: that sentence.
        meant: the nearest intent.
    """

    words: float
    intents: float
    wording: float
    near: float
    against: float | None
    rival: str
    meant: str = ""

    def rank(self, order: Order) -> float:
        """The answer's place among the others: the higher, the better."""
        return order.words * self.words + order.intents * self.intents + order.wording * self.wording

    def features(self, lead: float) -> tuple[float, ...]:
        """What the surety is computed from, in its order."""
        nearer = -_NO_RIVAL if self.against is None else self.against - self.near
        return self.words, self.intents, self.wording, min(lead, _LEAD), nearer, 1.0


class AnswerRanking:
    """Orders the matches that a search by words found in one language, and says anew how well each fits.

    Args:
        resolutions: all answers of the language.
    """

    def __init__(
        self, resolutions: Sequence[Resolution], vectors: Vectors, encoder: SearchEncoder, bridge: Bridge
    ) -> None:
        """Prepare the answers.

        Raises:
            KeyError: one of them was not embedded.
        """
        self._vectors = vectors.by_name
        self._encoder = encoder
        self._bridge = bridge
        self._intents_middle = _middle(*vectors.questions, bridge.question_middle)
        self._wording_middle = _middle(*vectors.passages, bridge.passage_middle)
        self._profiles = {one.id: self._profile(one) for one in resolutions}

    def rank(self, text: str, found: Sequence[Match]) -> list[Match]:
        """The matches again, best first, with what meaning and words say together."""
        return judged(found, self.views(text, found))

    def views(self, text: str, found: Sequence[Match]) -> list[Views]:
        """What is seen of each match."""
        asked = [self._encoder.question(part) for part in _windows(text)]
        plain = np.stack([centred(vector, self._intents_middle) for vector in asked])
        turned = np.stack([unit(self._bridge.expected(vector).question) for vector in asked])
        return [self._views(plain, turned, match) for match in found]

    def _views(self, plain: Array, turned: Array, match: Match) -> Views:
        held = self._profiles[match.resolution.id]
        against = (held.against @ plain.T).max(axis=1) if len(held.against) else None
        worst = int(against.argmax()) if against is not None else 0
        near = (held.intents @ plain.T).max(axis=1)
        fit = min(max(match.fit, 1 - _SUREST), _SUREST)
        return Views(
            words=math.log(fit / (1 - fit)),
            intents=float((plain @ held.middle).max()),
            wording=float((held.wordings @ turned.T).max()),
            near=float(near.max()),
            against=float(against[worst]) if against is not None else None,
            rival=match.resolution.not_for[worst] if against is not None else "",
            meant=match.resolution.intents[int(near.argmax())],
        )

    def _profile(self, one: Resolution) -> _Profile:
        def held(texts: Sequence[str]) -> Array:
            vectors = [self._vectors[question_name(text)] for text in texts]
            return centred(np.stack(vectors), self._intents_middle) if vectors else np.zeros((0, 0), np.float32)

        wordings = np.stack([self._vectors[passage_name(text)] for text in wordings_of(one)])
        intents = held(one.intents)
        return _Profile(intents, unit(intents.mean(axis=0)), held(one.not_for), centred(wordings, self._wording_middle))


def judged(
    found: Sequence[Match], views: Sequence[Views], order: Order = ORDER, surety: Surety = SURETY
) -> list[Match]:
    """Matches in the order of their views, best first, each with how sure it is; equal ones by id."""
    ranks = [one.rank(order) for one in views]
    best = sorted(range(len(found)), key=lambda at: (-ranks[at], found[at].resolution.id))
    matches = []
    for at in best:
        told = views[at]
        fit = round(_curve(told.features(lead_of(ranks, at)), surety), 4)
        # A sentence it is not for that is nearer than every intent is as good as the answer itself.
        rival = fit if told.against is not None and told.against > told.near else 0.0
        matches.append(
            found[at].model_copy(update={"fit": fit, "rival": rival, "against": told.rival, "meant": told.meant})
        )
    return matches


def lead_of(ranks: Sequence[float], at: int) -> float:
    """How far one rank lies above the best of the others."""
    others = [rank for other, rank in enumerate(ranks) if other != at]
    return ranks[at] - max([*others, 0.0])


class _Profile(NamedTuple):
    intents: Array
    middle: Array
    against: Array
    wordings: Array


def _middle(total: Array, number: int, general: Array) -> Array:
    mixed: Array = (total + _OWN_MIDDLE_AFTER * general) / (number + _OWN_MIDDLE_AFTER)
    return mixed


def _curve(features: Sequence[float], surety: Surety) -> float:
    return 1 / (1 + math.exp(-sum(weight * value for weight, value in zip(surety, features, strict=True))))


def _windows(text: str) -> list[str]:
    """The whole, and some sentences of it: the question is often one among ten."""
    whole = bounded(canonical(text), _LONGEST_TEXT)
    said = [one for one in sentences(whole) if len(one.split()) >= _FEWEST_WORDS]
    if len(said) < 2:
        return [whole]
    asking = sorted(said, key=lambda one: "?" not in one)
    return [whole, *asking[:_MOST_SENTENCES]]
