"""Preparing a draft: approved wording with this customer's facts, complete or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.boundary import Owner
from shared.domain.claims import Grounds, objections
from shared.domain.errors import DraftForbidden, EngineUnavailable, StoredItemCorrupt, StoreUnavailable
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.resolution import Draft, NoDraft, Resolution, Source, facts_of, fill, missing_facts
from shared.domain.ticket import VersionRef
from shared.ports.knowledge import ArticleMatch, Articles, Knowledge, Match
from shared.ports.store import DraftStore, PolicyStore, TicketStore, VersionText

_CLEARLY = 0.7


class Drafted(Record):
    """What draft answers: `drafted`, `none` with the reason, or `superseded` when a newer version exists."""

    outcome: str
    reason: NoDraft | None = None


def draft(
    ref: VersionRef,
    *,
    tickets: TicketStore,
    drafts: DraftStore,
    policies: PolicyStore,
    knowledge: Knowledge,
    articles: Articles,
    clock: Callable[[], datetime],
) -> Drafted:
    """Draft the first answer to a version, where the stored decision allows one.

    Raises:
        DraftForbidden: the stored decision does not say `agent_with_draft`, whatever the caller says.
    """
    state, decision = tickets.get(ref.key), tickets.decision(ref.key, ref.version)
    allowed = decision is not None and decision.verdict.owner is Owner.AGENT_WITH_DRAFT
    if state is None or decision is None or not allowed or state.bounded:
        raise DraftForbidden(f"version {ref.version} of {ref.key} is not one to draft for")
    if state.version != ref.version:
        return Drafted(outcome="superseded")
    if not policies.drafting_is_on():
        return Drafted(outcome="none", reason=NoDraft.SWITCHED_OFF)
    text = tickets.text(ref.key, ref.version)
    seen = decision.inputs.observations
    if text is None or seen is None:
        raise StoredItemCorrupt(f"no text is stored for version {ref.version} of {ref.key}")
    policy = policies.get(ref.policy)
    words = f"{text.request.subject}\n{text.request.text}"
    now = clock()
    match = _fitting(knowledge.search(words, language=seen.language.code), text, policy, now)
    if match is None:
        return Drafted(outcome="none", reason=NoDraft.NO_RESOLUTION)
    facts = facts_of(text.customer, words)
    if missing_facts(match.resolution, facts):
        return Drafted(outcome="none", reason=NoDraft.MISSING_FACT)
    resolution = match.resolution
    said = fill(resolution, facts)
    grounds = Grounds(sources=(said,), facts=tuple(facts.values()), question=words, language=seen.language.code)
    if objections(said, grounds):
        return Drafted(outcome="none", reason=NoDraft.CHECK_FAILED)
    beside = _beside(articles, words, seen.language.code, resolution)
    made = Draft(
        resolution=resolution.id,
        title=resolution.title,
        text=said,
        language=resolution.language,
        fit=round(match.fit, 4),
        links=resolution.links,
        check=_what_to_check(
            match, tuple(f"{name.value.replace('_', ' ')}: {facts[name]}" for name in resolution.facts)
        ),
        made_at=now,
        sources=(
            Source(id=resolution.id, title=resolution.title, link=next(iter(resolution.links), "")),
            *(Source(id=one.id, title=one.title, link=one.link) for one in beside),
        ),
        confidence=confidence(match),
    )
    drafts.put(ref.key, ref.version, made)
    return Drafted(outcome="drafted")


def _beside(articles: Articles, words: str, language: str, resolution: Resolution) -> list[ArticleMatch]:
    """Articles about the same question, for the agent to look at. A draft does not fail for want of them."""
    try:
        found = articles.search_articles(words, language=language, limit=3)
    except (StoreUnavailable, StoredItemCorrupt, EngineUnavailable):
        return []
    return [one for one in found if one.fits and one.link not in resolution.links][:2]


def confidence(match: Match) -> str:
    """How sure the search is, in words that tell an agent how closely to look."""
    if match.fit >= _CLEARLY:
        return "high: the request is much like those that this answer was approved for"
    return "fair: the request is probably about this; read it once more before sending"


def _fitting(matches: list[Match], text: VersionText, policy: Policy, now: datetime) -> Match | None:
    """The best match, if it holds for this customer today and is clearly about the same question."""
    today = now.astimezone(ZoneInfo(policy.company.time_zone)).date()
    holding = [
        match
        for match in matches
        if match.resolution.holds_on(today) and match.resolution.holds_for(text.customer.plan)
    ]
    if not holding:
        return None
    best = holding[0]
    fits = best.fit >= policy.draft.fits_at and best.fit - best.rival >= policy.draft.margin
    return best if fits else None


def _what_to_check(match: Match, facts: tuple[str, ...]) -> tuple[str, ...]:
    surety = "clearly" if match.fit >= _CLEARLY else "probably"
    return (f"The request is {surety} about this; does the answer meet it?", *facts)
