"""The requests that write to a conversation. Their bodies have no place for a sent reply and none for another status.

The desk takes one thing a request and has no conditional write. So the state is compared right before the first
request, every request may be repeated, and the note with its marker comes last: where it stands, all of it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import note_html
from shared.adapters.helpscout.api import EDIT, HelpScoutApi
from shared.adapters.helpscout.conversation import Conversation, Thread, read_conversation, read_threads
from shared.adapters.helpscout.directory import Directory
from shared.adapters.helpscout.drafts import WITHDRAWN, draft_html, fingerprint, mark_of, our_drafts, reply_box
from shared.adapters.helpscout.reading import PRIORITY, PRIORITY_TAG, own_values, priority_of
from shared.domain.errors import DeskConflict, TicketGone, TicketLocked
from shared.domain.note import Block, BlockKind, Note
from shared.domain.record import Record
from shared.ports.desk import DeskChange

# A request of more than 100 kB was refused by the API before this one; a character takes up to six bytes of JSON.
LONGEST_NOTE = 15_000
_INVALID, _GONE, _LOCKED = 400, frozenset({301, 404}), 412
_EXPECTED = _GONE | {_INVALID, _LOCKED}
_DROPDOWN = "dropdown"
_OUTLIVED = Block(
    kind=BlockKind.TEXT,
    lines=("The draft in the reply box is older than this note and does not fit any more: discard it.",),
)


class _Reworded(Enum):
    DONE = "done"
    REFUSED = "refused"
    NOT_THERE = "not_there"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Note(_Body):
    """A note. Without `status` the desk would make the conversation active."""

    text: str
    status: str = Field(pattern=r"^(active|pending|closed)$")


class _Customer(_Body):
    id: int


class _Draft(_Note):
    """A reply that stays in the reply box. Without `draft` the desk would send it to the customer."""

    customer: _Customer
    draft: Literal[True] = True


class _Words(_Body):
    op: Literal["replace"] = "replace"
    path: Literal["/text"] = "/text"
    value: str


class _Owner(_Body):
    op: Literal["replace"] = "replace"
    path: Literal["/assignTo"] = "/assignTo"
    value: int


class _Move(_Body):
    op: Literal["move"] = "move"
    path: Literal["/mailboxId"] = "/mailboxId"
    value: int


class _Tags(_Body):
    tags: tuple[str, ...]


class _Value(_Body):
    id: int
    value: str


class _Fields(_Body):
    fields: tuple[_Value, ...]


class Written(Record):
    """What became of a write: the conversation's new stamp, and what could not be set and why."""

    stamp: str
    left_out: tuple[str, ...] = ()


class ConversationWriter:
    """Writes to conversations of one account.

    Args:
        titles: the titles of our own fields on the desk by their names.
    """

    def __init__(self, api: HelpScoutApi, directory: Directory, *, own_user_id: str, titles: Mapping[str, str]) -> None:
        self._api = api
        self._directory = directory
        self._own_user_id = own_user_id
        self._titles = titles

    def write(self, conversation_id: str, change: DeskChange) -> Written:
        """Write the change, if the conversation still stands as `change.stamp` says.

        Raises:
            DeskConflict: it changed meanwhile; nothing was written.
            TicketGone: deleted, merged, or never existed.
            TicketLocked: it holds a hundred threads, or is locked by its age.
        """
        told, _ = read_conversation(self._api, conversation_id)
        if told.stamp != change.stamp:
            raise DeskConflict(f"conversation {conversation_id} changed since it was read")
        return _Writing(self._api, self._directory, self._own_user_id, self._titles, told).carry_out(change)


class _Writing:
    """One change on its way to one conversation.

    Attributes:
        told: the conversation as last read.
        touched: something was written since.
    """

    def __init__(
        self,
        api: HelpScoutApi,
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
        self._touched = False
        self._left_out: list[str] = []

    def carry_out(self, change: DeskChange) -> Written:
        before = self._told
        # A move takes the fields' values away. The tag outlives it, and nothing comes between it and the values.
        self._tag(change, change.fields.priority or priority_of(before, self._titles))
        if change.fields.queue:
            self._move(change.fields.queue)
        self._refresh()
        self._fill(before, {**change.custom, **self._priority(before, change.fields.priority)})
        if change.fields.assignee:
            self._assign(change.fields.assignee)
        if change.note is not None:
            self._note(self._with_draft(change.note, change.draft_reply))
        self._refresh()
        return Written(stamp=self._told.stamp, left_out=tuple(self._left_out))

    # ---- where it lies, whose it is

    def _move(self, queue: str) -> None:
        inbox = self._directory.inbox_id(queue)
        if inbox is None:
            self._left_out.append(f"queue: the desk has no inbox for the queue '{queue}'; add it or rename it")
        elif inbox != self._told.mailbox_id:
            if not self._send("PATCH", "", _Move(value=int(inbox))):
                self._left_out.append("queue: the desk refused to move the conversation")
            # Another inbox has other fields, and an owner who may not see it is no longer the owner.
            self._refresh()

    def _assign(self, assignee: str) -> None:
        user = self._directory.user_id(assignee)
        if user is None:
            self._left_out.append("assignee: the desk has no active user with that mail address")
            return
        stands = self._told.assignee is not None and self._told.assignee.id == user
        if not stands and not self._send("PATCH", "", _Owner(value=int(user))):
            self._left_out.append("assignee: the desk refused it; may that user see the inbox?")

    # ---- what is said about it

    def _tag(self, change: DeskChange, priority: str | None) -> None:
        """All tags that it shall have: what is sent replaces what is there. One added in between would be lost."""
        told = self._told.tag_names
        people_s = frozenset(tag for tag in told if not tag.startswith(PRIORITY_TAG))
        shown = {f"{PRIORITY_TAG}{priority}"} if priority else set()
        wanted = ((people_s | change.add_tags) - change.remove_tags) | shown
        if wanted != told and not self._send("PUT", "/tags", _Tags(tags=tuple(sorted(wanted)))):
            self._left_out.append("tags: the desk refused them")

    def _priority(self, before: Conversation, wanted: str | None) -> dict[str, str]:
        """The priority to write, unless a person set another while we wrote the rest."""
        stands = own_values(self._told, self._titles).get(PRIORITY)
        if stands and stands != own_values(before, self._titles).get(PRIORITY):
            return {}
        wanted = wanted or (None if stands else priority_of(before, self._titles))
        return {PRIORITY: wanted} if wanted else {}

    def _fill(self, before: Conversation, ours: Mapping[str, str]) -> None:
        """All values that its fields shall have: what is not sent is emptied, a person's values too.

        A conversation that was moved lost what the old inbox's fields held; what has a field of the same title in the
        new one is carried over.
        """
        moved = before.mailbox_id != self._told.mailbox_id
        if not ours and not (moved and before.custom_fields):
            return
        fields = self._directory.fields(self._told.mailbox_id)
        values = {field.id: field.value for field in self._told.custom_fields}
        if moved:
            for value in before.custom_fields:
                field = fields.get(value.name.casefold())
                if field is not None and field.type.casefold() != _DROPDOWN and value.value:
                    values.setdefault(field.id, value.value)
        for name, text in sorted(ours.items()):
            title = self._titles.get(name, "")
            field = fields.get(title.casefold())
            if field is None:
                self._left_out.append(f"custom_fields: the inbox has no field '{title or name}'; add it there")
            else:
                values[field.id] = text
        if values == {field.id: field.value for field in self._told.custom_fields}:
            return
        wanted = tuple(_Value(id=int(id), value=value) for id, value in sorted(values.items()) if value)
        if not self._send("PUT", "/fields", _Fields(fields=wanted)):
            self._left_out.append("custom_fields: the desk refused a value; they are single-line texts")

    # ---- what agents read

    def _with_draft(self, note: Note, reply: str | None) -> Note:
        """Bring the reply box up to date, and the note to what lies there then."""
        html = draft_html(reply) if reply and reply.strip() else None
        box = reply_box(self._threads(), self._own_user_id, wanted=html)
        if reply is None or html is None:
            return note if self._withdrawn(box.to_withdraw) else _before_the_end(note, _OUTLIVED)
        if box.changed:
            self._left_out.append("draft: a person is at work on the one in the reply box; ours is in the note")
            return _before_the_end(note, _beside_another(reply))
        if not self._left(html, box.ours):
            self._left_out.append(f"draft: the desk refused to change the one in the reply box; it takes {EDIT}")
            return _before_the_end(note, _beside_another(reply))
        # The desk may have set the words otherwise than we sent them: what it tells is what we left.
        lies = our_drafts(self._threads(), self._own_user_id)
        return _marked(note, mark_of(lies[0].body if lies else html))

    def _left(self, html: str, ours: Sequence[Thread]) -> bool:
        """Leave the draft, in place of ours that lies there already; whether that was possible."""
        if ours and fingerprint(ours[0].body) == fingerprint(html):
            return True
        reworded = self._reword(ours[0].id, html) if ours else _Reworded.NOT_THERE
        if reworded is _Reworded.NOT_THERE:
            self._refresh()  # as before the note: its status is the one of this moment
            customer = _Customer(id=int(self._told.primary_customer.id))
            self._post("/reply", _Draft(text=html, customer=customer, status=self._status()))
        return reworded is not _Reworded.REFUSED

    def _withdrawn(self, drafts: Sequence[Thread]) -> bool:
        """Take drafts of ours back; whether none of them stands any more."""
        reworded = [self._reword(draft.id, draft_html(WITHDRAWN)) for draft in drafts]
        if _Reworded.REFUSED in reworded:
            self._left_out.append(f"draft: the desk refused to withdraw the one in the reply box; it takes {EDIT}")
        return _Reworded.REFUSED not in reworded

    def _reword(self, draft: str, html: str) -> _Reworded:
        answer = self._request("PATCH", f"/threads/{draft}", _Words(value=html), expect=_EXPECTED | {403})
        if answer.status in _GONE:
            return _Reworded.NOT_THERE
        return _Reworded.REFUSED if answer.status in (_INVALID, 403) else _Reworded.DONE

    def _threads(self) -> list[Thread]:
        return list(read_threads(self._api, self._told.id))

    def _note(self, note: Note) -> None:
        # A person may have closed it while we wrote: the status that is sent is the one of this moment.
        self._refresh()
        self._post("/notes", _Note(text=note_html(note, LONGEST_NOTE), status=self._status()))

    def _status(self) -> str:
        return self._told.status if self._told.status in ("active", "pending", "closed") else "active"

    # ---- requests

    def _post(self, path: Literal["/reply", "/notes"], body: _Note) -> None:
        """The only place that adds a thread."""
        sent = body.model_dump()
        if (path == "/reply") != (sent.get("draft") is True) or not sent["status"]:
            raise AssertionError("this product writes notes and unsent drafts only, and changes no status")
        answer = self._request("POST", path, body, expect=_EXPECTED - {_INVALID})
        if answer.status in _GONE:
            raise self._gone()

    def _send(self, method: str, path: str, body: _Body) -> bool:
        """Whether the desk took it; False where it found something wrong with the body."""
        answer = self._request(method, path, body, expect=_EXPECTED)
        if answer.status in _GONE:
            raise self._gone()
        return answer.status != _INVALID

    def _request(self, method: str, path: str, body: _Body, *, expect: frozenset[int]) -> Answer:
        self._touched = True
        address = f"/v2/conversations/{self._told.id}{path}"
        answer = self._api.send(method, address, body.model_dump(), expect=expect)
        if answer.status == _LOCKED:
            raise TicketLocked(f"conversation {self._told.id} is full or locked by its age", status=_LOCKED)
        return answer

    def _gone(self) -> TicketGone:
        return TicketGone(f"the desk has no conversation {self._told.id}, or merged it into another")

    def _refresh(self) -> None:
        if self._touched:
            self._told, _ = read_conversation(self._api, self._told.id)
            self._touched = False


def _marked(note: Note, mark: str) -> Note:
    """The note with a mark beside its own."""
    *blocks, last = note.blocks
    return note.model_copy(update={"blocks": (*blocks, last.model_copy(update={"lines": (*last.lines, mark)}))})


def _beside_another(reply: str) -> Block:
    """A draft that has to stand in the note, because the reply box holds other words."""
    title = "The reply box holds another draft, which was left alone. This is the newer one"
    return Block(kind=BlockKind.QUOTE, title=title, lines=tuple(reply.strip().split("\n")))


def _before_the_end(note: Note, block: Block) -> Note:
    *blocks, last = note.blocks
    return note.model_copy(update={"blocks": (*blocks, block, last)})
