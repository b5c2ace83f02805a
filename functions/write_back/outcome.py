"""What one version of a ticket has to say on the desk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.boundary import Owner
from shared.domain.briefing import Briefing
from shared.domain.briefing import brief as compose
from shared.domain.case import Known
from shared.domain.decision import Decision
from shared.domain.facts import Fact, FactKind
from shared.domain.intake import running
from shared.domain.note import Note, briefing_note, draft_note, hand_over_note
from shared.domain.policy import Policy
from shared.domain.resolution import Draft
from shared.domain.sla import kind_of
from shared.domain.ticket import DeskFields, VersionRef
from shared.domain.ticket_state import TicketState
from shared.domain.writing import (
    TAG,
    TAG_BRIEFING,
    TAG_DRAFT,
    TAG_HAND_OVER,
    custom_fields,
    tags_of,
    wanted_fields,
)
from shared.ports.books import PolicyStore
from shared.ports.store import DraftStore, TicketStore


@dataclass(frozen=True)
class Outcome:
    """A note with its tags and fields, and the fact that it becomes for the report.

    Attributes:
        draft_reply: the draft, where it stands in the desk's reply box instead of the note.
    """

    note: Note
    fields: DeskFields
    add_tags: frozenset[str]
    remove_tags: frozenset[str]
    custom: dict[str, str]
    fact: Fact
    draft_reply: str | None = None

    @property
    def owner(self) -> Owner:
        """Who answers by what is shown, which may be less than what was decided."""
        return self.note.owner


@dataclass(frozen=True)
class Stored:
    """What the steps before have stored."""

    tickets: TicketStore
    drafts: DraftStore
    policies: PolicyStore


def outcome_of(
    ref: VersionRef, state: TicketState, *, hand_over: str | None, stored: Stored, now: datetime, in_reply_box: bool
) -> Outcome:
    """Read what the steps before have stored, and check once more that a draft may be shown at all.

    Args:
        in_reply_box: the desk keeps drafts itself.
    """
    decision = stored.tickets.decision(ref.key, ref.version)
    if decision is None:
        return handed_over(ref, state, hand_over or "route", stored.policies.get(ref.policy), now)
    replaces = state.noted is not None and state.noted != ref.version
    switched_on = stored.policies.drafting_is_on()
    allowed = decision.verdict.owner is Owner.AGENT_WITH_DRAFT and not state.bounded
    draft = stored.drafts.get(ref.key, ref.version) if allowed and switched_on and hand_over is None else None
    if draft is not None:
        note = draft_note(draft, version=ref.version, replaces=replaces, in_reply_box=in_reply_box)
        outcome = _decided(decision, state, note, FactKind.DRAFTED, _drafted(draft), now)
        return replace(outcome, draft_reply=draft.text.strip()) if in_reply_box else outcome
    briefing = stored.tickets.briefing(ref.key, ref.version)
    if briefing is None:
        briefing = _late_briefing(ref, decision, "draft_failed" if switched_on else "switched_off", stored, now)
    note = briefing_note(briefing, version=ref.version, replaces=replaces)
    cause = decision.verdict.cause.value if decision.verdict.cause else "no_resolution"
    rules = ",".join(rule.id for rule in decision.verdict.rules)
    return _decided(decision, state, note, FactKind.BRIEFED, {"cause": cause, "rules": rules}, now)


def _drafted(draft: Draft) -> dict[str, str]:
    """What the report is told of a draft; where a language model was asked for its wording, also what that cost."""
    told = {"resolution": draft.resolution}
    if draft.asked is None:
        return told
    return {**told, "wording": draft.wording.value, "micro_dollars": str(draft.asked.micro_dollars)}


def _late_briefing(ref: VersionRef, decision: Decision, no_draft: str, stored: Stored, now: datetime) -> Briefing:
    """A briefing after all: brief failed, or drafts were switched off after this one was made."""
    text, policy = stored.tickets.text(ref.key, ref.version), stored.policies.get(ref.policy)
    known = Known(policy=policy)
    if text is not None:
        known = Known(request=text.request, customer=text.customer, earlier=text.earlier, policy=policy)
    return compose(decision, known, no_draft=no_draft, made_at=now)


def _decided(
    decision: Decision, state: TicketState, note: Note, kind: FactKind, detail: dict[str, str], now: datetime
) -> Outcome:
    # A stage that fired while the desk was down, or before the customer wrote again, is visible from now on.
    fired = {kind_of(stage) for clock in running(state) for stage in clock.fired}
    add, remove = tags_of(decision, note.owner, fired)
    # Told by the time of the decision, so that a repeated write is the same fact.
    fact = Fact(kind=kind, key=state.key, at=decision.inputs.decided_at, recorded_at=now, detail=detail)
    return Outcome(
        note=note,
        fields=wanted_fields(decision, fired),
        add_tags=add,
        remove_tags=remove,
        custom=custom_fields(decision, note.owner, fired),
        fact=fact,
    )


def handed_over(ref: VersionRef, state: TicketState, failed_at: str, policy: Policy, now: datetime) -> Outcome:
    """The outcome where nothing was decided: a note that says so, in the fallback queue, marked for people."""
    at, detail = state.version_at or state.created_at, {"cause": "undecidable", "rules": "triage_failed"}
    return Outcome(
        note=hand_over_note(version=ref.version, failed_at=failed_at),
        fields=DeskFields(priority="high", queue=policy.routing.fallback_queue),
        add_tags=frozenset({TAG, TAG_HAND_OVER}),
        remove_tags=frozenset({TAG_DRAFT, TAG_BRIEFING}),
        custom={"owner": Owner.AGENT_WITH_BRIEFING.value},
        fact=Fact(kind=FactKind.BRIEFED, key=ref.key, at=at, recorded_at=now, detail=detail),
    )
