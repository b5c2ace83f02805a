"""The requests that write to a conversation. Their bodies have no place for a public message and none for a state.

The desk takes one thing a request and has no conditional write. So the state is compared right before the first
request, every request may be repeated, and the note with its marker comes last: where it stands, all of it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import note_html
from shared.adapters.intercom.api import TAGS, WRITE, IntercomApi
from shared.adapters.intercom.conversation import Conversation, read_conversation
from shared.adapters.intercom.directory import Directory
from shared.adapters.intercom.reading import PRIORITY, PRIORITY_TAG, own_values, teammates_priority
from shared.domain.errors import DeskConflict, TicketGone
from shared.domain.note import Note
from shared.domain.record import Record
from shared.ports.desk import DeskChange

# How long a note may be is told nowhere.
LONGEST_NOTE = 15_000
_GONE, _INVALID = 404, frozenset({400, 422})
_EXPECTED = _INVALID | {_GONE}
# What the desk's editor does not have, in what it has. Only our own tags are tags, so no word of anybody is touched.
_MARKUP = {"h3>": "h2>", "small>": "i>", "<blockquote>": "", "</blockquote>": ""}


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    admin_id: str


class _Note(_Body):
    """What only agents see. As a `comment` the desk would send it to the customer."""

    message_type: Literal["note"] = "note"
    type: Literal["admin"] = "admin"
    body: str = Field(min_length=1)


class _Assignment(_Body):
    """Words beside it would be sent to the customer: there is no place for any."""

    message_type: Literal["assignment"] = "assignment"
    type: Literal["admin", "team"]
    assignee_id: str


class _NewTag(_Body):
    id: str


class Written(Record):
    """What became of a write: the conversation's new stamp, and what could not be set and why."""

    stamp: str
    left_out: tuple[str, ...] = ()


class ConversationWriter:
    """Writes to conversations of one workspace.

    Args:
        titles: the names of our own attributes on the desk by our names for them.
    """

    def __init__(self, api: IntercomApi, directory: Directory, *, own_user_id: str, titles: Mapping[str, str]) -> None:
        self._api = api
        self._directory = directory
        self._own_user_id = own_user_id
        self._titles = titles

    def write(self, conversation_id: str, change: DeskChange) -> Written:
        """Write the change, if the conversation still stands as `change.stamp` says.

        Raises:
            DeskConflict: it changed meanwhile; nothing was written.
            TicketGone: deleted, or it never existed.
        """
        told, _ = read_conversation(self._api, conversation_id)
        if told.stamp != change.stamp:
            raise DeskConflict(f"conversation {conversation_id} changed since it was read")
        writing = _Writing(self._api, self._directory, self._own_user_id, self._titles, told)
        writing.carry_out(change)
        after, _ = read_conversation(self._api, conversation_id)
        return Written(stamp=after.stamp, left_out=tuple(writing.left_out))


class _Writing:
    """One change on its way to one conversation.

    Attributes:
        left_out: what could not be set and why.
    """

    def __init__(
        self,
        api: IntercomApi,
        directory: Directory,
        own_user_id: str,
        titles: Mapping[str, str],
        told: Conversation,
    ) -> None:
        self._api = api
        self._directory = directory
        self._own_user_id = own_user_id
        self._titles = titles
        self._told = told
        self.left_out: list[str] = []

    def carry_out(self, change: DeskChange) -> None:
        """Everything, the note last. What the desk answers shows whether a person was at it meanwhile."""
        before = self._told
        wanted = self._priority(change.fields.priority)
        self._fill({**change.custom, **({PRIORITY: wanted} if wanted else {})})
        by_person = self._told.team_assignee_id, self._told.admin_assignee_id
        if by_person == (before.team_assignee_id, before.admin_assignee_id):
            # A team may give its conversations to one of its members: whom we name comes after it.
            if change.fields.queue:
                self._to_team(change.fields.queue)
            if change.fields.assignee:
                self._to_admin(change.fields.assignee)
        elif change.fields.queue or change.fields.assignee:
            self.left_out.append("assignee: a person gave the conversation to somebody meanwhile; it stays there")
        self._tag(change, wanted or own_values(self._told, self._titles).get(PRIORITY))
        if change.note is not None:
            self._note(change.note)

    def _priority(self, wanted: str | None) -> str | None:
        """What to write beside a teammate's own priority: nothing."""
        if wanted and teammates_priority(self._told) not in (None, wanted):
            self.left_out.append("priority: a teammate has set the desk's own; ours is not written beside it")
            return None
        return wanted

    # ---- where it lies, whose it is

    def _to_team(self, queue: str) -> None:
        team = self._directory.team_id(queue)
        if team is None:
            self.left_out.append(f"queue: the desk has no team for the queue '{queue}'; add it or rename it")
        elif team != self._told.team_assignee_id:
            self._assign("team", team, "queue: the desk refused the team")

    def _to_admin(self, assignee: str) -> None:
        admin = self._directory.admin_id(assignee)
        if admin is None:
            self.left_out.append("assignee: the desk has no teammate with that mail address")
        elif admin != self._told.admin_assignee_id:
            self._assign("admin", admin, "assignee: the desk refused it; does that teammate have an inbox seat?")

    def _assign(self, kind: Literal["admin", "team"], assignee: str, refused: str) -> None:
        body = _Assignment(admin_id=self._own_user_id, type=kind, assignee_id=assignee)
        if not self._taken(self._post("/parts", body)):
            self.left_out.append(refused)

    # ---- what is said about it

    def _fill(self, ours: Mapping[str, str]) -> None:
        """Our attributes; those that are not sent stay as they are. One that does not exist would cost all of them."""
        values: dict[str, str] = {}
        stands = own_values(self._told, self._titles)
        for name, value in sorted(ours.items()):
            title = self._titles.get(name, "")
            if not title or not self._directory.has_attribute(title):
                self.left_out.append(f"custom_fields: there is no attribute '{title or name}'; connect the desk again")
            elif stands.get(name) != value:
                values[title] = value
        if not values:
            return
        answer = self._api.send("PUT", self._address(), {"custom_attributes": values}, expect=_EXPECTED)
        if self._taken(answer):
            self._told = _told(answer) or self._told
        else:
            self.left_out.append("custom_fields: the desk refused them; two attributes must not have the same name")

    def _tag(self, change: DeskChange, priority: str | None) -> None:
        """One tag a request, so that other people's are never touched."""
        shown = f"{PRIORITY_TAG}{priority}" if priority else None
        add = change.add_tags | ({shown} if shown else set())
        older = {tag for tag in self._told.tag_names if tag.startswith(PRIORITY_TAG) and tag != shown}
        for name in sorted(add - self._told.tag_names):
            if not self._add_tag(name):
                self.left_out.append(f"tags: the desk refused '{name}'")
        for tag in self._told.tags.tags:
            if tag.name in change.remove_tags | older:
                # Gone already is as good.
                body = {"admin_id": self._own_user_id}
                self._api.send("DELETE", f"{self._address()}/tags/{tag.id}", body, expect=_EXPECTED, needs=TAGS)

    def _add_tag(self, name: str) -> bool:
        """Add it; once more with another id where somebody deleted the tag and made it anew."""
        body = _NewTag(admin_id=self._own_user_id, id=self._directory.tag_id(name))
        answer = self._post("/tags", body, needs=TAGS)
        if answer.status == _GONE:
            body = _NewTag(admin_id=self._own_user_id, id=self._directory.tag_id(name, anew=True))
            answer = self._post("/tags", body, needs=TAGS)
        return self._taken(answer)

    # ---- what agents read

    def _note(self, note: Note) -> None:
        answer = self._post("/reply", _Note(admin_id=self._own_user_id, body=_markup(note)))
        if answer.status == _GONE:
            raise self._gone()
        if answer.status in _INVALID:
            raise answer.refusal("the note", needs=WRITE)

    # ---- requests

    def _post(self, path: Literal["/reply", "/parts", "/tags"], body: _Body, *, needs: str = WRITE) -> Answer:
        """The only place that adds a part."""
        sent = body.model_dump()
        is_note = sent.get("message_type") == "note"
        if (path == "/reply") != is_note or ("body" in sent) != is_note:
            raise AssertionError("this product writes notes only, and says nothing beside an assignment")
        return self._api.send("POST", f"{self._address()}{path}", sent, expect=_EXPECTED, needs=needs)

    def _taken(self, answer: Answer) -> bool:
        """Whether the desk took it; what it does not find may be the conversation, or what we named."""
        if answer.status == _GONE:
            read_conversation(self._api, self._told.id)
        return answer.status not in _EXPECTED

    def _address(self) -> str:
        return f"/conversations/{self._told.id}"

    def _gone(self) -> TicketGone:
        return TicketGone(f"the desk has no conversation {self._told.id}")


def _told(answer: Answer) -> Conversation | None:
    """The conversation as it stands after a request, where the answer is one."""
    try:
        return Conversation.model_validate(answer.body)
    except (ValidationError, OverflowError):
        return None


def _markup(note: Note) -> str:
    """The note as this desk's editor would set it."""
    html = note_html(note, LONGEST_NOTE)
    for ours, theirs in _MARKUP.items():
        html = html.replace(ours, theirs)
    return html
