"""Tickets as the page and the control API list them: names instead of ids, in the order in which to work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sandbox.desk import Desk
from sandbox.inbox.records import Field, Group, Person, Role, Ticket
from sandbox.inbox.times import iso

PREFIX = "Firstline "
RANK = "Firstline rank"
_BEGINNING = 120  # letters of a message that show what a ticket without a subject is about


@dataclass(frozen=True)
class Names:
    """Who and what the ids stand for, read once for a whole list."""

    people: dict[int, Person]
    groups: dict[int, Group]
    fields: dict[int, Field]
    companies: dict[int, str]
    notes: dict[str, int]


def names_of(desk: Desk) -> Names:
    """Read them."""
    people = desk.inbox.people
    return Names(
        {person.id: person for person in people.with_roles(set(Role))},
        {group.id: group for group in people.groups()},
        {field.id: field for field in desk.inbox.fields.all()},
        {company.id: company.name for company in people.organizations()},
        desk.notes_by_ticket(),
    )


def listed(desk: Desk) -> list[dict[str, Any]]:
    """Every ticket in the order of the inbox: by rank, then those without, newest first."""
    names = names_of(desk)
    rows = [as_row(ticket, names) for ticket in desk.inbox.tickets.all()]
    return sorted(rows, key=_place)


def one_ticket(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """One ticket in the same words."""
    return as_row(ticket, names_of(desk))


def as_row(ticket: Ticket, names: Names) -> dict[str, Any]:
    """A ticket with names."""
    requester = names.people[ticket.requester_id]
    group = names.groups.get(ticket.group_id or 0)
    assignee = names.people.get(ticket.assignee_id or 0)
    company = names.companies.get(ticket.organization_id or 0)
    fields = {names.fields[key].title: value for key, value in ticket.values.items() if key in names.fields}
    return {
        "id": ticket.id,
        "subject": ticket.subject,
        "begins": " ".join(ticket.description.split())[:_BEGINNING],
        "status": ticket.status,
        "priority": ticket.priority,
        "channel": str(ticket.channel),
        "group": group and group.name,
        "assignee": assignee and assignee.email,
        "assignee_name": assignee and assignee.name,
        "tags": list(ticket.tags),
        "fields": fields,
        "requester": {
            "id": requester.id, "name": requester.name, "email": requester.email, "organization": company,
            "plan": None, "mrr": None, "signed_up": None, **requester.fields,
        },
        "created_at": iso(ticket.created_at),
        "updated_at": iso(ticket.updated_at),
        "notes": names.notes.get(str(ticket.id), 0),
        "follow_up_of": ticket.follow_up_of,
    }  # fmt: skip


def _place(row: dict[str, Any]) -> tuple[bool, float, int]:
    done = row["status"] in ("solved", "closed")
    return done, _number(row["fields"].get(RANK)), -row["id"]


def _number(rank: Any) -> float:
    try:
        return float(rank)
    except (TypeError, ValueError):
        return math.inf
