"""What a scenario can ask of a desk and of the people around it, whichever desk it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import pytest

from shared.domain.boundary import Owner
from shared.domain.note import Block, BlockKind, Note, marker
from shared.domain.ticket import DeskTicket
from shared.ports.desk import DeskChange, HelpDesk, Signature

QUEUES = {
    "Billing": "billing",
    "Technical": "technical",
    "Product": "product",
    "Customer care": "care",
    "Front desk": "front_desk",
}
AGENT = "ada@lumenboard.example"
# Queue whose members the agent above belongs to, on every desk.
AGENT_S_QUEUE = "billing"


@dataclass(frozen=True)
class Traits:
    """Where desks differ, so that a scenario can say that it does not apply.

    Attributes:
        header: the header that proves where a webhook comes from, in lower case.
        signs_body: the proof covers the body; False where the desk only sends a shared secret along.
        tolerance: how old a signature may be; None where the desk signs no time.
        knows_repeats: a delivery that is repeated is told from another one of the same content.
        longest: messages that a ticket of this desk may hold.
        can_lock: there are tickets that take nothing more.
        writes_on_condition: the desk itself refuses a write on a ticket that was edited since we looked; else an edit
            that falls between our last look and our request is lost.
        polls_deleted: what was deleted is among the changes; else only a webhook, or the next look, tells of it.
        tells_chats: a chat is told from a mail.
        rates: customers can rate an answer.
        tells_response: it has a first response time of its own, and tells it with the ticket.
        has_help_centre: there are articles for customers.
    """

    header: str
    signs_body: bool = True
    tolerance: timedelta | None = None
    knows_repeats: bool = True
    longest: int = 250
    can_lock: bool = True
    writes_on_condition: bool = True
    polls_deleted: bool = True
    tells_chats: bool = True
    rates: bool = True
    tells_response: bool = True
    has_help_centre: bool = True


@dataclass(frozen=True)
class Sent:
    """A webhook as it arrived: header names in lower case."""

    headers: dict[str, str]
    body: bytes


class Staged(Protocol):
    """A desk with the people around it. People's methods act as the desk's own page would."""

    traits: Traits
    signature: Signature
    desk: HelpDesk

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        """Ann Chen of Acme writes, once or several times; the ticket's id."""
        ...

    def stranger_opens(self, text: str) -> str:
        """Somebody writes of whom nothing is known but a mail address."""
        ...

    def customer_writes(self, ticket_id: str, text: str, *, attachments: Iterable[str] = ()) -> None: ...

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None: ...

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None: ...

    def sets_priority(self, ticket_id: str, priority: str) -> None: ...

    def assigns(self, ticket_id: str) -> None:
        """To `AGENT`, in `AGENT_S_QUEUE`."""
        ...

    def solves(self, ticket_id: str) -> None: ...

    def locks(self, ticket_id: str) -> None: ...

    def rates(self, ticket_id: str, rating: str) -> None: ...

    def deletes(self, ticket_id: str) -> None: ...

    def files_as_spam(self, ticket_id: str) -> None: ...

    def drafts(self, ticket_id: str) -> list[str]:
        """Unsent drafts in the reply box, as plain text."""
        ...

    # ---- webhooks

    def listens(self) -> None:
        """From now on somebody takes the desk's webhooks."""
        ...

    def delivered(self) -> list[Sent]:
        """What has arrived since, in order; waits until nothing is under way."""
        ...

    @property
    def secret(self) -> str:
        """What the desk signs with."""
        ...

    def of_another_account(self) -> bytes | None:
        """The body of a genuine event of somebody else's account; None where no such thing can arrive."""
        ...

    # ---- trouble

    def refuses(self, status: int, *, retry_after: float | None = None) -> None:
        """The next request is answered so; sign-ins not counted."""
        ...

    def breaks_off(self, *, after: int) -> None:
        """So many of the next writing requests go through; the answer of the last of them is lost."""
        ...


def not_here(reason: str) -> None:
    """The scenario does not apply to this desk."""
    pytest.skip(f"n/a: {reason}")


def change(ticket: DeskTicket, **more: object) -> DeskChange:
    """A change of a ticket as it stands."""
    return DeskChange.model_validate({"stamp": ticket.stamp, **more})


def note(version: str = "1", text: str = "Calm and clear.") -> Note:
    """A note as triage writes one."""
    mark = marker(version)
    return Note(
        owner=Owner.AGENT_WITH_BRIEFING,
        blocks=(
            Block(kind=BlockKind.HEADING, lines=("Briefing — a person answers this one",)),
            Block(kind=BlockKind.LIST, title="Recommended tone", lines=(text,)),
            Block(kind=BlockKind.SMALL, lines=(f"Firstline · {mark}",)),
        ),
        marker=mark,
    )
