"""Keys: told apart, in order, and where a role may reach them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.dynamodb import keys
from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import Fact, FactKind
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
tickets = st.builds(TicketKey, desk=st.text(min_size=1), id=st.text(min_size=1))
times = st.integers(-(10**15), 2 * 10**15).map(lambda microseconds: NOON + timedelta(microseconds=microseconds))


@given(tickets)
def test_a_partition_leads_back_to_its_ticket(key: TicketKey) -> None:
    assert keys.ticket_of(keys.state(key).pk) == key


@given(tickets, tickets)
def test_tickets_never_share_a_partition(one: TicketKey, other: TicketKey) -> None:
    assert (keys.state(one).pk == keys.state(other).pk) == (one == other)


@pytest.mark.parametrize("pk", ["", "TICKET", "TICKET#zendesk", "TICKET#a#b#c", "DRAFT#zendesk#1"])
def test_what_is_no_tickets_partition_is_corrupt(pk: str) -> None:
    with pytest.raises(StoredItemCorrupt):
        keys.ticket_of(pk)


@given(times, times, tickets, tickets)
def test_the_due_index_is_in_order_of_time(one: datetime, other: datetime, a: TicketKey, b: TicketKey) -> None:
    assert (keys.by_time(one, a) < keys.until(other)) == (one <= other)
    if one < other:
        assert keys.by_time(one, a) < keys.by_time(other, b)


@given(st.integers(0, 10**12), st.integers(0, 10**12), tickets, tickets)
def test_the_queue_index_is_in_order_of_rank(one: int, other: int, a: TicketKey, b: TicketKey) -> None:
    if one < other:
        assert keys.by_rank(one, a) < keys.by_rank(other, b)


@given(tickets)
def test_a_scan_looks_wherever_a_due_ticket_may_be(key: TicketKey) -> None:
    assert keys.due_in(key) in keys.due_partitions()


def test_due_tickets_spread_over_every_shard() -> None:
    assert {keys.due_in(TicketKey(desk="zendesk", id=str(n))) for n in range(100)} == set(keys.due_partitions())


@given(tickets, times)
def test_a_report_looks_wherever_a_fact_of_the_day_may_be(key: TicketKey, at: datetime) -> None:
    fact = Fact(kind=FactKind.OPENED, key=key, at=at, recorded_at=at)
    assert keys.fact(fact).pk in keys.fact_partitions(at.date(), at.date())
    tomorrow = at.date() + timedelta(days=1)
    assert keys.fact(fact).pk not in keys.fact_partitions(tomorrow, tomorrow)


def test_what_draft_reads_and_writes_lies_where_its_role_may_reach() -> None:
    key = TicketKey(desk="zendesk", id="1")
    read = [
        keys.state(key),
        keys.text(key, "v"),
        keys.observation(key, "v"),
        keys.decision(key, "v"),
        keys.policy("sha"),
        keys.current_policy(),
        keys.switch(),
    ]
    assert {item.pk.split("#")[0] for item in read} == {"TICKET", "POLICY"}
    assert keys.draft(key, "v").pk == "DRAFT#zendesk#1"


def test_everything_under_a_ticket_is_told_apart() -> None:
    key = TicketKey(desk="zendesk", id="1")
    items = [
        keys.state(key),
        keys.lease(key),
        keys.load(key),
        keys.event(key, "v"),
        keys.text(key, "v"),
        keys.observation(key, "v"),
        keys.decision(key, "v"),
        keys.briefing(key, "v"),
        *(keys.stage(key, "first_response", kind, "v") for kind in DueKind),
    ]
    assert len({item.sk for item in items}) == len(items)
