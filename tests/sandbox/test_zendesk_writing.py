"""What a connector writes, and what the desk makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration


def field_named(zendesk: ZendeskClient, title: str, kind: str = "text", **more: Any) -> int:
    answer = zendesk.call("POST", "/ticket_fields", {"ticket_field": {"title": title, "type": kind, **more}})
    assert answer.status == 201, answer.body
    return answer.body["ticket_field"]["id"]


def test_one_put_writes_note_fields_people_and_tags(zendesk: ZendeskClient, ticket_id: int) -> None:
    rank = field_named(zendesk, "Firstline rank", "integer")

    answer = zendesk.put(
        ticket_id,
        comment={"html_body": "<h3>Draft</h3><script>steal()</script><p onclick=x>Hi</p>", "public": False},
        priority="high", group_id=500001, assignee_id=900002, tags=["Billing", "firstline"],
        custom_fields=[{"id": rank, "value": 100_000_000_001}],
    )  # fmt: skip

    ticket = answer.body["ticket"]
    assert (ticket["priority"], ticket["group_id"], ticket["assignee_id"]) == ("high", 500001, 900002)
    assert ticket["status"] == "open"  # an assigned ticket is no longer new
    assert ticket["tags"] == ["billing", "firstline"]
    assert {"id": rank, "value": 100_000_000_001} in ticket["custom_fields"]
    note = zendesk.get(f"/tickets/{ticket_id}/comments")["comments"][1]
    assert note["public"] is False
    assert note["via"]["channel"] == "api"
    assert "<h3>Draft</h3><p>Hi</p>" in note["html_body"]
    assert note["body"] == "Draft\n\nHi"


def test_a_comment_is_public_unless_told_otherwise_and_that_is_a_violation(
    zendesk: ZendeskClient, ticket_id: int
) -> None:
    assert zendesk.sandbox.control("GET", "/report")["ok"] is True

    zendesk.put(ticket_id, comment={"body": "Dear customer"})

    report = zendesk.sandbox.control("GET", "/report")
    assert report["ok"] is False
    assert [(one["kind"], one["ticket_id"]) for one in report["violations"]] == [("public_message", ticket_id)]


def test_speaking_publicly_in_an_agents_name_is_a_violation_too(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, comment={"body": "Dear customer", "author_id": 900002, "public": True})

    assert zendesk.sandbox.control("GET", "/report")["ok"] is False


def test_opening_a_ticket_for_a_customer_is_none_but_writing_to_one_is(zendesk: ZendeskClient) -> None:
    def made(**wish: Any) -> int:
        ticket = {"requester_id": 900012, "comment": {"body": "hello"}, **wish}
        return zendesk.call("POST", "/tickets", {"ticket": ticket}).body["ticket"]["id"]

    made()
    assert zendesk.sandbox.control("GET", "/report")["ok"] is True
    written = made(submitter_id=900002)
    assert [one["ticket_id"] for one in zendesk.sandbox.control("GET", "/report")["violations"]] == [written]


def test_a_person_may_answer_and_a_note_may_be_left(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, comment={"body": "internal", "public": False})
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/agent-reply", {"agent": 900002, "body": "Dear Ines"})

    report = zendesk.sandbox.control("GET", "/report")
    assert report["ok"] is True
    assert report["notes"] == {"total": 1, "by_ticket": {str(ticket_id): 1}}


def test_a_safe_update_is_refused_once_somebody_else_edited(zendesk: ZendeskClient, ticket_id: int) -> None:
    stamp = zendesk.get(f"/tickets/{ticket_id}")["ticket"]["updated_at"]
    zendesk.sandbox.control("PATCH", f"/tickets/{ticket_id}", {"agent": 900002, "priority": "low"})

    stale = zendesk.put(ticket_id, priority="urgent", safe_update=True, updated_stamp=stamp)

    assert (stale.status, stale.body["error"]) == (409, "UpdateConflict")
    ticket = zendesk.get(f"/tickets/{ticket_id}")["ticket"]
    assert ticket["priority"] == "low"
    fresh = zendesk.put(ticket_id, priority="urgent", safe_update=True, updated_stamp=ticket["updated_at"])
    assert (fresh.status, fresh.body["ticket"]["priority"]) == (200, "urgent")


def test_a_safe_update_needs_its_stamp(zendesk: ZendeskClient, ticket_id: int) -> None:
    assert zendesk.put(ticket_id, priority="urgent", safe_update=True).status == 422


def test_nothing_is_written_of_an_update_that_is_partly_wrong(zendesk: ZendeskClient, ticket_id: int) -> None:
    answer = zendesk.put(ticket_id, priority="sky-high", comment={"body": "note", "public": False})

    assert (answer.status, answer.body["error"]) == (422, "RecordInvalid")
    assert "priority" in answer.body["details"]
    assert len(zendesk.get(f"/tickets/{ticket_id}/comments")["comments"]) == 1


@pytest.mark.parametrize(
    "wish",
    [{"status": "asleep"}, {"group_id": 1}, {"assignee_id": 900012}, {"assignee_id": 1}, {"comment": {"body": ""}},
     {"group_id": 500001, "assignee_id": 900004}],
)  # fmt: skip
def test_values_that_do_not_fit_are_validation_errors(
    zendesk: ZendeskClient, ticket_id: int, wish: dict[str, Any]
) -> None:
    answer = zendesk.put(ticket_id, **wish)

    assert (answer.status, answer.body["error"], answer.body["description"]) == (
        422, "RecordInvalid", "Record validation errors"
    )  # fmt: skip
    assert all(error["description"] for errors in answer.body["details"].values() for error in errors)


def test_moving_to_a_group_without_its_agent_frees_the_ticket(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, group_id=500001, assignee_id=900002)

    moved = zendesk.put(ticket_id, group_id=500002).body["ticket"]

    assert (moved["group_id"], moved["assignee_id"]) == (500002, None)


def test_tags_put_adds_post_replaces_delete_removes(zendesk: ZendeskClient, ticket_id: int) -> None:
    path = f"/tickets/{ticket_id}/tags"

    assert zendesk.call("PUT", path, {"tags": ["a", "b"]}).body["tags"] == ["a", "b"]
    assert zendesk.call("PUT", path, {"tags": ["c"]}).body["tags"] == ["a", "b", "c"]
    assert zendesk.call("DELETE", path, {"tags": ["a"]}).body["tags"] == ["b", "c"]
    assert zendesk.call("POST", path, {"tags": ["only"]}).body["tags"] == ["only"]
    assert zendesk.put(ticket_id, tags=["new"]).body["ticket"]["tags"] == ["new"]
    assert zendesk.put(ticket_id, additional_tags=["more"]).body["ticket"]["tags"] == ["new"]


def test_tags_can_be_guarded_by_the_stamp(zendesk: ZendeskClient, ticket_id: int) -> None:
    stale = {"tags": ["a"], "safe_update": "true", "updated_stamp": "2020-01-01T00:00:00Z"}

    assert zendesk.call("PUT", f"/tickets/{ticket_id}/tags", stale).status == 409


def test_a_closed_ticket_takes_nothing(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/close")

    note = zendesk.put(ticket_id, comment={"body": "late", "public": False})
    assert note.status == 422
    assert "closed" in note.body["details"]["status"][0]["description"]
    assert zendesk.call("PUT", f"/tickets/{ticket_id}/tags", {"tags": ["a"]}).status == 422


def test_a_customer_reopens_a_solved_ticket_and_follows_up_a_closed_one(zendesk: ZendeskClient, ticket_id: int) -> None:
    control = zendesk.sandbox.control
    control("POST", f"/tickets/{ticket_id}/solve", {"agent": 900002})
    reopened = control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "still wrong"})["ticket"]
    control("POST", f"/tickets/{ticket_id}/close")
    follow_up = control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "again"})["ticket"]

    assert (reopened["id"], reopened["status"], reopened["assignee"]) == (ticket_id, "open", "ada@lumenboard.example")
    assert follow_up["id"] != ticket_id
    via = zendesk.get(f"/tickets/{follow_up['id']}")["ticket"]["via"]
    assert (via["source"]["rel"], via["source"]["from"]["ticket_id"]) == ("follow_up", ticket_id)
    assert zendesk.get(f"/tickets/{ticket_id}/metrics")["ticket_metric"]["reopens"] == 1


def test_a_deleted_ticket_is_not_found(zendesk: ZendeskClient, ticket_id: int) -> None:
    assert zendesk.call("DELETE", f"/tickets/{ticket_id}").status == 204
    assert zendesk.call("GET", f"/tickets/{ticket_id}").status == 404
    assert zendesk.put(ticket_id, priority="high").status == 404
    assert zendesk.call("DELETE", f"/tickets/{ticket_id}").status == 404


def test_an_idempotency_key_makes_one_ticket(zendesk: ZendeskClient) -> None:
    wish = {"ticket": {"subject": "Once", "comment": {"body": "x", "public": False}, "requester_id": 900012}}
    headers = {"Idempotency-Key": "k-1"}

    first, second = (zendesk.call("POST", "/tickets", wish, **headers) for _ in range(2))
    other = zendesk.call("POST", "/tickets", {"ticket": {**wish["ticket"], "subject": "Two"}}, **headers)

    assert (first.status, first.headers["x-idempotency-lookup"]) == (201, "miss")
    assert (second.headers["x-idempotency-lookup"], second.body) == ("hit", first.body)
    assert (other.status, other.body["error"]) == (400, "IdempotentRequestError")
    assert zendesk.sandbox.control("GET", "/report")["tickets"] == 1


def test_fields_hold_what_their_type_allows(zendesk: ZendeskClient, ticket_id: int) -> None:
    number = field_named(zendesk, "Rank", "integer")
    choice = field_named(zendesk, "Kind", "tagger", custom_field_options=[{"name": "Billing", "value": "kind_billing"}])

    assert zendesk.put(ticket_id, custom_fields=[{"id": number, "value": "many"}]).status == 422
    assert zendesk.put(ticket_id, custom_fields=[{"id": choice, "value": "unheard_of"}]).status == 422
    chosen = zendesk.put(ticket_id, custom_fields=[{"id": choice, "value": "kind_billing"}]).body["ticket"]
    assert chosen["tags"] == ["kind_billing"]  # a choice stands among the tags as well
    assert zendesk.put(ticket_id, custom_fields=[{"id": choice, "value": None}]).body["ticket"]["tags"] == []


def test_an_unknown_field_is_ignored_and_counted(zendesk: ZendeskClient, ticket_id: int) -> None:
    assert zendesk.put(ticket_id, custom_fields=[{"id": 1, "value": "x"}]).status == 200
    assert zendesk.sandbox.control("GET", "/report")["ignored_fields"] == 1


def test_an_update_that_changes_nothing_leaves_no_trace(zendesk: ZendeskClient, ticket_id: int) -> None:
    before = zendesk.put(ticket_id, priority="high").body["ticket"]
    after = zendesk.put(ticket_id, priority="high").body["ticket"]

    assert after["updated_at"] == before["updated_at"]
    assert len(zendesk.get(f"/tickets/{ticket_id}/audits")["audits"]) == 2


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"ticket": 1}', b"[" * 100_000])
def test_a_body_that_makes_no_sense_is_a_bad_request(zendesk: ZendeskClient, ticket_id: int, body: bytes) -> None:
    assert zendesk.call("PUT", f"/tickets/{ticket_id}", body).status == 400


def test_views_are_made_listed_and_deleted(zendesk: ZendeskClient) -> None:
    wish = {"view": {"title": "By rank", "all": [{"field": "status", "operator": "less_than", "value": "solved"}]}}

    made = zendesk.call("POST", "/views", wish)

    assert made.status == 201
    assert [view["title"] for view in zendesk.get("/views")["views"]] == ["By rank"]
    assert zendesk.call("DELETE", f"/views/{made.body['view']['id']}").status == 204
    assert zendesk.get("/views")["views"] == []


def test_fields_made_by_set_up_are_listed_after_the_desks_own(zendesk: ZendeskClient) -> None:
    made = field_named(zendesk, "Firstline category")

    listed = zendesk.get("/ticket_fields")["ticket_fields"]
    assert [(field["id"], field["title"]) for field in listed if field["removable"]] == [(made, "Firstline category")]
    assert zendesk.call("POST", "/ticket_fields", {"ticket_field": {"title": "x", "type": "odd"}}).status == 422
