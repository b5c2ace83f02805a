"""A ticket as Freshdesk tells it, without its conversations, and the stamp of a state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from shared.adapters.desk_http import Answer
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.freshdesk.api import FreshdeskApi, Id
from shared.adapters.freshdesk.conversation import Attachment, Conversation
from shared.domain.errors import TicketGone
from shared.domain.record import Instant
from shared.domain.ticket import TicketStatus

_MISSING = frozenset({404})
# How the desk answers for a ticket that it has archived is not said.
_ELSEWHERE = _MISSING | {301, 302, 410}
_EMPTY, _EMPTY_LIST = BeforeValidator(lambda value: value or {}), BeforeValidator(lambda value: value or [])
_RESOLVED, _CLOSED = 4, 5
_PENDING = 3
PRIORITIES = {1: "low", 2: "normal", 3: "high", 4: "urgent"}


class _Requester(Wire):
    name: Text = ""
    email: str | None = None


class _Stats(Wire):
    first_responded_at: Instant | None = None
    resolved_at: Instant | None = None
    closed_at: Instant | None = None


class Ticket(Wire):
    """A ticket; `requester` and `stats` where they were asked for."""

    id: Id
    subject: Text = ""
    type: Text = ""
    status: int
    priority: int = 1
    source: int | None = None
    group_id: str | None = None
    responder_id: str | None = None
    requester_id: str
    description: Text = ""
    description_text: Text = ""
    attachments: Annotated[list[Attachment], _EMPTY_LIST] = Field(default_factory=list)
    tags: Annotated[list[str], _EMPTY_LIST] = Field(default_factory=list)
    custom_fields: Annotated[dict[str, Any], _EMPTY] = Field(default_factory=dict)
    created_at: Instant
    updated_at: Instant
    fr_due_by: Any = None
    due_by: Any = None
    spam: bool | None = None
    deleted: bool | None = None
    archived: bool | None = None
    requester: Annotated[_Requester, _EMPTY] = Field(default_factory=_Requester)
    stats: Annotated[_Stats, _EMPTY] = Field(default_factory=_Stats)

    @property
    def is_over(self) -> bool:
        """Resolved or closed. A closed one opens again when its customer writes, as a resolved one does."""
        return self.status in (_RESOLVED, _CLOSED)

    def holds(self, field: str) -> str:
        """The text in a custom field, "" where there is none."""
        value = self.custom_fields.get(field)
        return "" if value is None else str(value)

    def stamp(self, told: Sequence[Conversation]) -> str:
        """This state of it and of its conversations.

        Whatever we read counts, and `updated_at` does not: the desk tells whole seconds, and moves it once more some
        seconds after a write, when it computes due times anew.
        """
        state = [
            *(self.status, self.priority, self.group_id, self.responder_id, self.requester_id),
            *(self.subject, self.type, self.description, bool(self.archived)),
            sorted(self.tags),
            sorted((name, str(value)) for name, value in self.custom_fields.items()),
            [one.mark for one in told],
        ]
        return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:32]


def read_ticket(api: FreshdeskApi, ticket_id: str, *, include: tuple[str, ...] = ()) -> tuple[Ticket, Answer]:
    """The ticket, and the answer that it came with. An archived one takes two requests.

    Args:
        include: what to tell besides; the desk counts each for a request.

    Raises:
        TicketGone: deleted, filed as spam, or it never existed.
    """
    query = (("include", ",".join(include)),) if include else ()
    answer = api.get(f"/tickets/{ticket_id}", query, expect=_ELSEWHERE, credits=1 + len(include))
    if answer.status in _ELSEWHERE:
        answer = api.get(f"/tickets/archived/{ticket_id}", expect=_MISSING)
    if answer.status in _MISSING:
        raise TicketGone(f"the desk has no ticket {ticket_id}")
    ticket = answer.read(Ticket)
    if ticket.spam or ticket.deleted:
        raise TicketGone(f"ticket {ticket_id} is deleted or filed as spam")
    return ticket, answer


def status_of(status: int, waits: dict[str, TicketStatus], *, archived: bool = False) -> TicketStatus:
    """The desk's status in our words. One that we do not know counts as open: a person should see it.

    Args:
        waits: statuses of the account's own by their numbers, as far as their names say that somebody is waited for.
    """
    if archived:
        return TicketStatus.CLOSED
    if status in (_RESOLVED, _CLOSED):
        return TicketStatus.SOLVED
    return TicketStatus.PENDING if status == _PENDING else waits.get(str(status), TicketStatus.OPEN)
