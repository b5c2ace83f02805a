"""Preparing a briefing for the person who answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from shared.domain.alike import MOST_READ, WINDOW, Alike, alike, defect_fact, fault_terms
from shared.domain.briefing import brief as compose
from shared.domain.case import Known
from shared.domain.decision import Decision
from shared.domain.errors import EngineUnavailable, StoredItemCorrupt, StoreUnavailable
from shared.domain.facts import FactKind
from shared.domain.health import History
from shared.domain.nearest import GRAVE, Near, floor_of, nearest, nearest_articles, searched_for
from shared.domain.observation import Request, ServiceFailure
from shared.domain.own_words import of_the_fault
from shared.domain.policy import Policy
from shared.domain.promises import Promise
from shared.domain.resolution import facts_of
from shared.domain.ticket import Customer, EarlierTicket, TicketKey, VersionRef
from shared.domain.ticket_state import TicketState
from shared.ports.books import FactLog, PolicyStore
from shared.ports.customers import CustomerBook
from shared.ports.draft_writer import ArticleTexts
from shared.ports.knowledge import Articles, Knowledge
from shared.ports.store import DraftStore, TicketStore, VersionText, newest_requests

Found = TypeVar("Found")

_OTHERS = 5
"""Other open tickets of the customer whose words are read."""


class Briefed(StrEnum):
    """What brief did."""

    BRIEFED = "briefed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Ports:
    """The world that brief touches. Of drafts it reads how they came about, and it can write none."""

    tickets: TicketStore
    facts: FactLog
    customer_book: CustomerBook
    policies: PolicyStore
    drafts: DraftStore
    knowledge: Knowledge
    articles: Articles
    texts: ArticleTexts


def brief(ref: VersionRef, *, no_draft: str | None, ports: Ports, clock: Callable[[], datetime]) -> Briefed:
    """Store the briefing on a version. Repeating it replaces the same briefing.

    Args:
        no_draft: why draft had nothing to offer, if it was asked.

    Raises:
        StoredItemCorrupt: the version was never decided.
    """
    state = ports.tickets.get(ref.key)
    if state is None or state.version != ref.version:
        return Briefed.SUPERSEDED
    decision = ports.tickets.decision(ref.key, ref.version)
    if decision is None:
        raise StoredItemCorrupt(f"no decision is stored for version {ref.version} of {ref.key}")
    known = _known(ref, state, decision, ports, clock())
    ports.tickets.put_briefing(ref.key, ref.version, compose(decision, known, no_draft=no_draft, made_at=clock()))
    return Briefed.BRIEFED


def _known(ref: VersionRef, state: TicketState, decision: Decision, ports: Ports, now: datetime) -> Known:
    """At most three dozen reads, each with its place in the briefing; an item that is corrupt costs only that place."""
    text = ports.tickets.text(ref.key, ref.version)
    earlier = text.earlier if text else ()
    policy = ports.policies.get(ref.policy)
    history = _unless_corrupt(lambda: ports.customer_book.history(ref.key.desk, state.customer_id))
    return Known(
        request=text.request if text else None,
        customer=text.customer if text else Customer(id=""),
        earlier=earlier,
        history=history,
        promises=_promises(ref.key, earlier, ports.tickets),
        alike=_unless_corrupt(lambda: _alike(state, decision, text, ports.facts)),
        policy=policy,
        story=_unless_corrupt(lambda: ports.drafts.story(ref.key, ref.version)),
        elsewhere=_elsewhere(ref.key, earlier, history, ports.tickets),
        near=_near(decision, text, policy, ports, now) if text else (),
    )


def _unless_corrupt(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except StoredItemCorrupt:
        return None


def _elsewhere(
    key: TicketKey, earlier: tuple[EarlierTicket, ...], history: History | None, tickets: TicketStore
) -> dict[str, Request]:
    """What is written in the customer's other open tickets, as far as it is kept."""
    over = {one.id for one in earlier if one.status.is_over}
    ours = [one.id for one in reversed(history.tickets) if one.closed_at is None] if history else []
    ids = dict.fromkeys((*(one.id for one in earlier), *ours))
    others = [id for id in ids if id not in over and id != key.id][:_OTHERS]
    return newest_requests(key.desk, others, tickets)


def _near(decision: Decision, text: VersionText, policy: Policy, ports: Ports, now: datetime) -> tuple[Near, ...]:
    """The company's own texts on what is asked. A briefing does not fail for want of them."""
    seen, floor = decision.understood, floor_of(decision, text.request)
    if seen is None or floor is None:
        return ()
    asked, language = searched_for(text.request), seen.language.code
    today = now.astimezone(ZoneInfo(policy.company.time_zone)).date()
    try:
        answers = nearest(
            [match.as_found() for match in ports.knowledge.search(asked, language=language)],
            text.request,
            policy.draft,
            floor=floor,
            today=today,
            plan=text.customer.plan,
            facts=facts_of(text.customer, text.request.words, today=today),
        )
        if answers or floor >= GRAVE:
            return answers
        beside = [one.id for one in ports.articles.search_articles(asked, language=language) if one.fits]
        return nearest_articles(ports.texts.texts_of(beside), text.request, language) if beside else ()
    except (StoreUnavailable, StoredItemCorrupt, EngineUnavailable):
        return ()


def _promises(key: TicketKey, earlier: tuple[EarlierTicket, ...], tickets: TicketStore) -> tuple[Promise, ...]:
    keys = [key, *(TicketKey(desk=key.desk, id=one.id) for one in earlier)]
    found = (_unless_corrupt(partial(tickets.promises, one)) for one in keys)
    return tuple(promise for promises in found for promise in promises or ())


def _alike(state: TicketState, decision: Decision, text: VersionText | None, facts: FactLog) -> Alike | None:
    """Others with the same fault of the product; None where none is reported, or no words are left to go by."""
    seen = decision.inputs.observations
    if seen is None or text is None or seen.service_failure.label is not ServiceFailure.PRODUCT_DEFECT:
        return None
    at = state.version_at or state.created_at
    terms = fault_terms(of_the_fault(text.request, seen), seen.language.code)
    mine = defect_fact(state.key, at, terms=terms, customer=state.customer_id, now=at)
    reports = facts.newest(FactKind.DEFECT, since=at - WINDOW, until=at, limit=MOST_READ)
    return alike(mine, reports)
