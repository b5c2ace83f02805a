"""What a person gets in place of a draft: who this is, what was reported, which tone helps."""

from __future__ import annotations

from shared.domain.boundary import Cause, RuleFired, Verdict
from shared.domain.decision import Decision
from shared.domain.observation import Category, Observations, Sentiment, ServiceFailure, Urgency
from shared.domain.record import Instant, Record
from shared.domain.ticket import Customer, EarlierTicket

_WHY = {
    "unhappy_customer": "the customer is unhappy",
    "service_failure": "the customer reports a failure of ours",
    "long_standing_complaint": "a complaint from a customer of long standing",
    "tenure_unknown": "a complaint, and we do not know how long this customer has been with us",
    "once_bounded": "an earlier message in this conversation needed a person",
    "triage_failed": "the request could not be read automatically",
    "nothing_to_read": "the message has no words to go by",
    "language_unreadable": "the language could not be read with confidence",
    "category_unsure": "it is unclear what the request is mainly about",
    "category_settled": "what the request is mainly about was only clear to the second reader",
    "second_reader_failed": "it is not certain that the customer is content, and the second reader could not say",
    "second_reader_unsure": "neither reader was certain that the customer is content",
}


class Briefing(Record):
    """The briefing as stored. `reported` and the earlier subjects are the customer's words."""

    why: tuple[str, ...]
    customer: str
    history: tuple[str, ...]
    reported: tuple[str, ...]
    tone: tuple[str, ...]
    made_at: Instant


def why(rule: RuleFired) -> str:
    """A rule in words that an agent understands."""
    if rule.id.startswith("suspicion_"):
        return "the text tries to give instructions to software"
    return _WHY[rule.id]


def brief(
    decision: Decision,
    customer: Customer,
    earlier: tuple[EarlierTicket, ...],
    *,
    no_draft: str | None,
    made_at: Instant,
) -> Briefing:
    """Put together what helps a person to write the first sentence within ten seconds."""
    seen = decision.inputs.observations
    return Briefing(
        why=_reasons(decision.verdict, no_draft),
        customer=_introduction(customer, decision),
        history=tuple(
            f"{ticket.created_at:%-d %b %Y}: {ticket.subject or 'no subject'} ({ticket.status.value})"
            for ticket in earlier[:5]
        ),
        reported=_reported(seen, {rule.id for rule in decision.verdict.rules}),
        tone=recommended_tone(seen, decision.verdict),
        made_at=made_at,
    )


def _reasons(verdict: Verdict, no_draft: str | None) -> tuple[str, ...]:
    if verdict.rules:
        return tuple(dict.fromkeys(why(rule) for rule in verdict.rules))
    known = {
        "missing_fact": "an approved answer fits, but a fact it needs is not known",
        "switched_off": "drafts are switched off",
        "draft_failed": "an approved answer may fit, but the draft could not be prepared",
    }
    return (known.get(no_draft or "", "no approved answer fits this request"),)


def _introduction(customer: Customer, decision: Decision) -> str:
    parts = [customer.name or "Unknown customer"]
    if customer.company:
        parts.append(customer.company)
    parts.append(f"plan {customer.plan}" if customer.plan else "plan unknown")
    if customer.mrr is not None:
        parts.append(f"{customer.mrr:,.0f} a month")
    if customer.signed_up:
        days = (decision.inputs.decided_at.date() - customer.signed_up).days
        parts.append(f"customer for {_span(days)}" if days >= 0 else "sign-up date lies in the future")
    else:
        parts.append("customer since: unknown")
    return " · ".join(parts)


def _span(days: int) -> str:
    if days < 60:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{days // 30} months" if days < 730 else f"{days // 365} years"


def _reported(seen: Observations | None, fired: set[str]) -> tuple[str, ...]:
    """The sentences that decided, each once, the gravest first."""
    if seen is None:
        return ()
    sentences = []
    if seen.service_failure.label is not ServiceFailure.NONE or "service_failure" in fired:
        sentences.append(seen.service_failure.evidence)
    if seen.sentiment.label is not Sentiment.NEUTRAL or "unhappy_customer" in fired:
        sentences.append(seen.sentiment.evidence)
    if seen.urgency.label is not Urgency.STANDARD:
        sentences.append(seen.urgency.evidence)
    sentences.append(seen.category.evidence)
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def recommended_tone(seen: Observations | None, verdict: Verdict) -> tuple[str, ...]:
    """Advice for the first answer, from the labels alone."""
    if seen is None or verdict.cause is Cause.UNDECIDABLE:
        return ("Read the whole message before deciding anything: the system did not understand it.",)
    advice = []
    if seen.sentiment.label is Sentiment.AT_RISK:
        advice.append("Personal and calm, from someone who may decide. No standard phrases, no offer before listening.")
    elif seen.sentiment.label is Sentiment.FRUSTRATED:
        advice.append("Acknowledge the effort this has cost first, then say what happens next and when.")
    advice += _tone_for_failure(seen.service_failure.label)
    if seen.category.label is Category.COMPLAINT:
        advice.append("Thank for the frankness, do not defend; name what will be different.")
    if seen.urgency.label is Urgency.CRITICAL:
        advice.append("Answer now, even if only with who is working on it.")
    return tuple(advice) or ("Friendly and to the point.",)


def _tone_for_failure(failure: ServiceFailure) -> list[str]:
    by_failure = {
        ServiceFailure.PRODUCT_DEFECT: "Own the fault in plain words; give a way round if there is one, and no blame.",
        ServiceFailure.BILLING_ERROR: "Name the amount and what will be done about it; apologise once, clearly.",
        ServiceFailure.BROKEN_PROMISE: "Say that we did not keep our word; promise only what you will check yourself.",
    }
    return [by_failure[failure]] if failure in by_failure else []
