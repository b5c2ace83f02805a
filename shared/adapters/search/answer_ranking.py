"""Which approved answer meets a request, and how sure that is: by meaning and by words together.

Three views order the answers: how well the words fit (told by the search by words, on a logit scale), the request
beside the middle of the answer's intents, and what an answer would sound like (`bridge`) beside the answer's wording.
How sure the best one is comes of the same views, of its lead over the runner-up, and of how much nearer the request is
to its intents than to what it is not for. The nearest intent is also held against what customers ask elsewhere: a
request that lies as near to those, or an answer that lies near to everything, proves little (in speaker recognition
this is the normalisation by a cohort: Auckenthaler et al., 2000). And the longer a request, the farther it lies from
any short intent. `firstline evaluate answers` measures both; `--fit` fits the weights anew.
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
_MOST_WORDS = 25  # nine of ten that were learnt from are shorter; of longer ones nothing was learnt
_NEAREST_TO_REQUEST, _NEAREST_TO_ANSWER = 5, 10  # of what is asked elsewhere
_CLEARLY = 0.03  # by so much what an answer is not for must be nearer than its intents to rival it
_NO_RIVAL = 0.3  # how much nearer an answer counts as that says nothing of what it is not for
_LEAD = 6.0  # a lead above this proves no more
_FEW = 5  # answers among which a lead counts half

Array = np.ndarray[Any, Any]


class Order(NamedTuple):
    """How much each view counts in the order of the answers."""

    words: float = 0.59
    intents: float = 17.24
    wording: float = 7.57


class Surety(NamedTuple):
    """How sure the best answer is: a logistic curve over its views, its lead and its distance from what it is not for.

    Logistic regression on the odd half of our own questions and on those in `training/search/questions.jsonl`.
    """

    words: float = 0.34
    intents: float = 4.94
    wording: float = 1.72
    beside: float = 2.84
    length: float = 2.99
    lead: float = 0.37
    against: float = -3.27
    level: float = -11.8


ORDER, SURETY = Order(), Surety()


class Views(NamedTuple):
    """What is seen of one answer beside a request.

    Attributes:
        words: the fit by words, as a logit.
        intents: cosine with the middle of its intents.
        wording: cosine of what an answer would sound like with the nearest stretch of its wording.
        near: cosine with the nearest intent.
        beside: how much that is above what lies near by chance: half of it to the request, half to the answer.
        length: of the request, as the logarithm of its words.
        against: cosine with the nearest sentence of what it is not for; None where there is none.
        rival: that sentence.
        meant: the nearest intent.
    """

    words: float
    intents: float
    wording: float
    near: float
    beside: float
    length: float
    against: float | None
    rival: str
    meant: str = ""

    def rank(self, order: Order) -> float:
        """The answer's place among the others: the higher, the better."""
        return order.words * self.words + order.intents * self.intents + order.wording * self.wording

    def features(self, lead: float) -> tuple[float, ...]:
        """What the surety is computed from, in its order."""
        nearer = -_NO_RIVAL if self.against is None else self.against - self.near
        views = self.words, self.intents, self.wording, self.beside, self.length
        return *views, min(lead, _LEAD), nearer, 1.0


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
        self._elsewhere = centred(bridge.elsewhere, self._intents_middle)
        self._profiles = {one.id: self._profile(one) for one in resolutions}

    def rank(self, text: str, found: Sequence[Match]) -> list[Match]:
        """The matches again, best first, with what meaning and words say together."""
        return judged(found, self.views(text, found))

    def views(self, text: str, found: Sequence[Match]) -> list[Views]:
        """What is seen of each match."""
        asked = [self._encoder.question(part) for part in _windows(text)]
        plain = np.stack([centred(vector, self._intents_middle) for vector in asked])
        turned = np.stack([unit(self._bridge.expected(vector).question) for vector in asked])
        read = _Read(plain, turned, _nearest(plain @ self._elsewhere.T, _NEAREST_TO_REQUEST), _length(text))
        return [self._views(read, match) for match in found]

    def _views(self, read: _Read, match: Match) -> Views:
        held = self._profiles[match.resolution.id]
        plain = read.plain
        nearness = held.intents @ plain.T
        near = nearness.max(axis=0)
        against = (held.against @ plain.T).max(axis=1) if len(held.against) else None
        worst = int(against.argmax()) if against is not None else 0
        fit = min(max(match.fit, 1 - _SUREST), _SUREST)
        return Views(
            words=math.log(fit / (1 - fit)),
            intents=float((plain @ held.middle).max()),
            wording=float((held.wordings @ read.turned.T).max()),
            near=float(near.max()),
            beside=float((near - read.chance / 2).max() - held.chance / 2),
            length=read.length,
            against=float(against[worst]) if against is not None else None,
            rival=match.resolution.not_for[worst] if against is not None else "",
            meant=match.resolution.intents[int(nearness.max(axis=1).argmax())],
        )

    def _profile(self, one: Resolution) -> _Profile:
        def held(texts: Sequence[str]) -> Array:
            vectors = [self._vectors[question_name(text)] for text in texts]
            return centred(np.stack(vectors), self._intents_middle) if vectors else np.zeros((0, 0), np.float32)

        wordings = np.stack([self._vectors[passage_name(text)] for text in wordings_of(one)])
        intents = held(one.intents)
        chance = float(_nearest((intents @ self._elsewhere.T).max(axis=0), _NEAREST_TO_ANSWER))
        middle, centred_wordings = unit(intents.mean(axis=0)), centred(wordings, self._wording_middle)
        return _Profile(intents, middle, held(one.not_for), centred_wordings, chance)


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
        # A sentence it is not for that is clearly nearer than every intent is as good as the answer itself.
        rival = fit if told.against is not None and told.against > told.near + _CLEARLY else 0.0
        matches.append(
            found[at].model_copy(update={"fit": fit, "rival": rival, "against": told.rival, "meant": told.meant})
        )
    return matches


def lead_of(ranks: Sequence[float], at: int) -> float:
    """How far one rank lies above the best of the others. Of few answers one is easily far ahead, so it counts less."""
    others = [rank for other, rank in enumerate(ranks) if other != at]
    return (ranks[at] - max([*others, 0.0])) * len(ranks) / (len(ranks) + _FEW)


class _Profile(NamedTuple):
    intents: Array
    middle: Array
    against: Array
    wordings: Array
    chance: float


class _Read(NamedTuple):
    """A request's windows, how near each comes to what is asked elsewhere, and the request's length."""

    plain: Array
    turned: Array
    chance: Array
    length: float


def _nearest(looks: Array, number: int) -> Array:
    """The mean of the highest, over the last axis."""
    mean: Array = np.sort(looks, axis=-1)[..., -number:].mean(axis=-1)
    return mean


def _length(text: str) -> float:
    return math.log(min(max(len(text.split()), 1), _MOST_WORDS))


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
