"""What a person gets in place of a draft: who this is, what was reported, what we know of it, which tone helps.

It holds no sentence that could be sent: nothing outside quotation marks speaks to the customer. It fits one screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.advice import advise, failure_of, is_remark, not_to_promise, thanks_only
from shared.domain.advice_words import LANGUAGES
from shared.domain.alike import Alike
from shared.domain.asking import whom_to_ask
from shared.domain.briefing_words import FAILED, NOTHING_ASKED, WANTED
from shared.domain.choosing import DraftStory, questions_of
from shared.domain.cues import Cue, cues
from shared.domain.customer_story import before_this, earlier_lines, introduction, read_first, speaks_of_law, titled
from shared.domain.decision import Decision
from shared.domain.health import History
from shared.domain.near_words import near_line
from shared.domain.nearest import Near
from shared.domain.observation import Request, Sentiment, ServiceFailure, Urgency
from shared.domain.opening import (
    answer_together,
    begin_with_promise,
    call_first,
    contact_line,
    nobody_speaks,
    overdue,
    same_question,
    sooner,
    steps,
)
from shared.domain.own_words import quotes, shortened
from shared.domain.policy import Policy
from shared.domain.promise_words import PROMISES, promise_lines
from shared.domain.promises import Promise
from shared.domain.reasons import reasons
from shared.domain.record import Instant, Record
from shared.domain.suspicion import as_read, suspicions
from shared.domain.ticket import Customer, EarlierTicket
from shared.domain.wants import Deadline, Want, Wish, asking_part, deadline, takes_back, wishes

_READ = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
_WISH = 140  # characters
_TOLD_BY_WORDS = frozenset({Want.EXPLANATION, Want.REVIEW, Want.HEARD, Want.PROMISED, Want.CORRECTION})
_EARLIER = 3  # lines


class Known(Record):
    """What is known beside the decision. What is missing leaves its part of the briefing out.

    Attributes:
        request: the customer's words, as long as they are kept.
        history: how the customer fared, this ticket perhaps among the rest.
        promises: ours, from this conversation and earlier ones.
        alike: others who reported the same fault; None where nobody counted.
        policy: the one that the decision was made by.
        elsewhere: what is written in other open tickets of the customer, by ticket.
        story: how it came that there is no draft, if one was asked for.
        near: what the company already says on the question.
    """

    request: Request | None = None
    customer: Customer = Customer(id="")
    earlier: tuple[EarlierTicket, ...] = ()
    history: History | None = None
    promises: tuple[Promise, ...] = ()
    alike: Alike | None = None
    policy: Policy | None = None
    elsewhere: dict[str, Request] = {}
    story: DraftStory | None = None
    near: tuple[Near, ...] = ()

    @property
    def zone(self) -> str:
        """The company's time zone."""
        return self.policy.company.time_zone if self.policy else "UTC"


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
    seen, zone = decision.inputs.observations, ZoneInfo(known.zone)
    said = decision.inputs.clock_started_at.astimezone(zone).date()
    honest = as_read(known.request or Request(text=""))
    asked = asking_part(honest.text)
    wished = wishes(f"{honest.subject}\n{asked}") if seen is not None else ()
    wants = tuple(wish.want for wish in wished)
    cued = frozenset(cues(honest.text)) if decision.understood is not None else frozenset()
    until = deadline(asked, said) if seen is not None else None
    fired = frozenset(rule.id for rule in decision.verdict.rules)
    earlier = before_this(decision, known.history, known.earlier)
    late = overdue(known.promises, made_at, known.zone)
    legal = Want.LEGAL in wants or speaks_of_law(earlier, known.elsewhere)
    thanks = thanks_only(decision, wants, cued)
    first = "" if thanks else read_first(earlier, known.history, known.elsewhere)
    ahead = (
        ()
        if thanks
        else tuple(filter(None, _ahead(decision, known, earlier, late, wished, cued, first, until, legal=legal)))
    )
    advice = advise(
        decision,
        wants,
        cued=cued,
        alike=known.alike.customers if known.alike else 0,
        graver=bool(first),
        begun=bool(ahead) and ahead[0] != first,
        promise_known=bool(late),
        steps=tuple(steps(wished, earlier, late, decision.inputs.clock_started_at)),
    )
    failure = failure_of(decision, wants, cued)
    reported = quotes(known.request, seen, fired=fired, said=said)
    return Briefing(
        why=reasons(decision, failure, no_draft, known.story, known.near),
        customer=introduction(known.customer, decision, known.policy, known.history, earlier, overdue=bool(late)),
        history=earlier_lines(_not_told(earlier, late), known.history, known.elsewhere)[:_EARLIER],
        reported=reported,
        tone=(*ahead, advice.tone) if advice.tone else ahead,
        made_at=made_at,
        glance=_glance(
            decision, failure, until, known.policy, zone, thanks=thanks, remark=is_remark(decision, wants, cued)
        ),
        known=tuple(_known(failure, known.alike, zone, recurs=Cue.AGAIN in cued)),
        promised=tuple(
            promise_lines(
                known.promises,
                decision.inputs.key.id,
                known.zone,
                made_at,
                titles={one.id: titled(one, known.elsewhere) for one in earlier},
            )
        ),
        wants=() if thanks else tuple(_wanted(decision, wished, honest, until, failure, reported)),
        do=advice.do,
        dont=advice.dont,
        not_to_promise=not_to_promise(decision, wants, cued, known.policy),
        ask=whom_to_ask(
            decision, wants, cued, known.customer, known.policy, made_at, legal=legal, told=bool(known.near)
        ),
        near=tuple(near_line(one) for one in known.near),
    )


def _not_told(earlier: tuple[EarlierTicket, ...], late: tuple[Promise, ...]) -> tuple[EarlierTicket, ...]:
    """Without tickets that are over and whose promise stands right above."""
    above = {one.ticket for one in late[:PROMISES]}
    return tuple(one for one in earlier if not (one.status.is_over and one.id in above))


def _ahead(
    decision: Decision,
    known: Known,
    earlier: tuple[EarlierTicket, ...],
    late: tuple[Promise, ...],
    wished: tuple[Wish, ...],
    cued: frozenset[Cue],
    first: str,
    until: Deadline | None,
    *,
    legal: bool,
) -> Iterator[str]:
    """What goes before the advice for the kind of situation: it names days, tickets, numbers and people."""
    seen = decision.understood
    yield begin_with_promise(late, decision.inputs.key.id, known.zone, legal=legal)
    yield call_first(wished) if not legal and not late else ""
    yield first
    open_ones = {one.id for one in earlier if not one.status.is_over}
    others = {id: request for id, request in known.elsewhere.items() if id in open_ones}
    yield answer_together(same_question(known.request, others, seen.language.code) if seen else ())
    yield contact_line(cued, known.customer)
    yield sooner(until, decision.clock.due_at, known.zone)
    yield nobody_speaks(seen.language.code, known.policy) if seen else ""


def _glance(
    decision: Decision,
    failure: ServiceFailure,
    until: Deadline | None,
    policy: Policy | None,
    zone: ZoneInfo,
    *,
    thanks: bool,
    remark: bool,
) -> str:
    seen, parts = decision.understood, []
    if seen is None:
        parts.append("Not read by the system")
    elif thanks:
        parts.append("A thank-you; perhaps nothing to answer")
    else:
        category = seen.category.label.value.replace("_", " ").capitalize()
        parts.append("A remark" if remark else FAILED.get(failure, category))
        parts += [seen.urgency.label.value] if seen.urgency.label is not Urgency.STANDARD else []
        stance = {Sentiment.AT_RISK: "may leave", Sentiment.FRUSTRATED: "frustrated"}.get(seen.sentiment.label)
        parts += [stance] if stance else []
        parts += _in_a_language(seen.language.code, policy)
    if until is not None and until.firm:
        parts.append(f"they need it by {until.day:%a %-d %b}")
    parts.append(f"answer due {_moment(decision.clock.due_at, zone)} {decision.clock.due_at.astimezone(zone):%Z}")
    return " · ".join(parts)


def _in_a_language(code: str, policy: Policy | None) -> list[str]:
    """The language of a request that not everybody here speaks."""
    everybody = policy is not None and all(code in agent.languages for agent in policy.agents)
    return [] if everybody or code not in LANGUAGES else [f"in {LANGUAGES[code]}"]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b %H:%M}"


def _known(failure: ServiceFailure, found: Alike | None, zone: ZoneInfo, *, recurs: bool) -> Iterator[str]:
    if failure is not ServiceFailure.PRODUCT_DEFECT or found is None:
        return
    if not found.customers:
        if recurs:
            return  # of a fault of weeks the last day tells nothing
        yield "No other report of the last 24 hours was recognised as the same."
        return
    many = f"{found.customers} other customer{'s' * (found.customers != 1)}"
    since = f", the first {_moment(found.first_at, zone)}" if found.first_at else ""
    yield f"At least {many} reported the same in the last 24 hours{since}."


def _wanted(
    decision: Decision,
    wished: tuple[Wish, ...],
    honest: Request,
    until: Deadline | None,
    failure: ServiceFailure,
    reported: tuple[str, ...],
) -> Iterator[str]:
    seen = decision.inputs.observations
    if seen is None or seen.language.code == "und":
        yield "could not be read"
        return
    if seen.language.code not in _READ:
        yield f"not looked for: the words are {LANGUAGES.get(seen.language.code, 'of another language')}"
        return
    wants = [wish.want for wish in wished]
    yield from (_in_words(wish, reported) for wish in wished if wish.want in WANTED)
    asked = len(questions_of(honest.text))
    if asked > 1:
        yield f"answers to {asked} questions"
    if not wants:
        yield "nothing that a person asks for" if decision.is_steered else NOTHING_ASKED[failure]
    if Want.LEGAL in wants:
        told = next(wish.words for wish in wished if wish.want is Want.LEGAL)
        yield "they speak of a charge-back" if takes_back(told) else "they name legal steps"
    if until is not None:
        yield f"{'by' if until.firm else 'they name'} {until.day:%a %-d %b}"


def _in_words(wish: Wish, reported: tuple[str, ...]) -> str:
    """What is wanted; with the sentence that says it where the kind alone tells little and it is not quoted above."""
    said = shortened(wish.words, _WISH)
    if wish.want not in _TOLD_BY_WORDS or shortened(wish.words) in reported or suspicions(wish.words):
        return WANTED[wish.want]
    return f"{WANTED[wish.want]} (“{said}”)"
