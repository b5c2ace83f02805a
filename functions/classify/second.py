"""Turning to the second reader: only in doubt, only within the day's limit, and never so that triage fails by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.cascade import combined, doubts
from shared.domain.errors import PermanentError, StoreUnavailable
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Head, Observations, Outcome, SecondLook, Usage
from shared.domain.reader_policy import SecondReaderPolicy
from shared.domain.ticket import VersionRef
from shared.ports.asking import Allowance, allowed, keep_book
from shared.ports.books import FactLog, PolicyStore
from shared.ports.second_reader import ReaderBook, SecondReader
from shared.ports.store import TicketStore, VersionText


@dataclass(frozen=True)
class SecondOpinion:
    """The world around the second reader.

    Attributes:
        reader: connects it; None where this deployment has none.
        tell: hears of every second look, for the metrics.
    """

    reader: Callable[[], SecondReader | None]
    policies: PolicyStore
    book: ReaderBook
    facts: FactLog
    clock: Callable[[], datetime]
    tell: Callable[[SecondLook], None]


@dataclass(frozen=True)
class Doubt:
    """What the embedded engine is unsure of, and the rules by which somebody is asked."""

    heads: tuple[Head, ...]
    policy: SecondReaderPolicy


def doubt_about(seen: Observations, ref: VersionRef, policies: PolicyStore) -> Doubt | None:
    """What to ask about by the ticket's own policy, or None where nothing is in doubt or nobody is ever asked."""
    policy = policies.get(ref.policy)
    heads = doubts(seen, policy.llm.ask, policy.boundary) if policy.llm else ()
    return Doubt(heads, policy.llm) if policy.llm and heads else None


def observe_in_doubt(
    seen: Observations, doubt: Doubt, ref: VersionRef, text: VersionText, tickets: TicketStore, world: SecondOpinion
) -> None:
    """Ask, store what both readers saw, and then keep the book: a step that runs again asks nobody twice."""
    stands = tickets.observations(ref.key, ref.version)
    if stands is None:
        turn = _turn(seen, doubt, text, world)
        stands = combined(seen, turn.look) if turn else seen
        tickets.put_observations(ref.key, ref.version, stands)
        if turn and turn.allowance:
            _settle(turn, turn.allowance, doubt.policy, world)
    if stands.second is not None:
        world.facts.record([_fact(ref, stands.second)])
        world.tell(stands.second)


@dataclass(frozen=True)
class _Turn:
    """A second look; where somebody was asked, with the money that was set aside for it."""

    look: SecondLook
    allowance: Allowance | None = None


def _turn(seen: Observations, doubt: Doubt, text: VersionText, world: SecondOpinion) -> _Turn | None:
    now = world.clock()
    look = SecondLook(asked=doubt.heads, outcome=Outcome.NOT_CONNECTED, first=seen.first, at=now)
    try:
        reader = world.reader()
    except (PermanentError, StoreUnavailable):
        return _Turn(look)
    if reader is None:
        return None
    return _asked(look.model_copy(update={"reader": reader.version}), reader, doubt.policy, text, world.book)


def _asked(
    look: SecondLook, reader: SecondReader, policy: SecondReaderPolicy, text: VersionText, book: ReaderBook
) -> _Turn:
    """Ask, where we are allowed to."""
    allowance = allowed(reader.version.model, reader.most(text.request), policy, book, look.at)
    if isinstance(allowance, Outcome):
        return _Turn(look.model_copy(update={"outcome": allowance}))
    heard = reader.read(text.request, names=_names(text))
    cost = allowance.cost(heard.usage)
    said = {"outcome": heard.outcome, "answer": heard.answer, "usage": heard.usage, "micro_dollars": cost}
    return _Turn(look.model_copy(update=said), allowance)


def _settle(turn: _Turn, allowance: Allowance, policy: SecondReaderPolicy, world: SecondOpinion) -> None:
    look = turn.look
    keep_book(
        allowance,
        look.outcome,
        look.usage,
        policy=policy,
        book=world.book,
        asked_at=look.at,
        ended_at=world.clock(),
    )


def _names(text: VersionText) -> tuple[str, ...]:
    return (text.customer.name,) if text.customer.name else ()


def _fact(ref: VersionRef, look: SecondLook) -> Fact:
    usage = look.usage or Usage()
    detail = {
        "outcome": look.outcome.value,
        "asked": ",".join(look.asked),
        "model": look.reader.model if look.reader else "",
        "micro_dollars": str(look.micro_dollars),
        "input_tokens": str(usage.input_tokens),
        "output_tokens": str(usage.output_tokens),
    }
    return Fact(kind=FactKind.READ_AGAIN, key=ref.key, at=look.at, recorded_at=look.at, detail=detail)
