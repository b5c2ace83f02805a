from __future__ import annotations

import pytest
import urllib3

from shared.adapters.zendesk import writing
from shared.domain.boundary import Owner
from shared.domain.errors import DeskConflict, DeskRateLimited, DeskRefused, DeskUnavailable, TicketGone, TicketLocked
from shared.domain.note import Block, BlockKind, Note
from shared.domain.ticket import DeskFields
from shared.ports.desk import DeskChange
from tests.fakes.zendesk import Clock, Reply, account_with, desk_on, user

TICKET, WRITE, GROUPS, AGENTS = (
    "GET /api/v2/tickets/7",
    "PUT /api/v2/tickets/7",
    "GET /api/v2/groups",
    "GET /api/v2/users",
)
STAMP = "2026-11-23T11:30:00Z"
NOTE = Note(
    owner=Owner.AGENT_WITH_BRIEFING,
    blocks=(
        Block(kind=BlockKind.HEADING, lines=("Briefing",)),
        Block(kind=BlockKind.SMALL, lines=("firstline:note:1",)),
    ),
    marker="firstline:note:1",
)
WHOLE = DeskChange(
    stamp=STAMP,
    fields=DeskFields(priority="high", queue="technical", assignee="P53@example.com"),
    add_tags=frozenset({"firstline", "vip"}),
    remove_tags=frozenset({"invoice", "never_there"}),
    custom={"category": "technical", "rank": "1795435200"},
    note=NOTE,
)


def test_everything_is_written_in_one_request_after_a_fetch():
    account = account_with()
    desk = desk_on(account)
    desk.fetch("7")
    read = len(account.lines)
    assert desk.write("7", WHOLE) == "2026-11-23T12:00:01Z"
    assert account.lines[read:] == [GROUPS, AGENTS, WRITE]
    assert account.written == [
        {
            "comment": {"html_body": "<h3>Briefing</h3><p><small>firstline:note:1</small></p>", "public": False},
            "priority": "high",
            "group_id": 501,
            "assignee_id": 53,
            "custom_fields": [{"id": 360001, "value": "technical"}, {"id": 360006, "value": "1795435200"}],
            "tags": ["firstline", "vip"],
            "safe_update": True,
            "updated_stamp": STAMP,
        }
    ]
    assert desk.warnings == ()


def test_groups_and_agents_are_asked_for_once():
    account = account_with()
    desk = desk_on(account)
    for _ in range(3):
        desk.fetch("7")
        desk.write("7", WHOLE)
    assert [account.lines.count(line) for line in (GROUPS, AGENTS, WRITE)] == [1, 1, 3]


def test_what_is_not_asked_for_is_not_sent():
    account = account_with()
    desk_on(account).write("7", DeskChange(stamp=STAMP))
    assert account.lines == [WRITE]
    assert account.written == [{"safe_update": True, "updated_stamp": STAMP}]


def test_tags_of_other_people_are_read_first_when_the_ticket_was_not_fetched_here():
    account = account_with()
    desk_on(account).write("7", DeskChange(stamp=STAMP, add_tags=frozenset({"firstline"})))
    assert account.lines == [TICKET, WRITE]
    assert account.written[0]["tags"] == ["firstline", "invoice", "vip"]


def test_tags_read_under_another_stamp_are_not_written_back():
    account = account_with(updated_at="2026-11-23T11:45:00Z")
    with pytest.raises(DeskConflict):
        desk_on(account).write("7", DeskChange(stamp=STAMP, add_tags=frozenset({"firstline"})))
    assert account.written == []


def test_tags_that_stay_as_they_are_are_not_sent():
    account = account_with()
    desk_on(account).write("7", DeskChange(stamp=STAMP, add_tags=frozenset({"vip"}), remove_tags=frozenset({"gone"})))
    assert "tags" not in account.written[0]


def test_a_group_or_an_agent_that_the_desk_does_not_have_does_not_cost_the_note():
    account = account_with()
    desk = desk_on(account)
    fields = DeskFields(priority="high", queue="front_desk", assignee="nobody@example.com")
    desk.write("7", DeskChange(stamp=STAMP, fields=fields, custom={"mood": "x"}, note=NOTE))
    assert account.written[0].keys() == {"comment", "priority", "safe_update", "updated_stamp"}
    assert [warning.split(":")[0] for warning in desk.warnings] == ["group_id", "assignee_id", "custom_fields"]
    desk.write("7", DeskChange(stamp=STAMP, note=NOTE))
    assert desk.warnings == ()


def test_a_missing_group_is_asked_for_again_only_after_a_while():
    account, clock = account_with(), Clock()
    desk = desk_on(account, clock)
    change = DeskChange(stamp=STAMP, fields=DeskFields(queue="front_desk"))
    desk.write("7", change)
    desk.write("7", change)
    assert account.lines.count(GROUPS) == 1
    account.script[GROUPS] = Reply(body={"groups": [{"id": 505, "name": "FRONT DESK"}]})
    clock.forward(minutes=5)
    desk.write("7", change)
    assert account.written[-1]["group_id"] == 505


def test_a_deleted_group_and_a_suspended_agent_count_as_missing():
    account = account_with()
    account.script[GROUPS] = Reply(body={"groups": [{"id": 501, "name": "Technical", "deleted": True}]})
    account.script[AGENTS] = Reply(body={"users": [user(53, "agent", suspended=True), user(54, "agent", email=None)]})
    desk = desk_on(account)
    desk.write("7", WHOLE.model_copy(update={"add_tags": frozenset(), "remove_tags": frozenset()}))
    assert not {"group_id", "assignee_id"} & account.written[0].keys()


def test_agents_on_the_second_page_are_found():
    account = account_with()
    account.script[AGENTS] = [
        Reply(body={"users": [user(52, "agent")], "meta": {"has_more": True, "after_cursor": "c1"}}),
        Reply(body={"users": [user(53, "agent")], "meta": {"has_more": False, "after_cursor": "c2"}}),
    ]
    desk_on(account).write("7", DeskChange(stamp=STAMP, fields=DeskFields(assignee="p53@example.com")))
    assert account.written[0]["assignee_id"] == 53
    asked = [request.query for request in account.requests if request.line == AGENTS]
    assert asked[0]["role[]"] == asked[1]["role[]"] == ["agent", "admin"]
    assert (asked[0].get("page[after]"), asked[1]["page[after]"]) == (None, ["c1"])


@pytest.mark.parametrize(
    ("details", "left", "sent"),
    [
        ({"assignee": [{"description": "not in the group"}]}, ["assignee_id"], {"group_id"}),
        ({"group_id": [{"description": "invalid"}]}, ["group_id"], {"assignee_id"}),
        ({}, ["assignee_id", "group_id"], set()),
    ],
)
def test_an_assignment_that_the_desk_refuses_is_left_out_and_the_note_is_written(details, left, sent):
    account = account_with()
    refusal = Reply(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})
    account.script[WRITE] = [refusal, account.script[WRITE]]
    desk = desk_on(account)
    desk.write("7", WHOLE)
    first, second = account.written
    assert {"group_id", "assignee_id"} & second.keys() == sent
    assert first["comment"] == second["comment"]
    assert [warning.split(":")[0] for warning in desk.warnings] == left


@pytest.mark.parametrize(
    "details", [{"status": [{"description": "Status: closed prevents ticket update"}]}, {"base": []}]
)
def test_a_closed_or_otherwise_invalid_ticket_is_refused_at_once(details):
    account = account_with()
    account.script[WRITE] = Reply(422, {"error": "RecordInvalid", "details": details})
    with pytest.raises(DeskRefused) as refused:
        desk_on(account).write("7", WHOLE)
    assert refused.value.status == 422
    assert isinstance(refused.value, TicketLocked) is ("status" in details)
    assert "prevents" not in str(refused.value)
    assert len(account.written) == 1


def test_a_desk_that_refuses_whatever_is_left_out_has_refused():
    account = account_with()
    account.script[WRITE] = Reply(422, b"no")
    with pytest.raises(DeskRefused):
        desk_on(account).write("7", WHOLE)
    assert len(account.written) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(403, {"error": "Forbidden"}), DeskRefused),
        (Reply(404, {"error": "RecordNotFound"}), TicketGone),
        (Reply(409, {"error": "UpdateConflict"}), DeskConflict),
        (Reply(429, {}, {"Retry-After": "33"}), DeskRateLimited),
        (Reply(500, {}), DeskUnavailable),
        (Reply(200, b"<html>"), DeskUnavailable),
        (Reply(200, {"audit": {}}), DeskUnavailable),
        (urllib3.exceptions.ReadTimeoutError(None, None, "timed out"), DeskUnavailable),
        (urllib3.exceptions.ProtocolError("hung up"), DeskUnavailable),
    ],
)
def test_a_write_that_fails_is_the_error_it_is_and_is_not_repeated(answer, error):
    account = account_with()
    account.script[WRITE] = answer
    with pytest.raises(error) as raised:
        desk_on(account).write("7", DeskChange(stamp=STAMP, note=NOTE))
    assert getattr(raised.value, "retry_after", None) == (33.0 if error is DeskRateLimited else None)
    assert len(account.written) == 1


def test_a_write_with_a_revoked_token_is_sent_once_more():
    account = account_with()
    account.script[WRITE] = [Reply(401, {"error": "Couldn't authenticate you"}), account.script[WRITE]]
    assert desk_on(account).write("7", DeskChange(stamp=STAMP, note=NOTE)) == "2026-11-23T12:00:01Z"


def test_an_id_that_is_no_number_is_never_part_of_an_address():
    account = account_with()
    with pytest.raises(TicketGone):
        desk_on(account).write("7/tags", DeskChange(stamp=STAMP))
    assert account.requests == []


@pytest.mark.parametrize("public", [True, None, "false"])
def test_there_is_no_way_to_spell_a_public_comment(public):
    with pytest.raises(ValueError):
        writing._PrivateComment(html_body="x", public=public)
    forged = writing._Update(updated_stamp=STAMP).model_copy(
        update={"comment": writing._PrivateComment.model_construct(html_body="x", public=public)}
    )
    if public is not None:
        with pytest.raises(AssertionError):
            writing.TicketWriter(None, None, fields={})._put("7", forged)


def test_there_is_no_way_to_spell_a_status():
    with pytest.raises(ValueError):
        writing._Update(updated_stamp=STAMP, status="solved")
