from __future__ import annotations

from typing import Any

import pytest
import urllib3

from shared.adapters.intercom import writing
from shared.domain.boundary import Owner
from shared.domain.errors import (
    DeskAccessLost,
    DeskConflict,
    DeskRateLimited,
    DeskRefused,
    DeskUnavailable,
    TicketGone,
)
from shared.domain.note import Block, BlockKind, Note
from shared.domain.ticket import DeskFields
from shared.ports.desk import DeskChange
from tests.fakes.intercom import (
    BILLING,
    FILL,
    NOTES,
    OTHER,
    OWN,
    PARTS,
    READ,
    TAG,
    TECHNICAL,
    ScriptedIntercom,
    conversation,
    desk_on,
    refused,
    tag,
    workspace_with,
)
from tests.fakes.scripted import Reply

NOTE = Note(
    owner=Owner.AGENT_WITH_BRIEFING,
    blocks=(
        Block(kind=BlockKind.HEADING, lines=("Briefing",)),
        Block(kind=BlockKind.QUOTE, title="What was reported", lines=("<small>no</small> & <h3>x</h3>",)),
        Block(kind=BlockKind.SMALL, lines=("firstline:note:1",)),
    ),
    marker="firstline:note:1",
)
STAMP = desk_on(workspace_with()).fetch("7").stamp
WHOLE = {
    "fields": DeskFields(priority="high", queue="technical", assignee="p53@EXAMPLE.com"),
    "custom": {"category": "technical", "rank": "12"},
    "add_tags": frozenset({"firstline", "vip"}),
    "remove_tags": frozenset({"never_there"}),
    "note": NOTE,
}


def write(workspace: ScriptedIntercom, *, stamp: str = STAMP, **change: Any) -> tuple[str, ...]:
    """Write on conversation 7 and answer the warnings."""
    desk = desk_on(workspace)
    desk.write("7", DeskChange(stamp=stamp, **change))
    return desk.warnings


def test_everything_is_written_one_after_the_other_and_the_note_last():
    workspace = workspace_with()
    assert write(workspace, **WHOLE) == ()
    assert workspace.written == [FILL, PARTS, PARTS, TAG, TAG, "DELETE /conversations/7/tags/32", NOTES]
    assert workspace.bodies(PARTS) == [
        {"message_type": "assignment", "type": "team", "admin_id": OWN, "assignee_id": TECHNICAL},
        {"message_type": "assignment", "type": "admin", "admin_id": OWN, "assignee_id": OTHER},
    ]
    assert workspace.bodies(FILL) == [
        {
            "custom_attributes": {
                "Firstline category": "technical",
                "Firstline priority": "high",
                "Firstline rank": "12",
            }
        }
    ]
    assert [body["id"] for body in workspace.bodies(TAG)] == ["id-of-firstline", "id-of-firstline_priority_high"]


def test_the_note_is_a_note_of_our_own_seat_in_the_markup_of_this_desk():
    workspace = workspace_with()
    write(workspace, note=NOTE)
    [sent] = workspace.bodies(NOTES)
    assert (sent["message_type"], sent["type"], sent["admin_id"]) == ("note", "admin", OWN)
    assert sent["body"] == (
        "<h2>Briefing</h2><p><strong>What was reported</strong></p>"
        "<p>&lt;small&gt;no&lt;/small&gt; &amp; &lt;h3&gt;x&lt;/h3&gt;</p><p><i>firstline:note:1</i></p>"
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/reply", writing._Assignment(admin_id="1", type="admin", assignee_id="2")),
        ("/parts", writing._Note(admin_id="1", body="x")),
        ("/tags", writing._Note(admin_id="1", body="x")),
    ],
)
def test_what_could_reach_the_customer_is_not_sent(path: Any, body: Any):
    workspace = workspace_with()
    told = writing.read_conversation(desk_on(workspace)._api, "7")[0]
    one = writing._Writing(desk_on(workspace)._api, None, OWN, {}, told)
    with pytest.raises(AssertionError, match="notes only"):
        one._post(path, body)
    assert workspace.written == []


@pytest.mark.parametrize("kind", ["comment", "quick_reply", "close", ""])
def test_a_note_can_be_nothing_but_a_note(kind: str):
    with pytest.raises(ValueError):
        writing._Note(admin_id="1", body="x", message_type=kind)


def test_what_stands_already_is_not_written_again():
    workspace = workspace_with()
    fields = DeskFields(priority="low", queue="billing", assignee="P52@example.com")
    assert write(workspace, fields=fields, custom={"category": "billing"}, add_tags=frozenset({"vip"})) == ()
    assert workspace.written == []


def test_tags_of_other_people_are_never_sent():
    workspace = workspace_with()
    write(workspace, add_tags=frozenset({"x"}))
    assert workspace.written == [TAG]


def test_a_priority_takes_the_older_one_s_tag_away_and_a_change_without_one_leaves_it():
    workspace = workspace_with()
    write(workspace, fields=DeskFields(priority="urgent"))
    assert workspace.written == [FILL, TAG, "DELETE /conversations/7/tags/32"]
    workspace = workspace_with()
    write(workspace, custom={"rank": "1"})
    assert workspace.written == [FILL]


def test_beside_a_teammate_s_own_priority_ours_is_not_written():
    workspace = workspace_with(priority="low", custom_attributes={}, tags={"tags": []})
    stamp = desk_on(workspace).fetch("7").stamp
    [warning] = write(workspace, stamp=stamp, fields=DeskFields(priority="high"), note=NOTE)
    assert "teammate" in warning
    assert workspace.written == [NOTES]


def test_whom_a_person_gave_it_to_while_we_wrote_keeps_it():
    workspace = workspace_with()
    workspace.script[FILL] = Reply(body=conversation(admin_assignee_id=int(OWN), team_assignee_id=int(BILLING)))
    warnings = write(workspace, **WHOLE)
    assert [warning for warning in warnings if "meanwhile" in warning]
    assert workspace.written == [FILL, TAG, TAG, "DELETE /conversations/7/tags/32", NOTES]


def test_an_answer_that_is_no_conversation_costs_nothing():
    workspace = workspace_with()
    workspace.script[FILL] = Reply(body={"type": "conversation"})
    assert write(workspace, **WHOLE) == ()
    assert workspace.written[-1] == NOTES


def test_a_tag_is_made_once_and_made_again_where_somebody_deleted_it():
    workspace = workspace_with()
    desk = desk_on(workspace)
    for _ in range(2):
        desk.write("7", DeskChange(stamp=STAMP, add_tags=frozenset({"x"})))
    assert workspace.lines.count("POST /tags") == 1
    workspace.script[TAG] = [refused(404, "tag_not_found"), Reply(body=tag("x"))]
    desk.write("7", DeskChange(stamp=STAMP, add_tags=frozenset({"x"})))
    assert workspace.lines.count("POST /tags") == 2
    assert desk.warnings == ()


def test_a_tag_that_somebody_took_away_meanwhile_needs_no_taking_away():
    workspace = workspace_with()
    workspace.script["DELETE /conversations/7/tags/31"] = refused(404, "tag_not_found")
    assert write(workspace, remove_tags=frozenset({"vip"}), note=NOTE) == ()


def test_after_any_edit_nothing_is_written():
    workspace = workspace_with(updated_at=1)
    with pytest.raises(DeskConflict):
        write(workspace, **WHOLE)
    assert workspace.written == []


def test_teams_teammates_and_attributes_that_are_not_there_are_named_and_cost_nothing_else():
    workspace = workspace_with()
    workspace.script["GET /conversations/attributes"] = Reply(
        body={"data": [{"id": 1, "name": "Firstline rank"}, {"id": 2, "name": "Firstline category", "archived": True}]}
    )
    fields = DeskFields(queue="care", assignee="nobody@x.example")
    warnings = write(workspace, fields=fields, custom={"category": "x", "rank": "1", "colour": "red"}, note=NOTE)
    assert [warning.partition(":")[0] for warning in warnings] == [
        "custom_fields",
        "custom_fields",
        "queue",
        "assignee",
    ]
    assert "'Firstline category'" in warnings[0]
    assert "'colour'" in warnings[1]
    assert workspace.bodies(FILL) == [{"custom_attributes": {"Firstline rank": "1"}}]
    assert workspace.written[-1] == NOTES


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_the_desk_refuses_is_named_and_does_not_cost_the_note(status: int):
    workspace = workspace_with()
    workspace.script |= dict.fromkeys((PARTS, FILL, TAG), refused(status, "parameter_invalid"))
    warnings = write(workspace, **WHOLE)
    assert sorted({warning.partition(":")[0] for warning in warnings}) == ["assignee", "custom_fields", "queue", "tags"]
    assert not any("zanzibar" in warning for warning in warnings)
    assert workspace.written[-1] == NOTES


@pytest.mark.parametrize("line", [PARTS, FILL, TAG, NOTES])
def test_a_conversation_that_goes_away_in_the_middle_is_gone(line: str):
    workspace = workspace_with()
    workspace.script[line] = refused(404, "not_found")
    workspace.script[READ] = [Reply(body=conversation()), refused(404, "not_found")]
    with pytest.raises(TicketGone):
        write(workspace, **WHOLE)


def test_a_note_that_the_desk_refuses_is_an_error_and_its_words_are_not_told():
    workspace = workspace_with()
    workspace.script[NOTES] = refused(400, "parameter_invalid")
    with pytest.raises(DeskRefused, match="400") as error:
        write(workspace, note=NOTE)
    assert "zanzibar" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(500, {}), DeskUnavailable),
        (refused(429, "rate_limit_exceeded"), DeskRateLimited),
        (urllib3.exceptions.ReadTimeoutError(None, "", "x"), DeskUnavailable),
    ],
)
@pytest.mark.parametrize("line", [PARTS, FILL, TAG, NOTES])
def test_trouble_in_the_middle_ends_the_writing_and_the_note_is_not_there(line: str, answer: Any, error: Any):
    workspace = workspace_with()
    workspace.script[line] = answer
    with pytest.raises(error):
        write(workspace, **WHOLE)
    assert workspace.written[-1] == line


@pytest.mark.parametrize(
    ("line", "permission"), [(NOTES, "Write conversations"), (TAG, "Write tags"), ("GET /teams", "Read admins")]
)
def test_a_lost_permission_is_named(line: str, permission: str):
    workspace = workspace_with()
    workspace.script[line] = refused(403, "api_plan_restricted")
    with pytest.raises(DeskAccessLost, match=permission):
        write(workspace, **WHOLE)


def test_the_stamp_of_the_write_is_that_of_the_last_look():
    workspace = workspace_with()
    after = conversation(updated_at=999)
    workspace.script[READ] = [Reply(body=conversation()), Reply(body=after)]
    stamp = desk_on(workspace).write("7", DeskChange(stamp=STAMP, note=NOTE))
    assert stamp == desk_on(workspace_with(updated_at=999)).fetch("7").stamp != STAMP
