"""The demo's month: the same for the same week, and of a kind that a report has something to say about."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from cli.demo.month.making import Month, make
from cli.demo.month.stories import LIVE_WEEKS, Stories
from cli.demo.month.team import Team
from cli.replay.triage import Triage
from shared.domain.facts import FactKind
from shared.domain.observation import Category, Sentiment
from shared.domain.outcome import baseline_of, handle_times
from shared.domain.report_numbers import count_week
from shared.domain.week import Week
from tests.unit.domain.samples import policy, seen

LAST = Week(name="2026-W47")
ZONE = "Europe/Berlin"
POLICY = policy()


def observe(request):
    angry = "refund" in request.text or "no answer" in request.text or "stuck" in request.text
    category = Category.TECHNICAL if "board" in request.text else Category.BILLING
    return seen(category=category, sentiment=Sentiment.FRUSTRATED if angry else Sentiment.NEUTRAL)


def lived():
    triage = Triage(observe, POLICY, ())
    team = Team(POLICY, live_from=LAST.before(LIVE_WEEKS - 1).starts(ZONE), until=LAST.ends(ZONE), seed=1)
    facts = team.facts([triage.replay(one) for one in Stories(LAST, ZONE).tickets()])
    return team, facts


@pytest.fixture(scope="module")
def month():
    return lived()


def test_the_same_week_gives_the_same_facts(month):
    assert lived()[1] == month[1]


def test_five_weeks_are_recorded_and_the_one_before_is_only_measured(month):
    team, facts = month
    weeks = Counter(str(Week.of(fact.at, ZONE)) for fact in facts if fact.kind is FactKind.OPENED)
    assert sorted(weeks) == [str(LAST.before(n)) for n in range(LIVE_WEEKS - 1, -1, -1)]
    assert all(count > 100 for count in weeks.values())
    before = LAST.before(LIVE_WEEKS)
    assert baseline_of(team.before, before.starts(ZONE), before.ends(ZONE)) is not None


def test_nothing_happens_after_the_last_week_or_before_its_cause(month):
    _, facts = month
    opened = {fact.key: fact.at for fact in facts if fact.kind is FactKind.OPENED}
    assert all(fact.at < LAST.ends(ZONE) for fact in facts)
    assert all(fact.at >= opened[fact.key] for fact in facts)


def test_the_topics_functions_own_look_leaves_its_memory_and_the_weeks():
    """The month is made by the rules of triage and topics as they are: this breaks where they have moved on."""
    made = make(POLICY, Triage(with_embedding, POLICY, ()), LAST)
    assert made.weeks[LAST.name].requests > 100
    assert made.weeks[LAST.name].topics
    assert made.memory.looked_at is not None
    assert made.baseline is not None
    assert Month.model_validate_json(made.model_dump_json()) == made


def with_embedding(request):
    place = sum(map(ord, request.text)) % 97
    return observe(request).model_copy(update={"embedding": bytes((place * n) % 251 for n in range(1, 33))})


def test_the_report_of_the_last_week_has_something_in_every_part(month):
    team, facts = month
    report = count_week(facts, LAST, policy=POLICY, cut_off=LAST.ends(ZONE) + timedelta(hours=8))
    assert report.weeks_before == LIVE_WEEKS - 1
    assert min(report.targets.breached, report.targets.saved) > 0
    assert report.satisfaction.good.n > 20
    assert report.resolution.reopened
    assert report.boundary.briefed
    assert len(report.loads) > 1
    assert handle_times(team.before, LAST.before(LIVE_WEEKS).starts(ZONE), LAST.ends(ZONE))
