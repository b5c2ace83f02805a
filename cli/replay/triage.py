"""What triage would have made of a past ticket, as the facts that the live product records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from cli.replay.answers import Search, by_words
from cli.replay.history import Told
from shared.adapters.mail_text.clean import clean
from shared.domain.boundary import Owner
from shared.domain.decision import CustomerFacts, Decision, DecisionInputs, decide
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Observations, Request
from shared.domain.policy import Policy
from shared.domain.report_words import name_of
from shared.domain.resolution import Resolution
from shared.domain.ticket import TicketKey
from shared.domain.topics import read_fact

DESK = "history"


@dataclass(frozen=True)
class Replayed:
    """One ticket with what would have become of it.

    Attributes:
        text: subject and the customer's own words.
        draft: the approved answer that a draft would have been made from, if one.
    """

    told: Told
    text: str
    seen: Observations
    decision: Decision
    draft: str | None
    facts: tuple[Fact, ...]

    @property
    def bounded(self) -> bool:
        """Whether a rule would have kept the ticket off the draft side."""
        return self.decision.verdict.bounded


class Triage:
    """Classify, route and draft without a desk. Customers' names are unknown here, and taken as known.

    Args:
        search: finds approved answers; by their words alone unless something better is given.
    """

    def __init__(
        self,
        observe: Callable[[Request], Observations],
        policy: Policy,
        resolutions: Iterable[Resolution],
        search: Search | None = None,
    ) -> None:
        self._observe = observe
        self._policy = policy
        self._search = search or by_words(resolutions)

    def replay(self, told: Told) -> Replayed:
        """One ticket as it came in."""
        opened = told.created_at
        assert opened is not None  # a history holds dated tickets alone
        request = Request(subject=told.subject, text=clean(told.body, told.channel), channel=told.channel)
        seen = self._observe(request)
        decision = self._decision(told, seen, opened)
        text = request.words.strip()
        draft = self._draft(decision, seen, text, told, opened)
        facts = (
            *self._triaged(told, seen, decision, draft, text, opened),
            *outcome(told, opened),
            *clock_facts(told, decision, opened),
        )
        return Replayed(told, text, seen, decision, draft, facts)

    def _decision(self, told: Told, seen: Observations, opened: datetime) -> Decision:
        inputs = DecisionInputs(
            key=TicketKey(desk=DESK, id=told.id),
            version="1",
            policy=self._policy.sha,
            observations=seen,
            customer=CustomerFacts(plan=told.plan, mrr=told.mrr, signed_up=told.signed_up),
            was_bounded=False,
            decided_at=opened,
            clock_started_at=opened,
            channel=told.channel,
        )
        return decide(inputs, self._policy)

    def _draft(self, decision: Decision, seen: Observations, text: str, told: Told, opened: datetime) -> str | None:
        if decision.verdict.owner is not Owner.AGENT_WITH_DRAFT:
            return None
        matches = self._search(text, seen.language.code)
        holding = [one for one in matches if one.resolution.holds_for(told.plan)]
        if not holding:
            return None
        best, asked = holding[0], self._policy.draft
        fits = best.fit >= asked.fits_at and best.fit - best.rival >= asked.margin
        return best.resolution.id if fits else None

    def _triaged(
        self,
        told: Told,
        seen: Observations,
        decision: Decision,
        draft: str | None,
        text: str,
        opened: datetime,
    ) -> list[Fact]:
        key, cause = decision.inputs.key, decision.verdict.cause
        who = {"channel": told.channel, "plan": told.plan or "", "customer": told.customer_id}
        labels = {
            "category": seen.category.label.value,
            "urgency": seen.heard.urgency.label.value,
            "sentiment": seen.heard.sentiment.label.value,
            "service_failure": seen.service_failure.label.value,
            "owner": decision.verdict.owner.value,
            "cause": cause.value if cause else "",
            "queue": decision.queue,
            "policy": self._policy.sha,
            "agent": told.agent_id,
        }
        note = (
            _fact(key, FactKind.DRAFTED, opened, resolution=draft)
            if draft
            else _fact(
                key,
                FactKind.BRIEFED,
                opened,
                cause=cause.value if cause else "no_resolution",
                rules=",".join(rule.id for rule in decision.verdict.rules),
            )
        )
        return [
            *self._at_risk(told, decision, opened),
            _fact(key, FactKind.OPENED, opened, **who),
            read_fact(key, opened, text=text, seen=seen, now=opened),
            _fact(key, FactKind.TRIAGED, opened, **labels),
            note,
        ]

    def _at_risk(self, told: Told, decision: Decision, opened: datetime) -> list[Fact]:
        """A valued customer in trouble; what a health score would say is not known from a history."""
        if not (decision.customer_success and decision.verdict.bounded):
            return []
        why = ", ".join(name_of(rule.id) for rule in decision.verdict.rules)
        mrr = f"{told.mrr:.2f}" if told.mrr is not None else ""
        who = {"customer": told.customer_id, "company": told.company, "plan": told.plan or ""}
        return [_fact(decision.inputs.key, FactKind.AT_RISK, opened, **who, mrr=mrr, why=why)]


def outcome(told: Told, opened: datetime) -> list[Fact]:
    """What became of the ticket, as the history tells it."""
    key, since = TicketKey(desk=DESK, id=told.id), {"opened_at": opened.isoformat()}
    facts = []
    if told.first_response_at:
        facts.append(
            _fact(
                key, FactKind.FIRST_RESPONSE, told.first_response_at, used_draft="unknown", agent=told.agent_id, **since
            )
        )
    if told.resolved_at:
        facts.append(_fact(key, FactKind.RESOLVED, told.resolved_at, agent=told.agent_id, **since))
    if told.reopened_at:
        facts.append(_fact(key, FactKind.REOPENED, told.reopened_at))
    if told.csat is not None:
        at = told.resolved_at or told.first_response_at or opened
        facts.append(_fact(key, FactKind.RATED, at, rating="good" if told.csat >= 4 else "bad", score=f"{told.csat:g}"))
    return facts


def clock_facts(told: Told, decision: Decision, opened: datetime) -> list[Fact]:
    """The warning and the breach of the first response, by the policy's clock and the recorded answer."""
    key, clock, answered = decision.inputs.key, decision.clock, told.first_response_at
    detail = {"target": clock.target.value, "queue": decision.queue}
    facts = []
    for kind, at in ((FactKind.SLA_WARNING, clock.warn_at), (FactKind.SLA_BREACH, clock.due_at)):
        if at > opened and (answered is None or answered > at):
            facts.append(_fact(key, kind, at, **detail))
    return facts


def _fact(key: TicketKey, kind: FactKind, at: datetime, **detail: str) -> Fact:
    return Fact(kind=kind, key=key, at=at, recorded_at=at, detail=detail)
