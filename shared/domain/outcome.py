"""What Firstline brought: handle time with and without its help, hours and money saved, each with its method.

Desks do not tell how long somebody worked on an answer. What they tell is when each agent sent what. The time between
an agent's answer and their one before, where it is short enough that nothing else came between, is an upper bound of
the time that the answer took, and the same bound for every kind of ticket: it compares them, and it can refute.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance

from shared.domain.noise import Spread, spread
from shared.domain.record import Instant, Record

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
    ticket: str = ""

    @property
    def from_draft(self) -> bool:
        """Whether it was given from a draft, as far as anybody knows."""
        return self.help in ("draft", "draft_used")


class Saved(Record):
    """The difference that drafts make, in minutes an answer, with its 95 % interval (Welch), and what it comes to.

    Attributes:
        drafts: answers given from a draft.
        hours: `drafts` times `minutes` as rounded here / 60, so that a reader can multiply it; may be below zero.
        money: the same times the policy's cost of an hour; None where the policy names none.
    """

    minutes: float
    low: float
    high: float
    drafts: int
    hours: float
    money: float | None


class Baseline(Record):
    """How long answers took before Firstline, measured by the same rule on the company's own past.

    Attributes:
        tenths: by category, how many answers took so many tenths of a minute.
    """

    since: Instant
    until: Instant
    tenths: dict[str, dict[int, int]]

    def minutes(self, categories: Collection[str]) -> list[float]:
        """Every measured answer of some categories, in minutes."""
        held = (self.tenths[category] for category in sorted(self.tenths) if category in categories)
        return [tenth / 10 for counts in held for tenth, count in sorted(counts.items()) for _ in range(count)]


class Outcome(Record):
    """Handle time by the help that was given, and what it saves.

    Attributes:
        before: minutes before Firstline by the policy; None where it names none.
        measured: before Firstline as measured, in the categories in which drafts were used; None without a baseline.
        saved: drafts against answers without one of the same week; None where there are too few answers to tell.
        since: drafts against answers before Firstline.
    """

    with_draft: Spread
    with_briefing: Spread
    without: Spread
    before: float | None
    measured: Spread | None = None
    saved: Saved | None
    since: Saved | None = None
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


def baseline_of(answers: Iterable[Answer], start: datetime, end: datetime) -> Baseline | None:
    """The baseline of a stretch of time before Firstline; None where no answer of it can be measured."""
    tenths: dict[str, Counter[int]] = defaultdict(Counter)
    for one, took in handle_times(answers, start, end):
        tenths[one.category][round(took * 10)] += 1
    if not tenths:
        return None
    return Baseline(since=start, until=end, tenths={name: dict(counts) for name, counts in tenths.items()})


def outcome(
    answers: Iterable[Answer],
    start: datetime,
    end: datetime,
    *,
    before: float | None,
    hour_costs: float | None,
    currency: str,
    baseline: Baseline | None = None,
) -> Outcome:
    """The outcome of a stretch of time; drafts are compared with answers without one in the same categories."""
    known = list(answers)
    timed = handle_times(known, start, end)
    used = [took for one, took in timed if one.from_draft]
    categories = {one.category for one, _ in timed if one.from_draft}
    like = [took for one, took in timed if not one.from_draft and one.category in categories]
    earlier = baseline.minutes(categories) if baseline else []
    drafts = sum(one.from_draft and start <= one.at < end for one in known)
    return Outcome(
        with_draft=spread(used),
        with_briefing=spread([took for one, took in timed if one.help == "briefing"]),
        without=spread([took for one, took in timed if one.help in ("none", "draft_unused")]),
        before=before,
        measured=spread(earlier) if earlier else None,
        saved=_saved(used, like, drafts, hour_costs),
        since=_saved(used, earlier, drafts, hour_costs),
        hour_costs=hour_costs,
        currency=currency,
    )


def _saved(used: list[float], like: list[float], drafts: int, hour_costs: float | None) -> Saved | None:
    if min(len(used), len(like)) < ENOUGH:
        return None
    minutes = fmean(like) - fmean(used)
    half = _Z * sqrt(variance(like) / len(like) + variance(used) / len(used))
    told = round(minutes, 1)
    hours = drafts * told / 60
    return Saved(
        minutes=told,
        low=round(minutes - half, 1),
        high=round(minutes + half, 1),
        drafts=drafts,
        hours=round(hours, 1),
        money=round(hours * hour_costs, 2) if hour_costs is not None else None,
    )
