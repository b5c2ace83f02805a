"""The second reader of this deployment, as its secret describes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from shared.domain.observation import SecondLook
from shared.ports.redactor import Redactor
from shared.runtime.observability import Observer

if TYPE_CHECKING:
    from shared.adapters.openai_chat.reader import ChatReader

_FRESH_SECONDS = 300.0


def redactor() -> Redactor:
    """What takes personal data out of a text before it leaves the account."""
    from shared.adapters.redaction.redactor import PatternRedactor

    return PatternRedactor()


class ReaderOfSecret:
    """Connects the second reader, or says that there is none.

    The secret is looked at every five minutes, so that a new key or model counts without a deployment.

    Args:
        read_secret: answers None where there is no such secret.
    """

    def __init__(
        self,
        read_secret: Callable[[], Mapping[str, Any] | None],
        redactor: Redactor,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_secret = read_secret
        self._redactor = redactor
        self._ticks = ticks
        self._kept: tuple[float, ChatReader | None] | None = None

    def __call__(self) -> ChatReader | None:
        """The reader, or None where the secret is not there or is empty.

        Raises:
            StoredItemCorrupt: the secret is incomplete.
            StoreUnavailable: it cannot be read now.
        """
        if self._kept is not None and self._ticks() - self._kept[0] < _FRESH_SECONDS:
            return self._kept[1]
        reader = self._connect()
        if self._kept is not None and self._kept[1] is not None:
            self._kept[1].close()
        self._kept = (self._ticks(), reader)
        return reader

    def _connect(self) -> ChatReader | None:
        settings = self._read_secret()
        if not settings:
            return None
        from shared.adapters.openai_chat.reader import ChatReader

        return ChatReader.connect(settings, self._redactor)


def metrics_of(observer: Observer) -> Callable[[SecondLook], None]:
    """What is said of every second look: how it ended and what it cost."""

    def tell(look: SecondLook) -> None:
        observer.done("second look taken", "SecondLooks", outcome=look.outcome.value, asked=",".join(look.asked))
        observer.count("SecondLooksFailed", int(look.answer is None))
        observer.count("SecondReaderMicroDollars", look.micro_dollars)

    return tell
