"""The language model of this deployment, as its secret describes it: as a second reader, and as a writer of drafts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from shared.domain.observation import SecondLook
from shared.domain.wording import Asked
from shared.ports.redactor import Redactor
from shared.runtime.observability import Observer

if TYPE_CHECKING:
    from shared.adapters.openai_chat.reader import ChatReader
    from shared.adapters.openai_chat.writer import ChatWriter

_FRESH_SECONDS = 300.0


def redactor() -> Redactor:
    """What takes personal data out of a text before it leaves the account."""
    from shared.adapters.redaction.redactor import PatternRedactor

    return PatternRedactor()


class _Client(Protocol):
    def close(self) -> None: ...


Client = TypeVar("Client", bound=_Client)


class OfSecret(Generic[Client]):
    """Connects a client of the language model, or says that there is none.

    The secret is looked at every five minutes, so that a new key or model counts without a deployment.

    Args:
        read_secret: answers None where there is no such secret.
        connect: makes the client that the secret's content describes.
    """

    def __init__(
        self,
        read_secret: Callable[[], Mapping[str, Any] | None],
        connect: Callable[[Mapping[str, Any]], Client],
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_secret = read_secret
        self._make = connect
        self._ticks = ticks
        self._kept: tuple[float, Client | None] | None = None

    def __call__(self) -> Client | None:
        """The client, or None where the secret is not there or is empty.

        Raises:
            StoredItemCorrupt: the secret is incomplete.
            StoreUnavailable: it cannot be read now.
        """
        if self._kept is not None and self._ticks() - self._kept[0] < _FRESH_SECONDS:
            return self._kept[1]
        settings = self._read_secret()
        client = self._make(settings) if settings else None
        if self._kept is not None and self._kept[1] is not None:
            self._kept[1].close()
        self._kept = (self._ticks(), client)
        return client


def reader_of(settings: Mapping[str, Any]) -> ChatReader:
    """The second reader that a secret describes."""
    from shared.adapters.openai_chat.reader import ChatReader

    return ChatReader.connect(settings, redactor())


def writer_of(settings: Mapping[str, Any]) -> ChatWriter:
    """The writer of drafts that a secret describes."""
    from shared.adapters.openai_chat.writer import ChatWriter

    return ChatWriter.connect(settings, redactor())


def wording_metrics_of(observer: Observer) -> Callable[[Asked], None]:
    """What is said of every wording that was asked for: how it ended and what it cost."""

    def tell(asked: Asked) -> None:
        claims = ",".join(sorted({one.claim.value for one in asked.objections}))
        observer.done("wording asked for", "WordingsAsked", outcome=asked.outcome.value, objections=claims)
        observer.count("WordingsNotShown", int(not asked.shown))
        observer.count("DraftWriterMicroDollars", asked.micro_dollars)

    return tell


def metrics_of(observer: Observer) -> Callable[[SecondLook], None]:
    """What is said of every second look: how it ended and what it cost."""

    def tell(look: SecondLook) -> None:
        observer.done("second look taken", "SecondLooks", outcome=look.outcome.value, asked=",".join(look.asked))
        observer.count("SecondLooksFailed", int(look.answer is None))
        observer.count("SecondReaderMicroDollars", look.micro_dollars)

    return tell
