"""`SecondReader` on a chat endpoint: redacts, asks within its time, checks what comes back."""

from __future__ import annotations

from typing import Any

from shared.adapters.openai_chat.answer import READING, SCHEMA_TEXT, Unusable, answer_in
from shared.adapters.openai_chat.asking import OfOneEndpoint, text_of
from shared.adapters.openai_chat.instructions import (
    LONGEST_WORDS,
    Shown,
    instructions,
    shown,
    user_message,
    version_of,
)
from shared.domain.observation import Answer, Outcome, ReaderVersion, Request, Usage
from shared.domain.quoting import grounded
from shared.ports.second_reader import Heard


class ChatReader(OfOneEndpoint):
    """`SecondReader`: asks one endpoint for a reading."""

    form = READING

    @property
    def version(self) -> ReaderVersion:
        """The model and the instructions it is given."""
        return version_of(self._asker.model)

    def most(self, request: Request) -> Usage:
        """The most that a reading may use."""
        letters = min(len(request.subject) + len(request.text) + 200, LONGEST_WORDS + 200)
        return self._asker.most(instructions() + SCHEMA_TEXT, letters)

    def read(self, request: Request, *, names: tuple[str, ...] = ()) -> Heard:
        """Read one request; every failure is an outcome."""
        words = shown(request, self._redactor, names)
        told = self._asker.ask(instructions(), user_message(words.text))
        if told.completed is None:
            return Heard(outcome=told.outcome, usage=told.usage)
        try:
            return Heard(outcome=Outcome.ANSWERED, answer=_usable(text_of(told.completed), words), usage=told.usage)
        except Unusable as unusable:
            return Heard(outcome=unusable.outcome, usage=told.usage)


def _usable(text: str, words: Shown) -> Answer:
    """The answer, with its quotations in the customer's own words.

    Raises:
        Unusable: it is none, or it claims what the text does not say.
    """
    answer = grounded(answer_in(text), words.text)
    if answer is None:
        raise Unusable(Outcome.UNFOUNDED)
    opinions = ("category", "urgency", "sentiment", "service_failure")
    own = {name: _restored(getattr(answer, name), words) for name in opinions}
    return answer.model_copy(update={**own, "steering": words.restore(answer.steering)})


def _restored(opinion: Any, words: Shown) -> Any:
    return opinion.model_copy(update={"evidence": words.restore(opinion.evidence)})
