"""What is written to a ticket: fields, tags and our own fields in one conditional request, the note in another.

The desk answers 200 to an update of which it refused a part, and says so in sentences: what stands afterwards is read
and compared. A note is a comment; the other kind of message (`correspond`) would go to the customer, and is never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import note_html
from shared.adapters.requesttracker.api import Api, Named, Page, one_of, stamp_of
from shared.adapters.requesttracker.reading import PRIORITIES, Ticket, kept, status_of
from shared.domain.errors import DeskConflict, TicketGone
from shared.domain.note import Note
from shared.domain.record import Record
from shared.domain.ticket import TicketStatus
from shared.ports.desk import DeskChange

_MOVED = 412
# The desk's page folds a blockquote away behind "Show quoted text".
_UNFOLDED = ("<hr>", "<hr>")


class _Comment(BaseModel):
    """An internal note; `to` is the last part of the address that it is sent to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: str = Field(serialization_alias="Content")
    kind: Literal["text/html"] = Field(default="text/html", serialization_alias="ContentType")
    to: Literal["comment"] = Field(default="comment", exclude=True)


class _Users(Page):
    items: list[Named] = Field(default_factory=list)


class Written(Record):
    """The ticket's new stamp, and what could not be set and why."""

    stamp: str
    left_out: tuple[str, ...] = ()


class TicketWriter:
    """Writes to tickets of one desk.

    Args:
        queues: the desk's queue names by the policy's queue ids.
        titles: titles of our own custom fields by name; `tags` is the one that holds tags.
    """

    def __init__(self, api: Api, *, queues: Mapping[str, str], titles: Mapping[str, str]) -> None:
        self._api = api
        self._queues = queues
        self._titles = dict(titles)

    def write(self, ticket_id: str, change: DeskChange) -> Written:
        """See `HelpDesk.write`. Raises DeskConflict and TicketGone."""
        answer = self._api.ticket(ticket_id)
        if status_of(answer.read(Ticket).status) is TicketStatus.GONE:
            raise TicketGone(f"ticket {ticket_id} is deleted")
        if stamp_of(answer) != change.stamp:
            raise DeskConflict(f"ticket {ticket_id} changed since it was read")
        wanted = self._wanted(answer.read(Ticket), change)
        missing = _missing(wanted, answer.read(Ticket))
        # The owner is judged by the queue that the ticket lies in, which the same request may just have changed.
        for again in (missing, {"Owner"}):
            if part := {name: value for name, value in missing.items() if name in again}:
                self._update(ticket_id, part, stamp_of(answer))
                answer = self._api.ticket(ticket_id)
                missing = _missing(wanted, answer.read(Ticket))
        left_out = tuple(f"{name}: the desk did not take it" for name in sorted(_flat(missing)))
        if change.note is not None:
            self._comment(ticket_id, change.note)
            answer = self._api.ticket(ticket_id)
        return Written(stamp=stamp_of(answer), left_out=left_out)

    def _wanted(self, ticket: Ticket, change: DeskChange) -> dict[str, Any]:
        """Everything that shall stand, in the desk's words."""
        wanted: dict[str, Any] = {}
        fields = change.fields
        if fields.priority:
            wanted["Priority"] = PRIORITIES.get(fields.priority, PRIORITIES["normal"])
        if fields.queue:
            wanted["Queue"] = self._queues.get(fields.queue, "")
        if fields.assignee:
            wanted["Owner"] = fields.assignee.lower()
        own = {self._titles.get(name, name): [kept(name, value)] for name, value in change.custom.items()}
        if change.add_tags or change.remove_tags:
            title = self._titles["tags"]
            own[title] = sorted((frozenset(ticket.values(title)) | change.add_tags) - change.remove_tags)
        return wanted | ({"CustomFields": own} if own else {})

    def _update(self, ticket_id: str, wanted: Mapping[str, Any], stamp: str) -> None:
        """The only place that changes a ticket; never its status."""
        body = dict(wanted)
        if "Status" in body:
            raise AssertionError("this product changes no status")
        if "Owner" in body:
            body["Owner"] = self._user_name(body["Owner"])
        sendable = {name: value for name, value in body.items() if value != ""}
        answer = self._api.write("PUT", f"/ticket/{ticket_id}", sendable, stamp=stamp, expect=frozenset({_MOVED}))
        if answer.status == _MOVED:
            raise DeskConflict(f"ticket {ticket_id} changed since it was read")

    def _user_name(self, email: str) -> str:
        """The name that the desk calls somebody by; empty where it knows no such address."""
        query = (("fields", "Name,EmailAddress"), one_of("EmailAddress", (email,)))
        found = next(self._api.pages("/users", query, _Users)).items
        return found[0].name if len(found) == 1 else ""

    def _comment(self, ticket_id: str, note: Note) -> Answer:
        """The only place that leaves a message."""
        comment = _Comment(content=note_html(note, quote=_UNFOLDED))
        if comment.to != "comment":
            raise AssertionError("this product writes internal notes only")
        return self._api.write("POST", f"/ticket/{ticket_id}/{comment.to}", comment.model_dump(by_alias=True))


def _missing(wanted: Mapping[str, Any], ticket: Ticket) -> dict[str, Any]:
    """The part of what shall stand that does not."""
    queue = ticket.queue.name or ticket.queue.id
    stands = {"Priority": ticket.priority, "Queue": queue, "Owner": ticket.assignee}
    missing = {name: value for name, value in wanted.items() if name in stands and stands[name] != value}
    own = {
        title: values
        for title, values in wanted.get("CustomFields", {}).items()
        if sorted(ticket.values(title)) != sorted(values)
    }
    return missing | ({"CustomFields": own} if own else {})


def _flat(missing: Mapping[str, Any]) -> set[str]:
    own: Mapping[str, Any] = missing.get("CustomFields", {})
    return (missing.keys() - {"CustomFields"}) | own.keys()
