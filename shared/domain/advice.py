"""How to answer, and what not to promise: by rule for one situation, for the person who answers.

Sources and reasoning stand in docs/decisions/0023. Nothing here speaks to the customer.
"""

from __future__ import annotations

from shared.domain.advice_words import DO, DONT, SAID, TONE, Situation
from shared.domain.cues import Cue
from shared.domain.decision import Decision
from shared.domain.observation import Category, Sentiment, ServiceFailure, Urgency
from shared.domain.policy import Policy
from shared.domain.policy_parts import Pledge
from shared.domain.record import Record
from shared.domain.wants import Want

_MOST = 3
_LONG_STANDING = 3  # years


class Advice(Record):
    """Advice for one answer.

    Attributes:
        tone: one sentence: how to begin, and how to sound; empty where nothing is hard about it.
        do: concrete, most telling first, at most three.
        dont: what to avoid, at most two.
    """

    tone: str
    do: tuple[str, ...]
    dont: tuple[str, ...]


_FAILURES = {
    ServiceFailure.PRODUCT_DEFECT: Situation.PRODUCT_DEFECT,
    ServiceFailure.BILLING_ERROR: Situation.BILLING_ERROR,
    ServiceFailure.BROKEN_PROMISE: Situation.BROKEN_PROMISE,
}
_FAULTS = frozenset({*_FAILURES.values(), Situation.CHANGED})
_ADDS: dict[Situation, frozenset[Situation]] = {
    **{one: frozenset() for one in Situation},
    # What was promised is not named before the manager has read it: naming may be admitting.
    Situation.LEGAL: _FAULTS - {Situation.BROKEN_PROMISE},
    Situation.LOCKED_OUT: frozenset({Situation.MISREAD, Situation.UNANSWERED, Situation.FRUSTRATED}),
    Situation.LEAVING: _FAULTS | {Situation.UNANSWERED},
    Situation.AT_RISK: _FAULTS | {Situation.UNANSWERED},
    **{one: frozenset({Situation.MISREAD, Situation.UNANSWERED, Situation.FRUSTRATED}) for one in _FAULTS},
    Situation.MISREAD: frozenset({Situation.FRUSTRATED}),
    Situation.UNANSWERED: frozenset({Situation.FRUSTRATED}),
}
"""Which further situation adds advice of its own to the one that gives the tone."""
_OF_THE_BOND = frozenset({Situation.CALM_COMPLAINT, Situation.FRUSTRATED, Situation.UNANSWERED})
_CALM = frozenset({Situation.CALM_COMPLAINT, Situation.THANKS, Situation.CALM})


def situations(
    decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue] = frozenset()
) -> tuple[Situation, ...]:
    """What holds of a ticket, the hardest first; never empty."""
    seen, rules = decision.inputs.observations, decision.verdict.rules
    steers = decision.is_steered
    unread = decision.understood is None
    empty = any(rule.id == "nothing_to_read" for rule in rules)
    if seen is None or unread or empty:
        found = (Situation.STEERING,) if steers else ()
        return (*found, Situation.EMPTY if empty else Situation.UNREAD)
    holds = {
        Situation.STEERING: steers,
        Situation.LEGAL: Want.LEGAL in wants,
        Situation.LEAVING: Want.CANCELLATION in wants,
        Situation.AT_RISK: seen.sentiment.label is Sentiment.AT_RISK,
        Situation.LOCKED_OUT: Cue.LOCKED_OUT in cued
        # Where the product fails, nobody is kept out by a lost key.
        or (Cue.NO_LOGIN in cued and seen.service_failure.label is not ServiceFailure.PRODUCT_DEFECT),
        Situation.MISREAD: Cue.MISREAD in cued,
        Situation.UNANSWERED: Want.REPLY in wants and Cue.MISREAD not in cued,
        Situation.THANKS: thanks_only(decision, wants, cued),
        Situation.FRUSTRATED: seen.sentiment.label is Sentiment.FRUSTRATED and Want.HEARD not in wants,
        Situation.CALM_COMPLAINT: seen.category.label is Category.COMPLAINT or Want.HEARD in wants,
        Situation.CALM: True,
        Situation.CHANGED: Want.RETURN in wants,
        **{one: failure is failure_of(decision, wants, cued) for failure, one in _FAILURES.items()},
    }
    return tuple(one for one in Situation if holds.get(one))


def is_remark(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue]) -> bool:
    """Whether somebody calmly wants something to be known, and names nothing that fails."""
    seen = decision.understood
    calm = seen is not None and seen.sentiment.label is Sentiment.NEUTRAL
    return calm and Want.HEARD in wants and Cue.FAULT not in cued


def failure_of(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue]) -> ServiceFailure:
    """The failure that is reported; where the models only suspect one, what is wanted says which.

    A calm remark reports none, whatever the models make of it.
    """
    seen = decision.understood
    if is_remark(decision, wants, cued):
        return ServiceFailure.NONE
    if seen is None or seen.service_failure.label is not ServiceFailure.NONE:
        return seen.service_failure.label if seen else ServiceFailure.NONE
    suspected = any(rule.id == "service_failure" for rule in decision.verdict.rules)
    if suspected and Want.PROMISED in wants:
        return ServiceFailure.BROKEN_PROMISE
    if suspected and (Want.REFUND in wants or Want.CORRECTION in wants):
        return ServiceFailure.BILLING_ERROR
    return ServiceFailure.NONE


def thanks_only(decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue]) -> bool:
    """Whether a ticket is a thank-you and nothing else, by its words and by what the models saw."""
    seen = decision.understood
    return (
        Cue.THANKS in cued
        and not wants
        and seen is not None
        and seen.sentiment.label is Sentiment.NEUTRAL
        and seen.service_failure.label is ServiceFailure.NONE
    )


def advise(
    decision: Decision,
    wants: tuple[Want, ...],
    *,
    cued: frozenset[Cue] = frozenset(),
    alike: int = 0,
    graver: bool = False,
    begun: bool = False,
    promise_known: bool = False,
    steps: tuple[tuple[str, str], ...] = (),
) -> Advice:
    """Tone, and what to do and to leave, for this ticket.

    Args:
        cued: what the words give away of the occasion.
        alike: how many others reported the same.
        graver: another open ticket of the customer is graver: what is calm here is not all they have to say.
        begun: what to begin with is told ahead of this.
        promise_known: which promise was not kept is told ahead of this.
        steps: what stands in place of a general step, by the words that this begins with.
    """
    first, *more = situations(decision, wants, cued)
    second = next((one for one in more if one in _ADDS[first]), None)
    do, dont = [*_own(decision, wants, alike), *DO[first]], list(DONT[first])
    if first is Situation.STEERING and not wants:
        do, dont = [], []
    elif first is Situation.STEERING and wants == (Want.ANSWER,):
        do, dont = (
            ["Leave the rest without a word, and tell the manager of it."],
            ["any word on how mail is sorted here"],
        )
    if Cue.AGAIN in cued:
        do.insert(1, "Say openly that it is not the first time.")
    if second is not None:
        do, dont = [*do[: _MOST - 1], DO[second][0]], [*dont[:1], DONT[second][0]]
    if first in _OF_THE_BOND and _years_with_us(decision) >= _LONG_STANDING:
        do.append("Name how long they have been with us, once, as a fact and not as praise.")
    told = [_in_place(step, steps) for step in dict.fromkeys(do)]
    said_already = (graver and first in _CALM) or (promise_known and first is Situation.BROKEN_PROMISE)
    return Advice(
        tone="" if said_already else _tone(first, wants, begun=begun, promise_known=promise_known),
        do=tuple(step for step in dict.fromkeys(told) if step)[:_MOST],
        dont=tuple(dict.fromkeys(dont))[:2],
    )


def _tone(first: Situation, wants: tuple[Want, ...], *, begun: bool, promise_known: bool) -> str:
    if first is Situation.STEERING and not wants:
        return "Nothing in it is asked by a person: tell the manager, then close it; its clock runs until then."
    if first is Situation.BROKEN_PROMISE and not promise_known:
        return "Find out first what was promised, and by whom; then name it, before any reason for it."
    tone = TONE[first]
    return tone.replace("Begin by owning", "Then own").replace("Begin with", "Then take up") if begun else tone


def _in_place(step: str, steps: tuple[tuple[str, str], ...]) -> str:
    return next((own for general, own in steps if step.startswith(general)), step)


def _own(decision: Decision, wants: tuple[Want, ...], alike: int) -> list[str]:
    """What is advised by more than the kind of situation: how urgent it is, who is asked for, that others are hit."""
    seen, own = decision.inputs.observations, []
    if seen is not None and seen.urgency.label is Urgency.CRITICAL:
        own.append("Write now, even if only with who is working on it and when the next word comes.")
    if Want.SUPERIOR in wants:
        own.append("By name: whoever is in charge of it signs.")
    if alike:
        own.append("Say openly that others are hit too; use one wording for all of them.")
    return own


def _years_with_us(decision: Decision) -> int:
    since = decision.inputs.customer.signed_up
    return (decision.inputs.decided_at.date() - since).days // 365 if since else 0


def not_to_promise(
    decision: Decision, wants: tuple[Want, ...], cued: frozenset[Cue], policy: Policy | None
) -> tuple[str, ...]:
    """What stays unsaid until somebody has decided it, at most two; the policy's words go before ours."""
    seen = decision.understood
    failure = failure_of(decision, wants, cued)
    asked = {
        Pledge.LEGAL: Want.LEGAL in wants,
        Pledge.REFUND: failure is ServiceFailure.BILLING_ERROR or Want.REFUND in wants,
        Pledge.CONTRACT: Want.CANCELLATION in wants,
        Pledge.FEATURE: Want.RETURN in wants
        or (seen and seen.category.label is Category.FEATURE_REQUEST and not {Want.HEARD, Want.PROMISED} & set(wants)),
        Pledge.DATE: failure in (ServiceFailure.PRODUCT_DEFECT, ServiceFailure.BROKEN_PROMISE),
        Pledge.COMPENSATION: Want.COMPENSATION in wants
        or (seen is not None and seen.sentiment.label is Sentiment.AT_RISK),
    }
    own = policy.not_to_promise if policy else {}
    return tuple(own.get(pledge, SAID[pledge]) for pledge, holds in asked.items() if holds)[:2]
