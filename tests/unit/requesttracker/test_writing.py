from __future__ import annotations

import pytest

from shared.adapters.requesttracker import writing
from shared.domain.boundary import Owner
from shared.domain.errors import DeskConflict, TicketGone
from shared.domain.note import Block, BlockKind, Note
from shared.domain.ticket import DeskFields
from shared.ports.desk import DeskChange
from tests.fakes.requesttracker import AGENT, CUSTOMER, SmallTracker, desk_on

NOTE = Note(
    owner=Owner.AGENT_WITH_BRIEFING,
    blocks=(
        Block(kind=BlockKind.HEADING, lines=("Briefing",)),
        Block(kind=BlockKind.SMALL, lines=("firstline:note:1",)),
    ),
    marker="firstline:note:1",
)
FIELDS = DeskFields(priority="high", queue="billing", assignee="ada@acme.example")
WHOLE = DeskChange(
    stamp="40",
    fields=FIELDS,
    add_tags=frozenset({"firstline", "firstline_briefing"}),
    remove_tags=frozenset({"firstline_draft", "never_there"}),
    custom={"category": "billing", "rank": "101795435200"},
    note=NOTE,
)


def test_fields_and_tags_go_in_one_conditional_request_and_the_note_follows_as_a_comment():
    tracker = SmallTracker()
    tracker.ticket["CustomFields"]["Firstline tags"] = ["vip", "firstline_draft"]
    desk = desk_on(tracker)
    stamp = desk.write("7", WHOLE)
    update, comment = tracker.written
    assert (update.line, update.headers["If-Match"]) == ("PUT /ticket/7", '"40"')
    assert update.body == {
        "Priority": 100,
        "Queue": "Billing",
        "Owner": "ada",
        "CustomFields": {
            "Firstline category": ["billing"],
            "Firstline rank": ["101795435200"],
            "Firstline tags": ["firstline", "firstline_briefing", "vip"],
        },
    }
    assert comment.line == "POST /ticket/7/comment"
    assert comment.body == {
        "Content": "<h3>Briefing</h3><p><small>firstline:note:1</small></p>",
        "ContentType": "text/html",
    }
    assert (stamp, desk.warnings) == (tracker.stamp, ())
    assert desk.fetch("7").fields == FIELDS


def test_a_ticket_that_moved_is_not_written_to():
    tracker = SmallTracker()
    tracker.writes("Correspond", CUSTOMER, "Still waiting")
    with pytest.raises(DeskConflict):
        desk_on(tracker).write("7", WHOLE)
    assert tracker.written == []


def test_a_ticket_that_moves_while_the_write_is_on_its_way_is_left_alone_by_the_desk_itself():
    tracker = SmallTracker()
    tracker.before_write = lambda: tracker.writes("Correspond", CUSTOMER, "Still waiting")
    with pytest.raises(DeskConflict):
        desk_on(tracker).write("7", WHOLE)
    assert [request.line for request in tracker.written] == ["PUT /ticket/7"]
    assert tracker.ticket["Priority"] == 0


def test_a_deleted_ticket_takes_nothing():
    tracker = SmallTracker()
    tracker.ticket["Status"] = "deleted"
    with pytest.raises(TicketGone):
        desk_on(tracker).write("7", WHOLE)
    assert tracker.written == []


def test_what_the_desk_refuses_with_a_200_is_noticed_and_does_not_cost_the_note():
    tracker = SmallTracker()
    tracker.refused = {"Owner"}
    desk = desk_on(tracker)
    desk.write("7", WHOLE)
    assert desk.warnings == ("Owner: the desk did not take it",)
    assert desk.has_note("7", "firstline:note:1")
    assert (tracker.ticket["Priority"], tracker.ticket["Owner"]) == (100, "Nobody")


def test_an_owner_who_may_only_own_tickets_of_the_new_queue_is_set_when_it_lies_there():
    tracker = SmallTracker()
    tracker.refused = {"Owner"}

    def moved() -> None:
        if tracker.ticket["Queue"] == "Billing":
            tracker.refused = set()

    tracker.before_write = moved
    desk = desk_on(tracker)
    desk.write("7", WHOLE)
    assert desk.warnings == ()
    assert [request.body for request in tracker.written if request.method == "PUT"][1] == {"Owner": "ada"}


def test_a_field_that_nobody_made_is_named():
    tracker = SmallTracker()
    del tracker.ticket["CustomFields"]["Firstline rank"]
    desk = desk_on(tracker)
    desk.write("7", WHOLE)
    assert desk.warnings == ("Firstline rank: the desk did not take it",)


@pytest.mark.parametrize("unknown", [DeskFields(queue="nowhere"), DeskFields(assignee="nobody@acme.example")])
def test_a_queue_or_a_person_that_the_desk_does_not_have_is_left_out(unknown: DeskFields):
    tracker = SmallTracker()
    desk = desk_on(tracker)
    desk.write("7", WHOLE.model_copy(update={"fields": unknown.model_copy(update={"priority": "low"})}))
    assert len(desk.warnings) == 1
    assert (tracker.ticket["Priority"], tracker.ticket["Queue"], tracker.ticket["Owner"]) == (10, "Support", "Nobody")


def test_an_address_that_two_people_share_names_nobody():
    tracker = SmallTracker()
    tracker.users["53"] = tracker.users[AGENT]
    desk = desk_on(tracker)
    desk.write("7", WHOLE)
    assert tracker.ticket["Owner"] == "Nobody"


def test_a_change_that_stands_already_is_not_written_again():
    tracker = SmallTracker()
    desk = desk_on(tracker)
    change = WHOLE.model_copy(update={"note": None})
    stamp = desk.write("7", change)
    desk.write("7", change.model_copy(update={"stamp": stamp}))
    assert len(tracker.written) == 1


def test_ranks_of_both_bands_sort_as_text_and_are_told_back_as_numbers():
    tracker = SmallTracker()
    desk = desk_on(tracker)
    kept = []
    for rank in ("1795435200", "101795435200", "0"):
        desk.write("7", DeskChange(stamp=tracker.stamp, custom={"rank": rank}))
        assert desk.fetch("7").custom["rank"] == rank
        kept += tracker.ticket["CustomFields"]["Firstline rank"]
    assert sorted(kept) == ["000000000000", "001795435200", "101795435200"]


def test_a_draft_is_not_folded_away_as_a_quote():
    tracker = SmallTracker()
    quoted = Block(kind=BlockKind.QUOTE, lines=("Hello Ann,", "", "open <Export>."))
    note = NOTE.model_copy(update={"blocks": (quoted, *NOTE.blocks)})
    desk_on(tracker).write("7", DeskChange(stamp="40", note=note))
    content = tracker.written[0].body["Content"]
    assert content.startswith("<hr><p>Hello Ann,</p><p>open &lt;Export&gt;.</p><hr>")
    assert "blockquote" not in content


def test_what_could_mail_a_customer_cannot_be_built():
    with pytest.raises(ValueError, match="comment"):
        writing._Comment(content="x", to="correspond")
    with pytest.raises(AssertionError):
        writing.TicketWriter(None, queues={}, titles={})._update("7", {"Status": "resolved"}, "40")
