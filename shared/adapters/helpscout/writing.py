"""Writing to a conversation: what is set, in which order, and what is left to a person.

The desk takes one thing a request and has no conditional write. So the state is compared right before the first
request, every request may be repeated, and the note with its marker comes last: where it stands, all of it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.adapters.desk_text import note_html
from shared.adapters.helpscout.api import EDIT, HelpScoutApi
from shared.adapters.helpscout.conversation import Conversation, Thread, read_conversation
from shared.adapters.helpscout.directory import Directory
from shared.adapters.helpscout.drafts import WITHDRAWN, draft_html, fingerprint, mark_of, our_drafts, reply_box
from shared.adapters.helpscout.reading import PRIORITY, PRIORITY_TAG, own_values, priority_of
from shared.adapters.helpscout.sending import Requests, Reworded
from shared.domain.errors import DeskConflict
from shared.domain.note import Block, BlockKind, Note
from shared.domain.record import Record
from shared.ports.desk import DeskChange

# A request of more than 100 kB was refused by the API before this one; a character takes up to six bytes of JSON.
LONGEST_NOTE = 15_000
_DROPDOWN = "dropdown"
_OUTLIVED = Block(
    kind=BlockKind.TEXT,
    lines=("The draft in the reply box is older than this note and does not fit any more: discard it.",),
)


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
    """One change on its way to one conversation."""

    def __init__(
        self,
        api: HelpScoutApi,
        directory: Directory,
        own_user_id: str,
        titles: Mapping[str, str],
        told: Conversation,
    ) -> None:
        self._directory = directory
        self._own_user_id = own_user_id
        self._titles = titles
        self._requests = Requests(api, told)
        self._left_out: list[str] = []

    @property
    def _told(self) -> Conversation:
        return self._requests.told

    def carry_out(self, change: DeskChange) -> Written:
        before = self._told
        # A move takes the fields' values away. The tag outlives it, and nothing comes between it and the values.
        self._tag(change, change.fields.priority or priority_of(before, self._titles))
        if change.fields.queue:
            self._move(change.fields.queue)
        self._requests.refresh()
        self._fill(before, {**change.custom, **self._priority(before, change.fields.priority)})
        if change.fields.assignee:
            self._assign(change.fields.assignee)
        if change.note is not None:
            note = self._with_draft(change.note, change.draft_reply)
            self._requests.add_note(note_html(note, LONGEST_NOTE))
        self._requests.refresh()
        return Written(stamp=self._told.stamp, left_out=tuple(self._left_out))

    # ---- where it lies, whose it is

    def _move(self, queue: str) -> None:
        inbox = self._directory.inbox_id(queue)
        if inbox is None:
            self._left_out.append(f"queue: the desk has no inbox for the queue '{queue}'; add it or rename it")
        elif inbox != self._told.mailbox_id:
            if not self._requests.move(inbox):
                self._left_out.append("queue: the desk refused to move the conversation")
            # Another inbox has other fields, and an owner who may not see it is no longer the owner.
            self._requests.refresh()

    def _assign(self, assignee: str) -> None:
        user = self._directory.user_id(assignee)
        if user is None:
            self._left_out.append("assignee: the desk has no active user with that mail address")
            return
        stands = self._told.assignee is not None and self._told.assignee.id == user
        if not stands and not self._requests.assign(user):
            self._left_out.append("assignee: the desk refused it; may that user see the inbox?")

    # ---- what is said about it

    def _tag(self, change: DeskChange, priority: str | None) -> None:
        """All tags that it shall have: what is sent replaces what is there. One added in between would be lost."""
        told = self._told.tag_names
        people_s = frozenset(tag for tag in told if not tag.startswith(PRIORITY_TAG))
        shown = {f"{PRIORITY_TAG}{priority}"} if priority else set()
        wanted = ((people_s | change.add_tags) - change.remove_tags) | shown
        if wanted != told and not self._requests.set_tags(wanted):
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
        if not self._requests.set_fields(values):
            self._left_out.append("custom_fields: the desk refused a value; they are single-line texts")

    # ---- what agents read

    def _with_draft(self, note: Note, reply: str | None) -> Note:
        """Bring the reply box up to date, and the note to what lies there then."""
        html = draft_html(reply) if reply and reply.strip() else None
        box = reply_box(self._requests.threads(), self._own_user_id, wanted=html)
        if reply is None or html is None:
            return note if self._withdrawn(box.to_withdraw) else _before_the_end(note, _OUTLIVED)
        if box.changed:
            self._left_out.append("draft: a person is at work on the one in the reply box; ours is in the note")
            return _before_the_end(note, _beside_another(reply))
        if not self._left(html, box.ours):
            self._left_out.append(f"draft: the desk refused to change the one in the reply box; it takes {EDIT}")
            return _before_the_end(note, _beside_another(reply))
        # The desk may have set the words otherwise than we sent them: what it tells is what we left.
        lies = our_drafts(self._requests.threads(), self._own_user_id)
        return _marked(note, mark_of(lies[0].body if lies else html))

    def _left(self, html: str, ours: Sequence[Thread]) -> bool:
        """Leave the draft, in place of ours that lies there already; whether that was possible."""
        if ours and fingerprint(ours[0].body) == fingerprint(html):
            return True
        reworded = self._requests.reword(ours[0].id, html) if ours else Reworded.NOT_THERE
        if reworded is Reworded.NOT_THERE:
            self._requests.leave_draft(html)
        return reworded is not Reworded.REFUSED

    def _withdrawn(self, drafts: Sequence[Thread]) -> bool:
        """Take drafts of ours back; whether none of them stands any more."""
        reworded = [self._requests.reword(draft.id, draft_html(WITHDRAWN)) for draft in drafts]
        if Reworded.REFUSED in reworded:
            self._left_out.append(f"draft: the desk refused to withdraw the one in the reply box; it takes {EDIT}")
        return Reworded.REFUSED not in reworded


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
