"""The port to a helpdesk. It has no method that sends anything to a customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from shared.domain.delivery import Delivery
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.note import Note
from shared.domain.record import Instant, Record
from shared.domain.ticket import DeskFields, DeskTicket, Snapshot


class Abilities(Record):
    """What not every desk can do.

    Attributes:
        drafts: an unsent reply can be left in the desk's own reply box.
        one_request: a change is written in one request: all of it or nothing.
    """

    drafts: bool
    one_request: bool


class DeskChange(Record):
    """What is written to a ticket in one go. Fields left None stay as they are; status is never touched.

    Attributes:
        stamp: the `DeskTicket.stamp` that this change was computed from.
        custom: this product's own fields, by name.
        note: an internal note, never public. It completes the change: where a desk takes several requests,
            the note is the last of them.
        draft_reply: plain text of a reply that an agent checks and sends, left unsent. Only for desks with
            `Abilities.drafts`. A note without one takes back an unsent draft of ours that still stands.
    """

    stamp: str
    fields: DeskFields = DeskFields()
    add_tags: frozenset[str] = frozenset()
    remove_tags: frozenset[str] = frozenset()
    custom: dict[str, str] = {}
    note: Note | None = None
    draft_reply: str | None = None


class Article(Record):
    """A help-centre article as plain text."""

    id: str
    title: str
    body: str
    language: str
    link: str
    updated_at: Instant


class Change(Record):
    """A ticket that changed since a mark; `updated_at` is never before what a `fetch` right after it tells."""

    ticket_id: str
    updated_at: Instant


class ChangePage(Record):
    """One page of changes. Store `mark` only after the changes are queued."""

    changes: tuple[Change, ...]
    mark: str
    more: bool


class HelpDesk(Protocol):
    """A helpdesk as this product sees it.

    Every method may raise `DeskUnavailable` (no answer, 5xx), `DeskRateLimited` (429 or our own share used up,
    with `retry_after`), `DeskAccessLost` (401, 403, with the permission) and `DeskRefused` (422 and other refusals,
    with `status`).
    """

    @property
    def name(self) -> str:
        """The desk's name in keys and URLs, such as `zendesk`."""
        ...

    @property
    def own_user_id(self) -> str:
        """The desk's id of the user that this product acts as."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What this desk can do beyond what every desk can."""
        ...

    def parse(self, raw: RawEvent) -> DeskEvent:
        """Read an event that came by webhook or from `changed_since`. Does not call the desk.

        Raises:
            UnreadableEvent: the body is not what this desk sends, or tells of another account; the message
                says what is wrong and quotes nothing.
        """
        ...

    def fetch(self, ticket_id: str) -> DeskTicket:
        """The ticket with its conversation. Of its customer it tells the id, and what the ticket itself tells.

        A conversation of many messages is bounded: the first 20 and the newest 180 are kept. Attachments are
        named and not fetched. An unsent draft is no message. A status that has no word of ours counts as open,
        a rating that is neither good nor bad is none.

        Raises:
            TicketGone: deleted, filed as spam, merged away on a desk that keeps no merged ticket, or never existed.
        """
        ...

    def customer(self, customer_id: str) -> Snapshot:
        """A customer with what the company's data says about them, and their newest tickets.

        Where the desk does not tell (a person deleted, a permission never given) only the id is known.
        """
        ...

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """Apply a change and answer the ticket's new stamp.

        Tags of other people survive, the status stays, the note is internal, a draft stays unsent. A queue or
        an agent that the desk does not have is left out and does not cost the note. When the desk gives no
        answer the write may have happened: look with `has_note` before writing again.

        Where the desk takes a change in one request, all of it is written or nothing, and only while the ticket
        stands as `change.stamp` says. Elsewhere (`Abilities.one_request`) the stamp is compared right before the
        first request, each request may be repeated without harm, and the note with its marker comes last: a
        change that broke off in the middle is completed by writing it again, and nothing in it happens twice.

        Raises:
            DeskConflict: the ticket changed since `change.stamp`; nothing was written.
            TicketGone: deleted, or never existed.
            TicketLocked: the desk takes no further message or no change on this ticket, ever.
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
        """Every published help-centre article, all pages; none where the desk has no help centre."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class Budget(Protocol):
    """Our share of what a desk allows, counted over every process that speaks to it."""

    def take(self, units: int, lane: str = "") -> None:
        """Take as many units as a request counts; `lane` names a limit of its own that it counts against as well.

        May wait for some seconds.

        Raises:
            DeskRateLimited: the share is used up; `retry_after` says until when.
        """
        ...


class Unlimited:
    """A budget without an end: where nothing is known of the desk's limits, and in tests."""

    def take(self, units: int, lane: str = "") -> None:
        """Always granted."""


class Signature(Protocol):
    """Checks that a webhook comes from the desk. Pure: no call to anyone, and quick to import."""

    def verify(self, headers: Mapping[str, str], body: bytes, secrets: tuple[str, ...], now: Instant) -> Delivery:
        """Check the signature over the raw bytes and say which delivery it is.

        Args:
            headers: names in lower case.
            secrets: all that are valid now; during a rotation two are.

        Raises:
            SignatureRefused: missing, malformed, wrong, or too old; the message says which.
        """
        ...
