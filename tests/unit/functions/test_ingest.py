"""Taking events in: nothing lost, nothing twice, whatever order they come in and wherever we are stopped."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from functions.ingest.service import Taken
from shared.domain.errors import (
    DeskRateLimited,
    DeskRefused,
    DeskUnavailable,
    StillWriting,
    StoreConflict,
    UnreadableEvent,
)
from shared.domain.facts import FactKind
from shared.domain.ticket import Customer, TicketStatus
from shared.domain.ticket_state import DueKind
from tests.unit.domain.samples import seen
from tests.unit.functions.world import ANN, NOON, Crash, Tripwire, World

DATA = Path(__file__).parents[2] / "data"


def test_a_new_ticket_is_stored_and_one_execution_starts(world):
    id = world.desk.open_ticket("How do I export a board?", subject="Export", channel="form")

    assert world.take_in(world.event(id)) is Taken.STARTED

    state = world.state(id)
    assert world.workflow.started == [(world.key(id), state.version, world.sha)]
    assert state.started == state.version == world.ticket(id).messages[0].id
    assert [fact.kind for fact in world.told()] == [FactKind.OPENED]
    text = world.tickets.text(world.key(id), state.version)
    assert (text.request.subject, text.request.text, text.request.channel) == (
        "Export", "How do I export a board?", "form",
    )  # fmt: skip


def test_the_clock_starts_and_the_ticket_is_at_once_due_as_untriaged(world):
    state = world.state(world.arrives())

    assert state.clock.started_at == NOON
    assert state.clock.due_at == NOON + timedelta(hours=4)
    assert (state.due.kind, state.due.at) == (DueKind.UNTRIAGED, NOON + timedelta(minutes=2))


def test_the_same_delivery_twice_is_taken_in_once(world):
    id = world.desk.open_ticket("Hello")
    event = world.event(id)
    world.take_in(event)
    before = world.state(id)

    assert world.take_in(event) is Taken.REPEATED
    assert world.state(id) == before
    assert len(world.workflow.started) == 1


def test_another_delivery_about_the_same_message_starts_nothing(world):
    id = world.arrives()
    before = world.state(id)

    assert world.take_in(world.event(id)) is Taken.UPDATED
    assert world.state(id) == before
    assert len(world.workflow.started) == 1


def test_two_comments_in_one_second_are_two_versions(world):
    id = world.arrives("First")
    world.desk.customer_writes(id, "Second, in the same second")

    assert world.take_in(world.event(id)) is Taken.STARTED
    versions = [version for _, version, _ in world.workflow.started]
    assert versions == [message.id for message in world.ticket(id).messages]


def test_an_answer_in_the_second_before_a_question_does_not_answer_it(world):
    id = world.arrives("First")
    world.desk.agent_writes(id, "Here you are.")
    world.desk.customer_writes(id, "And one more thing")

    assert world.take_in(world.event(id)) is Taken.STARTED
    assert world.state(id).due is not None


def test_events_out_of_order_lead_to_the_same_state(world):
    id = world.desk.open_ticket("First")
    opened = world.event(id, kind="created")
    world.clock.forward(minutes=1)
    world.desk.customer_writes(id, "Second")
    replied = world.event(id)

    assert world.take_in(replied) is Taken.STARTED
    after_newer = world.state(id)
    assert world.take_in(opened) is Taken.UPDATED
    assert world.state(id) == after_newer
    assert len(world.workflow.started) == 1


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_stale_look_at_the_ticket_loses(world, seconds):
    """Two ingests fetch one after the other, and the one that fetched first writes last."""
    id = world.desk.open_ticket("First")
    stale = world.desk.fetch(id)
    world.clock.forward(seconds=seconds)
    world.desk.customer_writes(id, "Second")
    world.take_in(world.event(id))
    newest = world.state(id)

    assert world.take_in(world.event(id), desk=_DeskThatTells(world, stale)) is Taken.OUTDATED
    assert world.state(id) == newest
    assert [version for _, version, _ in world.workflow.started] == [newest.version]


def test_two_ingests_at_once_settle_on_the_newer_look(world):
    id = world.desk.open_ticket("First")
    stale = world.desk.fetch(id)
    world.clock.forward(seconds=5)
    world.desk.customer_writes(id, "Second")

    def other_ingest_wins() -> None:
        world.take_in(world.event(id))

    tickets = _Overtaken(world.tickets, other_ingest_wins)
    assert world.take_in(world.event(id), desk=_DeskThatTells(world, stale), tickets=tickets) is Taken.OUTDATED
    assert world.state(id).version == world.ticket(id).messages[-1].id


def test_a_write_that_met_another_is_done_again_on_what_stands(world):
    id = world.arrives("First")
    world.clock.forward(minutes=1)
    world.desk.customer_writes(id, "Second")

    def route_writes_meanwhile() -> None:
        state = world.state(id)
        world.tickets.put(state.model_copy(update={"queue": "billing"}))

    assert world.take_in(world.event(id), tickets=_Overtaken(world.tickets, route_writes_meanwhile)) is Taken.STARTED
    state = world.state(id)
    assert state.queue == "billing"
    assert state.version == world.ticket(id).messages[-1].id


def test_who_is_overtaken_every_time_comes_back_later(world):
    id = world.desk.open_ticket("First")
    tickets = _Overtaken(world.tickets, lambda: None, always=True)

    with pytest.raises(StoreConflict):
        world.take_in(world.event(id), tickets=tickets)
    assert world.workflow.started == []


def test_our_own_writes_start_nothing(world):
    for sentiment in ("neutral", "frustrated"):
        world.engine.sees = seen(sentiment=sentiment)
        id = world.arrives()
        world.triage(id)
    runs = list(world.workflow.started)
    assert len(world.desk.writes) == 2

    for id, _ in world.desk.writes:
        for kind in ("comment_added", "tags_changed", "priority_changed", "group_assignment_changed"):
            assert world.take_in(world.event(id, kind=kind, actor_id=world.desk.own_user_id)) is Taken.OWN_WRITE
            # A desk that names no actor: the note is no customer's message all the same.
            assert world.take_in(world.event(id, kind=kind)) is Taken.UPDATED
    assert world.workflow.started == runs


def test_what_brings_no_message_and_no_state_is_not_even_fetched(world):
    id = world.desk.open_ticket("Hello")
    world.desk.fail_next(DeskUnavailable("asked although nothing could have changed"))

    assert world.take_in(world.event(id, kind="tags_changed", can_change_version=False)) is Taken.NOT_RELEVANT


def test_a_reopened_ticket_is_judged_on_the_new_message_only(world):
    world.engine.by_text["I am furious, you lost my data"] = seen(sentiment="frustrated")
    id = world.arrives("I am furious, you lost my data")
    world.triage(id)
    assert world.state(id).bounded
    world.clock.forward(hours=1)
    world.desk.edit(id, status=TicketStatus.SOLVED)
    world.take_in(world.event(id, kind="status_changed"))

    world.clock.forward(days=2)
    world.customer_writes(id, "How do I export a board?")

    state = world.state(id)
    text = world.tickets.text(world.key(id), state.version)
    assert text.request.text == "How do I export a board?"
    assert text.request.subject == ""
    assert world.prepare(world.ref(id)) == "agent_with_draft"
    assert len(world.workflow.started) == 2


def test_a_reopened_ticket_keeps_its_text_when_the_run_is_repeated(world):
    id = world.arrives("Old story")
    world.clock.forward(hours=1)
    world.desk.edit(id, status=TicketStatus.SOLVED)
    world.take_in(world.event(id))
    world.clock.forward(hours=1)
    world.desk.customer_writes(id, "New story")
    event = world.event(id)
    wire = Tripwire(1, after=False)
    with pytest.raises(Crash):
        world.take_in(event, workflow=wire.wired(world.workflow, ["start"]))
    world.tickets._texts.clear()

    assert world.take_in(event) is Taken.STARTED
    assert world.tickets.text(world.key(id), world.state(id).version).request.text == "New story"


def test_reopening_is_told_once_and_by_the_desks_time(world):
    id = world.arrives()
    world.desk.edit(id, status=TicketStatus.SOLVED)
    world.take_in(world.event(id))
    world.customer_writes(id, "Still there")
    came_back = world.clock()
    world.clock.forward(hours=3)
    world.take_in(world.event(id))

    assert [fact.at for fact in world.told(FactKind.REOPENED)] == [came_back]


def test_a_ticket_that_an_agent_has_answered_is_not_triaged(world):
    id = world.desk.open_ticket("Hello")
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, "Hello, done.")

    assert world.take_in(world.event(id)) is Taken.UPDATED
    assert world.workflow.started == []
    assert world.state(id).due is None
    told = {FactKind.OPENED, FactKind.FIRST_RESPONSE, FactKind.DESK_RESPONSE}
    assert {fact.kind for fact in world.told()} == told


def test_an_internal_note_of_an_agent_answers_nobody(world):
    id = world.desk.open_ticket("Hello")
    world.desk.agent_writes(id, "I know this one", public=False)

    assert world.take_in(world.event(id)) is Taken.STARTED


def test_an_answer_stops_the_clock(world):
    id = world.arrives()
    world.clock.forward(minutes=30)
    world.desk.agent_writes(id, "Here you are.")
    world.take_in(world.event(id))

    state = world.state(id)
    assert state.first_response_at == NOON + timedelta(minutes=30)
    assert state.due is None
    assert world.told(FactKind.SLA_BREACH) == []


def test_an_answer_after_the_deadline_is_a_breach_though_nobody_scanned(world):
    id = world.arrives()
    world.clock.forward(hours=5)
    world.desk.agent_writes(id, "Sorry for the wait.")
    world.clock.forward(hours=1)
    world.take_in(world.event(id))

    (breach,) = world.told(FactKind.SLA_BREACH)
    assert breach.at == NOON + timedelta(hours=4)


def test_a_late_answer_is_a_breach_even_if_we_never_saw_the_ticket_before(world):
    id = world.desk.open_ticket("Hello", customer=Customer(id="1", plan="enterprise"))
    world.clock.forward(hours=2)
    world.desk.agent_writes(id, "Sorry, our systems were down.")
    world.take_in(world.event(id))

    assert [fact.at for fact in world.told(FactKind.SLA_BREACH)] == [NOON + timedelta(hours=1)]


def test_a_chat_that_is_still_going_on_comes_back_later_as_one_version(world):
    id = world.desk.open_ticket("Hi", channel="chat")
    first = world.event(id)
    world.clock.forward(seconds=5)
    with pytest.raises(StillWriting) as waits:
        world.take_in(first)
    assert waits.value.retry_after == 15

    world.clock.forward(seconds=10)
    world.desk.customer_writes(id, "I cannot log in")
    second = world.event(id)
    world.clock.forward(seconds=5)
    with pytest.raises(StillWriting):
        world.take_in(first)

    world.clock.forward(seconds=15)
    assert world.take_in(first) is Taken.STARTED
    assert world.take_in(second) is Taken.UPDATED
    assert len(world.workflow.started) == 1
    assert world.tickets.text(world.key(id), world.state(id).version).request.text == "Hi\n\nI cannot log in"


def test_a_solved_ticket_gives_its_agent_room_again(world):
    id = world.arrives()
    world.triage(id)
    assert world.key(id) in world.loads.carried
    world.desk.edit(id, status=TicketStatus.SOLVED)
    world.take_in(world.event(id))

    assert world.loads.carried == {}
    assert [fact.kind for fact in world.told(FactKind.RESOLVED)] == [FactKind.RESOLVED]


def test_a_ticket_deleted_before_the_fetch_leaves_nothing_behind(world):
    id = world.desk.open_ticket("Hello")
    event = world.event(id)
    world.desk.delete(id)

    assert world.take_in(event) is Taken.TICKET_GONE
    assert world.tickets.get(world.key(id)) is None
    assert world.workflow.started == []


def test_a_known_ticket_that_is_deleted_or_marked_as_spam_stops_its_clock(world):
    id = world.arrives()
    world.triage(id)
    world.desk.delete(id)

    assert world.take_in(world.event(id, kind="marked_as_spam")) is Taken.TICKET_GONE
    state = world.state(id)
    assert state.status is TicketStatus.GONE
    assert state.due is None
    assert world.loads.carried == {}
    world.clock.forward(days=1)
    assert world.scan().looked_at == 0


def test_an_event_that_cannot_be_read_says_so(world):
    event = world.event("1").model_copy(update={"body": b"{not json"})

    with pytest.raises(UnreadableEvent):
        world.take_in(event)


@pytest.mark.parametrize(
    "trouble",
    [
        DeskRefused("token", status=401),
        DeskRefused("permission", status=403),
        DeskRateLimited("slow down", retry_after=30),
        DeskUnavailable("500"),
    ],
    ids=["401", "403", "429", "500"],
)
def test_an_event_whose_desk_does_not_tell_can_be_taken_in_later(world, trouble):
    id = world.desk.open_ticket("Hello")
    event = world.event(id)
    world.desk.fail_next(trouble)
    with pytest.raises(type(trouble)):
        world.take_in(event)

    assert world.take_in(event) is Taken.STARTED


@pytest.mark.parametrize("text", ["", "   \n", "[image: screenshot.png]"])
def test_a_ticket_without_words_is_triaged_too(world, text):
    id = world.desk.open_ticket(text, subject="")

    assert world.take_in(world.event(id)) is Taken.STARTED


@pytest.mark.parametrize("letter", ["x", "ü", "火", "🔥", "\n"])
def test_a_hundred_kilobytes_are_kept_and_what_is_longer_is_cut(world, letter):
    id = world.desk.open_ticket(letter * 150_000, channel="form")

    assert world.take_in(world.event(id)) is Taken.STARTED
    kept = world.tickets.text(world.key(id), world.state(id).version).request.text
    assert set(kept) == {letter}
    assert 99_990 <= len(kept.encode()) <= 100_000


def test_automatic_mail_starts_no_clock_no_execution_and_no_alert(world):
    rows = [json.loads(line) for line in (DATA / "automatic.jsonl").read_text().splitlines()]
    # A desk tells no headers; what sender and subject give away is recognised.
    known = {"Automatic reply: Your invoice", "Undelivered Mail Returned to Sender", "Abwesenheitsnotiz"}
    for row in rows:
        if row["subject"] not in known:
            continue
        known.remove(row["subject"])
        customer = Customer(id=row["id"], email=row["from"], signed_up=None)
        id = world.desk.open_ticket(row["body"], subject=row["subject"], customer=customer)
        assert world.take_in(world.event(id)) is Taken.UPDATED
        state = world.state(id)
        assert (state.clock, state.due) == (None, None)
    assert known == set()

    assert world.workflow.started == []
    assert len(world.told(FactKind.AUTOMATIC)) == 3
    world.clock.forward(days=3)
    assert world.scan().looked_at == 0
    assert world.alerts.sent == []


def test_an_automatic_reply_does_not_hide_the_question_before_it(world):
    id = world.desk.open_ticket("My invoice is wrong", channel="email")
    ticket = world.ticket(id)
    note = ticket.messages[0].model_copy(
        update={"id": "99999", "author": "MAILER-DAEMON@mx.example", "text": "Undeliverable"}
    )
    told = ticket.model_copy(update={"messages": (*ticket.messages, note)})

    assert world.take_in(world.event(id), desk=_DeskThatTells(world, told)) is Taken.STARTED
    state = world.state(id)
    assert state.version == ticket.messages[0].id
    assert state.due is not None
    assert world.tickets.text(state.key, state.version).request.text == "My invoice is wrong"


def test_a_person_who_answers_below_an_automatic_reply_is_triaged_and_the_clock_starts_then(world):
    id = world.arrives("I am away", subject="Automatic reply: Your invoice")
    assert world.workflow.started == []
    world.customer_writes(id, "I am back, the invoice is wrong")

    state = world.state(id)
    assert state.clock.started_at == NOON + timedelta(minutes=1)
    assert len(world.workflow.started) == 1
    assert world.tickets.text(state.key, state.version).request.text == "I am back, the invoice is wrong"


INGEST_CALLS = {
    "tickets": ["get", "put", "seen", "mark_seen", "put_text"],
    "policies": ["current", "get"],
    "facts": ["record"],
    "loads": ["release"],
    "workflow": ["start"],
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("story", ["opened", "replied", "answered", "solved", "deleted"])
def test_being_stopped_anywhere_and_handed_the_event_again_ends_the_same(story, after):
    undisturbed, event = _before_the_event(story)
    undisturbed.take_in(event)
    stopped = 0
    while True:
        world, event = _before_the_event(story)
        wire = Tripwire(stopped + 1, after=after)
        wired = {name: wire.wired(getattr(world, name), calls) for name, calls in INGEST_CALLS.items()}
        try:
            world.take_in(event, **wired)
        except Crash:
            world.take_in(event)
        else:
            break
        stopped += 1
        assert _ends(world) == _ends(undisturbed), f"stopped at call {stopped}"
    assert stopped >= 5


def _before_the_event(story: str):
    world = World()
    id = world.desk.open_ticket("How do I export a board?")
    if story == "opened":
        return world, world.event(id)
    world.take_in(world.event(id))
    world.triage(id)
    world.clock.forward(hours=5)
    if story == "replied":
        world.desk.customer_writes(id, "Hello?")
    elif story == "answered":
        world.desk.agent_writes(id, "Sorry for the wait")
    elif story == "solved":
        world.desk.edit(id, status=TicketStatus.SOLVED)
    else:
        world.desk.delete(id)
    return world, world.event(id)


def _ends(world: World) -> object:
    states = {key: state.model_copy(update={"revision": 0}) for key, state in world.tickets.states.items()}
    return states, world.workflow.started, world.told(), world.loads.carried, world.tickets._texts, world.tickets._seen


class _DeskThatTells:
    """The desk, but with one look at a ticket that was taken before."""

    def __init__(self, world: World, told) -> None:
        self._desk = world.desk
        self._told = told

    def fetch(self, ticket_id: str):
        return self._told

    def __getattr__(self, name: str):
        return getattr(self._desk, name)


class _Overtaken:
    """A store where somebody else writes between our read and our write: once, or every time."""

    def __init__(self, tickets, meanwhile, *, always: bool = False) -> None:
        self._tickets = tickets
        self._meanwhile = meanwhile
        self._always = always
        self._done = False

    def put(self, state):
        if self._always:
            raise StoreConflict("somebody was faster")
        if not self._done:
            self._done = True
            self._meanwhile()
        return self._tickets.put(state)

    def __getattr__(self, name: str):
        return getattr(self._tickets, name)


def test_only_a_new_version_asks_who_the_customer_is(world):
    id = world.desk.open_ticket("How do I export a board?", customer=ANN)
    world.take_in(world.event(id))
    assert world.desk.customers_read == [ANN.id]
    world.desk.agent_writes(id, "Open the board.")
    world.take_in(world.event(id))
    world.take_in(world.event(id, kind="status_changed"))
    assert world.desk.customers_read == [ANN.id]
    assert world.state(id).plan == ANN.plan


def test_a_customer_whose_data_is_fresh_is_not_asked_for_again(world):
    world.take_in(world.event(world.desk.open_ticket("How do I export a board?", customer=ANN)))
    world.take_in(world.event(world.desk.open_ticket("And how do I import one?", customer=ANN)))
    assert world.desk.customers_read == [ANN.id]
    world.customers.snapshots.clear()
    world.take_in(world.event(world.desk.open_ticket("Hello?", customer=ANN)))
    assert world.desk.customers_read == [ANN.id, ANN.id]


def test_what_is_known_of_the_customer_reaches_the_text_of_the_version(world):
    earlier = world.desk.open_ticket("An older question", customer=ANN)
    id = world.desk.open_ticket("How do I export a board?", customer=ANN)
    world.take_in(world.event(id))
    text = world.tickets.text(world.key(id), world.state(id).version)
    assert text.customer == ANN
    assert [one.id for one in text.earlier] == [earlier]
