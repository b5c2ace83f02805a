"""The port to a helpdesk. It has no method that sends anything to a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.domain.events import DeskEvent, RawEvent
from shared.domain.note import Note
from shared.domain.record import Instant, Record
from shared.domain.ticket import DeskFields, DeskTicket


class DeskChange(Record):
    """What is written to a ticket in one go. Fields left None stay as they are; status is never touched.

    Attributes:
        stamp: the `DeskTicket.stamp` that this change was computed from.
        custom: this product's own fields, by name.
        note: an internal note, never public.
    """

    stamp: str
    fields: DeskFields = DeskFields()
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    custom: dict[str, str] = {}
    note: Note | None = None


class Article(Record):
    """A help-centre article as plain text."""

    id: str
    title: str
    body: str
    language: str
    link: str
    updated_at: Instant


class Change(Record):
    """A ticket that changed since a mark."""

    ticket_id: str
    updated_at: Instant


class ChangePage(Record):
    """One page of changes. Store `mark` only after the changes are queued."""

    changes: tuple[Change, ...]
    mark: str
    more: bool


class HelpDesk(Protocol):
    """A helpdesk as this product sees it.

    Every method may raise `DeskUnavailable` (no answer, 5xx), `DeskRateLimited` (429, with `retry_after`) and
    `DeskRefused` (401, 403, 422 and other refusals, with `status`).
    """

    @property
    def name(self) -> str:
        """The desk's name in keys and URLs, such as `zendesk`."""
        ...

    @property
    def own_user_id(self) -> str:
        """The desk's id of the user that this product acts as."""
        ...

    def parse(self, raw: RawEvent) -> DeskEvent:
        """Read an event that came by webhook or from `changed_since`. Does not call the desk.

        Raises:
            UnreadableEvent: the body is not what this desk sends; the message says what is missing.
        """
        ...

    def fetch(self, ticket_id: str) -> DeskTicket:
        """The ticket with its conversation, its customer and the customer's earlier tickets.

        A conversation of many messages is bounded: the first ones and the newest ones are kept.

        Raises:
            TicketGone: deleted, or never existed.
        """
        ...

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """Apply a change, all of it or nothing, and answer the ticket's new stamp.

        Tags of other people survive. The note is internal. When the desk gives no answer the write may
        have happened: look with `has_note` before writing again.

        Raises:
            DeskConflict: the ticket changed since `change.stamp`; nothing was written.
            TicketGone: deleted, or never existed.
        """
        ...

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """Whether an internal note with this marker stands on the ticket."""
        ...

    def changed_since(self, mark: str | None) -> ChangePage:
        """One page of tickets that changed since a mark; None begins an hour ago.

        May repeat what was seen before and may lag by about a minute, but misses nothing.
        """
        ...

    def articles(self) -> Iterable[Article]:
        """Every published help-centre article, all pages."""
        ...


class Signature(Protocol):
    """Checks that a webhook comes from the desk. Pure: no call to anyone."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: Instant) -> str:
        """Check the signature over the raw bytes and answer the delivery's id.

        Args:
            headers: names in lower case.
            secrets: all that are valid now; during a rotation two are.

        Raises:
            SignatureRefused: missing, malformed, wrong, or too old; the message says which.
        """
        ...
