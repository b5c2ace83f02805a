"""What a person gets in place of a draft: who this is, what was reported, what we know of it, which tone helps.

It holds no sentence that could be sent: nothing outside quotation marks speaks to the customer. It fits one screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.advice import advise, not_to_promise, thanks_only, whom_to_ask
from shared.domain.advice_words import LANGUAGES
from shared.domain.alike import Alike
from shared.domain.boundary import RuleFired
from shared.domain.briefing_words import FAILED, PERHAPS, WANTED, WHY
from shared.domain.choosing import DraftStory
from shared.domain.cues import cues
from shared.domain.customer_story import before_this, earlier_lines, introduction, read_first
from shared.domain.decision import Decision
from shared.domain.health import History
from shared.domain.near_words import named, near_line
from shared.domain.nearest import Near
from shared.domain.observation import Observations, Request, Sentiment, ServiceFailure, Urgency
from shared.domain.own_words import quotes, shortened
from shared.domain.policy import Policy
from shared.domain.promises import Kept, Promise, standing
from shared.domain.record import Instant, Record
from shared.domain.suspicion import as_read
from shared.domain.ticket import Customer, EarlierTicket
from shared.domain.wants import Deadline, Want, Wish, asking_part, deadline, wishes

_BY_READING = frozenset({"unhappy_customer", "service_failure", "long_standing_complaint", "tenure_unknown"})
"""Rules that say something of a text, which nobody can where its language was not read."""
_READ = frozenset({"en", "de", "fr", "es", "pt", "it", "nl"})
_WORST_FIRST = (Kept.NOT_KEPT, Kept.PASSED, Kept.LATE, Kept.DUE, Kept.WAITING, Kept.UNDATED)
_PROMISES, _EARLIER = 2, 3  # lines
_PROMISE_QUOTE = 140


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


def why(rule: RuleFired) -> str:
    """A rule in words that an agent understands."""
    if rule.id.startswith("suspicion_"):
        return "the text tries to give instructions to software; that part is neither read nor quoted"
    return WHY[rule.id]


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
    over = _over(known.promises, known.zone, made_at)
    first = read_first(earlier, known.history, known.elsewhere, frozenset(one.ticket for one in over))
    advice = advise(decision, wants, cued=cued, alike=known.alike.customers if known.alike else 0, graver=bool(first))
    return Briefing(
        why=_reasons(decision, no_draft, known),
        customer=introduction(known.customer, decision, known.policy, known.history, earlier, overdue=bool(over)),
        history=earlier_lines(earlier, known.history, known.elsewhere)[:_EARLIER],
        reported=quotes(known.request, seen, fired=fired, said=said),
        tone=tuple(line for line in (first, advice.tone) if line),
        made_at=made_at,
        glance=_glance(decision, until, zone, thanks=thanks_only(decision, wants, cued)),
        known=tuple(_known(decision.understood, known.alike, zone)),
        promised=tuple(_promised(known.promises, decision, known.zone, made_at)),
        wants=tuple(_wanted(seen, wished, until)),
        do=advice.do,
        dont=advice.dont,
        not_to_promise=not_to_promise(decision, wants, known.policy),
        ask=whom_to_ask(decision, wants, known.customer, known.policy, made_at),
        near=tuple(near_line(one) for one in known.near),
    )


def _reasons(decision: Decision, no_draft: str | None, known: Known) -> tuple[str, ...]:
    seen, rules = decision.inputs.observations, decision.verdict.rules
    if decision.understood is None:
        rules = tuple(rule for rule in rules if rule.id not in _BY_READING) or rules
    if rules:
        return tuple(dict.fromkeys(_reason(rule, seen) for rule in rules))
    looked_at = known.story.candidates if known.story else ()
    missing = f" ({named(looked_at[0].missing)})" if looked_at else ""
    told = {
        "missing_fact": f"an approved answer fits, but a fact it needs is not known{missing}",
        "switched_off": "drafts are switched off",
        "draft_failed": "an approved answer may fit, but the draft could not be prepared",
    }
    nothing = "no approved answer is surely meant" if known.near else "no approved answer fits this request"
    return (told.get(no_draft or "", nothing),)


def _reason(rule: RuleFired, seen: Observations | None) -> str:
    """A rule that fired by a low threshold alone is told as the doubt that it is."""
    if seen is not None and rule.id == "unhappy_customer" and seen.sentiment.label is Sentiment.NEUTRAL:
        return PERHAPS[rule.id]
    if seen is not None and rule.id == "service_failure" and seen.service_failure.label is ServiceFailure.NONE:
        return PERHAPS[rule.id]
    if seen is not None and rule.id == "language_unreadable":
        name = LANGUAGES.get(seen.language.code)
        return f"{why(rule)}{f'; it looks like {name}' if name else ''}"
    return why(rule)


def _glance(decision: Decision, until: Deadline | None, zone: ZoneInfo, *, thanks: bool) -> str:
    seen, parts = decision.understood, []
    if seen is None:
        parts.append("Not read by the system")
    elif thanks:
        parts.append("A thank-you; perhaps nothing to answer")
    else:
        category = seen.category.label.value.replace("_", " ").capitalize()
        parts.append(FAILED.get(seen.service_failure.label, category))
        parts += [seen.urgency.label.value] if seen.urgency.label is not Urgency.STANDARD else []
        stance = {Sentiment.AT_RISK: "may leave", Sentiment.FRUSTRATED: "frustrated"}.get(seen.sentiment.label)
        parts += [stance] if stance else []
    if until is not None and until.firm:
        parts.append(f"they need it by {until.day:%a %-d %b}")
    parts.append(f"answer due {_moment(decision.clock.due_at, zone)} {decision.clock.due_at.astimezone(zone):%Z}")
    return " · ".join(parts)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %-d %b %H:%M}"


def _known(seen: Observations | None, found: Alike | None, zone: ZoneInfo) -> Iterator[str]:
    if seen is None or seen.service_failure.label is not ServiceFailure.PRODUCT_DEFECT or found is None:
        return
    if not found.customers:
        yield "No other report of the last 24 hours was recognised as the same."
        return
    many = f"{found.customers} other customer{'s' * (found.customers != 1)}"
    since = f", the first {_moment(found.first_at, zone)}" if found.first_at else ""
    yield f"At least {many} reported the same in the last 24 hours{since}."


def _promised(promises: tuple[Promise, ...], decision: Decision, zone: str, now: datetime) -> Iterator[str]:
    told = [(standing(one, now=now, zone=zone), one) for one in promises]
    open_ones = sorted(
        ((kept, one) for kept, one in told if kept in _WORST_FIRST),
        key=lambda pair: (_WORST_FIRST.index(pair[0]), -pair[1].said_at.timestamp()),
    )
    for kept, one in open_ones[:_PROMISES]:
        here = "in this conversation" if one.ticket == decision.inputs.key.id else f"in #{one.ticket}"
        said = one.said_at.astimezone(ZoneInfo(zone))
        yield f"{said:%-d %b} {here}: “{shortened(one.sentence, _PROMISE_QUOTE)}” — {_became(kept, one, zone)}"
    if len(open_ones) > _PROMISES:
        yield f"{len(open_ones) - _PROMISES} more, not shown"


def _over(promises: tuple[Promise, ...], zone: str, now: datetime) -> tuple[Promise, ...]:
    """The promises whose day is over without a word."""
    return tuple(one for one in promises if standing(one, now=now, zone=zone) in (Kept.NOT_KEPT, Kept.PASSED))


def _became(kept: Kept, promise: Promise, zone: str) -> str:
    day = f"{promise.due:%a %-d %b}" if promise.due else ""
    followed = promise.followed_at.astimezone(ZoneInfo(zone)) if promise.followed_at else None
    return {
        Kept.NOT_KEPT: f"due {day}, and nobody has written since (a call would not show here)",
        Kept.PASSED: f"due {day}, that is over; check whether it was done",
        Kept.LATE: f"due {day}, word came on {followed:%-d %b}" if followed else "",
        Kept.DUE: f"due {day}",
        Kept.WAITING: "no day named, and nobody has written since",
        Kept.UNDATED: "no day named; check whether it was done",
        Kept.KEPT: "kept",
    }[kept]


def _wanted(seen: Observations | None, wished: tuple[Wish, ...], until: Deadline | None) -> Iterator[str]:
    if seen is None or seen.language.code == "und":
        yield "could not be read"
        return
    if seen.language.code not in _READ:
        yield f"not looked for: the words are {LANGUAGES.get(seen.language.code, 'of another language')}"
        return
    yield "; ".join(WANTED[wish.want] for wish in wished if wish.want in WANTED) or "not said"
    if [wish.want for wish in wished] == [Want.HEARD]:
        yield "nothing else is asked for"
    if any(wish.want is Want.LEGAL for wish in wished):
        yield "they name legal steps or a charge-back"
    if until is not None:
        yield f"{'by' if until.firm else 'they name'} {until.day:%a %-d %b}"
