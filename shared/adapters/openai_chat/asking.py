"""One question to a chat endpoint: asked within its time, and once more where that may help."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from shared.adapters.openai_chat.answer import Unusable
from shared.adapters.openai_chat.endpoint import Endpoint, Form
from shared.domain.observation import Outcome, Usage
from shared.ports.redactor import Redactor

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
"""classify and draft have to end within their time-outs; a test holds them together."""


class Told(NamedTuple):
    """What came of asking.

    Attributes:
        completed: None where there is no answer.
        usage: over all tries; None once one left it open.
    """

    completed: Completed | None
    usage: Usage | None
    outcome: Outcome


class Asker:
    """Asks one endpoint for answers of one form. Connects with the first question."""

    def __init__(
        self,
        endpoint: Endpoint,
        form: Form,
        *,
        patience: Patience = IN_A_FUNCTION,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._form = form
        self._patience = patience
        self._ticks = ticks
        self._sleep = sleep
        self._connected: ChatWire | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self._endpoint.model

    def most(self, system: str, letters: int) -> Usage:
        """The most that a question may use over all tries: a token has at least one byte of text.

        Args:
            letters: of what is put after the system message.
        """
        asked = len(system.encode()) + 4 * letters
        return Usage(input_tokens=TRIES * asked, output_tokens=TRIES * self._form.most_tokens(self._endpoint))

    def ask(self, system: str, user: str) -> Told:
        """Ask, and once more where that may help and time is left. Raises nothing of its own."""
        from shared.adapters.openai_chat.wire import CallFailed

        wire = self._wire()
        ends = self._ticks() + self._patience.in_all
        counted, failed = True, Outcome.UNAVAILABLE
        for tries_left in reversed(range(TRIES)):
            try:
                seconds = min(self._patience.one_try, ends - self._ticks())
                completed = wire.complete(system, user, seconds=seconds)
            except CallFailed as failure:
                counted, failed = counted and not failure.charged, failure.outcome
                if not tries_left or not self._waited(failure, ends):
                    break
            else:
                return Told(completed, completed.usage if counted else None, Outcome.ANSWERED)
        return Told(None, Usage() if counted else None, failed)

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
            self._connected = ChatWire(self._endpoint, self._form)
        return self._connected

    def close(self) -> None:
        """Close the connections."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None


class OfOneEndpoint:
    """What a reader and a writer have in common: an endpoint that a secret describes, and a redactor before it.

    Attributes:
        form: what is asked for.
    """

    form: ClassVar[Form]

    def __init__(self, endpoint: Endpoint, redactor: Redactor, *, patience: Patience = IN_A_FUNCTION) -> None:
        self._redactor = redactor
        self._asker = Asker(endpoint, self.form, patience=patience)

    @classmethod
    def connect(cls, settings: Mapping[str, Any], redactor: Redactor, *, patience: Patience = IN_A_FUNCTION) -> Self:
        """The one that a secret describes; it connects with its first question.

        Raises:
            StoredItemCorrupt: the description is incomplete; the message names fields and no value.
        """
        return cls(Endpoint.of_settings(settings), redactor, patience=patience)

    def close(self) -> None:
        """Close the connections."""
        self._asker.close()


def text_of(completed: Completed) -> str:
    """What the model said.

    Raises:
        Unusable: nothing that can be read as an answer.
    """
    if completed.refused or completed.finish == "content_filter":
        raise Unusable(Outcome.REFUSED)
    if completed.finish == "length":
        raise Unusable(Outcome.CUT_SHORT)
    if not any(text.strip() for text in completed.texts):
        raise Unusable(Outcome.EMPTY)
    return "\n".join(completed.texts)
