"""Handle time, what it saves, and what a week costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.costs import PER_VERSION, PER_WEBHOOK, UNIT_PRICES, Usage
from shared.domain.facts import Fact, FactKind
from shared.domain.outcome import Answer, baseline_of, handle_times, outcome
from shared.domain.ticket import TicketKey

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
SUNDAY = MONDAY + timedelta(days=7)


def a_day(day, minutes, help, category="billing"):
    """An agent's answers, each so many minutes after the one before."""
    at = MONDAY + timedelta(days=day, hours=9)
    found = [Answer(agent="ada", at=at, help=help, category=category)]
    for pause in minutes:
        at += timedelta(minutes=pause)
        found.append(Answer(agent="ada", at=at, help=help, category=category))
    return found


def the_outcome(answers, hour_costs=60.0):
    return outcome(answers, MONDAY, SUNDAY, before=None, hour_costs=hour_costs, currency="EUR")


def test_handle_time_is_the_pause_to_the_agents_answer_before():
    timed = handle_times(a_day(0, [4, 6, 90], "draft_used"), MONDAY, SUNDAY)
    assert [took for _, took in timed] == [4.0, 6.0]


def test_other_agents_answers_do_not_count():
    ada, ben = a_day(0, [4], "briefing"), Answer(agent="ben", at=MONDAY, help="briefing", category="billing")
    assert len(handle_times([*ada, ben], MONDAY, SUNDAY)) == 1


def test_what_drafts_save_is_told_with_its_interval_and_its_money():
    answers = [*a_day(0, [3, 4, 5] * 5, "draft_used"), *a_day(1, [10, 11, 12] * 5, "briefing")]
    saved = the_outcome(answers).saved
    assert saved.minutes == 7.0
    assert saved.low < 7 < saved.high
    assert (saved.drafts, saved.hours, saved.money) == (16, 1.9, 112.0)


def test_a_draft_that_costs_time_is_told_as_it_is():
    answers = [*a_day(0, [12] * 12, "draft_used"), *a_day(1, [5] * 12, "briefing")]
    assert the_outcome(answers).saved.minutes == -7.0


@pytest.mark.parametrize("answers", [[], a_day(0, [3], "draft_used"), a_day(0, [3] * 12, "draft_used")])
def test_too_few_answers_tell_no_difference(answers):
    assert the_outcome(answers).saved is None


def test_other_categories_are_no_comparison():
    answers = [*a_day(0, [3] * 12, "draft_used"), *a_day(1, [20] * 12, "briefing", "technical")]
    assert the_outcome(answers).saved is None


def test_without_a_price_of_an_hour_no_money_is_told():
    answers = [*a_day(0, [3, 4, 5] * 5, "draft_used"), *a_day(1, [10, 11, 12] * 5, "briefing")]
    assert the_outcome(answers, hour_costs=None).saved.money is None


def fact(kind, **detail):
    return Fact(kind=kind, key=TicketKey(desk="z", id="1"), at=MONDAY, recorded_at=MONDAY, detail=detail)


def costs(facts, **week):
    usage = Usage()
    for one in facts:
        usage.add(one)
    return usage.costs(**week)


def test_costs_are_counted_from_what_happened_and_from_what_the_reader_was_charged():
    facts = [fact(FactKind.OPENED), fact(FactKind.TRIAGED), fact(FactKind.DRAFTED), fact(FactKind.FIRST_RESPONSE)]
    facts += [fact(FactKind.TRIAGED), fact(FactKind.BRIEFED, cause="no_resolution")]
    found = costs([*facts, fact(FactKind.READ_AGAIN, micro_dollars="250000")], tickets=2, share_of_week=1.0)
    assert (found.versions, found.transitions, found.webhooks) == (2, 6 + 7, 4)
    assert found.reader == 0.25
    assert found.total == pytest.approx(found.counted + found.estimated + found.fixed + found.reader, abs=2e-4)
    assert found.per_ticket == pytest.approx(found.total / 2, abs=1e-4)


def test_a_week_without_tickets_has_its_fixed_costs_and_no_cost_a_ticket():
    found = costs([fact(FactKind.READ_AGAIN, micro_dollars="?")], tickets=0, share_of_week=0.5)
    assert (found.variable, found.reader, found.per_ticket) == (0.0, 0.0, None)
    assert found.fixed > 0


def test_every_unit_has_a_price_and_every_price_a_unit():
    assert PER_VERSION.keys() | PER_WEBHOOK.keys() | {"transitions"} == UNIT_PRICES.keys()


def test_the_time_before_firstline_is_measured_by_the_same_rule_and_told_apart():
    before = baseline_of(a_day(0, [10, 11, 12] * 5, "none"), MONDAY, SUNDAY)
    assert before is not None
    assert sorted(before.minutes({"billing"})) == sorted([10.0, 11.0, 12.0] * 5)
    assert before.minutes({"technical"}) == []
    found = outcome(
        a_day(0, [3, 4] * 6, "draft_used"),
        MONDAY,
        SUNDAY,
        before=None,
        hour_costs=None,
        currency="EUR",
        baseline=before,
    )
    assert (found.measured.n, found.measured.median) == (15, 11.0)
    assert (found.saved, found.since.minutes) == (None, 7.5)
    assert found.since.low < 7.5 < found.since.high


def test_a_past_without_two_answers_in_a_row_is_no_baseline():
    assert baseline_of([], MONDAY, SUNDAY) is None
