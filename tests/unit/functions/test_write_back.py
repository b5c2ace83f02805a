"""Writing to the desk: once, never over a person, never in public."""

from __future__ import annotations

import pytest

from functions.write_back.service import WrittenBack
from shared.domain.errors import DeskConflict, DeskRefused, DeskUnavailable, TicketBusy
from shared.domain.facts import FactKind
from shared.domain.note import BlockKind, carries
from shared.domain.observation import Sentiment, Urgency
from shared.domain.ticket import DeskFields, TicketStatus
from shared.domain.ticket_state import DueKind
from shared.ports.desk import Abilities, DeskChange
from tests.unit.domain.samples import seen
from tests.unit.functions.world import Crash, Tripwire, World

FINAL_TAGS = {
    "firstline", "firstline_draft", "firstline_briefing", "firstline_urgent", "firstline_customer_success",
    "firstline_sla_warning", "firstline_sla_breached", "firstline_handover",
}  # fmt: skip


def test_a_draft_ends_on_the_desk_as_one_internal_note_with_fields_and_tags(world):
    id = world.arrives()

    assert world.triage(id) is WrittenBack.WRITTEN
    (note,) = world.notes(id)
    assert not note.public
    assert "Draft reply — check and send" in note.text
    assert "Hello Ann, open the board and choose Export." in note.text
    ticket = world.ticket(id)
    assert ticket.fields == DeskFields(priority="normal", queue="billing", assignee="a@example.com")
    assert ticket.tags == {"firstline", "firstline_draft"}
    assert ticket.custom["owner"] == "agent_with_draft"
    assert ticket.custom["first_response_due"] == "2026-11-24T16:00:00Z"
    assert int(ticket.custom["rank"]) == world.state(id).rank
    assert [fact.detail for fact in world.told(FactKind.DRAFTED)] == [{"resolution": "export-csv"}]


def test_a_bounded_ticket_gets_a_briefing_and_stands_on_top(world):
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED, urgency=Urgency.HIGH)
    id = world.arrives()
    world.triage(id)

    (note,) = world.notes(id)
    assert "Briefing — a person answers this one" in note.text
    assert world.ticket(id).tags == {"firstline", "firstline_briefing", "firstline_urgent"}
    assert world.ticket(id).fields.priority == "high"
    (fact,) = world.told(FactKind.BRIEFED)
    assert fact.detail == {"cause": "bounded", "rules": "unhappy_customer"}


def test_after_the_note_only_the_clock_has_something_to_say(world):
    id = world.arrives()
    world.triage(id)

    state = world.state(id)
    assert state.noted == state.version
    assert (state.due.kind, state.due.at) == (DueKind.WARNING, state.clock.warn_at)


def test_writing_again_writes_nothing(world):
    id = world.arrives()
    world.triage(id)
    before = world.state(id)

    assert world.write_back(world.ref(id)) is WrittenBack.ALREADY_WRITTEN
    assert len(world.desk.writes) == 1
    assert world.state(id) == before


def test_when_an_agent_replies_meanwhile_nothing_is_posted(world):
    id = world.arrives()
    ref = world.ref(id)
    world.classify(ref)
    world.desk.agent_writes(id, "Hello, I have it.")
    world.prepare(ref)

    assert world.write_back(ref) is WrittenBack.LEFT_TO_HUMAN
    assert world.desk.writes == []
    assert world.ticket(id).tags == set()


def test_an_agents_reply_between_our_look_and_our_write_stops_it_too(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    desk = _Meanwhile(world, lambda: world.desk.agent_writes(id, "Hello, I have it."))

    assert world.write_back(world.ref(id), desk=desk) is WrittenBack.LEFT_TO_HUMAN
    assert world.notes(id) == []


@pytest.mark.parametrize("status", [TicketStatus.SOLVED, TicketStatus.CLOSED])
def test_a_ticket_that_is_over_is_left_alone(world, status):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.edit(id, status=status)

    assert world.write_back(world.ref(id)) is WrittenBack.LEFT_TO_HUMAN
    assert world.desk.writes == []


def test_a_ticket_that_is_gone_is_left_alone(world):
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.desk.delete(id)

    assert world.write_back(ref) is WrittenBack.GONE


def test_a_newer_version_supersedes_also_when_only_the_desk_knows_it(world):
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.desk.customer_writes(id, "Wait, another thing")

    assert world.write_back(ref) is WrittenBack.SUPERSEDED
    world.take_in(world.event(id))
    assert world.write_back(ref) is WrittenBack.SUPERSEDED
    assert world.desk.writes == []


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (DeskFields(priority="low"), {"priority": "low"}),
        (DeskFields(queue="care"), {"queue": "care", "assignee": None}),
        (DeskFields(assignee="c@example.com"), {"assignee": "c@example.com", "queue": None}),
    ],
    ids=["priority", "queue", "assignee"],
)
def test_what_a_person_edits_during_the_run_survives(world, edit, kept):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.edit(id, fields=edit)

    assert world.write_back(world.ref(id)) is WrittenBack.WRITTEN
    fields = world.ticket(id).fields.model_dump()
    assert {name: fields[name] for name in kept} == kept
    assert len(world.notes(id)) == 1


def test_an_edit_between_our_look_and_our_write_survives_and_the_note_is_written_all_the_same(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    desk = _Meanwhile(world, lambda: world.desk.edit(id, fields=DeskFields(priority="urgent"), tags=["vip"]))

    assert world.write_back(world.ref(id), desk=desk) is WrittenBack.WRITTEN
    assert world.ticket(id).fields.priority == "urgent"
    assert world.ticket(id).tags == {"vip", "firstline", "firstline_draft"}
    assert len(world.notes(id)) == 1


def test_what_a_person_edits_between_versions_survives_and_what_is_ours_follows(world):
    id = world.arrives()
    world.triage(id)
    world.desk.edit(id, fields=DeskFields(priority="low"))
    world.engine.sees = seen(sentiment=Sentiment.AT_RISK, urgency=Urgency.CRITICAL)
    world.customer_writes(id, "I want to cancel")
    world.triage(id)
    assert world.ticket(id).fields.priority == "low"

    untouched = world.arrives()
    world.engine.sees = seen(urgency=Urgency.HIGH)
    world.customer_writes(untouched, "It has become urgent")
    world.triage(untouched)
    assert world.ticket(untouched).fields.priority == "high"


def test_a_second_version_says_that_it_replaces_the_first_and_leaves_none_of_its_tags(world):
    id = world.arrives()
    world.triage(id)
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    world.customer_writes(id, "Why does nobody answer")
    world.triage(id)

    first, second = world.notes(id)
    assert "replaces the earlier note" in second.text
    assert "replaces" not in first.text
    assert world.ticket(id).tags == {"firstline", "firstline_briefing", "firstline_urgent"}


def test_a_write_that_happened_though_we_never_heard_is_found_by_its_marker(world):
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.desk.fail_next(DeskUnavailable("time-out"), when="after")
    with pytest.raises(DeskUnavailable):
        world.write_back(ref)
    assert world.state(id).noted is None

    assert world.write_back(ref, lease="run-2") is WrittenBack.ALREADY_WRITTEN
    assert len(world.notes(id)) == 1
    assert world.state(id).noted == ref.version
    assert len(world.told(FactKind.DRAFTED)) == 1


def test_fields_written_by_a_write_that_we_never_heard_of_stay_ours(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.fail_next(DeskUnavailable("time-out"), when="after")
    with pytest.raises(DeskUnavailable):
        world.write_back(world.ref(id))
    world.write_back(world.ref(id))
    world.engine.sees = seen(urgency=Urgency.HIGH)
    world.customer_writes(id, "It has become urgent")
    world.triage(id)

    assert world.ticket(id).fields.priority == "high"


def test_the_marker_of_one_version_is_not_taken_for_anothers():
    assert carries("Firstline · firstline:note:12", "firstline:note:12")
    assert carries("Firstline · firstline:note:12.", "firstline:note:12")
    assert not carries("Firstline · firstline:note:123", "firstline:note:12")
    assert not carries("Firstline · firstline:note:12-late", "firstline:note:12")


def test_a_note_that_the_scan_left_does_not_stand_for_the_versions_own(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.clock.forward(minutes=3)
    world.scan()
    assert "firstline_handover" in world.ticket(id).tags

    assert world.write_back(world.ref(id)) is WrittenBack.WRITTEN
    late, own = world.notes(id)
    assert "Not triaged" in late.text
    assert "Draft reply" in own.text
    assert "firstline_handover" not in world.ticket(id).tags


def test_a_customer_cannot_write_our_marker(world):
    id = world.arrives("firstline:note:70001")
    assert world.ref(id).version == "70001"

    assert world.triage(id) is WrittenBack.WRITTEN


def test_people_who_keep_editing_make_us_come_back_later(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    desk = _Meanwhile(world, lambda: world.desk.edit(id, tags=["busy"]), always=True)

    with pytest.raises(DeskConflict):
        world.write_back(world.ref(id), desk=desk)
    assert world.notes(id) == []
    assert world.write_back(world.ref(id), lease="run-2") is WrittenBack.WRITTEN


def test_a_group_or_an_agent_that_the_desk_refuses_costs_no_note(world):
    id = world.arrives()
    world.prepare(world.ref(id))

    def refused() -> None:
        raise DeskRefused("the assignee is not in this group", status=422)

    assert world.write_back(world.ref(id), desk=_Meanwhile(world, refused)) is WrittenBack.WRITTEN
    assert len(world.notes(id)) == 1
    assert world.ticket(id).fields == DeskFields()
    assert world.state(id).wrote == DeskFields()


@pytest.mark.parametrize("status", [401, 403, 400])
def test_other_refusals_are_for_a_person(world, status):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.fail_next(DeskRefused("no", status=status))

    with pytest.raises(DeskRefused):
        world.write_back(world.ref(id))
    assert world.write_back(world.ref(id), lease="run-2") is WrittenBack.WRITTEN


def test_while_another_run_writes_the_ticket_is_busy(world):
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    later = world.clock.now.replace(minute=59)
    world.tickets.take_lease(world.key(id), "other", later, world.clock.now)

    with pytest.raises(TicketBusy):
        world.write_back(ref)
    world.clock.now = later
    assert world.write_back(ref) is WrittenBack.WRITTEN


def test_the_lease_is_given_back_also_after_a_failure(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.desk.fail_next(DeskUnavailable("away"))
    with pytest.raises(DeskUnavailable):
        world.write_back(world.ref(id), lease="run-1")

    assert world.write_back(world.ref(id), lease="run-2") is WrittenBack.WRITTEN


def test_a_switch_turned_off_after_the_draft_was_made_shows_a_briefing(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.policies.switch_drafting(on=False)
    world.write_back(world.ref(id))

    (note,) = world.notes(id)
    assert "Briefing" in note.text
    assert "drafts are switched off" in note.text
    assert "choose Export" not in note.text
    assert "firstline_draft" not in world.ticket(id).tags
    assert world.state(id).owner == "agent_with_briefing"


def test_a_ticket_bounded_after_its_draft_was_made_shows_a_briefing(world):
    id = world.arrives()
    world.prepare(world.ref(id))
    world.tickets.put(world.state(id).model_copy(update={"bounded": True}))
    world.write_back(world.ref(id))

    assert "choose Export" not in world.notes(id)[0].text
    assert world.state(id).owner == "agent_with_briefing"


def test_when_route_failed_a_person_gets_the_ticket_as_it_is(world):
    id = world.arrives()

    assert world.write_back(world.ref(id), hand_over="route") is WrittenBack.WRITTEN
    (note,) = world.notes(id)
    assert "Not triaged" in note.text
    assert "“route”" in note.text
    assert world.ticket(id).tags == {"firstline", "firstline_handover"}
    assert world.ticket(id).fields == DeskFields(priority="high", queue="front_desk")
    assert [fact.detail["rules"] for fact in world.told(FactKind.BRIEFED)] == ["triage_failed"]


def test_when_brief_failed_the_briefing_is_made_here_and_no_draft_is_shown(world):
    id = world.arrives()
    world.prepare(world.ref(id))

    world.write_back(world.ref(id), hand_over="brief")
    assert "choose Export" not in world.notes(id)[0].text
    assert "could not be prepared" in world.notes(id)[0].text


def test_three_writers_at_once_lose_nobodys_update(world):
    """Two versions of ours and a person write to one ticket: the person wins, and one note stands."""
    id = world.arrives()
    first = world.ref(id)
    world.prepare(first)

    def the_others() -> None:
        world.desk.edit(id, fields=DeskFields(priority="urgent"), tags=["vip"])
        world.desk.customer_writes(id, "One more thing")
        world.take_in(world.event(id))
        second = world.ref(id)
        world.prepare(second)
        with pytest.raises(TicketBusy):
            world.write_back(second, lease="run-2")

    assert world.write_back(first, lease="run-1", desk=_Meanwhile(world, the_others)) is WrittenBack.SUPERSEDED
    assert world.write_back(world.ref(id), lease="run-2") is WrittenBack.WRITTEN
    ticket = world.ticket(id)
    assert ticket.fields.priority == "urgent"
    assert ticket.tags == {"vip", "firstline", "firstline_draft"}
    assert len(world.notes(id)) == 1
    state = world.state(id)
    assert state.noted == state.decided == state.version


def test_writes_of_others_to_the_state_during_ours_are_kept(world):
    id = world.arrives()
    world.prepare(world.ref(id))

    def ingest_meanwhile() -> None:
        world.tickets.put(world.state(id).model_copy(update={"rating": "good"}))

    world.write_back(world.ref(id), desk=_Meanwhile(world, ingest_meanwhile))
    state = world.state(id)
    assert (state.rating, state.noted) == ("good", state.version)


def test_a_stage_that_fired_before_the_customer_wrote_again_stays_visible(world):
    id = world.arrives()
    world.triage(id)
    world.clock.forward(hours=3, minutes=1)
    world.scan()
    world.customer_writes(id, "Hello?")
    world.triage(id)

    ticket = world.ticket(id)
    assert {"firstline_sla_warning", "firstline_urgent"} <= ticket.tags
    assert ticket.fields.priority == "high"
    assert int(ticket.custom["rank"]) < 10**11


def test_there_is_no_way_to_write_in_public():
    assert set(DeskChange.model_fields) == {
        "stamp",
        "fields",
        "add_tags",
        "remove_tags",
        "custom",
        "note",
        "draft_reply",
    }
    assert set(DeskFields.model_fields) == {"priority", "queue", "assignee"}


def test_no_step_leaves_a_mark_of_work_in_progress(world):
    """Each write carries its outcome: stopped anywhere, no tag says that somebody is still working on it."""
    for sees in (seen(), seen(sentiment=Sentiment.FRUSTRATED)):
        world.engine.sees = sees
        world.triage(world.arrives())
    world.write_back(world.ref(world.arrives()), hand_over="route")
    world.clock.forward(days=1)
    world.scan()

    tags = frozenset().union(*(change.add_tags for _, change in world.desk.writes))
    assert tags <= FINAL_TAGS
    for _, change in world.desk.writes:
        marks = {"firstline_draft", "firstline_briefing", "firstline_handover", "firstline_sla_breached"}
        assert change.add_tags & marks


WRITE_CALLS = {
    "desk": ["fetch", "write"],
    "tickets": ["get", "put", "take_lease", "drop_lease", "decision", "briefing"],
    "drafts": ["get"],
    "policies": ["drafting_is_on"],
    "facts": ["record"],
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_being_stopped_anywhere_and_run_again_ends_with_one_note(after):
    undisturbed = World()
    undisturbed.triage(undisturbed.arrives())
    stopped = 0
    while True:
        world = World()
        id = world.arrives()
        world.prepare(world.ref(id))
        wire = Tripwire(stopped + 1, after=after)
        wired = {name: wire.wired(getattr(world, name), calls) for name, calls in WRITE_CALLS.items()}
        try:
            world.write_back(world.ref(id), **wired)
        except Crash:
            # Whoever was killed holds the lease until it runs out.
            world.clock.forward(seconds=46)
            world.write_back(world.ref(id), lease="run-2")
        else:
            break
        stopped += 1
        assert len(world.notes(id)) == 1, f"stopped at call {stopped}"
        assert _ends(world) == _ends(undisturbed), f"stopped at call {stopped}"
    assert stopped >= 9


def _ends(world: World) -> object:
    (state,) = world.tickets.states.values()
    facts = [fact.model_copy(update={"recorded_at": fact.at}) for fact in world.told()]
    ticket = world.ticket(state.key.id)
    return state.model_copy(update={"revision": 0}), facts, ticket.fields, ticket.tags, ticket.custom


class _Meanwhile:
    """The desk, where somebody does something between our look and our write: once, or every time."""

    def __init__(self, world: World, happens, *, always: bool = False) -> None:
        self._desk = world.desk
        self._happens = happens
        self._always = always
        self._done = False

    def write(self, ticket_id: str, change: DeskChange) -> str:
        if self._always or not self._done:
            self._done = True
            self._happens()
        return self._desk.write(ticket_id, change)

    def __getattr__(self, name: str):
        return getattr(self._desk, name)


def test_a_ticket_that_takes_nothing_more_is_no_longer_waited_for(world):
    id = world.arrives()
    ref = world.ref(id)
    world.prepare(ref)
    world.desk.lock(id)

    assert world.write_back(ref) is WrittenBack.LOCKED
    assert world.state(id).noted == ref.version
    assert [*world.told(FactKind.DRAFTED), *world.told(FactKind.BRIEFED)] == []


class TestDeskWithDrafts:
    """A desk that keeps drafts itself, and takes several requests."""

    @pytest.fixture(autouse=True)
    def with_drafts(self, world):
        world.desk.abilities = Abilities(drafts=True, one_request=False)

    def test_the_draft_stands_in_the_reply_box_and_the_note_speaks_of_it(self, world):
        ref = world.ref(world.arrives())
        world.prepare(ref)
        world.write_back(ref)
        (_, change), *_ = world.desk.writes
        assert change.draft_reply == world.drafts.get(ref.key, ref.version).text.strip()
        assert not [block for block in change.note.blocks if block.kind is BlockKind.QUOTE]
        assert "reply box" in world.desk.fetch(ref.ticket_id).messages[-1].text

    def test_a_briefing_takes_an_older_draft_back(self, world):
        ref = world.ref(world.arrives())
        world.prepare(ref)
        world.write_back(ref)
        assert world.desk.drafts
        world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
        world.clock.forward(minutes=1)
        world.desk.customer_writes(ref.ticket_id, "This is a disgrace!")
        world.take_in(world.event(ref.ticket_id))
        newer = world.ref(ref.ticket_id)
        world.prepare(newer)
        world.write_back(newer)
        assert world.desk.drafts == {}

    def test_our_own_half_of_a_write_that_broke_off_is_not_taken_for_a_person_s(self, world):
        id = world.arrives()
        ref = world.ref(id)
        world.prepare(ref)
        world.desk.fail_next(DeskUnavailable("lost"))  # its first request is the fetch
        with pytest.raises(DeskUnavailable):
            world.write_back(ref)
        half = world.desk.write

        def breaks_off(ticket_id, change):
            world.desk.edit(ticket_id, fields=DeskFields(queue=change.fields.queue))
            raise DeskUnavailable("lost in the middle")

        world.desk.write = breaks_off
        with pytest.raises(DeskUnavailable):
            world.write_back(ref)
        world.desk.write = half
        assert world.write_back(ref) is WrittenBack.WRITTEN
        decision = world.tickets.decision(ref.key, ref.version)
        after = world.desk.fetch(id).fields
        assert (after.queue, after.assignee) == (decision.queue, decision.agent)
        assert world.state(id).wrote == after
        assert world.state(id).tried == DeskFields()
