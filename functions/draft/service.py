"""Preparing a draft: approved wording, cut to what was asked, with this customer's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from functions.draft.composing import CLEARLY, approved_draft, with_next_step
from functions.draft.doubts import also_open, contradicting, ends_soon, other_questions, stale
from functions.draft.wording import Task, Wordsmith, worded
from shared.domain.boundary import Owner
from shared.domain.choosing import KEPT, Candidate, DraftStory, Standing, candidates, questions_of, reason_of
from shared.domain.claims import Grounds, Objection, objections
from shared.domain.customer_story import before_this
from shared.domain.decision import Decision
from shared.domain.errors import DraftForbidden, EngineUnavailable, StoredItemCorrupt, StoreUnavailable
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.resolution import Cut, Draft, FactName, NoDraft, Resolution, facts_of, fill, open_gaps, suited
from shared.domain.ticket import VersionRef
from shared.domain.wording import SourceText
from shared.ports.books import PolicyStore
from shared.ports.customers import CustomerBook
from shared.ports.draft_writer import ArticleTexts
from shared.ports.knowledge import ArticleMatch, Articles, Knowledge, Match
from shared.ports.store import DraftStore, TicketStore, VersionText, newest_requests

_MOST_RESOLUTIONS = 3
_MOST_OPEN = 8  # other open tickets of the customer that are read


class Drafted(Record):
    """What draft answers: `drafted`, `none` with the reason, or `superseded` when a newer version exists."""

    outcome: str
    reason: NoDraft | None = None


@dataclass(frozen=True)
class Ports:
    """The world that draft touches.

    Attributes:
        wordsmith: lets a language model word the draft; None where none ever does.
    """

    tickets: TicketStore
    drafts: DraftStore
    policies: PolicyStore
    knowledge: Knowledge
    articles: Articles
    texts: ArticleTexts
    customer_book: CustomerBook
    clock: Callable[[], datetime]
    wordsmith: Wordsmith | None = None


def draft(ref: VersionRef, *, ports: Ports) -> Drafted:
    """Draft the first answer to a version, where the stored decision allows one. Repeating it asks no model again.

    Raises:
        DraftForbidden: the stored decision does not say `agent_with_draft`, whatever the caller says.
    """
    state, decision = ports.tickets.get(ref.key), ports.tickets.decision(ref.key, ref.version)
    allowed = decision is not None and decision.verdict.owner is Owner.AGENT_WITH_DRAFT
    if state is None or decision is None or not allowed or state.bounded:
        raise DraftForbidden(f"version {ref.version} of {ref.key} is not one to draft for")
    if state.version != ref.version:
        return Drafted(outcome="superseded")
    text = ports.tickets.text(ref.key, ref.version)
    seen = decision.inputs.observations
    if text is None or seen is None:
        raise StoredItemCorrupt(f"no text is stored for version {ref.version} of {ref.key}")
    asking = _Asking(
        ref, state.customer_id, decision, text, seen.language.code, ports.policies.get(ref.policy), ports.clock()
    )
    if not ports.policies.drafting_is_on():
        ports.drafts.put_story(ref.key, ref.version, _story(asking, NoDraft.SWITCHED_OFF))
        return Drafted(outcome="none", reason=NoDraft.SWITCHED_OFF)
    stands = ports.drafts.get(ref.key, ref.version)
    if stands is not None and stands.asked is not None:
        return Drafted(outcome="drafted")
    made, story = _prepared(asking, ports)
    if made is not None:
        ports.drafts.put(ref.key, ref.version, made)
    ports.drafts.put_story(ref.key, ref.version, story)
    return Drafted(outcome="none" if made is None else "drafted", reason=story.reason)


@dataclass(frozen=True)
class _Asking:
    """One request with all that its draft depends on."""

    ref: VersionRef
    customer_id: str
    decision: Decision
    version: VersionText
    language: str
    policy: Policy
    now: datetime

    @property
    def words(self) -> str:
        """Everything that the customer wrote."""
        return self.version.request.words

    @property
    def today(self) -> date:
        """The day by the company's clock."""
        return self.now.astimezone(ZoneInfo(self.policy.company.time_zone)).date()

    @property
    def facts(self) -> dict[FactName, str]:
        """What is known about the customer."""
        return facts_of(self.version.customer, self.words, today=self.today)


def _prepared(asking: _Asking, ports: Ports) -> tuple[Draft | None, DraftStory]:
    """The draft, if there is one, and how that came about."""
    told, found = _judged(asking, asking.words, ports.knowledge)
    story = _story(asking, reason_of(told), told)
    if story.reason is not None:
        return None, story
    chosen = next(one for one in told if one.standing is Standing.CHOSEN)
    resolution, cut = _suited(found[chosen.resolution].resolution, asking)
    said, wrong = _filled(resolution, asking)
    story = story.model_copy(update={"cut": cut, "gaps": open_gaps(said)})
    if wrong:
        return None, story.model_copy(update={"reason": NoDraft.CHECK_FAILED, "objections": wrong})
    also = _also_asked(asking, chosen, ports.knowledge)
    beside = _beside(ports.articles, asking.words, asking.language, resolution)
    sound, otherwise = stale(said, resolution, _texts(beside, ports.texts))
    against = contradicting(said, resolution, _holding(found, asking))
    grave, others = _also_open(asking, ports)
    doubts = (
        *other_questions(also),
        *against,
        *otherwise,
        *others,
        *ends_soon(resolution, asking.today),
    )
    approved = approved_draft(
        resolution,
        chosen,
        said,
        cut,
        facts=asking.facts,
        first=grave,
        doubts=doubts,
        doubtful=bool(against or otherwise),
        beside=beside,
        now=asking.now,
    )
    task = Task(
        approved=approved,
        request=asking.version.request,
        customer=asking.version.customer,
        language=asking.language,
        resolutions=(resolution, *also),
        facts=asking.facts,
        beside=tuple(sound),
    )
    made = worded(task, asking.policy.llm, ports.wordsmith)
    return with_next_step(made), story.model_copy(update={"asked": made.asked})


def _suited(resolution: Resolution, asking: _Asking) -> tuple[Resolution, Cut]:
    return suited(resolution, asking.facts, asking.words)


def _story(asking: _Asking, reason: NoDraft | None, told: tuple[Candidate, ...] = ()) -> DraftStory:
    drafting = asking.policy.draft
    return DraftStory(
        at=asking.now,
        reason=reason,
        language=asking.language,
        fits_at=drafting.fits_at,
        margin=drafting.margin,
        candidates=told[:KEPT],
    )


def _judged(asking: _Asking, words: str, knowledge: Knowledge) -> tuple[tuple[Candidate, ...], Mapping[str, Match]]:
    """The approved answers that a search finds, each with what stands between it and a draft."""
    matches = knowledge.search(words, language=asking.language)
    told = candidates(
        [match.as_found() for match in matches],
        asking.policy.draft,
        today=asking.today,
        plan=asking.version.customer.plan,
        facts=asking.facts,
        asked=asking.words,
        several=bool(questions_of(words)),
    )
    return told, {match.resolution.id: match for match in matches}


def _also_asked(asking: _Asking, chosen: Candidate, knowledge: Knowledge) -> list[Resolution]:
    """The approved answers to the other questions of the request."""
    also: dict[str, Resolution] = {}
    for question in questions_of(asking.words):
        told, found = _judged(asking, question, knowledge)
        one = next((one for one in told if one.standing is Standing.CHOSEN), None)
        if one is not None and one.resolution != chosen.resolution:
            resolution, _ = _suited(found[one.resolution].resolution, asking)
            if not _filled(resolution, asking)[1]:
                also[resolution.id] = resolution
    return list(also.values())[: _MOST_RESOLUTIONS - 1]


def _filled(resolution: Resolution, asking: _Asking) -> tuple[str, tuple[Objection, ...]]:
    """A suited wording with the customer's facts, and what speaks against showing it."""
    facts = asking.facts
    said = fill(resolution, facts)
    grounds = Grounds(sources=(said,), facts=tuple(facts.values()), question=asking.words, language=asking.language)
    return said, objections(said, grounds)


def _also_open(asking: _Asking, ports: Ports) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of the customer's other open tickets to read first, and what to know of the others.

    A draft does not fail for want of it.
    """
    desk = asking.ref.desk
    try:
        history = ports.customer_book.history(desk, asking.customer_id)
    except StoredItemCorrupt:
        history = None
    earlier = before_this(asking.decision, history, asking.version.earlier)
    read = [one.id for one in earlier if not one.status.is_over][:_MOST_OPEN]
    said = newest_requests(desk, read, ports.tickets)
    return also_open(asking.version.request, earlier, said, history, asking.language)


def _beside(articles: Articles, words: str, language: str, resolution: Resolution) -> list[ArticleMatch]:
    """Articles about the same question, for the agent to look at. A draft does not fail for want of them."""
    try:
        found = articles.search_articles(words, language=language, limit=3)
    except (StoreUnavailable, StoredItemCorrupt, EngineUnavailable):
        return []
    return [one for one in found if one.fit >= CLEARLY and one.link not in (*resolution.links, resolution.page)][:2]


def _texts(beside: list[ArticleMatch], texts: ArticleTexts) -> list[SourceText]:
    try:
        return texts.texts_of(one.id for one in beside) if beside else []
    except (StoreUnavailable, StoredItemCorrupt):
        return []


def _holding(found: Mapping[str, Match], asking: _Asking) -> list[Resolution]:
    """The other approved answers near the request that hold today for this customer."""
    plan = asking.version.customer.plan
    held = (match.resolution for match in found.values())
    return [one for one in held if one.holds_on(asking.today) and one.holds_for(plan)]
