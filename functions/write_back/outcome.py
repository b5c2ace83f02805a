"""What one version of a ticket has to say on the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.boundary import Owner
from shared.domain.briefing import Briefing
from shared.domain.briefing import brief as compose
from shared.domain.decision import Decision
from shared.domain.facts import FactKind
from shared.domain.note import Note, briefing_note, draft_note, hand_over_note
from shared.domain.policy import Policy
from shared.domain.resolution import Draft
from shared.domain.ticket import Customer, DeskFields, TicketState, VersionRef
from shared.domain.writing import TAG, TAG_HAND_OVER, custom_fields, tags_of, wanted_fields
from shared.ports.store import DraftStore, PolicyStore, TicketStore


@dataclass(frozen=True)
class Outcome:
    """A note with its tags and fields, and the fact that it becomes for the report."""

    owner: Owner
    note: Note
    fields: DeskFields
    add_tags: frozenset[str]
    remove_tags: frozenset[str]
    custom: dict[str, str]
    fact: FactKind
    detail: dict[str, str]


def outcome_of(
    ref: VersionRef,
    state: TicketState,
    *,
    hand_over: str | None,
    tickets: TicketStore,
    drafts: DraftStore,
    policies: PolicyStore,
    clock: Callable[[], datetime],
) -> Outcome:
    """Read what the steps before have stored, and check once more that a draft may be shown at all."""
    decision = tickets.decision(ref.key, ref.version)
    if decision is None:
        return handed_over(ref, hand_over or "route", policies.get(ref.policy))
    replaces = state.noted is not None and state.noted != ref.version
    allowed = decision.verdict.owner is Owner.AGENT_WITH_DRAFT and not state.bounded
    draft: Draft | None = None
    if allowed and hand_over is None and policies.drafting_is_on():
        draft = drafts.get(ref.key, ref.version)
    if draft is not None:
        note = draft_note(draft, version=ref.version, replaces=replaces)
        return _decided(decision, note, FactKind.DRAFTED, {"resolution": draft.resolution})
    briefing = tickets.briefing(ref.key, ref.version) or _late_briefing(ref, decision, tickets, clock())
    note = briefing_note(briefing, version=ref.version, replaces=replaces)
    cause = decision.verdict.cause.value if decision.verdict.cause else "no_resolution"
    rules = ",".join(rule.id for rule in decision.verdict.rules)
    return _decided(decision, note, FactKind.BRIEFED, {"cause": cause, "rules": rules})


def _late_briefing(ref: VersionRef, decision: Decision, tickets: TicketStore, now: datetime) -> Briefing:
    """A briefing after all: brief failed, or drafts were switched off after this one was made."""
    text = tickets.text(ref.key, ref.version)
    customer, earlier = (text.customer, text.earlier) if text else (Customer(id=""), ())
    return compose(decision, customer, earlier, no_draft="switched_off", made_at=now)


def _decided(decision: Decision, note: Note, fact: FactKind, detail: dict[str, str]) -> Outcome:
    add, remove = tags_of(decision, note.owner)
    return Outcome(
        owner=note.owner,
        note=note,
        fields=wanted_fields(decision),
        add_tags=add,
        remove_tags=remove,
        custom=custom_fields(decision, note.owner),
        fact=fact,
        detail=detail,
    )


def handed_over(ref: VersionRef, failed_at: str, policy: Policy) -> Outcome:
    """The outcome where nothing was decided: a note that says so, in the fallback queue, marked for people."""
    return Outcome(
        owner=Owner.AGENT_WITH_BRIEFING,
        note=hand_over_note(version=ref.version, failed_at=failed_at),
        fields=DeskFields(priority="high", queue=policy.routing.fallback_queue),
        add_tags=frozenset({TAG, TAG_HAND_OVER}),
        remove_tags=frozenset(),
        custom={"owner": Owner.AGENT_WITH_BRIEFING.value},
        fact=FactKind.BRIEFED,
        detail={"cause": "undecidable", "rules": "triage_failed"},
    )
