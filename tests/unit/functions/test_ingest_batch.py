"""A batch of messages: each ends done, postponed or parked, and none costs another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.ingest.batch import GIVES_UP_AFTER, LONGEST_WAIT, Fate, settle
from shared.domain.errors import (
    DeskRateLimited,
    DeskRefused,
    DeskUnavailable,
    PolicyInvalid,
    StillWriting,
    StoreConflict,
    StoredItemCorrupt,
    StoreUnavailable,
    UnreadableEvent,
)
from tests.unit.functions.world import NOON, World


def settled(world: World, error: Exception | None, *, received: int = 1, age: timedelta = timedelta(0)):
    """The fate of a message whose work fails with an error, what was told, and the seconds it was hidden for."""
    hidden: list[float] = []
    world.clock.now = NOON
    event = world.event("1")
    world.clock.now = NOON + age

    def work() -> str:
        if error:
            raise error
        return "started"

    fate, what = settle(event, work, received=received, queue=world.queue, postpone=hidden.append, now=world.clock())
    return fate, what, hidden


def test_work_that_is_done_is_done(world):
    assert settled(world, None) == (Fate.DONE, "started", [])
    assert world.queue.parked == []


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (DeskRateLimited("429", retry_after=37), 37),
        (DeskRateLimited("429", retry_after=7200), LONGEST_WAIT),
        (DeskRateLimited("429", retry_after=0), 1),
        (StillWriting("chat", retry_after=12.5), 12.5),
        (DeskUnavailable("500"), 5),
        (StoreUnavailable("throttled"), 5),
        (StoreConflict("overtaken"), 5),
        (DeskRefused("token", status=401), LONGEST_WAIT),
        (DeskRefused("permission", status=403), LONGEST_WAIT),
        (PolicyInvalid("none was published"), LONGEST_WAIT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_may_help_later_is_postponed(world, error, wait):
    assert settled(world, error) == (Fate.POSTPONED, type(error).__name__, [wait])
    assert world.queue.parked == []


def test_the_wait_grows_with_every_try_up_to_a_quarter_of_an_hour(world):
    waits = [settled(world, DeskUnavailable("away"), received=received)[2][0] for received in (1, 2, 3, 4, 8, 12, 999)]
    assert waits == [5, 10, 20, 40, 640, 900, 900]


@pytest.mark.parametrize(
    "error",
    [
        UnreadableEvent("the body is not JSON"),
        DeskRefused("invalid", status=422),
        DeskRefused("no desk 'intercom' is connected", status=0),
        StoredItemCorrupt("TICKET#zendesk#1 STATE holds no valid TicketState"),
    ],
    ids=["unreadable", "422", "unknown desk", "corrupt"],
)
def test_what_only_a_person_can_help_is_parked_with_its_reason(world, error):
    assert settled(world, error) == (Fate.PARKED, type(error).__name__, [])
    ((event, reason),) = world.queue.parked
    assert event.delivery_id == "delivery-1"
    assert reason == f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("error", [DeskUnavailable("away"), DeskRefused("token", status=401), PolicyInvalid("none")])
def test_after_a_day_a_message_is_parked_whatever_it_waits_for(world, error):
    assert settled(world, error, age=GIVES_UP_AFTER - timedelta(seconds=1))[0] is Fate.POSTPONED
    assert settled(world, error, age=GIVES_UP_AFTER) == (Fate.PARKED, "gave_up", [])
    assert world.queue.parked[0][1].startswith("gave up after 24 hours; ")


def test_a_mistake_of_ours_is_tried_for_a_while_and_then_parked_without_its_words(world):
    mistake = KeyError("I am furious, my card is 4111 1111 1111 1111")

    assert settled(world, mistake, received=1) == (Fate.POSTPONED, "KeyError", [5])
    assert settled(world, mistake, received=8)[0] is Fate.PARKED
    assert [reason for _, reason in world.queue.parked] == ["KeyError"]


def test_what_cannot_be_parked_stays_on_the_queue(world):
    world.queue.fail_with = StoreUnavailable("down")

    assert settled(world, UnreadableEvent("not JSON"))[0] is Fate.POSTPONED


def test_what_cannot_be_hidden_comes_back_all_the_same(world):
    def postpone(seconds: float) -> None:
        raise StoreUnavailable("down")

    def work() -> str:
        raise DeskUnavailable("away")

    fate, _ = settle(world.event("1"), work, received=1, queue=world.queue, postpone=postpone, now=NOON)
    assert fate is Fate.POSTPONED


def test_an_event_is_taken_in_by_the_desk_that_was_down_for_a_day_but_an_hour(world):
    """The whole outage: postponed again and again, and nothing lost when the desk is back."""
    id = world.desk.open_ticket("Hello")
    event = world.event(id)
    received, hidden = 0, []
    while world.clock.now < NOON + timedelta(hours=23):
        received += 1
        world.desk.fail_next(DeskUnavailable("away"))
        fate, _ = settle(
            event,
            lambda: world.take_in(event),
            received=received,
            queue=world.queue,
            postpone=hidden.append,
            now=world.clock(),
        )
        assert fate is Fate.POSTPONED
        world.clock.forward(seconds=hidden[-1])

    assert received < 1000 / 5  # the queue's own limit by count is far away
    assert world.take_in(event) == "started"
