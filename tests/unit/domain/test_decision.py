"""One decision from stored inputs: queue, person, place in the queue, and whether it comes out the same again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.assignment import Load
from shared.domain.boundary import Owner
from shared.domain.decision import (
    CustomerFacts,
    Decision,
    choice_in,
    decide,
    is_valued,
    needs_someone_now,
    replay,
)
from shared.domain.observation import Category, Head, LanguageReading, Sentiment, ServiceFailure, Urgency
from shared.domain.rank import BAND_WIDTH, belongs_on_top, place, raised
from shared.domain.ticket_state import Clock
from tests.unit.domain.samples import (
    NOON,
    TODAY,
    agent,
    answer,
    customers,
    inputs,
    look,
    moments,
    observations,
    policy,
    reading,
    seen,
)

POLICY = policy()
SHUT = {"time_zone": "UTC", "days": ["sun"], "from": "00:00", "to": "01:00"}


def agent_for(queue, given_inputs, rules, **open_tickets):
    """Who gets a ticket of the queue; loads are given by the part of the address before the @."""
    loads = {f"{name}@example.com": Load(tickets=count) for name, count in open_tickets.items()}
    return choice_in(queue, given_inputs.model_copy(update={"loads": loads}), rules).agent


def rank_of(clock, observed, *, top, valued, policy):
    """The rank of a ticket, forced into a band."""
    where = place(clock, observed, warned=top, valued=valued, weights=policy.rank)
    return where.rank if where.top is top else where.rank + BAND_WIDTH


def clock_due(due_at: datetime) -> Clock:
    return Clock(target="first_response", started_at=due_at, warn_at=due_at, due_at=due_at)


any_inputs = st.builds(
    inputs,
    st.one_of(st.none(), observations()),
    customer=customers,
    was_bounded=st.booleans(),
    decided_at=moments(2026, 2028),
    loads=st.dictionaries(
        st.sampled_from(["a@example.com", "b@example.com"]), st.builds(Load, tickets=st.integers(0, 20_000))
    ),
    holder=st.sampled_from([None, "a@example.com", "someone@example.com"]),
)


@given(any_inputs)
def test_a_decision_computed_again_from_what_was_stored_is_the_same(given_inputs):
    decision = decide(given_inputs, POLICY)
    stored = Decision.model_validate_json(decision.model_dump_json())
    assert replay(stored, POLICY) == decision


@given(any_inputs)
def test_every_ticket_has_a_queue_of_the_policy_and_an_owner(given_inputs):
    decision = decide(given_inputs, POLICY)
    assert decision.queue in {queue.id for queue in POLICY.queues}
    if given_inputs.was_bounded or given_inputs.observations is None:
        assert decision.verdict.owner is Owner.AGENT_WITH_BRIEFING


@given(any_inputs)
def test_whoever_holds_a_ticket_keeps_it(given_inputs):
    if given_inputs.holder:
        assert decide(given_inputs, POLICY).agent == given_inputs.holder


def test_a_thousand_tickets_are_spread_within_one():
    four = [agent(f"{name}@example.com") for name in "dcba"]
    rules = policy(agents=four)
    carried: Counter[str] = Counter()
    for _ in range(1000):
        chosen = agent_for("billing", inputs(seen()), rules, **carried)
        assert chosen
        carried[chosen[0]] += 1
    assert max(carried.values()) - min(carried.values()) <= 1
    assert carried.total() == 1000


def test_load_is_measured_by_the_room_that_somebody_has():
    rules = policy(agents=[agent("a@example.com", max_open=10), agent("b@example.com", max_open=30)])
    assert agent_for("billing", inputs(seen()), rules, a=4, b=6) == ("b@example.com")


def test_whoever_is_off_shift_gets_nothing():
    rules = policy(agents=[agent("a@example.com", shift=SHUT), agent("b@example.com")])
    assert agent_for("billing", inputs(seen()), rules, b=900) == "b@example.com"


def test_whoever_has_no_room_left_gets_nothing():
    rules = policy(agents=[agent("a@example.com", max_open=3), agent("b@example.com", max_open=3)])
    assert agent_for("billing", inputs(seen()), rules, a=3) == "b@example.com"
    assert agent_for("billing", inputs(seen()), rules, a=3, b=3) is None


def test_nobody_of_the_queue_at_work_means_nobody():
    rules = policy(agents=[agent("a@example.com", shift=SHUT), agent("b@example.com", queues=["care"])])
    assert agent_for("billing", inputs(seen()), rules) is None


def test_the_customers_language_wins_over_a_lower_load():
    rules = policy(agents=[agent("a@example.com"), agent("b@example.com", languages=["de"])])
    german = seen(language=LanguageReading(code="de", probability=0.99, readable=True))
    assert agent_for("billing", inputs(german), rules, b=50) == "b@example.com"


@given(st.permutations(["a@example.com", "b@example.com", "c@example.com"]))
def test_a_tie_goes_to_the_same_person_however_the_team_is_listed(names):
    assert agent_for("billing", inputs(seen()), policy(agents=[agent(name) for name in names])) == "a@example.com"


def angry(**changes):
    return inputs(seen(sentiment=Sentiment.FRUSTRATED), **changes)


def test_a_bounded_ticket_without_anyone_at_work_goes_to_the_fallback_queue_and_somebody_there():
    agents = [agent("a@example.com", shift=SHUT), agent("c@example.com", queues=["front_desk"])]
    decision = decide(angry(), policy(agents=agents))
    assert (decision.queue, decision.agent) == ("front_desk", "c@example.com")
    assert not decision.alert_on_call


def test_a_bounded_ticket_that_nobody_at_all_can_take_raises_an_alert():
    decision = decide(angry(), policy(agents=[agent("a@example.com", shift=SHUT)]))
    assert (decision.queue, decision.agent, decision.alert_on_call) == ("front_desk", None, True)


def test_a_calm_ticket_without_anyone_at_work_waits_in_its_own_queue():
    decision = decide(inputs(seen()), policy(agents=[agent("a@example.com", shift=SHUT)]))
    assert (decision.queue, decision.agent, decision.alert_on_call) == ("billing", None, False)


@pytest.mark.parametrize(
    ("observed", "queue"),
    [
        (seen(Category.BILLING), "billing"),
        (seen(Category.COMPLAINT), "care"),
        (seen(Category.TECHNICAL), "front_desk"),
        (seen().model_copy(update={"category": reading(Category, Category.BILLING, certainty=0.3)}), "front_desk"),
        (None, "front_desk"),
    ],
)
def test_a_ticket_goes_to_its_categorys_queue_and_doubt_to_the_fallback(observed, queue):
    assert decide(inputs(observed), POLICY).queue == queue


def test_a_queue_for_bounded_tickets_takes_them_all():
    routing = {"fallback_queue": "front_desk", "bounded_queue": "care"}
    careful = policy(routing=routing, agents=[agent("a@example.com", queues=["care"])])
    assert decide(angry(), careful).queue == "care"
    assert decide(inputs(seen()), careful).queue == "billing"


ranked = st.tuples(moments(1970, 2100), observations(), st.booleans())
credits = st.integers(0, 525_600)


@given(top=ranked, rest=ranked, critical=credits, high=credits, valued=credits)
def test_the_top_band_is_above_the_rest_whatever_the_weights(top, rest, critical, high, valued):
    weights = {"urgency_credit_minutes": {"critical": critical, "high": high}, "value_credit_minutes": valued}
    weighted = policy(rank=weights)
    above = rank_of(clock_due(top[0]), top[1], top=True, valued=top[2], policy=weighted)
    below = rank_of(clock_due(rest[0]), rest[1], top=False, valued=rest[2], policy=weighted)
    assert 0 <= above < BAND_WIDTH <= below
    assert raised(above) == above
    assert 0 <= raised(below) < BAND_WIDTH


@given(observed=observations(), valued=st.booleans(), top=st.booleans(), wait=st.integers(1, 10_000))
def test_within_a_band_the_one_due_sooner_stands_higher(observed, valued, top, wait):
    sooner, later = clock_due(NOON), clock_due(NOON + timedelta(seconds=wait))
    assert rank_of(sooner, observed, top=top, valued=valued, policy=POLICY) < rank_of(
        later, observed, top=top, valued=valued, policy=POLICY
    )


@given(st.lists(ranked, min_size=2, max_size=4))
def test_raising_tickets_keeps_their_order_among_each_other(tickets):
    ranks = [rank_of(clock_due(due), saw, top=False, valued=valued, policy=POLICY) for due, saw, valued in tickets]
    assert sorted(map(raised, ranks)) == [raised(rank) for rank in sorted(ranks)]


def test_urgency_and_value_make_a_ticket_count_as_due_sooner():
    clock = clock_due(NOON)
    plain = rank_of(clock, seen(), top=True, valued=False, policy=POLICY)
    assert rank_of(clock, seen(urgency=Urgency.HIGH), top=True, valued=False, policy=POLICY) == plain - 60 * 60
    assert rank_of(clock, seen(), top=True, valued=True, policy=POLICY) == plain - 60 * 60


@given(observations())
def test_urgent_and_unhappy_tickets_are_on_top_and_the_gravest_alert_at_once(observed):
    calm = observed.urgency.label is Urgency.STANDARD and observed.sentiment.label is Sentiment.NEUTRAL
    assert belongs_on_top(observed) is not calm
    if needs_someone_now(observed):
        assert belongs_on_top(observed)


def test_a_ticket_that_nobody_could_read_is_on_top():
    assert decide(inputs(None), POLICY).top


JAPANESE = LanguageReading(code="ja", probability=1.0, readable=False)


def test_urgency_and_mood_of_a_text_in_a_language_that_nobody_read_count_for_nothing():
    guessed = seen(urgency=Urgency.CRITICAL, sentiment=Sentiment.AT_RISK, language=JAPANESE)
    decision, calm = decide(inputs(guessed), POLICY), decide(inputs(seen(language=JAPANESE)), POLICY)
    assert (decision.rank, decision.top, decision.clock) == (calm.rank, False, calm.clock)
    assert not decision.alert_on_call
    assert {rule.id for rule in decision.verdict.rules} == {"unhappy_customer", "language_unreadable"}


def test_what_a_second_reader_understood_counts_in_any_language():
    urgent = seen(urgency=Urgency.CRITICAL, language=JAPANESE)
    understood = urgent.model_copy(update={"second": look(urgent, answer(urgency=Urgency.CRITICAL), Head.URGENCY)})
    assert decide(inputs(understood), POLICY).alert_on_call


@given(observations())
def test_hearing_twice_changes_nothing_and_a_language_that_is_read_is_heard_as_it_is(observed):
    assert observed.heard.heard == observed.heard
    if observed.language.readable:
        assert observed.heard == observed


def test_a_ticket_past_its_warning_is_on_top_however_calm_it_is():
    assert not decide(inputs(seen()), POLICY).top
    assert decide(inputs(seen(), clock_started_at=NOON - timedelta(minutes=180)), POLICY).top


@pytest.mark.parametrize(
    ("customer", "valued"),
    [
        (CustomerFacts(plan="enterprise"), True),
        (CustomerFacts(mrr=500.0), True),
        (CustomerFacts(mrr=499.99), False),
        (CustomerFacts(signed_up=TODAY - timedelta(days=1000)), True),
        (CustomerFacts(signed_up=TODAY - timedelta(days=999)), False),
        (CustomerFacts(signed_up=TODAY + timedelta(days=5)), False),
        (CustomerFacts(), False),
    ],
)
def test_a_customer_is_of_value_by_plan_revenue_or_tenure_and_never_by_what_is_unknown(customer, valued):
    assert is_valued(customer, POLICY.value, today=TODAY) is valued


def test_tenure_is_counted_in_the_companys_days():
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th in Berlin
    facts = CustomerFacts(signed_up=TODAY + timedelta(days=1) - timedelta(days=365))
    decision = decide(inputs(seen(Category.COMPLAINT), customer=facts, decided_at=late), POLICY)
    assert [rule.id for rule in decision.verdict.rules] == ["long_standing_complaint"]


def test_a_failure_of_ours_is_bounded_though_the_customer_is_calm():
    decision = decide(inputs(seen(failure=ServiceFailure.BILLING_ERROR)), POLICY)
    assert decision.verdict.bounded
