"""What was said on a ticket: its description, which is the first message, and its conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field

from shared.adapters.desk_conversation import LONGEST_TEXT, ends_of, file_name, words_of
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.freshdesk.api import FreshdeskApi, Id
from shared.domain.errors import TicketGone
from shared.domain.note import carries
from shared.domain.record import Instant
from shared.domain.text import bounded
from shared.domain.ticket import Message, Role

DESCRIPTION = "description"
"""The id of the first message: the desk has none for it, it belongs to the ticket."""

# An archived ticket has its conversations elsewhere, too.
_MISSING = frozenset({301, 302, 404, 410})
# A customer's feedback in a survey, and what agents send to third parties, are no part of the talk.
_SURVEY, _FORWARD = 6, 8


class Attachment(Wire):
    """A file, by its name."""

    name: Text = ""


class Conversation(Wire):
    """A reply, a note, or a customer's message."""

    id: Id
    user_id: str | None = None
    incoming: bool = False
    private: bool = False
    source: int | None = None
    body: Text = ""
    body_text: Text = ""
    attachments: list[Attachment] = Field(default_factory=list)
    created_at: Instant
    updated_at: Instant | None = None

    @property
    def mark(self) -> tuple[str, str]:
        """Moves when it is edited."""
        return self.id, (self.updated_at or self.created_at).isoformat()


class People(NamedTuple):
    """Who is who on one ticket."""

    requester_id: str
    requester_name: str
    own_user_id: str


def read_conversations(api: FreshdeskApi, ticket_id: str, *, archived: bool = False) -> list[Conversation]:
    """All of them, oldest first. One request for every hundred.

    Raises:
        TicketGone: the ticket went away meanwhile.
    """
    place = f"/tickets/{'archived/' if archived else ''}{ticket_id}/conversations"
    pages = api.pages(place, Conversation, expect=_MISSING)
    first = next(pages, None)
    if first is None:
        raise TicketGone(f"the desk has no ticket {ticket_id}")
    # A list that moves while it is read can tell one twice.
    told = {one.id: one for page in (first, *pages) for one in page}
    return sorted(told.values(), key=lambda one: (one.created_at, len(one.id), one.id))


def messages_of(first: Message, told: Sequence[Conversation], people: People) -> tuple[Message, ...]:
    """The description and what followed: of a long conversation the first 20 and the newest 180 messages."""
    answers = (
        Message(
            id=one.id,
            role=_role(one, people),
            author=people.requester_name if one.user_id == people.requester_id else "",
            public=not one.private and one.source not in (_SURVEY, _FORWARD),
            text=text_of(one.body, one.body_text),
            at=one.created_at,
            attachments=tuple(file_name(file.name) for file in one.attachments),
        )
        for one in ends_of((None, *told))
        if one is not None
    )
    return (first, *answers)


def text_of(html: str, text: str) -> str:
    """The words of a message; from the desk's own plain text only where there is no HTML."""
    return words_of(html) if html else bounded(text.strip(), LONGEST_TEXT)


def is_note(one: Conversation, marker: str, own_user_id: str) -> bool:
    """Whether it is a note of ours with this marker."""
    ours = one.private and not one.incoming and one.user_id == own_user_id
    return ours and (carries(one.body, marker) or carries(one.body_text, marker))


def _role(one: Conversation, people: People) -> Role:
    if one.incoming or one.user_id == people.requester_id:
        return Role.CUSTOMER
    # We never send anything: a reply in our name was sent by a person who uses our agent's sign-in.
    return Role.US if one.private and one.user_id == people.own_user_id else Role.AGENT
