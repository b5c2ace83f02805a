"""What every ticket store promises, together with the load book that it counts into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.domain.assignment import Load
from shared.domain.briefing import Briefing
from shared.domain.decision import Decision, decide
from shared.domain.errors import StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Category, Request
from shared.domain.promises import Promise
from shared.domain.ticket import Customer, Target, TicketKey, TicketStatus
from shared.domain.ticket_state import Clock, Due, DueKind, StageTime, TicketState
from shared.ports.books import FactLog, LoadBook
from shared.ports.store import Burden, StageMark, TicketStore, VersionText, amend
from tests.fakes.stores import InMemoryFactLog, InMemoryLoadBook, InMemoryTicketStore
from tests.unit.domain.samples import inputs, policy, seen

KEY = TicketKey(desk="zendesk", id="1")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ADA, BEN = "ada@example.com", "ben@example.com"


class Wrist:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Stores:
    tickets: TicketStore
    loads: LoadBook
    facts: FactLog
    wrist: Wrist


@pytest.fixture(params=["memory", pytest.param("dynamodb", marks=pytest.mark.integration)])
def stores(request: pytest.FixtureRequest) -> Stores:
    wrist = Wrist()
    if request.param == "memory":
        loads = InMemoryLoadBook()
        facts = InMemoryFactLog()
        return Stores(InMemoryTicketStore(loads, clock=wrist, facts=facts), loads, facts, wrist)
    table = request.getfixturevalue("emulator").table()
    return Stores(DynamoTicketStore(table, clock=wrist), DynamoLoadBook(table), DynamoFactLog(table), wrist)


@pytest.fixture
def tickets(stores: Stores) -> TicketStore:
    return stores.tickets


def a_state(key: TicketKey = KEY, **changes: Any) -> TicketState:
    values: dict[str, Any] = {
        "key": key,
        "status": TicketStatus.OPEN,
        "channel": "email",
        "customer_id": "c1",
        "created_at": NOON,
        "desk_updated_at": NOON,
    }
    return TicketState(**values | changes)


def numbered(number: int) -> TicketKey:
    return TicketKey(desk="zendesk", id=str(number))


def due_at(moment: datetime) -> Due:
    return Due(kind=DueKind.WARNING, at=moment)


def a_decision(agent: str | None, version: str = "v1", **changes: Any) -> Decision:
    decided = decide(inputs(seen(), version=version, key=KEY, **changes), policy())
    return decided.model_copy(update={"agent": agent})


def a_text(text: str = "Where is my invoice?") -> VersionText:
    return VersionText(request=Request(text=text), customer=Customer(id="c1", name="Zoë"))


class TestState:
    def test_an_unknown_ticket_has_no_state(self, tickets: TicketStore) -> None:
        assert tickets.get(KEY) is None

    def test_a_state_comes_back_as_it_was_written_with_the_next_revision(self, tickets: TicketStore) -> None:
        clock = Clock(
            target=Target.FIRST_RESPONSE,
            started_at=NOON,
            early=(StageTime(name="at_50", at=NOON),),
            warn_at=NOON,
            due_at=NOON + timedelta(hours=1),
            fired=("at_50", DueKind.WARNING),
        )
        state = a_state(clocks=(clock,), due=due_at(NOON), queue="billing", rank=7)
        written = tickets.put(state)
        assert written == state.model_copy(update={"revision": 1})
        assert tickets.get(KEY) == written

    def test_a_ticket_can_be_created_only_once(self, tickets: TicketStore) -> None:
        tickets.put(a_state())
        with pytest.raises(StoreConflict):
            tickets.put(a_state())

    def test_of_two_writers_who_read_the_same_revision_one_wins(self, tickets: TicketStore) -> None:
        read = tickets.put(a_state())
        tickets.put(read.model_copy(update={"version": "theirs"}))
        with pytest.raises(StoreConflict):
            tickets.put(read.model_copy(update={"version": "ours"}))
        stands = tickets.get(KEY)
        assert stands is not None
        assert (stands.version, stands.revision) == ("theirs", 2)

    def test_a_state_that_was_never_written_cannot_be_updated(self, tickets: TicketStore) -> None:
        with pytest.raises(StoreConflict):
            tickets.put(a_state(revision=3))

    def test_an_amendment_counts_on_from_what_others_wrote(self, tickets: TicketStore) -> None:
        tickets.put(a_state())
        amend(tickets, KEY, lambda state: state.model_copy(update={"version": "v1"}))
        amended = amend(tickets, KEY, lambda state: state.model_copy(update={"bounded": True}))
        assert (amended.version, amended.bounded, amended.revision) == ("v1", True, 3)

    @pytest.mark.parametrize("strange", ["a#b", "a%23b", "a/b c", "ümlaut", "#", "%"])
    def test_ids_may_hold_any_character(self, tickets: TicketStore, strange: str) -> None:
        key = TicketKey(desk="help#scout", id=strange)
        tickets.put(a_state(key, due=due_at(NOON)))
        assert list(tickets.due_before(NOON, 10)) == [key]
        assert tickets.get(TicketKey(desk="help", id=f"scout#{strange}")) is None


class TestDueIndex:
    def test_a_ticket_is_due_at_its_moment_and_not_before(self, tickets: TicketStore) -> None:
        tickets.put(a_state(due=due_at(NOON)))
        assert list(tickets.due_before(NOON - timedelta(microseconds=1), 10)) == []
        assert list(tickets.due_before(NOON, 10)) == [KEY]

    def test_a_time_with_no_fraction_sorts_with_those_that_have_one(self, tickets: TicketStore) -> None:
        tickets.put(a_state(due=due_at(NOON + timedelta(microseconds=5))))
        assert list(tickets.due_before(NOON, 10)) == []

    def test_the_soonest_come_first_and_no_more_than_asked_for(self, tickets: TicketStore) -> None:
        for number in (3, 1, 5, 2, 4, 7, 6, 8):
            tickets.put(a_state(numbered(number), due=due_at(NOON + timedelta(minutes=number))))
        due = tickets.due_before(NOON + timedelta(minutes=7), 5)
        assert list(due) == [numbered(number) for number in (1, 2, 3, 4, 5)]

    def test_every_due_ticket_is_found_whatever_its_id(self, tickets: TicketStore) -> None:
        for number in range(30):
            tickets.put(a_state(numbered(number), due=due_at(NOON)))
        assert set(tickets.due_before(NOON, 100)) == {numbered(number) for number in range(30)}

    def test_a_ticket_without_a_next_action_leaves(self, tickets: TicketStore) -> None:
        written = tickets.put(a_state(due=due_at(NOON)))
        tickets.put(written.model_copy(update={"due": None}))
        assert list(tickets.due_before(NOON, 10)) == []

    def test_a_ticket_that_is_due_later_now_moves(self, tickets: TicketStore) -> None:
        written = tickets.put(a_state(due=due_at(NOON)))
        tickets.put(written.model_copy(update={"due": due_at(NOON + timedelta(hours=1))}))
        assert list(tickets.due_before(NOON, 10)) == []
        assert list(tickets.due_before(NOON + timedelta(hours=1), 10)) == [KEY]


class TestQueueIndex:
    def test_the_top_of_the_queue_comes_first_and_no_more_than_asked_for(self, tickets: TicketStore) -> None:
        for number, rank in {1: 300_000_000_000, 2: 9, 3: 1_800_000_000, 4: 100_000_000_001}.items():
            tickets.put(a_state(numbered(number), queue="billing", rank=rank))
        tickets.put(a_state(numbered(9), queue="care", rank=1))
        assert [state.key for state in tickets.in_queue("billing", 3)] == [numbered(2), numbered(3), numbered(4)]

    def test_states_come_whole(self, tickets: TicketStore) -> None:
        written = tickets.put(a_state(queue="billing", rank=1, plan="team"))
        assert list(tickets.in_queue("billing", 10)) == [written]

    def test_a_ticket_without_a_rank_is_in_no_queue(self, tickets: TicketStore) -> None:
        tickets.put(a_state(queue="billing"))
        assert list(tickets.in_queue("billing", 10)) == []

    @pytest.mark.parametrize("over", [TicketStatus.SOLVED, TicketStatus.CLOSED, TicketStatus.GONE])
    def test_a_ticket_that_is_over_leaves(self, tickets: TicketStore, over: TicketStatus) -> None:
        written = tickets.put(a_state(queue="billing", rank=1))
        tickets.put(written.model_copy(update={"status": over}))
        assert list(tickets.in_queue("billing", 10)) == []

    def test_a_ticket_changes_its_queue(self, tickets: TicketStore) -> None:
        written = tickets.put(a_state(queue="billing", rank=1))
        moved = tickets.put(written.model_copy(update={"queue": "care"}))
        assert list(tickets.in_queue("billing", 10)) == []
        assert list(tickets.in_queue("care", 10)) == [moved]


class TestEvents:
    def test_an_event_is_new_until_it_is_marked(self, tickets: TicketStore) -> None:
        assert not tickets.seen(KEY, "e1")
        tickets.mark_seen(KEY, "e1")
        tickets.mark_seen(KEY, "e1")
        assert tickets.seen(KEY, "e1")
        assert not tickets.seen(KEY, "e2")
        assert not tickets.seen(numbered(2), "e1")

    def test_an_event_is_forgotten_after_a_week(self, stores: Stores) -> None:
        stores.tickets.mark_seen(KEY, "e1")
        stores.wrist.now += timedelta(days=7)
        assert not stores.tickets.seen(KEY, "e1")


class TestVersions:
    def test_the_first_text_of_a_version_stays(self, tickets: TicketStore) -> None:
        assert tickets.text(KEY, "v1") is None
        tickets.put_text(KEY, "v1", a_text())
        tickets.put_text(KEY, "v1", a_text("Something else"))
        assert tickets.text(KEY, "v1") == a_text()
        assert tickets.text(KEY, "v2") is None

    def test_a_text_of_a_hundred_kilobytes_is_kept_whole(self, tickets: TicketStore) -> None:
        tickets.put_text(KEY, "v1", a_text("ä" * 50_000))
        assert tickets.text(KEY, "v1") == a_text("ä" * 50_000)

    def test_a_text_expires_after_a_month_and_can_be_stored_again(self, stores: Stores) -> None:
        stores.tickets.put_text(KEY, "v1", a_text())
        stores.wrist.now += timedelta(days=30)
        assert stores.tickets.text(KEY, "v1") is None
        stores.tickets.put_text(KEY, "v1", a_text("again"))
        assert stores.tickets.text(KEY, "v1") == a_text("again")

    def test_the_first_observations_of_a_version_stay(self, tickets: TicketStore) -> None:
        assert tickets.observations(KEY, "v1") is None
        tickets.put_observations(KEY, "v1", seen())
        tickets.put_observations(KEY, "v1", seen(Category.COMPLAINT))
        assert tickets.observations(KEY, "v1") == seen()

    def test_the_newest_briefing_of_a_version_stays(self, tickets: TicketStore) -> None:
        first = Briefing(why=("a",), customer="Zoë", history=(), reported=(), tone=("calm",), made_at=NOON)
        newer = first.model_copy(update={"why": ("b",)})
        assert tickets.briefing(KEY, "v1") is None
        tickets.put_briefing(KEY, "v1", first)
        tickets.put_briefing(KEY, "v1", newer)
        assert tickets.briefing(KEY, "v1") == newer

    def test_promises_replace_each_other_and_none_is_not_nobody_looked(self, tickets: TicketStore) -> None:
        one = Promise(ticket="1", sentence="We’ll call you.", said_at=NOON, due=NOON.date(), of_answer=True)
        assert tickets.promises(KEY) is None
        tickets.put_promises(KEY, (one, one))
        tickets.put_promises(KEY, (one,))
        assert tickets.promises(KEY) == (one,)
        tickets.put_promises(KEY, ())
        assert tickets.promises(KEY) == ()

    def test_promises_are_forgotten_after_half_a_year(self, stores: Stores) -> None:
        stores.tickets.put_promises(KEY, ())
        stores.wrist.now += timedelta(days=179)
        assert stores.tickets.promises(KEY) == ()
        stores.wrist.now += timedelta(days=2)
        assert stores.tickets.promises(KEY) is None


class TestDecisions:
    def test_a_decision_comes_back_as_it_was_made(self, tickets: TicketStore) -> None:
        decision = a_decision(ADA, loads={ADA: Load(tickets=3)})
        assert tickets.decision(KEY, "v1") is None
        assert tickets.put_decision(decision) == decision
        assert tickets.decision(KEY, "v1") == decision

    def test_the_first_decision_on_a_version_stands(self, stores: Stores) -> None:
        first = stores.tickets.put_decision(a_decision(ADA))
        assert stores.tickets.put_decision(a_decision(BEN)) == first
        assert stores.loads.open_tickets([ADA, BEN]) == {ADA: 1}

    def test_the_same_agent_is_counted_once_for_all_versions_of_a_ticket(self, stores: Stores) -> None:
        for version in ("v1", "v2", "v2"):
            stores.tickets.put_decision(a_decision(ADA, version))
        assert stores.loads.open_tickets([ADA]) == {ADA: 1}

    def test_a_ticket_moves_from_one_agent_to_another(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA, "v1"))
        stores.tickets.put_decision(a_decision(BEN, "v2"))
        assert {a: n for a, n in stores.loads.open_tickets([ADA, BEN]).items() if n} == {BEN: 1}

    def test_a_ticket_that_goes_to_nobody_leaves_its_agent(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA, "v1"))
        stores.tickets.put_decision(a_decision(None, "v2"))
        stores.tickets.put_decision(a_decision(None, "v3"))
        assert stores.tickets.decision(KEY, "v3") == a_decision(None, "v3")
        assert stores.loads.open_tickets([ADA]).get(ADA, 0) == 0

    def test_a_ticket_that_is_over_is_released_once(self, stores: Stores) -> None:
        other = a_decision(ADA).model_copy(update={"inputs": inputs(seen(), key=numbered(2))})
        stores.tickets.put_decision(a_decision(ADA))
        stores.tickets.put_decision(other)
        stores.loads.release(KEY)
        stores.loads.release(KEY)
        assert stores.loads.open_tickets([ADA]) == {ADA: 1}

    def test_releasing_a_ticket_that_nobody_carries_changes_nothing(self, stores: Stores) -> None:
        stores.loads.release(KEY)
        assert stores.loads.open_tickets([ADA]).get(ADA, 0) == 0

    def test_a_reopened_ticket_counts_again(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA, "v1"))
        stores.loads.release(KEY)
        stores.tickets.put_decision(a_decision(ADA, "v2"))
        assert stores.loads.open_tickets([ADA]) == {ADA: 1}

    def test_loads_are_told_of_the_agents_asked_for_only(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA))
        assert ADA not in stores.loads.open_tickets([BEN])


def a_mark(stage: str = "warning", target: str = "first_response", occasion: str = "v1", hours: int = 0) -> StageMark:
    return StageMark(target=target, stage=stage, occasion=occasion, at=NOON + timedelta(hours=hours))


class TestStages:
    def test_a_stage_is_recorded_with_its_state_and_stays_as_it_was(self, tickets: TicketStore) -> None:
        first = tickets.put_stages(a_state(rank=1), [a_mark()])
        again = tickets.put_stages(first.model_copy(update={"rank": 2}), [a_mark(hours=1), a_mark("breach")])
        assert tickets.get(KEY) == again
        assert (again.revision, again.rank) == (2, 2)
        assert sorted(tickets.stages(KEY), key=lambda mark: mark.stage) == [a_mark("breach"), a_mark()]

    def test_of_two_who_read_the_same_state_one_records(self, tickets: TicketStore) -> None:
        read = tickets.put(a_state())
        tickets.put_stages(read, [a_mark(occasion="theirs")])
        with pytest.raises(StoreConflict):
            tickets.put_stages(read, [a_mark(occasion="ours")])
        assert tickets.stages(KEY) == [a_mark(occasion="theirs")]

    def test_stages_targets_and_occasions_are_told_apart(self, tickets: TicketStore) -> None:
        marks = [a_mark(), a_mark("breach"), a_mark(target="next_response"), a_mark(occasion="v2"), a_mark("a#b")]
        tickets.put_stages(a_state(), marks)
        assert len(tickets.stages(KEY)) == len(marks)
        assert tickets.stages(numbered(2)) == []

    def test_facts_come_along_and_the_first_one_stays(self, stores: Stores) -> None:
        fact = Fact(kind=FactKind.SLA_BREACH, key=KEY, at=NOON, recorded_at=NOON, detail={"queue": "billing"})
        later = fact.model_copy(update={"detail": {"queue": "care"}})
        state = stores.tickets.put_stages(a_state(), [], [fact])
        stores.tickets.put_stages(state, [a_mark()], [later])
        assert stores.facts.between(NOON.date(), NOON.date()) == [fact]


class TestWatched:
    def test_every_watched_ticket_comes_page_by_page_whenever_it_is_due(self, tickets: TicketStore) -> None:
        for number in range(23):
            tickets.put(a_state(numbered(number), due=due_at(NOON + timedelta(days=number))))
        tickets.put(a_state(numbered(99)))
        found: list[TicketKey] = []
        place = ""
        for _ in range(40):
            keys, place = tickets.watched(place, 4)
            assert len(keys) <= 4
            found += keys
            if not place:
                break
        assert sorted(found, key=lambda key: int(key.id)) == [numbered(number) for number in range(23)]

    def test_where_nothing_is_watched_the_walk_ends(self, tickets: TicketStore) -> None:
        place, turns = tickets.watched("", 4)[1], 1
        while place:
            place, turns = tickets.watched(place, 4)[1], turns + 1
        assert turns <= 4


class TestLoads:
    def test_a_weight_and_the_week_are_counted_beside_the_tickets(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA), Burden(weight=3, week="2026-W48"))
        assert stores.loads.loads("2026-W48") == {ADA: Load(tickets=1, weight=3, week=1)}
        stores.loads.release(KEY)
        assert stores.loads.loads("2026-W48")[ADA] == Load(tickets=0, weight=0, week=1)
        assert stores.loads.loads("2026-W49").get(ADA, Load()).week == 0

    def test_an_agent_who_carries_something_else_than_was_read_gets_nothing(self, stores: Stores) -> None:
        other = a_decision(ADA).model_copy(update={"inputs": inputs(seen(), key=numbered(2))})
        stores.tickets.put_decision(a_decision(ADA), Burden(exactly=0, below=9))
        with pytest.raises(StoreConflict):
            stores.tickets.put_decision(other, Burden(exactly=0, below=9))
        assert stores.tickets.decision(numbered(2), "v1") is None
        assert stores.tickets.put_decision(other, Burden(exactly=1, below=9)) == other

    def test_an_agent_without_room_gets_nothing(self, stores: Stores) -> None:
        other = a_decision(ADA).model_copy(update={"inputs": inputs(seen(), key=numbered(2))})
        stores.tickets.put_decision(a_decision(ADA), Burden(below=1))
        with pytest.raises(StoreConflict):
            stores.tickets.put_decision(other, Burden(below=1))
        assert stores.loads.open_tickets([ADA]) == {ADA: 1}

    def test_a_ticket_that_a_person_moves_is_carried_by_somebody_else(self, stores: Stores) -> None:
        stores.tickets.put_decision(a_decision(ADA), Burden(weight=2))
        stores.loads.move(KEY, BEN, Burden(weight=2, week="2026-W48"))
        stores.loads.move(KEY, BEN, Burden(weight=2, week="2026-W48"))
        carried = {mail: load for mail, load in stores.loads.loads("2026-W48").items() if load.tickets}
        assert carried == {BEN: Load(tickets=1, weight=2, week=1)}


class TestLease:
    UNTIL = NOON + timedelta(minutes=1)

    def test_two_cannot_hold_it_at_once(self, tickets: TicketStore) -> None:
        assert tickets.take_lease(KEY, "one", self.UNTIL, NOON)
        assert not tickets.take_lease(KEY, "two", self.UNTIL, NOON)
        assert tickets.take_lease(numbered(2), "two", self.UNTIL, NOON)

    def test_its_holder_may_take_it_again(self, tickets: TicketStore) -> None:
        assert tickets.take_lease(KEY, "one", self.UNTIL, NOON)
        assert tickets.take_lease(KEY, "one", self.UNTIL + timedelta(minutes=1), NOON)
        assert not tickets.take_lease(KEY, "two", self.UNTIL + timedelta(hours=1), self.UNTIL)

    def test_another_may_take_it_when_it_has_run_out(self, tickets: TicketStore) -> None:
        tickets.take_lease(KEY, "one", self.UNTIL, NOON)
        assert not tickets.take_lease(KEY, "two", self.UNTIL, self.UNTIL - timedelta(microseconds=1))
        assert tickets.take_lease(KEY, "two", self.UNTIL + timedelta(minutes=1), self.UNTIL)

    def test_another_may_take_it_when_it_was_given_back(self, tickets: TicketStore) -> None:
        tickets.take_lease(KEY, "one", self.UNTIL, NOON)
        tickets.drop_lease(KEY, "one")
        tickets.drop_lease(KEY, "one")
        assert tickets.take_lease(KEY, "two", self.UNTIL, NOON)

    def test_who_lost_it_cannot_give_it_back_for_another(self, tickets: TicketStore) -> None:
        tickets.take_lease(KEY, "one", self.UNTIL, NOON)
        tickets.take_lease(KEY, "two", self.UNTIL + timedelta(minutes=1), self.UNTIL)
        tickets.drop_lease(KEY, "one")
        assert not tickets.take_lease(KEY, "one", self.UNTIL + timedelta(hours=1), self.UNTIL)
