"""A little of Zendesk's search language: words, and operators on a few keys of tickets."""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable
from typing import Any

from sandbox.faces.zendesk.answers import invalid
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import PRIORITIES, STATUSES, Ticket
from sandbox.inbox.times import epoch

TERM = re.compile(r"^(-?)(\w+)(<=|>=|:|<|>)(.+)$")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def matches(query: str, ticket: Ticket, inbox: Inbox) -> bool:
    """Whether a ticket is what is looked for. Raises Refusal (422)."""
    try:
        return all(_holds(term, ticket, inbox) for term in shlex.split(query))
    except ValueError:
        raise invalid("query", "Invalid search: could not be read") from None


def _holds(term: str, ticket: Ticket, inbox: Inbox) -> bool:
    parsed = TERM.match(term)
    if parsed is None:
        return term.casefold() in f"{ticket.subject}\n{ticket.description}".casefold()
    minus, key, sign, value = parsed.groups()
    return _compare(key, sign, value, ticket, inbox) is not bool(minus)


def _compare(key: str, sign: str, value: str, ticket: Ticket, inbox: Inbox) -> bool:
    match key:
        case "type":
            return value == "ticket"
        case "tags":
            return value in ticket.tags
        case "requester":
            return value in (str(ticket.requester_id), inbox.people.get(ticket.requester_id).email)
        case "assignee" | "group":
            mine = ticket.assignee_id if key == "assignee" else ticket.group_id
            return value == ("none" if mine is None else str(mine))
        case "status":
            return COMPARE[sign](STATUSES.index(ticket.status), STATUSES.index(value))
        case "priority":
            mine = -1 if ticket.priority is None else PRIORITIES.index(ticket.priority)
            return COMPARE[sign](mine, -1 if value == "none" else PRIORITIES.index(value))
        case "created" | "updated":
            at = ticket.created_at if key == "created" else ticket.updated_at
            if sign == ":":
                return epoch(value) <= at < epoch(value) + 86_400
            return COMPARE[sign](at, epoch(value))
    return False
