"""Writers who really meet on one table."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.table import Table
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.domain.errors import StoreConflict
from shared.ports.store import Burden, amend
from tests.contracts.test_ticket_store import ADA, BEN, KEY, NOON, a_decision, a_mark, a_state, numbered
from tests.emulator import Emulator
from tests.unit.domain.samples import inputs, seen

pytestmark = pytest.mark.integration
WRITERS = 6


@pytest.fixture
def table(emulator: Emulator) -> Table:
    return emulator.table()


def at_once(work: Callable[[int], object]) -> list[object]:
    """What each of several writers gets who start together; a conflict is a result too."""
    barrier = Barrier(WRITERS)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return work(number)
        except StoreConflict as conflict:
            return type(conflict)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


class TestRaces:
    def test_one_of_many_writers_of_a_revision_wins(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        read = tickets.put(a_state())
        results = at_once(lambda number: tickets.put(read.model_copy(update={"version": str(number)})))
        assert results.count(StoreConflict) == WRITERS - 1
        (won,) = [result for result in results if result is not StoreConflict]
        assert tickets.get(KEY) == won

    def test_amendments_by_many_all_count(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        tickets.put(a_state(rank=0))

        def one_more(_: int) -> object:
            while True:
                try:
                    return amend(tickets, KEY, lambda s: s.model_copy(update={"rank": (s.rank or 0) + 1}))
                except StoreConflict:
                    continue  # five others were faster in a row

        at_once(one_more)
        state = tickets.get(KEY)
        assert state is not None
        assert state.rank == WRITERS

    def test_one_decision_stands_and_is_counted_once(self, table: Table) -> None:
        tickets, loads = DynamoTicketStore(table), DynamoLoadBook(table)
        results = at_once(lambda number: tickets.put_decision(a_decision(ADA if number % 2 else BEN)))
        stands = tickets.decision(KEY, "v1")
        assert stands is not None
        assert all(result in (stands, StoreConflict) for result in results)
        assert sum(loads.open_tickets([ADA, BEN]).values()) == 1
        assert loads.open_tickets([ADA, BEN])[stands.agent or ""] == 1

    def test_a_ticket_is_released_once(self, table: Table) -> None:
        tickets, loads = DynamoTicketStore(table), DynamoLoadBook(table)
        tickets.put_decision(a_decision(ADA))
        at_once(lambda _: loads.release(KEY))
        tickets.put_decision(a_decision(ADA, "v2"))
        assert loads.open_tickets([ADA]) == {ADA: 1}

    def test_one_records_a_stage(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        read = tickets.put(a_state())
        results = at_once(lambda number: tickets.put_stages(read, [a_mark("breach", occasion=str(number))]))
        assert results.count(StoreConflict) == WRITERS - 1
        assert len(tickets.stages(KEY)) == 1

    def test_as_many_tickets_at_once_as_there_is_room_for_find_a_place(self, table: Table) -> None:
        tickets, loads = DynamoTicketStore(table), DynamoLoadBook(table)

        def give(number: int) -> object:
            decision = a_decision(ADA).model_copy(update={"inputs": inputs(seen(), key=numbered(number))})
            return tickets.put_decision(decision, Burden(below=2))

        at_once(give)
        assert loads.open_tickets([ADA])[ADA] <= 2

    def test_one_takes_the_lease(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        results = at_once(lambda number: tickets.take_lease(KEY, str(number), NOON + timedelta(minutes=1), NOON))
        assert results.count(True) == 1
