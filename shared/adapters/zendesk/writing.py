"""The one request that writes to a ticket. Its body has no place for a public comment and none for a status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Answer
from shared.adapters.desk_text import note_html
from shared.adapters.zendesk.directory import Directory
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Wire
from shared.adapters.zendesk.reading import tags_and_stamp
from shared.domain.errors import DeskConflict, TicketGone, TicketLocked
from shared.domain.record import Record
from shared.ports.desk import DeskChange

_EXPECTED = frozenset({404, 422})
_ASSIGNMENT = {"assignee": "assignee_id", "assignee_id": "assignee_id", "group": "group_id", "group_id": "group_id"}


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _PrivateComment(_Body):
    """A comment that only agents see. Without `public` the desk would send it to the customer."""

    html_body: str
    public: Literal[False] = False


class _CustomField(_Body):
    id: int
    value: str


class _Update(_Body):
    """Everything that is ever written to a ticket. Left out is what stays as it is."""

    comment: _PrivateComment | None = None
    priority: str | None = None
    group_id: int | None = None
    assignee_id: int | None = None
    custom_fields: tuple[_CustomField, ...] | None = None
    tags: tuple[str, ...] | None = None
    safe_update: Literal[True] = True
    updated_stamp: str


class _Stamp(Wire):
    updated_at: str = Field(min_length=1)


class _Written(Wire):
    ticket: _Stamp


class Written(Record):
    """What became of a write: the ticket's new stamp, and what could not be set and why."""

    stamp: str
    left_out: tuple[str, ...] = ()


class TicketWriter:
    """Writes to tickets of one desk.

    Args:
        fields: ids of our own ticket fields on the desk by their names.
    """

    def __init__(self, api: ZendeskApi, directory: Directory, *, fields: Mapping[str, int]) -> None:
        self._api = api
        self._directory = directory
        self._fields = fields

    def write(self, ticket_id: str, change: DeskChange, *, tags: frozenset[str] | None) -> Written:
        """Write the change in one request, if the ticket still stands as `change.stamp` says.

        A group or an agent that the desk does not have, or that do not go together, must not cost the note:
        such a field is left out and named in the answer.

        Args:
            tags: the ticket's tags under that stamp, None if they have to be read first.

        Raises:
            DeskConflict: the ticket changed meanwhile; nothing was written.
            TicketGone: deleted, or never existed.
            TicketLocked: it is closed for good.
        """
        update, left_out = self._composed(ticket_id, change, tags)
        while True:
            answer = self._put(ticket_id, update)
            if answer.status == 404:
                raise TicketGone(f"the desk has no ticket {ticket_id}")
            if answer.status != 422:
                return Written(stamp=answer.read(_Written).ticket.updated_at, left_out=tuple(left_out))
            if "status" in _details(answer):  # which we never send: the desk speaks of the ticket's own
                raise TicketLocked(f"ticket {ticket_id} is closed and takes nothing more", status=422)
            refused = _refused_assignment(answer, update)
            if not refused:
                raise answer.refusal(", ".join(sorted(_details(answer))))
            left_out += [f"{name}: the desk refused it" for name in sorted(refused)]
            update = update.model_copy(update=dict.fromkeys(refused))

    def _put(self, ticket_id: str, update: _Update) -> Answer:
        """The only place that writes to the desk."""
        ticket = update.model_dump(exclude_none=True)
        if ticket.get("comment", {"public": False})["public"] is not False or "status" in ticket:
            raise AssertionError("this product writes internal notes only and changes no status")
        return self._api.put(f"/api/v2/tickets/{ticket_id}", {"ticket": ticket}, expect=_EXPECTED)

    def _composed(self, ticket_id: str, change: DeskChange, tags: frozenset[str] | None) -> tuple[_Update, list[str]]:
        left_out: list[str] = []
        wanted = change.fields
        group = self._directory.group_id(wanted.queue) if wanted.queue else None
        if wanted.queue and group is None:
            left_out.append(f"group_id: the desk has no group for the queue '{wanted.queue}'; add it or rename it")
        agent = self._directory.agent_id(wanted.assignee) if wanted.assignee else None
        if wanted.assignee and agent is None:
            left_out.append("assignee_id: the desk has no active agent with that mail address")
        left_out += [
            f"custom_fields: the desk's secret has no id for '{name}'"
            for name in change.custom.keys() - self._fields.keys()
        ]
        custom = tuple(
            _CustomField(id=self._fields[name], value=value)
            for name, value in sorted(change.custom.items())
            if name in self._fields
        )
        update = _Update(
            comment=_PrivateComment(html_body=note_html(change.note)) if change.note else None,
            priority=wanted.priority,
            group_id=int(group) if group else None,
            assignee_id=int(agent) if agent else None,
            custom_fields=custom or None,
            tags=self._merged_tags(ticket_id, change, tags),
            updated_stamp=change.stamp,
        )
        return update, left_out

    def _merged_tags(self, ticket_id: str, change: DeskChange, tags: frozenset[str] | None) -> tuple[str, ...] | None:
        """All tags that the ticket shall have: what is sent replaces what is there, other people's tags too.

        That is safe because the desk takes it only while the ticket stands as it was when the tags were read.
        """
        if not change.add_tags and not change.remove_tags:
            return None
        if tags is None:
            tags, stamp = tags_and_stamp(self._api, ticket_id)
            if stamp != change.stamp:
                raise DeskConflict(f"ticket {ticket_id} changed since it was read")
        merged = (tags | change.add_tags) - change.remove_tags
        return None if merged == tags else tuple(sorted(merged))


def _details(answer: Answer) -> frozenset[str]:
    """The names of the fields that the desk complains about; not its words, they may quote the ticket."""
    details = answer.body.get("details") if isinstance(answer.body, dict) else None
    return frozenset(str(name)[:40] for name in details) if isinstance(details, dict) else frozenset()


def _refused_assignment(answer: Answer, update: _Update) -> frozenset[str]:
    """Which fields of the assignment to leave out, so that the rest can be written; none if that would not help."""
    sent = {name for name in ("assignee_id", "group_id") if getattr(update, name) is not None}
    details = _details(answer)
    blamed = {_ASSIGNMENT[name] for name in details if name in _ASSIGNMENT}
    # A desk that names no field may mean the assignment; one that names another field does not.
    return frozenset(sent & blamed if details else sent)
