"""What every book of customers and every keeper of held alerts promises."""

from __future__ import annotations

from datetime import date

import pytest

from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.held_alerts import DynamoHeldAlerts
from shared.adapters.dynamodb.rows_aside import DynamoRowsAside
from shared.domain.customers import Profile, RowAside
from shared.domain.errors import StoreConflict
from shared.domain.health import History, PastTicket
from shared.ports.customers import CustomerBook, RowsAside, amend_history
from shared.ports.delivery import Alert, HeldAlerts
from tests.fakes.delivery import InMemoryHeldAlerts
from tests.fakes.stores import InMemoryCustomerBook, InMemoryRowsAside
from tests.unit.domain.samples import NOON

EITHER = ["memory", pytest.param("dynamodb", marks=pytest.mark.integration)]


@pytest.fixture(params=EITHER)
def book(request: pytest.FixtureRequest) -> CustomerBook:
    if request.param == "memory":
        return InMemoryCustomerBook()
    return DynamoCustomerBook(request.getfixturevalue("emulator").table())


@pytest.fixture(params=EITHER)
def held(request: pytest.FixtureRequest) -> HeldAlerts:
    if request.param == "memory":
        return InMemoryHeldAlerts()
    return DynamoHeldAlerts(request.getfixturevalue("emulator").table())


@pytest.fixture(params=EITHER)
def aside(request: pytest.FixtureRequest) -> RowsAside:
    if request.param == "memory":
        return InMemoryRowsAside()
    return DynamoRowsAside(request.getfixturevalue("emulator").table())


def profile(email: str, mrr: float = 1.0) -> Profile:
    return Profile(email=email, mrr=mrr, as_of=date(2026, 11, 25))


class TestProfiles:
    def test_many_are_stored_and_found_by_address_however_it_is_written(self, book: CustomerBook) -> None:
        assert book.put_profiles(profile(f"c{number}@example.com", number) for number in range(60)) == 60
        assert book.profile("C59@Example.com") == profile("c59@example.com", 59)
        assert book.profile("nobody@example.com") is None

    def test_a_later_one_replaces_an_earlier_one(self, book: CustomerBook) -> None:
        book.put_profiles([profile("a@example.com", 1)])
        book.put_profiles([profile("a@example.com", 2)])
        assert book.profile("a@example.com") == profile("a@example.com", 2)

    def test_none_at_all_are_none(self, book: CustomerBook) -> None:
        assert book.put_profiles([]) == 0


class TestHistory:
    def test_an_unknown_customer_has_an_empty_one(self, book: CustomerBook) -> None:
        assert book.history("zendesk", "41") == History(desk="zendesk", customer="41")

    def test_it_comes_back_as_it_was_written_and_apart_from_others(self, book: CustomerBook) -> None:
        read = book.history("zendesk", "41").with_ticket(PastTicket(id="1", opened_at=NOON, rating="good"))
        written = book.put_history(read)
        assert book.history("zendesk", "41") == written
        assert book.history("zendesk", "4#1").tickets == ()
        assert book.history("freshdesk", "41").tickets == ()

    def test_of_two_writers_who_read_the_same_one_wins(self, book: CustomerBook) -> None:
        read = book.history("zendesk", "41")
        book.put_history(read)
        with pytest.raises(StoreConflict):
            book.put_history(read)

    def test_an_amendment_counts_on_from_what_others_wrote(self, book: CustomerBook) -> None:
        for number in range(3):
            past = PastTicket(id=str(number), opened_at=NOON)
            amend_history(book, "zendesk", "41", lambda history, past=past: history.with_ticket(past))  # type: ignore[misc]
        assert [one.id for one in book.history("zendesk", "41").tickets] == ["0", "1", "2"]


class TestHeldAlerts:
    def test_each_waits_once_until_it_is_forgotten(self, held: HeldAlerts) -> None:
        one = Alert(id="a#1/x", audience="manager", subject="one", lines=("l",))
        other = one.model_copy(update={"id": "b"})
        for alert in (one, other, one):
            held.hold(alert)
        assert held.held() == [one, other]
        held.forget(one)
        held.forget(one)
        assert held.held() == [other]


class TestRowsAside:
    def test_each_is_kept_once_in_its_order_until_it_is_forgotten(self, aside: RowsAside) -> None:
        def row(place: int, delivery: str = "a") -> RowAside:
            return RowAside(delivery=delivery, place=place, reason="email", row="{}", at=NOON)

        assert aside.kept() == []
        aside.keep(row(place) for place in (30, 2, 100))
        aside.keep([row(2), row(1, "b")])
        assert [(one.delivery, one.place) for one in aside.kept()] == [("a", 2), ("a", 30), ("a", 100), ("b", 1)]
        aside.forget(row(30))
        aside.forget(row(30))
        assert [one.place for one in aside.kept()] == [2, 100, 1]
