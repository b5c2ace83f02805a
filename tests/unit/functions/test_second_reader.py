"""classify with a second reader: asked in doubt only, paid for once, and whatever happens the ticket is triaged."""

from __future__ import annotations

import json

import pytest

from shared.domain.boundary import Cause, Owner
from shared.domain.decision import replay
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.domain.facts import FactKind
from shared.domain.observation import Category, Outcome, Sentiment
from tests.fakes.second_reader import ScriptedReader
from tests.unit.domain.samples import ASKING, answer, policy, reading, seen
from tests.unit.functions.test_handlers import Functions, keys
from tests.unit.functions.world import ANN, NOON, World

COST = 1000 * 150_000 // 1_000_000 + 100 * 600_000 // 1_000_000  # micro-dollars
MOST = 10 * COST
DAY = NOON.date()
PERHAPS_UNHAPPY = seen(Category.TECHNICAL).model_copy(
    update={"sentiment": reading(Sentiment, Sentiment.NEUTRAL, 0.8, "words")}
)
PERHAPS_TECHNICAL = seen(Category.TECHNICAL).model_copy(
    update={"category": reading(Category, Category.TECHNICAL, 0.5, "words")}
)


@pytest.fixture
def world() -> World:
    """A company that asks a second reader, which finds that all is well."""
    return asking()


def asking(**changes) -> World:
    world = World(policy(llm={**ASKING, **changes}))
    world.engine.sees = PERHAPS_UNHAPPY
    world.reader = ScriptedReader(answer(Category.TECHNICAL))
    world.second_reader = lambda: world.reader
    return world


def triaged(world: World):
    """A ticket through all of triage, and the decision on it."""
    id = world.arrives()
    world.triage(id)
    decision = world.tickets.decision(world.key(id), world.ref(id).version)
    assert world.notes(id)
    return decision


def outcomes(world: World) -> list[Outcome]:
    return [look.outcome for look in world.second_looks]


def test_nobody_is_asked_where_the_engine_is_sure(world):
    world.engine.sees = seen()
    triaged(world)
    assert world.reader.asked == []
    assert world.book.spent(DAY) == 0


def test_in_doubt_it_is_asked_with_the_customers_words_and_the_names_to_take_out(world):
    id = world.arrives("How do I export a board?")
    world.classify(world.ref(id))
    ((request, names),) = world.reader.asked
    assert request.text == "How do I export a board?"
    assert names == (ANN.name,)


def test_an_answer_that_all_is_well_leaves_the_draft_to_be_made(world):
    decision = triaged(world)
    assert decision.verdict.owner is Owner.AGENT_WITH_DRAFT
    assert decision.inputs.observations.second.outcome is Outcome.ANSWERED


def test_trouble_that_only_it_sees_goes_to_a_person(world):
    world.reader.says = answer(sentiment=Sentiment.AT_RISK)
    decision = triaged(world)
    assert decision.verdict.cause is Cause.BOUNDED
    assert decision.alert_on_call
    assert replay(decision, world.rules) == decision


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ANSWERED])
def test_an_answer_that_cannot_be_used_sends_a_doubtful_ticket_to_a_person(world, outcome):
    world.reader.says = outcome
    decision = triaged(world)
    assert [rule.id for rule in decision.verdict.rules] == ["second_reader_failed"]
    assert decision.verdict.cause is Cause.UNDECIDABLE


def test_where_only_the_category_was_in_doubt_a_failure_leaves_the_engines(world):
    world.engine.sees, world.reader.says = PERHAPS_TECHNICAL, Outcome.LATE
    assert triaged(world).verdict.owner is Owner.AGENT_WITH_DRAFT


# ---- whoever has no second reader


def test_a_policy_without_that_part_asks_nobody():
    world = World()
    world.engine.sees = PERHAPS_UNHAPPY
    world.second_reader = lambda: pytest.fail("connected")
    assert triaged(world).inputs.observations == PERHAPS_UNHAPPY


def test_a_deployment_without_the_secret_asks_nobody_and_decides_as_without(world):
    world.second_reader = lambda: None
    assert triaged(world).inputs.observations == PERHAPS_UNHAPPY
    assert world.second_looks == []


@pytest.mark.parametrize("error", [StoredItemCorrupt("no model"), StoreUnavailable("throttled")])
def test_a_secret_that_cannot_be_used_is_a_reader_that_does_not_answer(world, error):
    def broken():
        raise error

    world.second_reader = broken
    decision = triaged(world)
    assert outcomes(world) == [Outcome.NOT_CONNECTED]
    assert [rule.id for rule in decision.verdict.rules] == ["second_reader_failed"]


# ---- what it costs


def test_what_was_used_is_paid_for_and_recorded(world):
    id = world.arrives()
    world.triage(id)
    assert world.book.spent(DAY) == COST
    (fact,) = world.told(FactKind.READ_AGAIN)
    assert fact.detail == {
        "outcome": "answered",
        "asked": "sentiment",
        "model": "stub",
        "micro_dollars": str(COST),
        "input_tokens": "1000",
        "output_tokens": "100",
    }
    assert world.tickets.observations(world.key(id), world.ref(id).version).second.micro_dollars == COST


def test_a_bad_answer_is_paid_for_too(world):
    world.reader.says = Outcome.INVALID
    triaged(world)
    assert world.book.spent(DAY) == COST


def test_where_nobody_knows_what_was_used_all_that_was_set_aside_counts(world):
    world.reader.says, world.reader.usage = Outcome.LATE, None
    triaged(world)
    assert world.book.spent(DAY) == MOST


def test_a_step_that_runs_again_asks_nobody_again(world):
    ref = world.ref(world.arrives())
    for _ in range(3):
        world.classify(ref)
    assert len(world.reader.asked) == 1
    assert world.book.spent(DAY) == COST
    assert len(world.told(FactKind.READ_AGAIN)) == 1


def test_a_step_that_was_ended_after_the_answer_was_stored_asks_nobody_again_and_tells_the_cost(world):
    ref = world.ref(world.arrives())
    world.book.settle = lambda *args, **more: (_ for _ in ()).throw(StoreUnavailable("gone"))
    with pytest.raises(StoreUnavailable):
        world.classify(ref)
    del world.book.settle
    world.classify(ref)
    assert len(world.reader.asked) == 1
    assert world.book.spent(DAY) == MOST  # never settled: it stays set aside
    assert len(world.told(FactKind.READ_AGAIN)) == 1


def test_beyond_the_days_limit_nobody_is_asked_until_the_next_day():
    world = asking(daily_limit=MOST + COST - 1)
    for _ in range(3):
        triaged(world)
    assert outcomes(world) == [Outcome.ANSWERED, Outcome.LIMIT_REACHED, Outcome.LIMIT_REACHED]
    world.clock.forward(days=1)
    triaged(world)
    assert outcomes(world)[-1] is Outcome.ANSWERED
    assert world.book.spent(DAY) == COST


def test_a_model_without_a_price_is_not_asked_since_no_limit_could_hold():
    world = asking(prices=[{"model": "other", "since": "2026-01-01", "input": 1, "output": 1}])
    triaged(world)
    assert outcomes(world) == [Outcome.UNPRICED]
    assert world.reader.asked == []


# ---- the breaker


def test_after_failures_in_a_row_it_is_left_alone_and_then_tried_by_one(world):
    world.reader.says = Outcome.UNAVAILABLE
    for _ in range(5):
        triaged(world)
    assert outcomes(world) == [Outcome.UNAVAILABLE] * 3 + [Outcome.BREAKER_OPEN] * 2
    world.clock.forward(seconds=61)
    triaged(world)
    triaged(world)
    assert outcomes(world)[5:] == [Outcome.UNAVAILABLE, Outcome.BREAKER_OPEN]
    world.clock.forward(seconds=61)
    world.reader.says = answer(Category.TECHNICAL)
    triaged(world)
    triaged(world)
    assert outcomes(world)[7:] == [Outcome.ANSWERED, Outcome.ANSWERED]


def test_of_two_who_want_to_try_after_the_rest_one_does(world):
    world.reader.says = Outcome.UNAVAILABLE
    for _ in range(3):
        triaged(world)
    world.clock.forward(seconds=61)
    read = world.book.breaker()
    world.book.put_breaker(read)  # somebody was faster
    world.book.breaker = lambda: read
    triaged(world)
    assert outcomes(world)[-1] is Outcome.BREAKER_OPEN


def test_while_it_is_left_alone_only_what_it_was_to_decide_goes_to_a_person(world):
    world.reader.says = Outcome.UNAVAILABLE
    for _ in range(3):
        triaged(world)
    assert triaged(world).verdict.cause is Cause.UNDECIDABLE
    world.engine.sees = seen(Category.TECHNICAL)
    assert triaged(world).verdict.owner is Owner.AGENT_WITH_DRAFT


# ---- what is said of it


def test_metrics_tell_looks_failures_and_money_and_the_log_no_words(world, capsys):
    world.reader.says = answer(sentiment=Sentiment.FRUSTRATED)
    id = world.arrives("zanzibar")
    assert Functions(world).classify(keys(world, id)) == {"outcome": "observed"}
    said = capsys.readouterr().out
    counted = {k: v for line in said.splitlines() for k, v in json.loads(line).items() if "_aws" in line}
    assert counted["SecondLooks"] == [1.0]
    assert counted["SecondLooksFailed"] == [0.0]
    assert counted["SecondReaderMicroDollars"] == [float(COST)]
    assert "zanzibar" not in said
