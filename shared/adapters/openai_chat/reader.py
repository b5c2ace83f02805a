"""`SecondReader` on a chat endpoint: redacts, asks within its time, checks what comes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from shared.adapters.openai_chat.answer import SCHEMA_TEXT, Unusable, answer_in
from shared.adapters.openai_chat.endpoint import Endpoint
from shared.adapters.openai_chat.instructions import (
    LONGEST_WORDS,
    Shown,
    instructions,
    shown,
    user_message,
    version_of,
)
from shared.domain.errors import StoredItemCorrupt
from shared.domain.observation import Answer, Outcome, ReaderVersion, Request, Usage
from shared.domain.quoting import grounded
from shared.ports.redactor import Redactor
from shared.ports.second_reader import Heard

if TYPE_CHECKING:
    from shared.adapters.openai_chat.wire import CallFailed, ChatWire, Completed

TRIES = 2


class Patience(NamedTuple):
    """How long an answer is waited for, in seconds.

    Attributes:
        one_try: for a whole answer. One that comes in drops and then stops may take twice as long.
        in_all: for all tries and the wait between them; without the import of `openai`.
        pause: before another try, unless the other side asks for more.
        least: with less left, another try is not worth it.
    """

    one_try: float
    in_all: float
    pause: float = 0.3
    least: float = 2.0


IN_A_FUNCTION = Patience(one_try=9.0, in_all=14.0)
"""classify has to end within its time-out; a test holds the two together."""


class ChatReader:
    """Asks one endpoint. Connects with the first question."""

    def __init__(
        self,
        endpoint: Endpoint,
        redactor: Redactor,
        *,
        patience: Patience = IN_A_FUNCTION,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._redactor = redactor
        self._patience = patience
        self._ticks = ticks
        self._sleep = sleep
        self._connected: ChatWire | None = None

    @classmethod
    def connect(
        cls, settings: Mapping[str, Any], redactor: Redactor, *, patience: Patience = IN_A_FUNCTION
    ) -> ChatReader:
        """The reader that a secret describes.

        Raises:
            StoredItemCorrupt: the description is incomplete; the message names fields and no value.
        """
        try:
            return cls(Endpoint.model_validate(dict(settings)), redactor, patience=patience)
        except ValidationError as error:
            places = sorted({str(part["loc"][0]) for part in error.errors(include_input=False) if part["loc"]})
        raise StoredItemCorrupt(f"the second reader's settings are wrong in: {', '.join(places)}")

    @property
    def version(self) -> ReaderVersion:
        """The model and the instructions it is given."""
        return version_of(self._endpoint.model)

    def most(self, request: Request) -> Usage:
        """The most that a reading may use: a token has at least one byte of text."""
        from shared.adapters.openai_chat.wire import MOST_TOKENS, MOST_TOKENS_REASONING

        letters = min(len(request.subject) + len(request.text) + 200, LONGEST_WORDS + 200)
        asked = len(instructions().encode()) + len(SCHEMA_TEXT) + 4 * letters
        answered = MOST_TOKENS_REASONING if self._endpoint.reasoning else MOST_TOKENS
        return Usage(input_tokens=TRIES * asked, output_tokens=TRIES * answered)

    def read(self, request: Request, *, names: tuple[str, ...] = ()) -> Heard:
        """Read one request; every failure is an outcome."""
        words = shown(request, self._redactor, names)
        completed, usage, failed = self._ask(user_message(words.text))
        if completed is None:
            return Heard(outcome=failed, usage=usage)
        try:
            return Heard(outcome=Outcome.ANSWERED, answer=_usable(completed, words), usage=usage)
        except Unusable as unusable:
            return Heard(outcome=unusable.outcome, usage=usage)

    def close(self) -> None:
        """Close the connections."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None

    def _ask(self, user: str) -> tuple[Completed | None, Usage | None, Outcome]:
        """Ask, and once more where that may help and time is left. The usage is None once a try left it open."""
        from shared.adapters.openai_chat.wire import CallFailed

        wire = self._wire()
        ends = self._ticks() + self._patience.in_all
        counted, failed = True, Outcome.UNAVAILABLE
        for tries_left in reversed(range(TRIES)):
            try:
                seconds = min(self._patience.one_try, ends - self._ticks())
                completed = wire.complete(instructions(), user, seconds=seconds)
            except CallFailed as failure:
                counted, failed = counted and not failure.charged, failure.outcome
                if not tries_left or not self._waited(failure, ends):
                    break
            else:
                return completed, completed.usage if counted else None, Outcome.ANSWERED
        return None, Usage() if counted else None, failed

    def _waited(self, failure: CallFailed, ends: float) -> bool:
        """Wait before another try; False, at once, where there is no sense or no time."""
        from shared.adapters.openai_chat.wire import WORTH_ANOTHER_TRY

        pause = max(failure.retry_after or 0.0, self._patience.pause)
        if failure.outcome not in WORTH_ANOTHER_TRY or self._ticks() + pause + self._patience.least > ends:
            return False
        self._sleep(pause)
        return True

    def _wire(self) -> ChatWire:
        from shared.adapters.openai_chat.wire import ChatWire

        if self._connected is None:
            self._connected = ChatWire(self._endpoint)
        return self._connected


def _usable(completed: Completed, words: Shown) -> Answer:
    """The answer, with its quotations in the customer's own words.

    Raises:
        Unusable: it is none, or it claims what the text does not say.
    """
    if completed.refused or completed.finish == "content_filter":
        raise Unusable(Outcome.REFUSED)
    if completed.finish == "length":
        raise Unusable(Outcome.CUT_SHORT)
    if not any(text.strip() for text in completed.texts):
        raise Unusable(Outcome.EMPTY)
    answer = grounded(answer_in("\n".join(completed.texts)), words.text)
    if answer is None:
        raise Unusable(Outcome.UNFOUNDED)
    opinions = ("category", "urgency", "sentiment", "service_failure")
    own = {name: _restored(getattr(answer, name), words) for name in opinions}
    return answer.model_copy(update={**own, "steering": words.restore(answer.steering)})


def _restored(opinion: Any, words: Shown) -> Any:
    return opinion.model_copy(update={"evidence": words.restore(opinion.evidence)})
