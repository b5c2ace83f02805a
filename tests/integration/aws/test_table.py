"""What only the real table can show: corrupt items, paging, and items as they lie there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.marks import DynamoMarkStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.table import Table
from shared.adapters.dynamodb.tickets import SEEN_FOR, TEXT_FOR, DynamoTicketStore
from shared.domain.errors import StoreConflict, StoredItemCorrupt
from shared.domain.facts import Fact, FactKind
from tests.contracts.test_ticket_store import KEY, NOON, a_decision, a_state, a_text, due_at, numbered
from tests.emulator import Emulator
from tests.unit.domain.samples import policy

pytestmark = pytest.mark.integration
SECRET = "the customer's own words"


@pytest.fixture
def table(emulator: Emulator) -> Table:
    return emulator.table()


class TestCorruptItems:
    @pytest.mark.parametrize("value", [SECRET, "", f'{{"key": "{SECRET}"}}', f'["{SECRET}"]', "null"])
    def test_the_error_names_the_item_and_not_its_content(self, table: Table, value: str) -> None:
        tickets = DynamoTicketStore(table)
        table.put(keys.state(KEY), {"value": value, "revision": 1})
        table.put(keys.decision(KEY, "v1"), {"value": value})
        for read in (lambda: tickets.get(KEY), lambda: tickets.decision(KEY, "v1")):
            with pytest.raises(StoredItemCorrupt) as caught:
                read()
            assert "TICKET#zendesk#1" in str(caught.value)
            assert SECRET not in str(caught.value)
            assert caught.value.__suppress_context__  # a traceback would show pydantic's quotation

    def test_an_item_without_a_value_is_corrupt_not_missing(self, table: Table) -> None:
        table.put(keys.state(KEY), {"revision": 1})
        table.put(keys.mark("zendesk"), {"revision": 1})
        with pytest.raises(StoredItemCorrupt):
            DynamoTicketStore(table).get(KEY)
        with pytest.raises(StoredItemCorrupt):
            DynamoMarkStore(table).get("zendesk")

    def test_a_corrupt_state_hides_no_due_ticket_and_not_even_its_own(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        tickets.put(a_state(numbered(2), due=due_at(NOON)))
        index = {keys.DUE_PK: keys.due_in(KEY), keys.DUE_SK: keys.by_time(NOON, KEY)}
        table.put(keys.state(KEY), {"value": "broken", **index})
        assert set(tickets.due_before(NOON, 10)) == {KEY, numbered(2)}

    def test_a_policy_whose_content_was_changed_is_refused(self, table: Table) -> None:
        policies = DynamoPolicyStore(table)
        sha = policies.publish(policy())
        table.put(keys.policy(sha), {"value": policy(value={"plans": ["team"]}).canonical_json()})
        with pytest.raises(StoredItemCorrupt, match=sha):
            policies.get(sha)

    def test_a_switch_that_says_nothing_readable_is_off(self, table: Table) -> None:
        table.put(keys.switch(), {"drafting": "perhaps"})
        assert not DynamoPolicyStore(table).drafting_is_on()


class TestItems:
    def test_what_expires_says_when(self, table: Table) -> None:
        tickets = DynamoTicketStore(table, clock=lambda: NOON)
        tickets.mark_seen(KEY, "e1")
        tickets.put_text(KEY, "v1", a_text())
        tickets.put(a_state())
        assert [_expiry(table, keys.event(KEY, "e1")), _expiry(table, keys.text(KEY, "v1"))] == [
            NOON + SEEN_FOR,
            NOON + TEXT_FOR,
        ]
        assert keys.EXPIRES_AT not in (table.get(keys.state(KEY)) or {})

    def test_a_policy_once_stored_is_never_written_again(self, table: Table) -> None:
        policies = DynamoPolicyStore(table)
        sha = policy().sha
        table.put(keys.policy(sha), {"value": policy().canonical_json(), "note": "the first"})
        policies.publish(policy())
        assert (table.get(keys.policy(sha)) or {})["note"] == "the first"

    def test_a_decision_leaves_nothing_behind_when_the_ticket_changed_hands_meanwhile(self, emulator: Emulator) -> None:
        class OvertakenTable(Table):
            """Somebody gives the ticket away between our read and our write."""

            def transact(self, *writes: dict[str, object]) -> None:
                self.put(keys.load(KEY), {"carried_by": "third@example.com"})
                super().transact(*writes)

        tickets = DynamoTicketStore(OvertakenTable(emulator.client("dynamodb"), emulator.table_name()))
        with pytest.raises(StoreConflict):
            tickets.put_decision(a_decision("ada@example.com"))
        assert tickets.decision(KEY, "v1") is None


class TestPaging:
    def test_a_day_of_more_than_a_megabyte_is_read_whole(self, table: Table) -> None:
        log, day = DynamoFactLog(table), datetime(2026, 11, 24, tzinfo=UTC)
        # All on one ticket, so that they share a shard: 30 x 60 kB.
        long = {"x": "y" * 60_000}
        facts = [
            Fact(kind=FactKind.RATED, key=KEY, at=day + timedelta(minutes=n), recorded_at=day, detail=long)
            for n in range(30)
        ]
        log.record(facts)
        assert log.between(day.date(), day.date()) == facts

    def test_a_limit_holds_over_pages(self, table: Table) -> None:
        tickets = DynamoTicketStore(table)
        for number in range(30):
            tickets.put(a_state(numbered(number), queue="billing", rank=number, link="l" * 60_000))
        assert [state.rank for state in tickets.in_queue("billing", 25)] == list(range(25))


def _expiry(table: Table, key: keys.Key) -> datetime:
    item = table.get(key)
    assert item is not None
    return datetime.fromtimestamp(int(item[keys.EXPIRES_AT]), UTC)
