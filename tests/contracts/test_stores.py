"""What the smaller stores promise: drafts, policies, facts, marks and the second reader's book."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from cli.bench.table import MovingClock
from shared.adapters.dynamodb.customers import FRESH_FOR, DynamoCustomerStore
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.marks import DynamoMarkStore
from shared.adapters.dynamodb.occasions import DynamoOccasions
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.reader_book import DynamoReaderBook
from shared.domain.breaker import Breaker
from shared.domain.choosing import DraftStory
from shared.domain.errors import PolicyInvalid, StoreConflict
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Outcome, Usage
from shared.domain.reader_policy import BreakerSettings
from shared.domain.resolution import Draft, NoDraft
from shared.domain.ticket import Customer, EarlierTicket, Snapshot, TicketKey, TicketStatus
from shared.ports.books import CustomerStore, FactLog, MarkStore, Occasions, PolicyStore
from shared.ports.second_reader import ReaderBook, amend_breaker
from shared.ports.store import DraftStore
from tests.fakes.stores import (
    InMemoryCustomerStore,
    InMemoryDraftStore,
    InMemoryFactLog,
    InMemoryMarkStore,
    InMemoryOccasions,
    InMemoryPolicyStore,
    InMemoryReaderBook,
)
from tests.unit.domain.samples import policy

KEY = TicketKey(desk="zendesk", id="1")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_STORY = DraftStory(at=NOON, reason=NoDraft.NO_RESOLUTION, language="en", fits_at=0.6, margin=0.1)
DAY = NOON.date()
both = pytest.mark.parametrize(
    "where", ["memory", pytest.param("dynamodb", marks=pytest.mark.integration)], indirect=True
)


@pytest.fixture
def where(request: pytest.FixtureRequest) -> object:
    """A table of the emulator, or nothing for the fakes."""
    return None if request.param == "memory" else request.getfixturevalue("emulator").table()


@both
class TestDrafts:
    @pytest.fixture
    def wrist(self) -> MovingClock:
        return MovingClock(NOON)

    @pytest.fixture
    def drafts(self, where, wrist: MovingClock) -> DraftStore:
        return InMemoryDraftStore(clock=wrist) if where is None else DynamoDraftStore(where, clock=wrist)

    def a_draft(self, text: str = "Hello") -> Draft:
        return Draft(resolution="invoice-copy", title="A copy", text=text, language="en", fit=0.7, made_at=NOON)

    def test_the_newest_draft_of_a_version_stays(self, drafts: DraftStore) -> None:
        drafts.put(KEY, "v1", self.a_draft())
        drafts.put(KEY, "v1", self.a_draft("Hello again"))
        assert drafts.get(KEY, "v1") == self.a_draft("Hello again")

    def test_versions_and_tickets_are_told_apart(self, drafts: DraftStore) -> None:
        drafts.put(KEY, "v1", self.a_draft())
        assert drafts.get(KEY, "v2") is None
        assert drafts.get(TicketKey(desk="zendesk", id="2"), "v1") is None

    def test_a_draft_with_a_customers_facts_is_kept_for_half_a_year(
        self, drafts: DraftStore, wrist: MovingClock
    ) -> None:
        drafts.put(KEY, "v1", self.a_draft())
        drafts.put_story(KEY, "v1", A_STORY)
        wrist.forward(timedelta(days=179))
        assert drafts.get(KEY, "v1") is not None
        assert drafts.story(KEY, "v1") == A_STORY
        wrist.forward(timedelta(days=1))
        assert (drafts.get(KEY, "v1"), drafts.story(KEY, "v1")) == (None, None)

    def test_how_a_draft_came_about_lies_beside_it_and_outlives_that_there_is_none(self, drafts: DraftStore) -> None:
        assert drafts.story(KEY, "v1") is None
        drafts.put_story(KEY, "v1", A_STORY)
        assert (drafts.story(KEY, "v1"), drafts.get(KEY, "v1")) == (A_STORY, None)
        drafts.put(KEY, "v1", self.a_draft())
        drafts.put_story(KEY, "v1", A_STORY.model_copy(update={"reason": None}))
        assert drafts.get(KEY, "v1") == self.a_draft()
        assert drafts.story(KEY, "v2") is None
        assert drafts.story(TicketKey(desk="zendesk", id="1#STORY"), "v1") is None


@both
class TestPolicies:
    @pytest.fixture
    def policies(self, where) -> PolicyStore:
        return InMemoryPolicyStore() if where is None else DynamoPolicyStore(where)

    def test_before_anything_is_published_there_is_no_policy(self, policies: PolicyStore) -> None:
        with pytest.raises(PolicyInvalid):
            policies.current()
        with pytest.raises(PolicyInvalid):
            policies.get("0" * 64)

    def test_a_published_policy_is_current_and_comes_back_with_its_sha(self, policies: PolicyStore) -> None:
        published = policy()
        sha = policies.publish(published)
        assert sha == published.sha == policies.current()
        assert policies.get(sha) == published
        assert policies.get(sha).sha == sha

    def test_an_older_policy_stays_readable_and_can_become_current_again(self, policies: PolicyStore) -> None:
        older, newer = policy(), policy(value={"plans": ["team"]})
        for each in (older, newer, older):
            policies.publish(each)
        assert policies.current() == older.sha
        assert policies.get(newer.sha) == newer

    def test_the_switch_is_on_until_somebody_turns_it(self, policies: PolicyStore) -> None:
        assert policies.drafting_is_on()
        policies.switch_drafting(on=False)
        assert not policies.drafting_is_on()
        policies.switch_drafting(on=True)
        assert policies.drafting_is_on()

    def test_publishing_a_policy_does_not_touch_the_switch(self, policies: PolicyStore) -> None:
        policies.switch_drafting(on=False)
        policies.publish(policy())
        assert not policies.drafting_is_on()


@both
class TestFacts:
    @pytest.fixture
    def facts(self, where) -> FactLog:
        return InMemoryFactLog() if where is None else DynamoFactLog(where)

    def a_fact(self, at: datetime = NOON, ticket: str = "1", kind: FactKind = FactKind.OPENED, **detail: str) -> Fact:
        return Fact(kind=kind, key=TicketKey(desk="zendesk", id=ticket), at=at, recorded_at=at, detail=detail)

    def test_the_same_fact_twice_is_one_and_the_first_stays(self, facts: FactLog) -> None:
        facts.record([self.a_fact(plan="team"), self.a_fact(plan="free")])
        facts.record([self.a_fact(plan="none")])
        assert facts.between(DAY, DAY) == [self.a_fact(plan="team")]

    def test_kinds_times_and_tickets_are_told_apart(self, facts: FactLog) -> None:
        different = [
            self.a_fact(),
            self.a_fact(kind=FactKind.RATED),
            self.a_fact(ticket="2"),
            self.a_fact(at=NOON + timedelta(microseconds=1)),
        ]
        facts.record(different)
        assert len(facts.between(DAY, DAY)) == len(different)

    def test_kinds_that_are_not_wanted_are_left_out(self, facts: FactLog) -> None:
        facts.record([self.a_fact(plan="team")])
        (there,) = facts.between(DAY, DAY)
        assert facts.between(DAY, DAY, but=(there.kind,)) == []

    def test_they_come_in_order_of_time_over_all_tickets_and_days(self, facts: FactLog) -> None:
        made = [self.a_fact(at=NOON + timedelta(hours=7 * n), ticket=str(n % 5)) for n in range(20)]
        facts.record(reversed(made))
        assert facts.between(DAY, DAY + timedelta(days=10)) == made

    def test_the_newest_of_a_kind_come_first_and_no_more_than_asked_for(self, facts: FactLog) -> None:
        made = [self.a_fact(at=NOON + timedelta(hours=7 * n), ticket=str(n % 5)) for n in range(20)]
        facts.record([*made, *(self.a_fact(at=fact.at, ticket="9", kind=FactKind.RATED) for fact in made)])

        def newest(first: int, last: int, limit: int = 50) -> list[Fact]:
            return facts.newest(FactKind.OPENED, since=made[first].at, until=made[last].at, limit=limit)

        assert newest(0, 19) == made[::-1]
        assert newest(3, 9) == made[3:10][::-1]
        assert newest(3, 9, limit=2) == made[8:10][::-1]
        second = timedelta(microseconds=1)
        assert facts.newest(FactKind.OPENED, since=made[3].at + second, until=made[4].at - second, limit=9) == []

    def test_both_days_count_and_no_other(self, facts: FactLog) -> None:
        first, last = date(2026, 11, 23), date(2026, 11, 24)
        midnight = datetime(2026, 11, 23, tzinfo=UTC)
        inside = [self.a_fact(at=midnight), self.a_fact(at=midnight + timedelta(days=2, microseconds=-1))]
        outside = [self.a_fact(at=midnight - timedelta(microseconds=1)), self.a_fact(at=midnight + timedelta(days=2))]
        facts.record([*inside, *outside])
        assert facts.between(first, last) == inside

    def test_no_day_holds_no_fact(self, facts: FactLog) -> None:
        facts.record([self.a_fact()])
        assert facts.between(DAY, DAY - timedelta(days=1)) == []


@both
class TestMarks:
    @pytest.fixture
    def marks(self, where) -> MarkStore:
        return InMemoryMarkStore() if where is None else DynamoMarkStore(where)

    def test_a_mark_moves_and_belongs_to_its_desk(self, marks: MarkStore) -> None:
        assert marks.get("zendesk") is None
        marks.put("zendesk", "cursor-1")
        marks.put("zendesk", "cursor-2")
        assert marks.get("zendesk") == "cursor-2"
        assert marks.get("intercom") is None


@both
class TestReaderBook:
    @pytest.fixture
    def book(self, where) -> ReaderBook:
        return InMemoryReaderBook() if where is None else DynamoReaderBook(where)

    def test_money_is_set_aside_up_to_the_limit_and_not_beyond(self, book: ReaderBook) -> None:
        assert book.reserve(DAY, 60, limit=100)
        assert not book.reserve(DAY, 41, limit=100)
        assert book.reserve(DAY, 40, limit=100)
        assert not book.reserve(DAY, 1, limit=100)
        assert book.spent(DAY) == 100

    def test_what_alone_is_dearer_than_the_limit_is_never_set_aside(self, book: ReaderBook) -> None:
        assert not book.reserve(DAY, 101, limit=100)
        assert book.spent(DAY) == 0

    def test_what_costs_nothing_always_fits(self, book: ReaderBook) -> None:
        assert book.reserve(DAY, 100, limit=100)
        assert book.reserve(DAY, 0, limit=100)

    def test_what_was_spent_takes_the_place_of_what_was_set_aside(self, book: ReaderBook) -> None:
        book.reserve(DAY, 90, limit=100)
        book.settle(DAY, reserved=90, spent=20, usage=Usage(input_tokens=5, output_tokens=1))
        assert book.spent(DAY) == 20
        assert book.reserve(DAY, 80, limit=100)

    def test_each_day_has_its_own_limit(self, book: ReaderBook) -> None:
        book.reserve(DAY, 100, limit=100)
        assert book.reserve(DAY + timedelta(days=1), 100, limit=100)
        assert book.spent(DAY) == 100

    def test_many_who_set_aside_at_once_do_not_pass_the_limit_together(self, book: ReaderBook) -> None:
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(lambda _: book.reserve(DAY, 10, limit=70), range(16)))
        assert given.count(True) == 7
        assert book.spent(DAY) == 70

    def test_the_breaker_begins_closed_and_comes_back_as_written(self, book: ReaderBook) -> None:
        assert book.breaker() == Breaker()
        book.put_breaker(Breaker(failures=3, rests_until=NOON))
        assert book.breaker() == Breaker(failures=3, rests_until=NOON, revision=1)

    def test_of_two_who_write_the_breaker_the_second_loses(self, book: ReaderBook) -> None:
        book.put_breaker(Breaker(failures=1))
        read = book.breaker()
        book.put_breaker(read.model_copy(update={"failures": 2}))
        for late in (read, Breaker()):
            with pytest.raises(StoreConflict):
                book.put_breaker(late)
        assert book.breaker().failures == 2

    def test_a_change_that_changes_nothing_writes_nothing(self, book: ReaderBook) -> None:
        amend_breaker(book, lambda breaker: breaker.after(Outcome.ANSWERED, NOON, BreakerSettings()))
        assert book.breaker().revision == 0


ANN = Snapshot(
    customer=Customer(id="41", name="Ann # Chen", plan="team", mrr=79.5, signed_up=date(2023, 4, 1)),
    tickets=(EarlierTicket(id="7", subject="Grüße", status=TicketStatus.SOLVED, created_at=NOON),),
)


@both
class TestCustomers:
    @pytest.fixture
    def customers(self, where) -> CustomerStore:
        return InMemoryCustomerStore() if where is None else DynamoCustomerStore(where)

    def test_what_was_just_read_is_known_and_nothing_else(self, customers) -> None:
        assert customers.get("zendesk", "41") is None
        customers.put("zendesk", "41", ANN)
        assert customers.get("zendesk", "41") == ANN
        assert customers.get("zendesk", "4") is None
        assert customers.get("acme", "41") is None

    def test_a_newer_look_takes_the_place_of_the_older_one(self, customers) -> None:
        customers.put("zendesk", "4#1", ANN)
        newer = Snapshot(customer=Customer(id="4#1", plan="business"))
        customers.put("zendesk", "4#1", newer)
        assert customers.get("zendesk", "4#1") == newer


@pytest.mark.integration
def test_what_is_no_longer_fresh_is_not_known_although_it_is_still_there(emulator) -> None:
    table = emulator.table()
    DynamoCustomerStore(table, clock=lambda: NOON).put("zendesk", "41", ANN)
    assert DynamoCustomerStore(table, clock=lambda: NOON + FRESH_FOR).get("zendesk", "41") is None


@both
class TestOccasions:
    @pytest.fixture
    def occasions(self, where) -> Occasions:
        return InMemoryOccasions() if where is None else DynamoOccasions(where, clock=lambda: NOON)

    def test_an_occasion_is_remembered(self, occasions) -> None:
        assert not occasions.seen("access/zendesk/403/scope `write`")
        occasions.remember("access/zendesk/403/scope `write`", NOON + timedelta(hours=1))
        assert occasions.seen("access/zendesk/403/scope `write`")
        assert not occasions.seen("access/zendesk/401/")


@pytest.mark.integration
def test_an_occasion_is_forgotten_when_its_time_is_over(emulator) -> None:
    table = emulator.table()
    DynamoOccasions(table, clock=lambda: NOON).remember("x", NOON + timedelta(hours=1))
    assert not DynamoOccasions(table, clock=lambda: NOON + timedelta(hours=2)).seen("x")
