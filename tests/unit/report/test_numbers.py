"""A week counted by hand, and weeks that are not like others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.report_page.work import boundary, to_revise
from shared.domain.facts import Fact, FactKind
from shared.domain.noise import Change
from shared.domain.report_numbers import days_to_read
from shared.domain.week import Week
from tests.unit.domain.samples import ROUND_THE_CLOCK, policy
from tests.unit.report.stories import MONDAY_8, POLICY, W47, a_week, counted, fact, listening, local, told


def times(spread):
    return spread.n, spread.average, spread.median, spread.p90


STUCK = "\N{NO-BREAK SPACE}"


def tallies(found):
    return {tally.name: tally.count for tally in found}


def test_volume_counts_the_tickets_opened_in_the_week_by_category():
    report = counted(a_week())
    assert report.total.tickets == 6
    assert {c.name: (c.tickets, c.share) for c in report.categories} == {
        "billing": (3, 0.5),
        "technical": (2, 0.3333),
        "feature_request": (0, 0.0),
        "complaint": (1, 0.1667),
        "other": (0, 0.0),
    }
    assert [(c.name, c.tickets) for c in report.channels] == [("email", 4), ("chat", 1), ("form", 1)]
    assert [(c.name, c.tickets) for c in report.queues] == [("billing", 3), ("front_desk", 2), ("care", 1)]


def test_volume_stands_against_last_week_and_the_average_of_the_weeks_that_are_known():
    report = counted(a_week())
    # We listened from Monday, 2 November on: weeks 45 (no tickets) and 46 (two) are known as a whole.
    assert report.weeks_before == 2
    assert (report.total.before, report.total.average) == (2, 1.0)
    assert report.categories[0].before == 1
    assert report.total.change is Change.NOISE


def test_first_response_has_average_median_and_ninetieth_percentile():
    found = counted(a_week()).first_response
    by_category = {row.name: row.times for row in found.by_category}
    assert times(by_category["billing"]) == (3, 30.0, 20.0, 60.0)
    assert times(by_category["technical"]) == (2, 60.0, 60.0, 90.0)
    assert times(by_category["complaint"]) == (0, None, None, None)
    assert times(found.wall) == (5, 42.0, 30.0, 90.0)


def test_an_answer_belongs_to_the_week_in_which_it_was_given():
    facts = [*told("1", local(15, 23, 30), answered=60), *told("2", local(22, 23, 30), answered=60)]
    found = counted(facts)
    assert (found.total.tickets, found.first_response.wall.n) == (1, 1)


def test_a_ticket_that_was_opened_before_anybody_read_facts_still_says_how_long_it_waited():
    opened = local(1, month=8).astimezone(UTC)
    late = fact("1", FactKind.FIRST_RESPONSE, local(17), opened_at=opened.isoformat(), used_draft="unknown")
    assert counted([late]).first_response.wall.median == (local(17).astimezone(UTC) - opened).total_seconds() / 60


def test_opening_hours_are_counted_beside_the_wall_clock():
    hours = {"time_zone": "Europe/Berlin", "open": {"mon": [{"from": "09:00", "to": "17:00"}]}}
    facts = told("1", local(15, 16), answered=20 * 60)  # Sunday 16:00 to Monday 12:00
    found = counted(facts, calendars={"always": hours}).first_response
    assert (found.wall.median, found.open.median) == (1200.0, 180.0)


def test_a_target_is_met_by_an_answer_and_missed_at_its_deadline():
    found = counted(a_week()).targets
    assert (found.met.hits, found.met.n, found.breached) == (4, 5, 1)
    assert (found.warned, found.saved) == (2, 1)
    assert tallies(found.breached_by_queue) == {"front_desk": 1}


def test_a_missed_target_stays_missed_in_the_week_of_the_answer():
    facts = [*told("1", local(15, 20), answered=24 * 60), fact("1", FactKind.SLA_BREACH, local(15, 22))]
    found = counted(facts)
    assert (found.targets.met.n, found.targets.breached, found.first_response.wall.n) == (0, 0, 1)


def test_resolution_tells_confirmed_from_assumed_and_reopened():
    found = counted(a_week()).resolution
    assert (found.of_received.hits, found.of_received.n) == (2, 6)
    week = found.this_week
    assert (week.resolved, week.confirmed, week.disputed, week.reopened) == (3, 1, 1, 1)
    # Resolved on 11 and 12 November, seven days before this week's days: one was rated, the other nobody doubted.
    settled = found.settled
    assert (settled.resolved, settled.confirmed, settled.assumed, settled.waiting) == (2, 1, 1, 0)
    assert found.reopened == 1


def test_a_ticket_resolved_again_after_it_came_back_counts_once_and_as_resolved():
    facts = told("1", local(16), answered=5, resolved=local(17))
    facts += [fact("1", FactKind.REOPENED, local(18)), fact("1", FactKind.RESOLVED, local(19))]
    found = counted(facts).resolution
    assert (found.this_week.resolved, found.this_week.waiting, found.this_week.reopened) == (1, 1, 0)
    assert found.reopened == 1


def test_satisfaction_takes_each_tickets_last_rating():
    facts = told("1", local(16), resolved=local(17), rated=(local(17, 13), "bad"))
    facts += [fact("1", FactKind.RATED, local(17, 14), rating="good"), fact("1", FactKind.RATED, local(18), rating="?")]
    good = counted(facts).satisfaction.good
    assert (good.hits, good.n) == (1, 1)


def test_satisfaction_has_an_arrow_only_beyond_noise():
    def rated(week_day: int, good: int, bad: int):
        ratings = ["good"] * good + ["bad"] * bad
        days = [told(f"{week_day}-{i}", local(week_day), rated=(local(week_day, 13), r)) for i, r in enumerate(ratings)]
        return [one for facts in days for one in facts]

    start = [listening(local(9, 0))]
    assert counted([*start, *rated(10, 8, 2), *rated(17, 5, 5)]).satisfaction.change is Change.NOISE
    assert counted([*start, *rated(10, 56, 4), *rated(17, 30, 30)]).satisfaction.change is Change.DOWN


def test_drafts_and_briefings_are_counted_with_their_causes_and_rules():
    found = counted(a_week()).prepared
    assert (found.drafted, found.briefed) == (3, 3)
    assert tallies(found.causes) == {"bounded": 2, "no_resolution": 1}
    assert tallies(found.rules) == {"unhappy_customer": 2, "service_failure": 1}
    assert [tally.name for tally in found.resolutions] == ["refund", "export"]
    assert tallies(found.used) == {"unknown": 3}


def test_a_ticket_counts_by_its_last_note():
    facts = told("1", local(16), draft="refund")
    facts.append(fact("1", FactKind.BRIEFED, local(17), cause="bounded", rules="unhappy_customer"))
    found = counted(facts).prepared
    assert (found.drafted, found.briefed) == (0, 1)


def test_the_category_is_what_the_request_came_in_as_and_the_queue_where_it_went():
    facts = told("1", local(16), category="billing")
    facts.append(fact("1", FactKind.TRIAGED, local(17), category="complaint", queue="care"))
    found = counted(facts)
    assert [c.name for c in found.categories if c.tickets] == ["billing"]
    assert [c.name for c in found.queues] == ["care"]


def test_what_only_a_machine_wrote_is_no_ticket():
    facts = [fact("1", FactKind.OPENED, local(16), channel="email"), fact("1", FactKind.AUTOMATIC, local(16))]
    found = counted(facts)
    assert (found.total.tickets, found.automatic) == (0, 1)


def test_a_person_who_answers_below_a_machine_makes_it_a_ticket():
    facts = [*told("1", local(16)), fact("1", FactKind.AUTOMATIC, local(16))]
    assert counted(facts).total.tickets == 1


def test_a_ticket_that_nobody_triaged_is_counted_as_that():
    found = counted([fact("1", FactKind.OPENED, local(16), channel="email")])
    assert [(c.name, c.tickets) for c in found.categories][-1] == ("untriaged", 1)


def test_a_ticket_of_the_last_second_keeps_the_category_that_it_got_on_monday():
    found = counted(told("1", local(22, 23, 59) + timedelta(seconds=59)))
    assert [c.name for c in found.categories if c.tickets] == ["billing"]


@pytest.mark.parametrize(
    ("week", "inside", "outside"),
    [
        # 25 October: clocks go back, midnight is 23:00 UTC; 29 March: forward, midnight is 22:00 UTC.
        ("2026-W43", datetime(2026, 10, 25, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
        ("2026-W13", datetime(2026, 3, 29, 21, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
    ],
)
def test_the_week_of_a_clock_change_ends_at_local_midnight(week, inside, outside):
    facts = [*told("1", inside, answered=5), *told("2", outside, answered=5)]
    found = counted(facts, Week(name=week), cut_off=outside + timedelta(hours=9))
    assert found.total.tickets == 1
    assert not found.partial


def test_a_wait_over_the_change_of_the_clocks_is_as_long_as_it_was():
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 by the wall, an hour before it is 02:30 again
    found = counted(told("1", before, answered=120), Week(name="2026-W43"), cut_off=before + timedelta(days=2))
    assert found.first_response.wall.median == 120.0


def test_a_week_without_tickets_has_no_shares():
    found = counted([])
    assert (found.total.tickets, found.total.share, found.total.before) == (0, None, None)
    assert found.targets.met.share is None
    assert found.sentences == ("No tickets came in; there is no earlier week to compare with yet.",)


def test_a_first_week_has_nothing_to_compare_with_and_no_arrow():
    found = counted([*told("1", local(18)), *told("2", local(19))])
    assert found.weeks_before == 0
    assert found.total.before is None
    assert {c.change for c in (found.total, *found.categories)} == {Change.UNKNOWN}


def test_a_ticket_older_than_our_first_day_does_not_make_its_week_known():
    old = fact("9", FactKind.OPENED, local(10), late=timedelta(days=8), channel="email")
    assert counted([old, *told("1", local(18))]).weeks_before == 0


def test_a_running_week_counts_up_to_now_and_has_no_arrow():
    facts = [listening(local(9, 0)), *told("1", local(16), rated=(local(16, 13), "good"))]
    facts += [one for n in range(20) for one in told(f"9{n}", local(10), rated=(local(10, 13), "bad"))]
    found = counted([*facts, *told("2", local(18))], cut_off=local(17))
    assert found.partial
    assert found.total.tickets == 1
    assert {found.total.change, found.satisfaction.change} == {Change.UNKNOWN}
    assert found.sentences[0].endswith("the whole of last week brought 20.")


def test_a_week_that_has_not_begun_says_so():
    assert counted([], cut_off=local(15)).sentences == ("This week has not begun yet.",)


def test_facts_recorded_after_the_cut_off_change_nothing():
    late = fact("7", FactKind.OPENED, local(18), late=timedelta(days=6), channel="email")
    assert counted([*a_week(), late]).canonical_json() == counted(a_week()).canonical_json()
    assert counted([*a_week(), late], cut_off=MONDAY_8 + timedelta(days=2)).total.tickets == 7


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(len(a_week()))), st.sets(st.integers(0, len(a_week()) - 1)))
def test_neither_order_nor_repetition_of_the_facts_matters(order, doubled):
    facts = a_week()
    again = [facts[i].model_copy(update={"recorded_at": facts[i].recorded_at + timedelta(hours=1)}) for i in doubled]
    shuffled = [*again, *(facts[i] for i in order)]
    assert counted(shuffled).canonical_json() == counted(facts).canonical_json()


def test_a_large_jump_gets_its_arrow_and_its_sentence():
    facts = [listening(local(9, 0))]
    facts += [one for n in range(10) for one in told(f"a{n}", local(10))]
    facts += [one for n in range(40) for one in told(f"b{n}", local(17))]
    found = counted(facts)
    assert found.total.change is Change.UP
    assert found.sentences[0] == (
        "40 tickets came in, more than half of them Billing (100%); "
        "that is clearly more than last week's 10 (Billing up from 10 to 40)."
    )


def test_the_week_is_told_in_five_sentences():
    assert counted(a_week()).sentences == (
        "6 tickets came in, led by Billing (50%); last week it was 2, no more of a difference than chance makes.",
        f"Half of the 5 first answers came within 30{STUCK}min, nine out of ten within 1h{STUCK}30m.",
        "80% of the first response targets were met and 1 missed; "
        "2 tickets were raised before the deadline, 1 answered in time.",
        "Firstline prepared 3 drafts and 3 briefings; "
        "the most frequent reason for a briefing: the customer is unhappy (2).",
        "2 of the 6 tickets are resolved and 1 of 2 ratings were good (50%).",
    )


def test_a_single_ticket_is_told_in_the_singular():
    found = counted(told("1", local(18), answered=1, resolved=local(19)))
    assert found.sentences[:3] == (
        "1 ticket came in; there is no earlier week to compare with yet.",
        f"One first answer was given, after 1{STUCK}min.",
        "The target was met.",
    )


def test_two_weeks_before_are_read_in_detail_and_longer_where_silence_is_waited_for():
    days = days_to_read(W47, policy=POLICY, cut_off=MONDAY_8)
    assert (days[0], days[-1]) == (date(2026, 11, 1), date(2026, 11, 23))
    patient = policy(report={"recipients": ["lead@example.com"], "assumed_resolved_after_days": 21})
    assert days_to_read(W47, policy=patient, cut_off=MONDAY_8)[0] == date(2026, 10, 18)


def test_no_more_than_eight_weeks_are_compared():
    facts = [listening(local(1, month=6)), *told("1", local(18))]
    facts += [one for n in range(1, 11) for one in told(f"w{n}", local(18) - timedelta(weeks=n))]
    found = counted(facts)
    assert (found.weeks_before, found.total.average, len(found.satisfaction.trend)) == (8, 1.0, 9)


def test_the_policy_that_counted_is_named():
    assert counted([]).policy != counted([], calendars={"always": ROUND_THE_CLOCK | {"time_zone": "Asia/Tokyo"}}).policy


def used(ticket: str, day: int, use: str, distance: float, resolution: str = "refund") -> Fact:
    return fact(
        ticket, FactKind.DRAFT_USED, local(day), resolution=resolution, use=use, distance=f"{distance:.4f}", version="v"
    )


def test_wording_that_agents_change_most_comes_first_with_how_much_of_it():
    facts = [*a_week(), used("1", 16, "edited", 0.7), used("2", 17, "edited", 0.5), used("4", 19, "as_is", 0, "export")]
    report = counted(facts)
    assert [(one.name, one.drafts, one.changed) for one in report.prepared.fared] == [
        ("refund", 2, 0.6),
        ("export", 1, 0.0),
    ]
    assert to_revise(report) == [("refund", ("edited on average 60%: revise (2 answered)",))]


def test_a_draft_counts_in_the_week_of_its_answer():
    assert counted([*a_week(), used("1", 10, "edited", 0.7)]).prepared.fared == ()


def test_a_draft_that_was_out_of_place_is_a_miss_of_its_week():
    missed = [fact(ticket, FactKind.BOUNDARY_MISSED, local(18), found_by="agent") for ticket in ("1", "1", "2")]
    report = counted([*a_week(), *missed, fact("4", FactKind.BOUNDARY_MISSED, local(10), found_by="agent")])
    assert report.boundary.misses == 2
    assert ("Drafts that should have been a briefing", "2") in boundary(report)
