"""What a person gets in place of a draft: who this is, what was reported, what we know of it, which tone helps.

It holds no sentence that could be sent: nothing outside quotation marks speaks to the customer. It fits one screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.advice import Advice, advise, is_remark, not_to_promise
from shared.domain.advice_words import LANGUAGES
from shared.domain.asking import whom_to_ask
from shared.domain.briefing_words import FAILED, NOTHING_ASKED, WANTED
from shared.domain.case import Case, Known, case_of
from shared.domain.choosing import questions_of
from shared.domain.cues import Cue
from shared.domain.customer_story import earlier_lines, introduction, titled
from shared.domain.decision import Decision
from shared.domain.near_words import near_line
from shared.domain.observation import Sentiment, ServiceFailure, Urgency
from shared.domain.opening import (
    answer_together,
    begin_with_promise,
    call_first,
    contact_line,
    nobody_speaks,
    same_question,
    sooner,
    steps,
)
from shared.domain.own_words import quotes, shortened
from shared.domain.policy import Policy
from shared.domain.promise_words import PROMISES, promise_lines
from shared.domain.reasons import reasons
from shared.domain.record import Instant, Record
from shared.domain.suspicion import suspicions
from shared.domain.ticket import EarlierTicket
from shared.domain.wants import Want, Wish, takes_back

_READ = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
_WISH = 140  # characters
_TOLD_BY_WORDS = frozenset({Want.EXPLANATION, Want.REVIEW, Want.HEARD, Want.PROMISED, Want.CORRECTION})
_EARLIER = 3  # lines
_STANCE = {Sentiment.AT_RISK: "may leave", Sentiment.FRUSTRATED: "frustrated"}


class Briefing(Record):
    """The briefing as stored. `reported`, the subjects in `history` and the quotes in `promised` are others' words.

    Attributes:
        glance: the case in one line.
        known: what we know about the failure.
        promised: what we promised them before, and what became of it.
        wants: what they want, and by when.
        do: what helps; `dont`: what does harm.
        not_to_promise: what somebody else decides.
        ask: whom to ask.
        near: what the company already says on the question, how near it lies, and the passage that meets it.
    """

    why: tuple[str, ...]
    customer: str
    history: tuple[str, ...]
    reported: tuple[str, ...]
    tone: tuple[str, ...]
    made_at: Instant
    glance: str = ""
    known: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    not_to_promise: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def brief(decision: Decision, known: Known, *, no_draft: str | None, made_at: datetime) -> Briefing:
    """Put together what helps a person to write the first sentence within ten seconds.

    Args:
        no_draft: why draft had nothing to offer, if it was asked.
    """
    said = decision.inputs.clock_started_at.astimezone(ZoneInfo(known.zone)).date()
    case = case_of(decision, known, said=said, now=made_at)
    ahead = () if case.is_thanks else tuple(filter(None, _ahead(case)))
    advice = _advice(case, ahead)
    fired = frozenset(rule.id for rule in decision.verdict.rules)
    reported = quotes(known.request, decision.inputs.observations, fired=fired, said=said)
    return Briefing(
        why=reasons(decision, case.failure, no_draft, known.story, known.near),
        customer=_introduced(case),
        history=earlier_lines(_not_told(case), known.history, known.elsewhere)[:_EARLIER],
        reported=reported,
        tone=(*ahead, advice.tone) if advice.tone else ahead,
        made_at=made_at,
        glance=_glance(case),
        known=tuple(_known(case)),
        promised=tuple(_promised(case, made_at)),
        wants=() if case.is_thanks else tuple(_wanted(case, reported)),
        do=advice.do,
        dont=advice.dont,
        not_to_promise=not_to_promise(decision, case.wants, case.cued, known.policy),
        ask=_asked(case, made_at),
        near=tuple(near_line(one) for one in known.near),
    )


def _advice(case: Case, ahead: tuple[str, ...]) -> Advice:
    first = "" if case.is_thanks else case.first
    return advise(
        case.decision,
        case.wants,
        cued=case.cued,
        alike=case.known.alike.customers if case.known.alike else 0,
        graver=bool(first),
        begun=bool(ahead) and ahead[0] != first,
        promise_known=bool(case.late),
        steps=tuple(steps(case.wished, case.earlier, case.late, case.decision.inputs.clock_started_at)),
    )


def _introduced(case: Case) -> str:
    known = case.known
    return introduction(
        known.customer, case.decision, known.policy, known.history, case.earlier, overdue=bool(case.late)
    )


def _promised(case: Case, now: datetime) -> Iterator[str]:
    known = case.known
    titles = {one.id: titled(one, known.elsewhere) for one in case.earlier}
    return promise_lines(known.promises, case.decision.inputs.key.id, known.zone, now, titles=titles)


def _asked(case: Case, now: datetime) -> tuple[str, ...]:
    known, told = case.known, bool(case.known.near)
    return whom_to_ask(
        case.decision, case.wants, case.cued, known.customer, known.policy, now, legal=case.is_legal, told=told
    )


def _not_told(case: Case) -> tuple[EarlierTicket, ...]:
    """The earlier tickets without those that are over and whose promise stands right above."""
    above = {one.ticket for one in case.late[:PROMISES]}
    return tuple(one for one in case.earlier if not (one.status.is_over and one.id in above))


def _ahead(case: Case) -> Iterator[str]:
    """What goes before the advice for the kind of situation: it names days, tickets, numbers and people."""
    decision, known, seen = case.decision, case.known, case.decision.understood
    yield begin_with_promise(case.late, decision.inputs.key.id, known.zone, legal=case.is_legal)
    yield call_first(case.wished) if not case.is_legal and not case.late else ""
    yield case.first
    open_ones = {one.id for one in case.earlier if not one.status.is_over}
    others = {id: request for id, request in known.elsewhere.items() if id in open_ones}
    yield answer_together(same_question(known.request, others, seen.language.code) if seen else ())
    yield contact_line(case.cued, known.customer)
    yield sooner(case.until, decision.clock.due_at, known.zone)
    yield nobody_speaks(seen.language.code, known.policy) if seen else ""


def _glance(case: Case) -> str:
    parts, until, due = list(_at_a_glance(case)), case.until, case.decision.clock.due_at
    zone = ZoneInfo(case.known.zone)
    if until is not None and until.firm:
        parts.append(f"they need it by {until.day:%a %-d %b}")
    parts.append(f"answer due {_moment(due, zone)} {due.astimezone(zone):%Z}")
    return " · ".join(parts)


def _at_a_glance(case: Case) -> Iterator[str]:
    seen = case.decision.understood
    if seen is None:
        yield "Not read by the system"
        return
    if case.is_thanks:
        yield "A thank-you; perhaps nothing to answer"
        return
    category = seen.category.label.value.replace("_", " ").capitalize()
    yield "A remark" if is_remark(case.decision, case.wants, case.cued) else FAILED.get(case.failure, category)
    if seen.urgency.label is not Urgency.STANDARD:
        yield seen.urgency.label.value
    if seen.sentiment.label in _STANCE:
        yield _STANCE[seen.sentiment.label]
    yield from _in_a_language(seen.language.code, case.known.policy)


def _in_a_language(code: str, policy: Policy | None) -> list[str]:
    """The language of a request that not everybody here speaks."""
    everybody = policy is not None and all(code in agent.languages for agent in policy.agents)
    return [] if everybody or code not in LANGUAGES else [f"in {LANGUAGES[code]}"]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b %H:%M}"


def _known(case: Case) -> Iterator[str]:
    found, zone = case.known.alike, ZoneInfo(case.known.zone)
    if case.failure is not ServiceFailure.PRODUCT_DEFECT or found is None:
        return
    if not found.customers:
        if Cue.AGAIN in case.cued:
            return  # of a fault of weeks the last day tells nothing
        yield "No other report of the last 24 hours was recognised as the same."
        return
    many = f"{found.customers} other customer{'s' * (found.customers != 1)}"
    since = f", the first {_moment(found.first_at, zone)}" if found.first_at else ""
    yield f"At least {many} reported the same in the last 24 hours{since}."


def _wanted(case: Case, reported: tuple[str, ...]) -> Iterator[str]:
    seen, until, wants = case.decision.inputs.observations, case.until, case.wants
    if seen is None or seen.language.code == "und":
        yield "could not be read"
        return
    if seen.language.code not in _READ:
        yield f"not looked for: the words are {LANGUAGES.get(seen.language.code, 'of another language')}"
        return
    yield from (_in_words(wish, reported) for wish in case.wished if wish.want in WANTED)
    asked = len(questions_of(case.honest.text))
    if asked > 1:
        yield f"answers to {asked} questions"
    if not wants:
        yield "nothing that a person asks for" if case.decision.is_steered else NOTHING_ASKED[case.failure]
    if Want.LEGAL in wants:
        told = next(wish.words for wish in case.wished if wish.want is Want.LEGAL)
        yield "they speak of a charge-back" if takes_back(told) else "they name legal steps"
    if until is not None:
        yield f"{'by' if until.firm else 'they name'} {until.day:%a %-d %b}"


def _in_words(wish: Wish, reported: tuple[str, ...]) -> str:
    """What is wanted; with the sentence that says it where the kind alone tells little and it is not quoted above."""
    said = shortened(wish.words, _WISH)
    if wish.want not in _TOLD_BY_WORDS or shortened(wish.words) in reported or suspicions(wish.words):
        return WANTED[wish.want]
    return f"{WANTED[wish.want]} (“{said}”)"
