"""Finding what webhooks missed: nothing lost, and only news is queued."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.reconcile.service import Ports, reconcile
from shared.domain.errors import DeskUnavailable, StoreUnavailable
from shared.domain.events import EventSource
from shared.domain.ticket import TicketStatus
from tests.unit.functions.world import Crash, Tripwire, World


def run(world: World, *, time_left=lambda: True, **changed):
    desk = changed.pop("desk", world.desk)
    ports = Ports(**{"tickets": world.tickets, "marks": world.marks, "queue": world.queue} | changed)
    return reconcile(desk=desk, ports=ports, clock=world.clock, time_left=time_left)


def take_in_all(world: World) -> None:
    for event in world.queue.events:
        world.take_in(event)
    world.queue.events.clear()


def test_a_ticket_that_no_webhook_told_of_comes_in_by_the_same_queue(world):
    id = world.desk.open_ticket("Hello")

    found = run(world)
    assert (found.desk, found.changed, found.queued, found.complete) == ("zendesk", 1, 1, True)
    (event,) = world.queue.events
    assert (event.desk, event.source) == ("zendesk", EventSource.RECONCILE)
    take_in_all(world)
    assert world.workflow.started[0][0] == world.key(id)


def test_only_news_is_queued(world):
    world.arrives()
    world.clock.forward(minutes=1)
    missed = world.desk.open_ticket("Nobody told of me")

    found = run(world)
    assert (found.changed, found.queued) == (2, 1)
    assert missed.encode() in world.queue.events[0].body


def test_what_was_read_is_not_read_again(world):
    world.desk.open_ticket("Hello")
    run(world)
    take_in_all(world)

    assert run(world).changed == 0


def test_missed_replies_and_solved_tickets_are_found_too(world):
    id = world.arrives()
    world.triage(id)
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, "Done.")
    world.desk.edit(id, status=TicketStatus.SOLVED)

    run(world)
    take_in_all(world)
    state = world.state(id)
    assert (state.status, state.due) == (TicketStatus.SOLVED, None)


def test_a_deleted_ticket_is_found_and_let_go(world):
    id = world.arrives()
    world.clock.forward(minutes=1)
    world.desk.delete(id)

    run(world)
    take_in_all(world)
    assert world.state(id).status is TicketStatus.GONE


def test_a_message_that_the_scan_saw_first_is_still_news(world):
    id = world.arrives()
    world.triage(id)
    run(world)
    world.queue.events.clear()
    world.clock.now = world.state(id).due.at
    world.desk.customer_writes(id, "Hello?")
    world.scan()
    assert world.state(id).desk_updated_at == world.ticket(id).updated_at

    assert run(world).queued == 1
    take_in_all(world)
    assert world.state(id).started == world.state(id).version


def test_what_changed_again_within_the_second_of_a_look_is_another_event(world):
    """On a desk that tells whole seconds, a look within the second of a change tells the second before it."""
    id = world.desk.open_ticket("Hello")
    run(world)
    early = world.queue.events[0].delivery_id
    take_in_all(world)
    changed_at = world.ticket(id).updated_at
    state = world.state(id)
    world.tickets.put(state.model_copy(update={"desk_updated_at": changed_at - timedelta(seconds=1)}))

    world.marks.marks.clear()
    assert run(world).queued == 1
    assert world.queue.events[0].delivery_id != early
    again = world.queue.events[0].delivery_id
    world.marks.marks.clear()
    run(world)
    assert world.queue.events[1].delivery_id == again


def test_many_pages_are_read_in_one_run(world):
    for _ in range(250):
        world.desk.open_ticket("Hello")

    assert run(world).queued == 250
    assert world.marks.marks == {"zendesk": "250"}


def test_without_time_left_the_next_run_goes_on_where_this_one_stopped(world):
    for _ in range(150):
        world.desk.open_ticket("Hello")
    looks = iter([True, False])

    assert run(world, time_left=lambda: next(looks)).complete is False
    assert run(world).complete is True
    assert len({event.delivery_id for event in world.queue.events}) == len(world.queue.events) == 150


def test_the_mark_moves_only_after_everything_before_it_is_queued(world):
    for _ in range(3):
        world.desk.open_ticket("Hello")
    for at in (1, 2, 3):
        wire = Tripwire(at, after=False)
        with pytest.raises(Crash):
            run(world, queue=wire.wired(world.queue, ["put"]))
        assert world.marks.marks == {}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_being_stopped_anywhere_loses_nothing_and_triages_nothing_twice(after):
    stopped = 0
    while True:
        world = World()
        ids = [world.desk.open_ticket("Hello") for _ in range(120)]
        wire = Tripwire(stopped * 40 + 1, after=after)
        desk = wire.wired(world.desk, ["changed_since"])
        try:
            run(
                world,
                desk=desk,
                queue=wire.wired(world.queue, ["put"]),
                marks=wire.wired(world.marks, ["get", "put"]),
            )
        except Crash:
            run(world)
        else:
            break
        stopped += 1
        take_in_all(world)
        assert {key.id for key, _, _ in world.workflow.started} == set(ids)
        assert len(world.workflow.started) == len(ids)
    assert stopped >= 3


@pytest.mark.parametrize("name", ["queue", "tickets", "marks"])
def test_a_store_that_is_down_leaves_the_mark_where_it_is(world, name):
    world.desk.open_ticket("Hello")
    getattr(world, name).fail_with = StoreUnavailable("down")
    with pytest.raises(StoreUnavailable):
        run(world)
    getattr(world, name).fail_with = None

    assert world.marks.marks == {}
    assert run(world).queued == 1


def test_a_desk_that_is_down_leaves_the_mark_where_it_is(world):
    world.desk.open_ticket("Hello")
    world.desk.fail_next(DeskUnavailable("away"))
    with pytest.raises(DeskUnavailable):
        run(world)

    assert run(world).queued == 1
