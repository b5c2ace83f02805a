"""What a ticket's conversation says: what the customer asked, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from shared.domain.automatic import AutomaticKind, automatic_kind
from shared.domain.observation import Request
from shared.domain.spam import looks_like_spam
from shared.domain.suspicion import all_suspicions
from shared.domain.thanks import asks, only_thanks
from shared.domain.ticket import DeskTicket, Message, Role

TEXT_LIMIT = 100_000  # bytes kept of a version; a DynamoDB item holds 400 kB, and line ends count twice there

Clean = Callable[[str, str], str]
"""Takes a message's text and the ticket's channel; answers the customer's own words."""


def requests(ticket: DeskTicket) -> tuple[Message, ...]:
    """The customer's messages that may want something, oldest first: a person wrote them, and more than thanks."""
    return tuple(
        message
        for message in ticket.messages
        if _is_customers(message) and machine_wrote(ticket, message) is None and not is_thanks(ticket, message)
    )


def newest_request(ticket: DeskTicket) -> Message | None:
    """The newest of the customer's messages that may want something: its id is the ticket's version.

    An absence note that follows a question does not take the question's place, and a thank-you opens nothing again.
    """
    return next(reversed(requests(ticket)), None)


def is_waiting(ticket: DeskTicket) -> bool:
    """Whether a customer waits for an answer."""
    newest = newest_request(ticket)
    return newest is not None and not ticket.status.is_over and ticket.answered_after(newest) is None


def machine_wrote(ticket: DeskTicket, message: Message) -> AutomaticKind | None:
    """What kind of machine wrote a message, if one did."""
    # Subject and requester belong to the first message: a person may answer below an automatic one.
    first = message.id == ticket.messages[0].id
    if first and _from_a_stranger(ticket) and looks_like_spam(ticket.subject, message.text):
        return AutomaticKind.SPAM
    if ticket.channel != "email":
        return None
    subject = ticket.subject if first else ""
    found = automatic_kind(sender=message.author, subject=subject, headers=message.headers)
    return found or (automatic_kind(sender=ticket.customer.email, subject="") if first else None)


def _from_a_stranger(ticket: DeskTicket) -> bool:
    """Whether the company knows nothing of who writes: what a customer sends is never spam."""
    customer = ticket.customer
    known = customer.plan or customer.signed_up or customer.mrr or customer.seats or customer.renewal_date
    return ticket.channel in ("email", "form") and not known and not ticket.earlier


def is_thanks(ticket: DeskTicket, message: Message) -> bool:
    """Whether a customer's message only says thank you for an answer.

    Behind an answer that asks something, thanks may be a yes: then it wants something after all.
    """
    before = ticket.messages[: next((place for place, one in enumerate(ticket.messages) if one.id == message.id), 0)]
    answer = next((one for one in reversed(before) if one.public and one.role is not Role.CUSTOMER), None)
    return answer is not None and _is_customers(message) and only_thanks(message.text) and not asks(answer.text)


class Wait(NamedTuple):
    """A time in which a customer waited for an answer; `answered_at` is None while it lasts."""

    message: str
    started_at: datetime
    answered_at: datetime | None


def waits(ticket: DeskTicket, *, taken_up: Collection[datetime] = ()) -> tuple[Wait, ...]:
    """Every wait of the conversation: from the first message that nobody had answered to the next public answer.

    Args:
        taken_up: when the ticket was taken up again. If a message did that, the wait before it does not go on;
            the very first one does, for nobody has answered it.
    """
    asked = {message.id for message in requests(ticket)}
    found: list[Wait] = []
    open_one: Wait | None = None
    for message in ticket.messages:
        if message.id in asked:
            if open_one is not None and found and message.at in taken_up:
                found.append(open_one)
                open_one = None
            open_one = open_one or Wait(message.id, message.at, None)
        elif open_one is not None and message.public and message.role is Role.AGENT:
            found.append(open_one._replace(answered_at=message.at))
            open_one = None
    return (*found, open_one) if open_one else tuple(found)


def _is_customers(message: Message) -> bool:
    return message.role is Role.CUSTOMER and message.public


def waiting_messages(ticket: DeskTicket, *, since: datetime | None = None) -> tuple[Message, ...]:
    """What the customer has written since anybody last answered in public.

    Args:
        since: when the ticket was taken up again; what was written before belongs to what is over.
    """
    answered = [place for place, m in enumerate(ticket.messages, 1) if m.public and m.role is Role.AGENT]
    behind = {message.id for message in ticket.messages[max(answered, default=0) :]}
    asked = [message for message in requests(ticket) if message.id in behind]
    return tuple(message for message in asked if since is None or message.at >= since) or tuple(asked[-1:])


def request_of(ticket: DeskTicket, clean: Clean, *, since: datetime | None = None) -> Request:
    """The request that triage reads: the messages that wait for an answer, cleaned.

    A reply to an earlier answer is judged by itself; the old subject no longer says what it is about.
    """
    waiting = waiting_messages(ticket, since=since)
    text = "\n\n".join(clean(message.text, ticket.channel) for message in waiting)
    subject = ticket.subject if waiting and waiting[0].id == ticket.messages[0].id else ""
    # In the words as they came: cleaning takes out the characters and the quotes that an attack hides in.
    raw = "\n".join([subject, *(message.text for message in waiting)])
    return Request(
        subject=subject[:1_000],
        text=_within(text, TEXT_LIMIT),
        channel=ticket.channel,
        suspicions=all_suspicions(raw, ticket.customer.name, ticket.customer.company),
    )


def _within(text: str, limit: int) -> str:
    """The beginning of a text that takes at most `limit` bytes, no character cut in two."""
    return text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")
