"""What Firstline brought: handle time with and without its help, hours and money saved, each with its method.

Desks do not tell how long somebody worked on an answer. What they tell is when each agent sent what. The time between
an agent's answer and their one before, where it is short enough that nothing else came between, is an upper bound of
the time that the answer took, and the same bound for every kind of ticket: it compares them, and it can refute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance

from shared.domain.noise import Spread, spread
from shared.domain.record import Record

LONGEST = timedelta(minutes=30)
"""A longer pause between two answers holds a break or other work, and is left out."""

ENOUGH = 10
"""Answers on both sides below which no difference is told."""

_Z = 1.959963984540054


class Answer(Record):
    """An agent's first answer to a ticket.

    Attributes:
        help: `draft_used`, `draft_unused`, `draft` where nobody knows, `briefing`, or `none`.
    """

    agent: str
    at: datetime
    help: str
    category: str


class Saved(Record):
    """The difference that drafts make, in minutes an answer, with its 95 % interval (Welch), and what it comes to.

    Attributes:
        drafts: answers given from a draft.
        hours: `drafts` times `minutes` / 60; may be below zero.
        money: hours times the policy's cost of an hour; None where the policy names none.
    """

    minutes: float
    low: float
    high: float
    drafts: int
    hours: float
    money: float | None


class Outcome(Record):
    """Handle time by the help that was given, and what it saves.

    Attributes:
        before: before Firstline, as the policy has it from a replay or a baseline week; None where nobody measured.
        saved: None where there are too few answers to tell.
    """

    with_draft: Spread
    with_briefing: Spread
    without: Spread
    before: float | None
    saved: Saved | None
    hour_costs: float | None
    currency: str


def handle_times(answers: Iterable[Answer], start: datetime, end: datetime) -> list[tuple[Answer, float]]:
    """Minutes since the same agent's answer before, for answers of a stretch of time; long pauses are left out."""
    by_agent: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        if answer.agent:
            by_agent[answer.agent].append(answer)
    found = []
    for held in by_agent.values():
        ordered = sorted(held, key=lambda one: one.at)
        for before, this in pairwise(ordered):
            pause = this.at - before.at
            if start <= this.at < end and timedelta(0) < pause <= LONGEST:
                found.append((this, pause / timedelta(minutes=1)))
    return found


def outcome(
    answers: Iterable[Answer],
    start: datetime,
    end: datetime,
    *,
    before: float | None,
    hour_costs: float | None,
    currency: str,
) -> Outcome:
    """The outcome of a stretch of time; drafts are compared with answers without one in the same categories."""
    known = list(answers)
    timed = handle_times(known, start, end)
    used = [(one, took) for one, took in timed if one.help in ("draft", "draft_used")]
    categories = {one.category for one, _ in used}
    briefed = [took for one, took in timed if one.help == "briefing"]
    alone = [took for one, took in timed if one.help in ("none", "draft_unused")]
    like = [took for one, took in timed if one.help not in ("draft", "draft_used") and one.category in categories]
    drafts = sum(one.help in ("draft", "draft_used") and start <= one.at < end for one in known)
    return Outcome(
        with_draft=spread([took for _, took in used]),
        with_briefing=spread(briefed),
        without=spread(alone),
        before=before,
        saved=_saved([took for _, took in used], like, drafts, hour_costs),
        hour_costs=hour_costs,
        currency=currency,
    )


def _saved(used: list[float], like: list[float], drafts: int, hour_costs: float | None) -> Saved | None:
    if min(len(used), len(like)) < ENOUGH:
        return None
    minutes = fmean(like) - fmean(used)
    half = _Z * sqrt(variance(like) / len(like) + variance(used) / len(used))
    hours = drafts * minutes / 60
    return Saved(
        minutes=round(minutes, 1),
        low=round(minutes - half, 1),
        high=round(minutes + half, 1),
        drafts=drafts,
        hours=round(hours, 1),
        money=round(hours * hour_costs, 2) if hour_costs is not None else None,
    )
