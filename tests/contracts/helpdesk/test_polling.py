"""Polling: what changed since a mark, so that a lost webhook costs minutes and no ticket."""

from __future__ import annotations

from datetime import timedelta

from tests.contracts.staging.staged import Staged, change, not_here, note


def test_changes_are_told_from_an_hour_ago_and_then_from_mark_to_mark(staged: Staged):
    first, second = staged.opens("Hello"), staged.opens("Hello")
    found, mark = all_changes(staged, None)
    assert {first, second} <= found
    staged.customer_writes(second, "Still waiting")
    third = staged.opens("Hello")
    found, mark = all_changes(staged, mark)
    assert {second, third} <= found


def test_a_deleted_ticket_is_among_the_changes(staged: Staged):
    if not staged.traits.polls_deleted:
        not_here("the desk's list leaves deleted tickets out; its webhook tells of them, and the next look")
    id = staged.opens("Hello")
    _, mark = all_changes(staged, None)
    staged.deletes(id)
    found, _ = all_changes(staged, mark)
    assert id in found


def all_changes(staged: Staged, mark: str | None) -> tuple[set[str], str]:
    found: set[str] = set()
    for _ in range(200):
        page = staged.desk.changed_since(mark)
        found |= {one.ticket_id for one in page.changes}
        mark = page.mark
        if not page.more:
            return found, mark
    raise AssertionError("the pages do not end")


def test_many_changes_come_in_pages_and_none_is_missed(staged: Staged):
    ids = {staged.opens("Hello") for _ in range(30)}
    found, _ = all_changes(staged, None)
    assert ids <= found


def test_every_kind_of_change_is_found(staged: Staged):
    ids = [staged.opens("Hello") for _ in range(4)]
    _, mark = all_changes(staged, None)
    staged.customer_writes(ids[0], "Hello?")
    staged.agent_writes(ids[1], "Here.")
    staged.sets_priority(ids[2], "low")
    staged.solves(ids[3])
    found, _ = all_changes(staged, mark)
    assert set(ids) <= found


def test_a_mark_that_cannot_be_read_starts_an_hour_ago(staged: Staged):
    id = staged.opens("Hello")
    for mark in ("", "x", "{}", '{"since": "x"}', "[]"):
        found, _ = all_changes(staged, mark)
        assert id in found


def test_asking_twice_with_one_mark_answers_the_same_tickets(staged: Staged):
    id = staged.opens("Hello")
    (first, _), (second, _) = all_changes(staged, None), all_changes(staged, None)
    assert id in first & second


def test_a_quiet_desk_has_an_end(staged: Staged):
    staged.opens("Hello")
    _, mark = all_changes(staged, None)
    # A desk may repeat the last minutes, and they may fill more than one page; but it comes to an end.
    _, mark = all_changes(staged, mark)
    assert mark


def test_a_change_tells_when_it_happened(staged: Staged):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note()))
    ticket = staged.desk.fetch(id)
    times, mark, more = [], None, True
    while more:
        page = staged.desk.changed_since(mark)
        times += [one.updated_at for one in page.changes if one.ticket_id == id]
        mark, more = page.mark, page.more
    # A look within the second of a change may tell the second before it; later it would never be news.
    assert timedelta(0) <= max(times) - ticket.updated_at <= timedelta(seconds=1)
