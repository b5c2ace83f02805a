"""The incremental export by cursor: everything that was touched, deleted tickets too, a little behind the present."""

from __future__ import annotations

import base64
import binascii

from sandbox.faces.zendesk.answers import bad_request
from sandbox.faces.zendesk.call import Body, Call

LARGEST = 1000


def tickets(call: Call) -> Body:
    """GET /incremental/tickets/cursor?start_time= or ?cursor=."""
    now = call.inbox.clock().timestamp()
    size = min(LARGEST, max(1, call.number_asked("per_page", LARGEST)))
    after = _start(call, now)
    found = call.inbox.tickets.touched(after, now - call.export_lag, size + 1)
    page, ended = found[:size], len(found) <= size
    last = (page[-1].generated_at, page[-1].id) if page else after
    cursor = _cursor(last)
    people: set[int | None] = {one for ticket in page for one in (ticket.requester_id, ticket.assignee_id)}
    return {
        "tickets": [call.shapes.ticket(ticket) for ticket in page],
        "after_url": f"{call.root}/incremental/tickets/cursor.json?cursor={cursor}",
        "before_url": None,
        "after_cursor": cursor,
        "before_cursor": None,
        "end_of_stream": ended,
        **call.side_loads(people, {ticket.group_id for ticket in page}, {ticket.organization_id for ticket in page}),
    }


def _start(call: Call, now: float) -> tuple[float, int]:
    if cursor := call.query.get("cursor"):
        try:
            at, _, ticket_id = base64.urlsafe_b64decode(cursor).decode().partition("||")
            return float(at), int(ticket_id)
        except (binascii.Error, ValueError):
            raise bad_request("InvalidCursor", "The cursor is not valid") from None
    start = call.number_asked("start_time")
    if start > now - call.export_lag:
        raise bad_request("StartTimeTooRecent", "Too recent start_time. Use a start_time older than 60 seconds")
    return float(start), -1


def _cursor(last: tuple[float, int]) -> str:
    return base64.urlsafe_b64encode(f"{last[0]!r}||{last[1]}".encode()).decode()
