"""What agents promise is kept as they write it, and looked up once in tickets from before our time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.ingest.promising import LOOKED_BACK
from shared.domain.errors import DeskRateLimited, StoredItemCorrupt, TicketGone
from shared.domain.observation import Sentiment
from shared.domain.ticket import TicketKey
from tests.fakes.stores import InMemoryTicketStore
from tests.unit.domain.samples import seen
from tests.unit.functions.world import ANN

PROMISE = "We will refund it by Friday."


def promised(world, id):
    found = world.tickets.promises(world.key(id))
    return None if found is None else [one.sentence for one in found]


def answered(world, id, text=PROMISE):
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, text)


class _Refusing:
    """A desk that does not give one of its tickets."""

    def __init__(self, desk, ticket, error):
        self._desk, self._ticket, self._error = desk, ticket, error

    def __getattr__(self, name):
        return getattr(self._desk, name)

    def fetch(self, ticket_id):
        if ticket_id == self._ticket:
            raise self._error
        return self._desk.fetch(ticket_id)


def from_before(world, count=1):
    """Tickets that were answered on the desk while nobody listened."""
    ids = []
    for _ in range(count):
        ids.append(world.desk.open_ticket("Where is my money?", customer=ANN))
        answered(world, ids[-1])
    world.clock.forward(days=1)
    return ids


def test_an_agent_s_promise_is_remembered_when_the_answer_comes_in(world):
    id = world.arrives()
    assert promised(world, id) is None
    answered(world, id)
    world.take_in(world.event(id))
    assert promised(world, id) == [PROMISE]


def test_the_same_event_again_changes_nothing(world):
    id = world.arrives()
    answered(world, id)
    world.take_in(world.event(id))
    first = world.tickets.promises(world.key(id))
    world.take_in(world.event(id))
    assert world.tickets.promises(world.key(id)) == first


def test_a_ticket_from_before_our_time_is_read_when_its_customer_writes(world):
    (old,) = from_before(world)
    world.arrives("Hello again")
    assert promised(world, old) == [PROMISE]


def test_it_is_read_once_and_never_again(world):
    (old,) = from_before(world)
    world.arrives("Hello again")
    before = world.desk.fetched.count(old)
    world.arrives("And again")
    assert world.desk.fetched.count(old) == before


def test_no_more_than_a_few_are_read(world):
    olds = from_before(world, LOOKED_BACK + 2)
    world.arrives("Hello again")
    assert sum(promised(world, old) is not None for old in olds) == LOOKED_BACK


def test_what_is_long_ago_is_left_alone(world):
    (old,) = from_before(world)
    world.clock.now += timedelta(days=100)
    world.arrives("Hello again")
    assert promised(world, old) is None


@pytest.mark.parametrize(("error", "read"), [(DeskRateLimited("slow down"), None), (TicketGone("deleted"), [])])
def test_a_desk_that_cannot_answer_keeps_no_customer_waiting(world, error, read):
    (old,) = from_before(world)
    id = world.desk.open_ticket("Hello again", customer=ANN)
    world.take_in(world.event(id), desk=_Refusing(world.desk, old, error))
    assert world.state(id).started == world.state(id).version
    assert promised(world, old) == read


def test_a_ticket_that_we_followed_is_not_read_again(world):
    known = world.arrives("First")
    before = world.desk.fetched.count(known)
    world.arrives("Second")
    assert world.desk.fetched.count(known) == before
    assert world.tickets.promises(TicketKey(desk=world.desk.name, id=known)) is None


class _Corrupt(InMemoryTicketStore):
    """A store whose promises cannot be read."""

    def promises(self, key):
        raise StoredItemCorrupt(f"the promises of ticket {key} are none")


def test_promises_that_cannot_be_read_stop_no_event_and_cost_no_briefing(world):
    world.tickets = _Corrupt(world.loads, clock=world.clock, facts=world.facts)
    from_before(world)
    id = world.arrives("Hello again")
    answered(world, id)
    world.take_in(world.event(id))
    world.customer_writes(id, "And now?")
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    ref = world.ref(id)
    world.prepare(ref)
    assert world.tickets.briefing(ref.key, ref.version).promised == ()
