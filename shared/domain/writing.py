"""What is written to the desk for a decision, and which fields are ours to write."""

from __future__ import annotations

from collections.abc import Collection

from shared.domain.boundary import Owner
from shared.domain.decision import Decision, raised
from shared.domain.observation import Observations, Urgency
from shared.domain.ticket import DeskFields, DueKind

TAG = "firstline"
TAG_DRAFT = "firstline_draft"
TAG_BRIEFING = "firstline_briefing"
TAG_URGENT = "firstline_urgent"
TAG_CUSTOMER_SUCCESS = "firstline_customer_success"
TAG_HAND_OVER = "firstline_handover"
TAG_SLA_WARNING = "firstline_sla_warning"
TAG_SLA_BREACHED = "firstline_sla_breached"

STAGE_TAG = {
    DueKind.UNTRIAGED: TAG_HAND_OVER,
    DueKind.WARNING: TAG_SLA_WARNING,
    DueKind.BREACH: TAG_SLA_BREACHED,
}
STAGE_PRIORITY = {DueKind.UNTRIAGED: "high", DueKind.WARNING: "high", DueKind.BREACH: "urgent"}
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
    decided = _PRIORITY[seen.urgency.label] if seen else "high"
    priority = max([decided, *(STAGE_PRIORITY[stage] for stage in fired)], key=_BY_WEIGHT.index)
    return DeskFields(priority=priority, queue=decision.queue, assignee=decision.agent)


def tags_of(decision: Decision, owner: Owner, fired: Collection[DueKind] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """Tags to add and tags to take away, so that a new version leaves none of an older one's behind."""
    drafted = owner is Owner.AGENT_WITH_DRAFT
    add = {TAG, TAG_DRAFT if drafted else TAG_BRIEFING, *(STAGE_TAG[stage] for stage in fired)}
    remove = {TAG_BRIEFING if drafted else TAG_DRAFT, TAG_HAND_OVER}
    (add if decision.top or fired else remove).add(TAG_URGENT)
    (add if decision.customer_success else remove).add(TAG_CUSTOMER_SUCCESS)
    return frozenset(add), frozenset(remove)


def custom_fields(decision: Decision, owner: Owner, fired: Collection[DueKind] = ()) -> dict[str, str]:
    """This product's own fields on the desk."""
    return {
        **_labels(decision.inputs.observations),
        "owner": owner.value,
        "rank": str(raised(decision.rank) if fired else decision.rank),
        "first_response_due": decision.clock.due_at.isoformat().replace("+00:00", "Z"),
    }


def _labels(seen: Observations | None) -> dict[str, str]:
    if seen is None:
        return {}
    return {
        "category": seen.category.label.value,
        "urgency": seen.urgency.label.value,
        "sentiment": seen.sentiment.label.value,
        "service_failure": seen.service_failure.label.value,
    }
