"""What is written to the desk for a decision, and which fields are ours to write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from shared.domain.boundary import Owner
from shared.domain.decision import Decision
from shared.domain.observation import Observations, Urgency
from shared.domain.rank import raised, raised_because
from shared.domain.ticket import DeskFields
from shared.domain.ticket_state import DueKind

TAG = "firstline"
TAG_DRAFT = "firstline_draft"
TAG_BRIEFING = "firstline_briefing"
TAG_URGENT = "firstline_urgent"
TAG_CUSTOMER_SUCCESS = "firstline_customer_success"
TAG_HAND_OVER = "firstline_handover"
TAG_SLA_EARLY = "firstline_sla_early"
TAG_SLA_WARNING = "firstline_sla_warning"
TAG_SLA_BREACHED = "firstline_sla_breached"
TAG_NOBODY = "firstline_nobody_at_work"
TAG_UNREAD = "firstline_unread"

STAGE_TAG = {
    DueKind.UNTRIAGED: TAG_HAND_OVER,
    DueKind.EARLY: TAG_SLA_EARLY,
    DueKind.WARNING: TAG_SLA_WARNING,
    DueKind.BREACH: TAG_SLA_BREACHED,
}
STAGE_PRIORITY = {DueKind.UNTRIAGED: "high", DueKind.WARNING: "high", DueKind.BREACH: "urgent"}
"""An early stage shows by its tag alone."""
_BY_WEIGHT = ("low", "normal", "high", "urgent")
_PRIORITY = {Urgency.STANDARD: "normal", Urgency.HIGH: "high", Urgency.CRITICAL: "urgent"}


def may_write(now: str | None, *, seen: str | None, wrote: str | None, tried: str | None = None) -> bool:
    """Whether a field is still ours: nobody changed it since we wrote it, tried to, or first saw it."""
    return now == (wrote if wrote is not None else seen) or (tried is not None and now == tried)


def fields_to_write(
    wanted: DeskFields, *, now: DeskFields, seen: DeskFields, wrote: DeskFields, tried: DeskFields | None = None
) -> DeskFields:
    """The part of the wanted fields that may be written without overwriting a person.

    Queue and agent belong together: who chose one of them by hand has chosen the other as well.

    Args:
        tried: what a write that broke off may have left on the desk.
    """
    tried = tried or DeskFields()

    def ours(name: str) -> bool:
        told = {"seen": seen, "wrote": wrote, "tried": tried}
        return may_write(getattr(now, name), **{source: getattr(fields, name) for source, fields in told.items()})

    def value(name: str) -> str | None:
        want, stands = getattr(wanted, name), getattr(now, name)
        return want if want is not None and want != stands and ours(name) else None

    priority = value("priority")
    if not (ours("queue") and ours("assignee")):
        return DeskFields(priority=priority)
    assignee = value("assignee")
    if now.assignee is not None and now.assignee != tried.assignee and assignee is None:
        return DeskFields(priority=priority)
    return DeskFields(priority=priority, queue=value("queue"), assignee=assignee)


def standing(wanted: DeskFields, now: DeskFields) -> DeskFields:
    """The wanted fields that stand on the desk: ours, where we wrote and never heard whether it was taken."""
    found = {name: value for name, value in wanted.model_dump().items() if value == getattr(now, name)}
    return DeskFields.model_validate(found)


def wanted_fields(decision: Decision, fired: Collection[DueKind] = ()) -> DeskFields:
    """Priority, queue and agent as decided.

    Args:
        fired: stages of the running clock; what they raised stays raised.
    """
    seen = decision.inputs.observations
    decided = _PRIORITY[seen.heard.urgency.label] if seen else "high"
    priority = max([decided, *(STAGE_PRIORITY.get(stage, "low") for stage in fired)], key=_BY_WEIGHT.index)
    return DeskFields(priority=priority, queue=decision.queue, assignee=decision.agent)


def tags_of(decision: Decision, owner: Owner, fired: Collection[DueKind] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """Tags to add and tags to take away, so that a new version leaves none of an older one's behind."""
    drafted = owner is Owner.AGENT_WITH_DRAFT
    add = {TAG, TAG_DRAFT if drafted else TAG_BRIEFING, *(STAGE_TAG[stage] for stage in fired)}
    remove = {TAG_BRIEFING if drafted else TAG_DRAFT, TAG_HAND_OVER}
    (add if decision.top or DueKind.WARNING in fired or DueKind.BREACH in fired else remove).add(TAG_URGENT)
    (remove if decision.agent else add).add(TAG_NOBODY)
    (remove if decision.understood else add).add(TAG_UNREAD)
    (add if decision.customer_success else remove).add(TAG_CUSTOMER_SUCCESS)
    return frozenset(add), frozenset(remove)


def custom_fields(decision: Decision, owner: Owner, fired: Collection[DueKind] = ()) -> dict[str, str]:
    """This product's own fields on the desk."""
    up = DueKind.WARNING in fired or DueKind.BREACH in fired
    reasons = raised_because(decision.rank_reasons) if up else decision.rank_reasons
    return {
        **_labels(decision.inputs.observations and decision.inputs.observations.heard),
        "owner": owner.value,
        "rank": str(raised(decision.rank) if up else decision.rank),
        "rank_reason": "; ".join(reasons),
        "first_response_due": on_desk(decision.clock.due_at),
    }


def on_desk(at: datetime) -> str:
    """A moment as our fields on the desk show it."""
    return at.isoformat().replace("+00:00", "Z")


def _labels(seen: Observations | None) -> dict[str, str]:
    if seen is None:
        return {}
    return {
        "category": seen.category.label.value,
        "urgency": seen.urgency.label.value,
        "sentiment": seen.sentiment.label.value,
        "service_failure": seen.service_failure.label.value,
    }
