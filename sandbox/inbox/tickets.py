"""Tickets: opening, editing, deleting, and who is told about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.inbox import rows, rules
from sandbox.inbox.errors import Invalid, NotThere, Stale
from sandbox.inbox.fields import Fields
from sandbox.inbox.people import People
from sandbox.inbox.records import Change, Channel, Message, Move, NewMessage, Patch, Rating, Ticket
from sandbox.inbox.store import Store
from sandbox.inbox.text import harmless, to_html, to_text
from sandbox.settings import Clock

Listener = Callable[[Change], None]


class Tickets:
    """Every ticket, with its messages, ratings and history.

    Listeners hear of a change inside its transaction: what they write is kept or lost together with it.
    """

    def __init__(self, store: Store, people: People, fields: Fields, clock: Clock) -> None:
        self._store = store
        self._people = people
        self._fields = fields
        self._clock = clock
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this one of every change from now on."""
        self._listeners.append(listener)

    def get(self, ticket_id: int, *, even_gone: bool = False) -> Ticket:
        """One ticket. Raises NotThere."""
        row = self._store.row("SELECT * FROM tickets WHERE id = ?", ticket_id)
        if row is None or (row["gone"] and not even_gone):
            raise NotThere(f"ticket {ticket_id}")
        return rows.to_ticket(row)

    def all(self) -> list[Ticket]:
        """Every ticket that is still there, newest first."""
        return [
            rows.to_ticket(row) for row in self._store.rows("SELECT * FROM tickets WHERE gone = '' ORDER BY id DESC")
        ]

    def of_requester(self, person_id: int) -> list[Ticket]:
        """A customer's tickets, oldest first."""
        found = self._store.rows("SELECT * FROM tickets WHERE requester_id = ? AND gone = '' ORDER BY id", person_id)
        return [rows.to_ticket(row) for row in found]

    def touched(self, after: tuple[float, int], until: float, limit: int) -> list[Ticket]:
        """Tickets (deleted ones too) in the order in which they were last touched."""
        found = self._store.rows(
            "SELECT * FROM tickets WHERE (generated_at, id) > (?, ?) AND generated_at <= ?"
            " ORDER BY generated_at, id LIMIT ?", *after, until, limit,
        )  # fmt: skip
        return [rows.to_ticket(row) for row in found]

    def messages(self, ticket_id: int, *, drafts: bool = False) -> list[Message]:
        """A ticket's messages, oldest first; those that nobody has sent only if they are asked for."""
        found = self._store.rows("SELECT * FROM messages WHERE ticket_id = ? ORDER BY created_at, id", ticket_id)
        return [rows.to_message(row) for row in found if drafts or not row["draft"]]

    def drafts(self, ticket_id: int) -> list[Message]:
        """What lies in a ticket's reply box, oldest first."""
        return [message for message in self.messages(ticket_id, drafts=True) if message.draft]

    def history(self, ticket_id: int) -> list[Change]:
        """What happened to a ticket, oldest first."""
        ticket = self.get(ticket_id)
        messages = {message.id: message for message in self.messages(ticket_id, drafts=True)}
        found = self._store.rows("SELECT * FROM history WHERE ticket_id = ? ORDER BY id", ticket_id)
        return [rows.to_change(row, ticket, messages) for row in found]

    def rating(self, ticket_id: int) -> Rating | None:
        """What the customer thought, if they said."""
        row = self._store.row("SELECT * FROM ratings WHERE ticket_id = ?", ticket_id)
        return None if row is None else rows.to_rating(row)

    def ratings(self) -> list[Rating]:
        """Every rating, oldest first."""
        return [rows.to_rating(row) for row in self._store.rows("SELECT * FROM ratings ORDER BY created_at, id")]

    def open(
        self, subject: str, first: NewMessage, *, requester_id: int, channel: Channel, patch: Patch | None = None,
        created_at: float | None = None, follow_up_of: int | None = None,
    ) -> Change:  # fmt: skip
        """Open a ticket with its first message."""
        now = self._clock().timestamp()
        at = now if created_at is None else created_at
        patch = patch or Patch()
        with self._store.transaction():
            requester = self._people.get(requester_id)
            rules.check_choices(patch.changes)
            bare = Ticket(
                id=0, subject=subject, description=_text_of(first), status="new", priority=None, kind=None,
                channel=channel, requester_id=requester_id, submitter_id=first.author_id, assignee_id=None,
                group_id=None, organization_id=requester.organization_id, tags=(), values={}, created_at=at,
                updated_at=float(int(at)), generated_at=now, follow_up_of=follow_up_of,
            )  # fmt: skip
            ticket = self._applied(bare, patch)
            ticket = replace(ticket, id=self._store.insert("tickets", **rows.ticket_columns(ticket)))
            message = self._write(ticket.id, first, channel, at)
            return self._record(ticket, first.author_id, channel, (Move("created"),), message)

    def update(
        self, ticket_id: int, patch: Patch, *, actor_id: int, channel: Channel, at: float | None = None
    ) -> Change:
        """Change a ticket, all of it or nothing.

        Raises:
            NotThere: no such ticket.
            Stale: `patch.unchanged_since` is not the ticket's `updated_at`.
            Invalid: a value does not fit, or the ticket is closed.
        """
        with self._store.transaction():
            before = self.get(ticket_id)
            if before.status == "closed":
                raise Invalid("status", "Status: closed prevents ticket update")
            if patch.unchanged_since is not None and patch.unchanged_since != int(before.updated_at):
                raise Stale(f"ticket {ticket_id}")
            now = self._clock().timestamp()
            after = self._applied(before, patch)
            message = None
            if patch.message is not None:
                message = self._write(ticket_id, patch.message, channel, now if at is None else at)
            moves = rules.moves_between(before, after, message)
            if not moves:
                return Change(0, before, actor_id, channel, now, ())
            after = rules.stamped(before, after, now)
            self._save(after)
            return self._record(after, actor_id, channel, moves, message)

    def customer_reply(
        self, ticket_id: int, message: NewMessage, *, channel: Channel, at: float | None = None
    ) -> Change:
        """A customer writes again: waiting and solved tickets open, a closed one is followed up by a new one."""
        ticket = self.get(ticket_id)
        if ticket.status == "closed":
            return self.open(
                f"Re: {ticket.subject}", message, requester_id=ticket.requester_id, channel=channel, created_at=at,
                follow_up_of=ticket.id,
            )  # fmt: skip
        status = rules.reopened_by_customer(ticket.status)
        patch = Patch(changes={"status": status}, message=message)
        return self.update(ticket_id, patch, actor_id=message.author_id, channel=channel, at=at)

    def reword(self, ticket_id: int, message_id: int, html: str, *, actor_id: int, channel: Channel) -> Change:
        """Give a message other words; who wrote it and when stays. Raises NotThere."""
        with self._store.transaction():
            before, message = self._message(ticket_id, message_id)
            markup = harmless(html)
            self._store.run("UPDATE messages SET html = ?, body = ? WHERE id = ?", markup, to_text(markup), message.id)
            return self._touch(before, actor_id, channel, Move("reworded", str(message.id)))

    def send_draft(self, ticket_id: int, message_id: int, *, actor_id: int, channel: Channel) -> Change:
        """Send a draft to the customer: from now on it is a message of whoever sent it. Raises NotThere."""
        with self._store.transaction():
            before, draft = self._message(ticket_id, message_id)
            if not draft.draft:
                raise NotThere(f"draft {message_id}")
            self._store.run(
                "UPDATE messages SET draft = 0, author_id = ?, channel = ?, created_at = ? WHERE id = ?",
                actor_id, channel, self._clock().timestamp(), draft.id,
            )  # fmt: skip
            _, sent = self._message(ticket_id, message_id)
            return self._touch(before, actor_id, channel, Move("message", str(sent.id)), sent)

    def discard_drafts(self, ticket_id: int) -> None:
        """Empty the reply box, as the page does when an answer is sent from it."""
        self._store.run("DELETE FROM messages WHERE ticket_id = ? AND draft", ticket_id)

    def _message(self, ticket_id: int, message_id: int) -> tuple[Ticket, Message]:
        ticket = self.get(ticket_id)
        row = self._store.row("SELECT * FROM messages WHERE id = ? AND ticket_id = ?", message_id, ticket_id)
        if row is None:
            raise NotThere(f"message {message_id}")
        return ticket, rows.to_message(row)

    def _touch(
        self, before: Ticket, actor_id: int, channel: Channel, move: Move, message: Message | None = None
    ) -> Change:
        after = rules.stamped(before, before, self._clock().timestamp())
        self._save(after)
        return self._record(after, actor_id, channel, (move,), message)

    def rate(self, ticket_id: int, score: str, comment: str | None, at: float | None = None) -> Change:
        """Note what the customer thought; a later rating replaces an earlier one."""
        with self._store.transaction():
            ticket = self.get(ticket_id)
            now = self._clock().timestamp()
            self._store.run("DELETE FROM ratings WHERE ticket_id = ?", ticket_id)
            self._store.insert(
                "ratings", ticket_id=ticket_id, score=score, comment=comment, created_at=now if at is None else at
            )
            after = rules.stamped(ticket, ticket, now)
            self._save(after)
            return self._record(after, ticket.requester_id, ticket.channel, (Move("rating", "score", None, score),))

    def remove(self, ticket_id: int, *, actor_id: int, channel: Channel, spam: bool = False) -> Change:
        """Delete a ticket, softly: it stays in the export."""
        with self._store.transaction():
            before = self.get(ticket_id)
            now = self._clock().timestamp()
            after = replace(rules.stamped(before, before, now), gone="spam" if spam else "deleted")
            self._save(after)
            moves = (Move("spam"), Move("deleted")) if spam else (Move("deleted"),)
            return self._record(after, actor_id, channel, moves)

    def _applied(self, before: Ticket, patch: Patch) -> Ticket:
        rules.check_choices(patch.changes)
        self._check_people(patch.changes)
        after = replace(before, **rules.settle(before, patch.changes, self._people.groups_of))
        tags = before.tags if patch.tags is None else rules.as_tags(patch.tags)
        values: dict[int, Any] = dict(before.values)
        for field_id, value in patch.values.items():
            field = self._fields.get(field_id)
            values[field_id] = rules.check_value(field, value)
            tags = rules.option_tags(field, before.values.get(field_id), values[field_id], tags)
        values = {field_id: value for field_id, value in values.items() if value is not None}
        return replace(after, tags=tags, values=values)

    def _check_people(self, changes: dict[str, Any]) -> None:
        try:
            if changes.get("group_id") is not None:
                self._people.group(changes["group_id"])
        except NotThere:
            raise Invalid("group_id", f"Group: {changes['group_id']} is invalid") from None
        try:
            if changes.get("assignee_id") is not None and not self._people.get(changes["assignee_id"]).is_staff:
                raise NotThere("not staff")
        except NotThere:
            raise Invalid("assignee_id", f"Assignee: {changes['assignee_id']} is invalid") from None

    def _write(self, ticket_id: int, message: NewMessage, channel: Channel, at: float) -> Message:
        markup = harmless(message.html) if message.html is not None else to_html(message.body)
        message_id = self._store.insert(
            "messages", ticket_id=ticket_id, author_id=message.author_id, public=message.public, html=markup,
            body=_text_of(message), channel=channel, created_at=at, attachments=json.dumps(message.attachments),
            draft=message.draft,
        )  # fmt: skip
        row = self._store.row("SELECT * FROM messages WHERE id = ?", message_id)
        assert row is not None
        return rows.to_message(row)

    def _save(self, ticket: Ticket) -> None:
        columns = rows.ticket_columns(ticket)
        names = ", ".join(f'"{name}" = ?' for name in columns)
        self._store.run(f"UPDATE tickets SET {names} WHERE id = ?", *columns.values(), ticket.id)

    def _record(
        self, ticket: Ticket, actor_id: int, channel: Channel, moves: tuple[Move, ...], message: Message | None = None
    ) -> Change:
        now = self._clock().timestamp()
        history_id = self._store.insert(
            "history", ticket_id=ticket.id, actor_id=actor_id, channel=channel, at=now,
            moves=rows.moves_json(moves), message_id=message.id if message else None,
        )  # fmt: skip
        change = Change(history_id, ticket, actor_id, channel, now, moves, message)
        for listener in self._listeners:
            listener(change)
        return change


def _text_of(message: NewMessage) -> str:
    return message.body.strip() if message.html is None else to_text(harmless(message.html))
