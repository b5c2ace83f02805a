"""What follows from an edit: the desk's own habits, as pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.inbox.errors import Invalid
from sandbox.inbox.records import PRIORITIES, STATUSES, Field, Message, Move, Ticket

TRACKED = ("subject", "status", "priority", "kind", "group_id", "assignee_id", "requester_id")


def as_tags(tags: Iterable[Any]) -> tuple[str, ...]:
    """Lower case, no spaces, each once, in order."""
    words = (re.sub(r"\s+", "_", str(tag).strip().lower()) for tag in tags)
    return tuple(sorted({word for word in words if word}))


def check_choices(changes: dict[str, Any]) -> None:
    """Refuse a status or priority that does not exist."""
    if "status" in changes and changes["status"] not in STATUSES:
        raise Invalid("status", f"Status: {changes['status']} is not included in the list")
    priority = changes.get("priority")
    if priority is not None and priority not in PRIORITIES:
        raise Invalid("priority", f"Priority: {priority} is not included in the list")


def settle(ticket: Ticket, changes: dict[str, Any], groups_of: Callable[[int], list[int]]) -> dict[str, Any]:
    """Complete an edit: what the desk changes by itself when group, assignee or status change."""
    settled = dict(changes)
    assignee = settled.get("assignee_id", ticket.assignee_id)
    if assignee is not None:
        groups = groups_of(assignee)
        group = settled.get("group_id", ticket.group_id)
        if "group_id" not in changes:
            if "assignee_id" in changes and group not in groups:
                settled["group_id"] = groups[0] if groups else None
        elif group not in groups:
            if changes.get("assignee_id") is not None:
                raise Invalid("assignee_id", "Assignee: is not a member of the group")
            settled["assignee_id"] = None
    if settled.get("assignee_id") and ticket.status == "new" and settled.get("status", "new") == "new":
        settled["status"] = "open"
    return settled


def reopened_by_customer(status: str) -> str:
    """The status after a customer's message."""
    return "open" if status in ("pending", "hold", "solved") else status


def check_value(field: Field, value: Any) -> Any:
    """A custom field's value as it is stored. Raises Invalid."""
    if value is None or value == "":
        return None
    try:
        return _CHECKS.get(field.kind, str)(value) if field.kind != "tagger" else _option(field, value)
    except (TypeError, ValueError):
        raise Invalid("base", f"{field.title}: is not valid") from None


def _option(field: Field, value: Any) -> str:
    if value not in {option.get("value") for option in field.options}:
        raise ValueError(value)
    return str(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise ValueError(value)
    return int(value)


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "decimal": float,
    "checkbox": lambda value: value in (True, "true", 1),
    "date": lambda value: date.fromisoformat(str(value)).isoformat(),
}


def option_tags(field: Field, before: Any, after: Any, tags: tuple[str, ...]) -> tuple[str, ...]:
    """A choice stands among the tags as well."""
    if field.kind != "tagger" or before == after:
        return tags
    kept = [tag for tag in tags if tag != before]
    return as_tags([*kept, after] if after else kept)


def moves_between(before: Ticket, after: Ticket, message: Message | None) -> tuple[Move, ...]:
    """What is different, in the order in which the desk tells it."""
    moves = [] if message is None else [Move("draft" if message.draft else "message", str(message.id))]
    for name in TRACKED:
        previous, current = getattr(before, name), getattr(after, name)
        if previous != current:
            moves.append(Move("field", name, previous, current))
    for field_id in sorted({*before.values, *after.values}):
        old, new = before.values.get(field_id), after.values.get(field_id)
        if old != new:
            moves.append(Move("value", str(field_id), old, new))
    if before.tags != after.tags:
        moves.append(Move("tags", "tags", list(before.tags), list(after.tags)))
    return tuple(moves)


def stamped(before: Ticket, after: Ticket, now: float) -> Ticket:
    """Set the times that follow from what changed.

    `updated_at` moves by at least a whole second, because that is all the desks' stamps can tell apart.
    """
    ticket = replace(after, updated_at=max(float(int(now)), int(before.updated_at) + 1), generated_at=now)
    if before.assignee_id != after.assignee_id and after.assignee_id is not None:
        ticket = replace(ticket, assigned_at=now)
    if before.status != after.status:
        was_done, is_done = (status in ("solved", "closed") for status in (before.status, after.status))
        if is_done and not was_done:
            ticket = replace(ticket, solved_at=now)
        if was_done and not is_done:
            ticket = replace(ticket, reopens=before.reopens + 1)
    return ticket
