"""Facts for reports: recorded when things happen, so that a report can be computed again later."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.record import Instant, Record
from shared.domain.ticket import Target, TicketKey


class FactKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    READ = "read"
    TRIAGED = "triaged"
    FIRST_RESPONSE = "first_response"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    RATED = "rated"
    DRAFTED = "drafted"
    BRIEFED = "briefed"
    SLA_WARNING = "sla_warning"
    SLA_BREACH = "sla_breach"
    NEXT_RESPONSE_BREACH = "next_response_breach"
    RESOLUTION_BREACH = "resolution_breach"
    REASSIGNED = "reassigned"
    AT_RISK = "at_risk"
    AUTOMATIC = "automatic"
    READ_AGAIN = "read_again"
    DRAFT_USED = "draft_used"
    """An agent answered where a draft stood: `resolution`, `use` (as_is, edited, unused), `distance` (0 to 1), and the
    `version` that the draft was made for."""
    BOUNDARY_MISSED = "boundary_missed"
    """A draft stood where none should have: `resolution`, `found_by` (agent: a tag; next_message: unhappy)."""
    BRIEFING_NEEDLESS = "briefing_needless"
    """An agent says by a tag that a draft would have done where a rule asked for a person: `found_by`."""
    SLA_DIFFERS = "sla_differs"
    """By target, how many minutes later the desk's own deadline is than ours, or in what else it differs."""
    DESK_RESPONSE = "desk_response"
    """The desk's own first response time: `minutes`, and `open_minutes` in its business hours where it tells them."""
    SPIKE = "spike"
    DEFECT = "defect"
    """A customer reported a fault of the product: `customer`, and `terms` by which the same fault is known again."""


BREACHES = {
    Target.FIRST_RESPONSE: FactKind.SLA_BREACH,
    Target.NEXT_RESPONSE: FactKind.NEXT_RESPONSE_BREACH,
    Target.RESOLUTION: FactKind.RESOLUTION_BREACH,
}
"""The report counts first responses; the other targets have facts of their own."""


class Fact(Record):
    """One thing that happened to one ticket. The same fact recorded twice is one fact.

    Attributes:
        at: when it happened on the desk's clock.
        recorded_at: when we learned of it.
        detail: labels, names and numbers; never a customer's words.
    """

    kind: FactKind
    key: TicketKey
    at: Instant
    recorded_at: Instant
    detail: dict[str, str] = {}
