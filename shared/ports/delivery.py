"""The ports to everything that carries something on: queues, executions, mails, alerts, files."""

from __future__ import annotations

from typing import Protocol

from shared.domain.events import RawEvent
from shared.domain.record import Record
from shared.domain.ticket import TicketKey


class EventQueue(Protocol):
    """Where accepted events wait. May raise `StoreUnavailable`."""

    def put(self, event: RawEvent) -> None:
        """Queue an event; once this returns it cannot be lost."""
        ...

    def park(self, event: RawEvent, reason: str) -> None:
        """Set an event aside that cannot be processed, with its reason, to be looked at and replayed."""
        ...


class Workflow(Protocol):
    """Starts triage. May raise `StoreUnavailable`."""

    def start(self, key: TicketKey, version: str, policy: str) -> None:
        """Start the execution of a version, or do nothing where it runs or ran already."""
        ...


class Alert(Record):
    """Something a person must hear of now: link, labels and value, never a customer's words.

    Attributes:
        id: the same for the same occasion, so that a reader can tell a repetition.
        audience: `manager`, `on_call` or `customer_success`; subscribers filter by it.
        to: who gets it by mail as well.
    """

    id: str
    audience: str
    subject: str
    lines: tuple[str, ...]
    link: str = ""
    to: tuple[str, ...] = ()


class Alerts(Protocol):
    """Tells people. Sent at least once. May raise `StoreUnavailable`."""

    def send(self, alert: Alert) -> None:
        """Publish an alert to its audience."""
        ...


class HeldAlerts(Protocol):
    """Alerts that wait for the end of quiet hours. May raise `StoreUnavailable`."""

    def hold(self, alert: Alert) -> None:
        """Keep an alert; the same one again changes nothing."""
        ...

    def held(self) -> list[Alert]:
        """All that wait, by their ids."""
        ...

    def forget(self, alert: Alert) -> None:
        """It was sent."""
        ...


class Picture(Record):
    """An image inside a mail, referred to as `cid:<name>`."""

    name: str
    png: bytes


class Mail(Record):
    """A mail with an HTML part and a plain one."""

    recipients: tuple[str, ...]
    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...] = ()


class Mailer(Protocol):
    """Sends mail to colleagues. May raise `StoreUnavailable`."""

    def send(self, mail: Mail) -> str:
        """Send a mail and answer the carrier's message id."""
        ...


class Linker(Protocol):
    """Makes links to stored files that open without a login, for a while."""

    def link(self, path: str) -> str:
        """A link to a file; who holds it may read the file while it holds."""
        ...


class Archive(Protocol):
    """Files kept for good. May raise `StoreUnavailable`."""

    def put(self, path: str, content: bytes, content_type: str) -> None:
        """Store a file, replacing an older one."""
        ...

    def put_once(self, path: str, content: bytes, content_type: str) -> bool:
        """Store a file where there is none. False, and nothing stored, where there is one."""
        ...

    def get(self, path: str) -> bytes | None:
        """A stored file, or None."""
        ...
