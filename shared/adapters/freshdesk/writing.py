"""The two requests that write to a ticket. Their bodies have no place for a public message and none for a status.

The desk has no conditional write. So the state is compared right before the first request, both may be repeated, and
the note with its marker comes last: where it stands, all of it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import note_html
from shared.adapters.freshdesk.api import UPDATES, FreshdeskApi, complaints
from shared.adapters.freshdesk.conversation import Conversation, is_note, read_conversations
from shared.adapters.freshdesk.directory import Directory
from shared.adapters.freshdesk.ticket import PRIORITIES, Ticket, read_ticket
from shared.domain.errors import DeskConflict, TicketGone, TicketLocked
from shared.domain.note import Note
from shared.domain.record import Record
from shared.ports.desk import DeskChange

_INVALID, _GONE = 400, 404
_ASSIGNMENT = ("responder_id", "group_id")
# Of a single-line text.
_LONGEST_VALUE = 255
_NUMBERS = {word: number for number, word in PRIORITIES.items()}


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Update(_Body):
    """Fields of a ticket; None stays as it is. `tags` replaces them all; only the named custom fields change."""

    priority: int | None = None
    group_id: int | None = None
    responder_id: int | None = None
    tags: tuple[str, ...] | None = None
    custom_fields: dict[str, str] | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is to change."""
        return not self.model_dump(exclude_none=True)


class _Note(_Body):
    """A note. With `private` false its customer would see it and be told."""

    body: str
    private: Literal[True] = True


class Written(Record):
    """What became of a write: the ticket's new stamp, and what could not be set and why."""

    stamp: str
    left_out: tuple[str, ...] = ()


class TicketWriter:
    """Writes to tickets of one account.

    Args:
        fields: the desk's names of our own ticket fields by ours.
    """

    def __init__(self, api: FreshdeskApi, directory: Directory, *, own_user_id: str, fields: Mapping[str, str]) -> None:
        self._api = api
        self._directory = directory
        self._own_user_id = own_user_id
        self._fields = fields

    def write(self, ticket_id: str, change: DeskChange) -> Written:
        """Write the change, if the ticket still stands as `change.stamp` says.

        The conversations are read first and the ticket right before it is written to: a person's tag can be lost
        only where it is added within that one request.

        Raises:
            DeskConflict: it changed meanwhile; nothing was written.
            TicketGone: deleted, filed as spam, or never existed.
            TicketLocked: it is archived.
        """
        told, ticket = self._as_it_stands(ticket_id)
        if ticket.stamp(told) != change.stamp:
            raise DeskConflict(f"ticket {ticket_id} changed since it was read")
        update, left_out = self._composed(ticket, change)
        if not update.is_empty:
            ticket = self._updated(ticket, update, left_out)
        if change.note is not None and not any(is_note(one, change.note.marker, self._own_user_id) for one in told):
            told = [*told, self._noted(ticket_id, change.note)]
        return Written(stamp=ticket.stamp(told), left_out=tuple(left_out))

    def _as_it_stands(self, ticket_id: str) -> tuple[list[Conversation], Ticket]:
        try:
            told = read_conversations(self._api, ticket_id)
        except TicketGone:
            told = []  # an archived ticket has its conversations elsewhere
        ticket, _ = read_ticket(self._api, ticket_id)
        if ticket.archived:
            raise TicketLocked(f"ticket {ticket_id} is archived and takes nothing more", status=_GONE)
        return told, ticket

    def _composed(self, ticket: Ticket, change: DeskChange) -> tuple[_Update, list[str]]:
        left_out: list[str] = []
        wanted = change.fields
        group = self._directory.group_id(wanted.queue) if wanted.queue else None
        if wanted.queue and group is None:
            left_out.append(f"group_id: the desk has no group for the queue '{wanted.queue}'; add it or rename it")
        agent = self._directory.agent_id(wanted.assignee) if wanted.assignee else None
        if wanted.assignee and agent is None:
            left_out.append("responder_id: the desk has no active agent with that mail address")
        left_out += [
            f"custom_fields: the desk's secret has no field for '{name}'"
            for name in sorted(change.custom.keys() - self._fields.keys())
        ]
        ours = ((self._fields.get(name), value[:_LONGEST_VALUE]) for name, value in sorted(change.custom.items()))
        custom = {field: value for field, value in ours if field}
        tags = frozenset(ticket.tags)
        merged = (tags | change.add_tags) - change.remove_tags
        priority = _NUMBERS.get(wanted.priority) if wanted.priority else None
        # What stands already is not sent: each update counts, and makes the desk compute due times anew.
        update = _Update(
            priority=priority if priority != ticket.priority else None,
            group_id=int(group) if group and group != ticket.group_id else None,
            responder_id=int(agent) if agent and agent != ticket.responder_id else None,
            tags=tuple(sorted(merged)) if merged != tags else None,
            custom_fields={name: value for name, value in custom.items() if ticket.holds(name) != value} or None,
        )
        return update, left_out

    def _updated(self, ticket: Ticket, update: _Update, left_out: list[str]) -> Ticket:
        """The ticket after the update; what the desk refuses is left out, for it must not cost the note."""
        while not update.is_empty:
            answer = self._sent("PUT", f"/tickets/{ticket.id}", update)
            if answer.status != _INVALID:
                return answer.read(Ticket)
            blamed = complaints(answer.body)
            refused, update = _without(update, blamed)
            if not refused:
                fields = ", ".join(sorted(blamed)) or "no field named"
                left_out.append(f"the desk refused every field and tag, because of: {fields}")
                return ticket
            left_out += [f"{name}: the desk refused it" for name in refused]
        return ticket

    def _noted(self, ticket_id: str, note: Note) -> Conversation:
        return self._sent("POST", f"/tickets/{ticket_id}/notes", _Note(body=note_html(note))).read(Conversation)

    def _sent(self, method: str, path: str, body: _Update | _Note) -> Answer:
        """The only place that writes to the desk."""
        sent = body.model_dump(exclude_none=True)
        is_note_path = path.endswith("/notes")
        if is_note_path != (sent.get("private") is True) or "status" in sent:
            raise AssertionError("this product writes private notes only and changes no status")
        expect = frozenset({_GONE}) if is_note_path else frozenset({_GONE, _INVALID})
        answer = self._api.send(method, path, sent, expect=expect, lane="" if is_note_path else UPDATES)
        if answer.status == _GONE:
            raise TicketGone(f"{method} {path}: the ticket is gone")
        return answer


def _without(update: _Update, blamed: Mapping[str, str]) -> tuple[list[str], _Update]:
    """The names of what the desk refuses, and the update without them; no names if that would not help."""
    sent = update.model_dump(exclude_none=True)
    refused = [name for name in _ASSIGNMENT if name in sent and name in blamed]
    custom: dict[str, Any] = sent.get("custom_fields", {})
    fields = [name for name in custom if name in blamed or f"custom_fields.{name}" in blamed]
    if "custom_fields" in blamed:
        fields = list(custom)
    kept = {name: value for name, value in custom.items() if name not in fields} or None
    rest = update.model_copy(update={**dict.fromkeys(refused), "custom_fields": kept})
    return [*refused, *fields], rest
