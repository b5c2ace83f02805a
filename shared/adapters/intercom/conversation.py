"""A conversation as Intercom tells it, and its parts as messages.

What opened it is its `source`, everything since a part: the newest 500 of them, words and mere events mixed.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from shared.adapters.desk_conversation import ends_of, file_name, words_of
from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import plain_text
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.intercom.api import Flag, Id, IntercomApi, MaybeId, Moment, Object, Rows
from shared.domain.errors import TicketGone
from shared.domain.note import carries
from shared.domain.record import Instant
from shared.domain.ticket import Customer, Message, Role

CUSTOMERS = frozenset({"user", "lead", "contact", "visitor"})
ADMIN = "admin"
_MACHINES = frozenset({"bot", "operator", "team"})
# Said to the customer by whoever does it. Any other kind of part that we do not know is kept for agents' eyes.
_PUBLIC = frozenset({"comment", "assignment", "open", "close", "snoozed", "unsnoozed", "quick_reply"})
_MISSING = frozenset({404})


class Author(Wire):
    """Who wrote something."""

    type: Text = ""
    id: Text = ""
    name: Text = ""
    email: Text = ""
    from_ai_agent: Flag = False

    @property
    def is_customer(self) -> bool:
        """Whether a customer did, in any of the forms that the desk has for them."""
        return self.type in CUSTOMERS

    def is_admin(self, admin_id: str) -> bool:
        """Whether this teammate did."""
        return self.type == ADMIN and self.id == admin_id and not self.from_ai_agent


class _File(Wire):
    name: Text = ""


class Said(Wire):
    """Something that was said, or happened."""

    id: Text = ""
    body: Text = ""
    author: Annotated[Author, Object] = Field(default_factory=Author)
    attachments: Annotated[list[_File], Rows] = Field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words."""
        return words_of(self.body)


class Source(Said):
    """What opened the conversation."""

    type: Text = ""
    subject: Text = ""


class Part(Said):
    """What was said or done since."""

    id: Id
    part_type: Text = ""
    created_at: Instant

    @property
    def is_note(self) -> bool:
        """Whether only agents see it: a note, or one that reopens as well."""
        return self.part_type.startswith("note")

    @property
    def is_said(self) -> bool:
        """Whether it holds words, be they empty, and did not merely happen."""
        return self.is_note or self.part_type == "comment" or bool(self.body.strip())

    @property
    def is_public(self) -> bool:
        """Whether the customer sees it."""
        return not self.is_note and (self.author.is_customer or self.part_type in _PUBLIC)


class _Parts(Wire):
    conversation_parts: Annotated[list[Part], Rows] = Field(default_factory=list)
    total_count: int | None = None


class _Contact(Wire):
    id: Id


class _Contacts(Wire):
    contacts: Annotated[list[_Contact], Rows] = Field(default_factory=list)


class Tag(Wire):
    """A tag, by which the desk knows it and by which people do."""

    id: Id
    name: Text = ""


class _Tags(Wire):
    tags: Annotated[list[Tag], Rows] = Field(default_factory=list)


class _Rating(Wire):
    rating: int | None = None


class _Statistics(Wire):
    first_admin_reply_at: Moment = None
    last_close_at: Moment = None


class Row(Wire):
    """What a list tells of a conversation, too."""

    id: Id
    title: Text = ""
    state: Text = ""
    source: Annotated[Source, Object] = Field(default_factory=Source)
    created_at: Instant
    updated_at: Instant

    @property
    def subject(self) -> str:
        """Of a mail its subject, of a chat the title that it was given."""
        return plain_text(self.source.subject) or self.title.strip()


class Conversation(Row):
    """A conversation with its parts."""

    priority: Text = ""
    admin_assignee_id: MaybeId = None
    team_assignee_id: MaybeId = None
    contacts: Annotated[_Contacts, Object] = Field(default_factory=_Contacts)
    tags: Annotated[_Tags, Object] = Field(default_factory=_Tags)
    custom_attributes: Annotated[dict[str, Any], Object] = Field(default_factory=dict)
    conversation_rating: _Rating | None = None
    statistics: _Statistics | None = None
    conversation_parts: Annotated[_Parts, Object] = Field(default_factory=_Parts)

    @property
    def first_reply_at(self) -> datetime | None:
        """When a teammate answered first, by the desk's own statistics; None where it tells none."""
        return self.statistics.first_admin_reply_at if self.statistics else None

    @property
    def tag_names(self) -> frozenset[str]:
        """Its tags."""
        return frozenset(tag.name for tag in self.tags.tags)

    @property
    def parts(self) -> list[Part]:
        """The parts that were told, oldest first."""
        return sorted(self.conversation_parts.conversation_parts, key=lambda one: (one.created_at, len(one.id), one.id))

    @property
    def customer(self) -> Customer:
        """Who asks: whoever opened it, or the first of those who take part."""
        author = self.source.author if self.source.author.is_customer else Author()
        known = [one.id for one in self.contacts.contacts]
        id = author.id if author.id and (author.id in known or not known) else next(iter(known), "")
        by_author = author if id == author.id else Author()
        return Customer(id=id, name=by_author.name, email=by_author.email)

    @property
    def stamp(self) -> str:
        """This state of it. The desk has no mark of its own and tells whole seconds, so whatever we read counts."""
        newest = self.parts[-1].id if self.parts else ""
        state = [
            *(self.id, self.state, self.title, self.source.subject, self.priority, self.updated_at.isoformat()),
            *(self.admin_assignee_id, self.team_assignee_id, self.conversation_parts.total_count, newest),
            sorted(self.tag_names),
            sorted(self.custom_attributes.items()),
            self.conversation_rating.rating if self.conversation_rating else None,
        ]
        return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:32]

    def messages(self, own_user_id: str) -> tuple[Message, ...]:
        """What was said, oldest first: of a long conversation the first 20 and the newest 180 messages."""
        opened = _message(f"source-{self.source.id or self.id}", self.source, self.created_at, own_user_id, public=True)
        said = [
            _message(one.id, one, one.created_at, own_user_id, public=one.is_public)
            for one in self.parts
            if one.is_said
        ]
        return tuple(ends_of([opened, *said]))

    def has_note(self, marker: str, own_user_id: str) -> bool:
        """Whether a note of ours with this marker stands among the parts that were told."""
        return any(one.is_note and one.author.is_admin(own_user_id) and carries(one.body, marker) for one in self.parts)


def read_conversation(api: IntercomApi, conversation_id: str) -> tuple[Conversation, Answer]:
    """The conversation with its newest 500 parts, and the answer that it came with.

    Raises:
        TicketGone: deleted, or it never existed.
    """
    answer = api.get(f"/conversations/{conversation_id}", expect=_MISSING)
    if answer.status in _MISSING:
        raise TicketGone(f"the desk has no conversation {conversation_id}")
    return answer.read(Conversation), answer


def _message(id: str, said: Said, at: Instant, own_user_id: str, *, public: bool) -> Message:
    return Message(
        id=id,
        role=_role(said.author, own_user_id, public=public),
        author=said.author.name,
        address=said.author.email,
        public=public,
        text=said.text,
        at=at,
        attachments=tuple(file_name(file.name) for file in said.attachments),
    )


def _role(author: Author, own_user_id: str, *, public: bool) -> Role:
    """Bots are machines like us: what they say ends nobody's waiting for a person.

    Somebody of whom the desk does not say what they are counts as a customer: better read once too often than never.
    """
    if author.from_ai_agent or author.type in _MACHINES:
        return Role.US
    if author.type != ADMIN:
        return Role.CUSTOMER if author.is_customer or public else Role.US
    # We never send anything: a public message in our name is a person's who uses our seat.
    return Role.US if author.id == own_user_id and not public else Role.AGENT
