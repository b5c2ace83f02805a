"""What a connector reads."""

from __future__ import annotations

import time

import pytest

from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration


def test_a_ticket_comes_with_its_people_group_and_company(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, group_id=500001, assignee_id=900002)

    body = zendesk.get(f"/tickets/{ticket_id}.json?include=users,groups,organizations,metric_sets")

    assert body["ticket"]["via"]["channel"] == "email"
    assert body["ticket"]["metric_set"]["reply_time_in_minutes"] == {"calendar": None, "business": None}
    assert {user["id"]: user["role"] for user in body["users"]} == {900002: "agent", 900012: "end-user"}
    assert [group["name"] for group in body["groups"]] == ["Billing"]
    assert [company["name"] for company in body["organizations"]] == ["Brightkiln Ceramics"]


def test_slas_are_told_where_the_account_has_a_policy(zendesk: ZendeskClient, ticket_id: int) -> None:
    path = f"/tickets/{ticket_id}?include=slas"
    assert "slas" not in zendesk.get(path)["ticket"]
    metrics = [
        {"priority": "normal", "metric": name, "target": 60, "business_hours": False}
        for name in ("first_reply_time", "next_reply_time", "agent_work_time")
    ]
    wish = {"sla_policy": {"title": "Everybody", "policy_metrics": metrics}}
    assert zendesk.call("POST", "/slas/policies", wish).status == 201
    assert [one["title"] for one in zendesk.get("/slas/policies")["sla_policies"]] == ["Everybody"]

    def told() -> dict[str, str]:
        return {one["metric"]: one["stage"] for one in zendesk.get(path)["ticket"]["slas"]["policy_metrics"]}

    assert told() == {"first_reply_time": "active", "agent_work_time": "active"}
    answer = {"agent": "ada@lumenboard.example", "body": "Soon", "status": "pending"}
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/agent-reply", answer)
    assert told() == {"first_reply_time": "achieved", "agent_work_time": "paused"}
    time.sleep(1.1)
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "And now?"})
    assert told() == {"first_reply_time": "achieved", "next_reply_time": "active", "agent_work_time": "active"}


def test_times_are_whole_seconds_in_utc(zendesk: ZendeskClient, ticket_id: int) -> None:
    created = zendesk.get(f"/tickets/{ticket_id}")["ticket"]["created_at"]

    assert len(created) == len("2026-01-01T10:00:00Z")
    assert created.endswith("Z")


@pytest.mark.parametrize("path", ["/tickets/999999", "/tickets/abc", "/users/1", "/organizations/1", "/webhooks/nope"])
def test_what_is_not_there_is_record_not_found(zendesk: ZendeskClient, path: str) -> None:
    answer = zendesk.call("GET", path)

    assert (answer.status, answer.body) == (404, {"error": "RecordNotFound", "description": "Not found"})


def test_comments_are_paged_by_cursor_to_the_end(zendesk: ZendeskClient, ticket_id: int) -> None:
    for number in range(4):
        zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": f"more {number}"})

    path, bodies, pages = f"/tickets/{ticket_id}/comments?page[size]=2&include=users&sort=created_at", [], 0
    while path:
        page = zendesk.get(path)
        bodies += [comment["body"] for comment in page["comments"]]
        assert [user["role"] for user in page["users"]] == ["end-user"]
        path, pages = page["links"]["next"], pages + 1
        assert page["meta"]["has_more"] is (path is not None)

    assert (pages, bodies) == (3, ["We paid twice.\n\nInes", "more 0", "more 1", "more 2", "more 3"])


def test_comments_can_be_had_newest_first(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/customer-reply", {"body": "newest"})

    assert zendesk.get(f"/tickets/{ticket_id}/comments?sort=-created_at")["comments"][0]["body"] == "newest"


def test_a_cursor_page_is_at_most_a_hundred(zendesk: ZendeskClient, ticket_id: int) -> None:
    assert zendesk.call("GET", f"/tickets/{ticket_id}/comments?page[size]=101").status == 400
    assert zendesk.call("GET", f"/tickets/{ticket_id}/comments?page[size]=2&page[after]=broken").status == 400


def test_offset_paging_ends_after_a_hundred_pages(zendesk: ZendeskClient) -> None:
    first = zendesk.get("/users?per_page=5")

    assert (len(first["users"]), first["count"]) == (5, 22)
    assert zendesk.get(first["next_page"])["users"][0]["id"] == 900006
    assert zendesk.call("GET", "/users?page=101").status == 400


def test_staff_are_told_from_customers_by_role(zendesk: ZendeskClient) -> None:
    staff = zendesk.get("/users?role[]=agent&role[]=admin")["users"]

    assert [user["name"] for user in staff if user["role"] == "admin"] == ["Firstline"]
    assert len(staff) == 11
    assert {row["user_id"] for row in zendesk.get("/group_memberships")["group_memberships"]} == {
        user["id"] for user in staff if user["role"] == "agent"
    }


def test_plan_and_revenue_are_user_fields_and_unknown_ones_are_null(zendesk: ZendeskClient) -> None:
    assert zendesk.get("/users/900012")["user"]["user_fields"] == {
        "plan": "business", "mrr": 249, "signed_up": "2022-05-11"
    }  # fmt: skip
    assert zendesk.get("/users/900022")["user"]["user_fields"] == {"plan": None, "mrr": None, "signed_up": None}


def test_earlier_tickets_of_a_customer_are_listed(zendesk: ZendeskClient, ticket_id: int) -> None:
    assert [ticket["id"] for ticket in zendesk.get("/users/900012/tickets/requested")["tickets"]] == [ticket_id]
    assert zendesk.get("/users/900013/tickets/requested")["tickets"] == []


def test_the_export_gives_every_change_once_and_deleted_tickets_too(zendesk: ZendeskClient, ticket_id: int) -> None:
    gone = zendesk.sandbox.control("POST", "/tickets", {"customer": 900013, "body": "spam"})["ticket"]["id"]
    zendesk.sandbox.control("POST", f"/tickets/{gone}/spam")
    first = zendesk.get(f"/incremental/tickets/cursor?start_time={int(time.time()) - 3600}&per_page=1")
    second = zendesk.get(f"/incremental/tickets/cursor?cursor={first['after_cursor']}")

    assert ([one["id"] for one in first["tickets"]], first["end_of_stream"]) == ([ticket_id], False)
    assert [(one["id"], one["status"]) for one in second["tickets"]] == [(gone, "deleted")]
    assert second["end_of_stream"] is True

    quiet = zendesk.get(f"/incremental/tickets/cursor?cursor={second['after_cursor']}")
    assert (quiet["tickets"], quiet["after_cursor"]) == ([], second["after_cursor"])

    zendesk.put(ticket_id, priority="high")
    again = zendesk.get(f"/incremental/tickets/cursor?cursor={second['after_cursor']}")
    assert [one["id"] for one in again["tickets"]] == [ticket_id]


def test_the_export_stays_behind_the_present_by_its_lag(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sandbox.control("PUT", "/export-lag", {"seconds": 60})

    too_recent = zendesk.call("GET", f"/incremental/tickets/cursor?start_time={int(time.time()) - 30}")
    behind = zendesk.get(f"/incremental/tickets/cursor?start_time={int(time.time()) - 90}")

    assert (too_recent.status, too_recent.body["error"]) == (400, "StartTimeTooRecent")
    assert behind["tickets"] == []


def test_ratings_are_found_by_score_and_time(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/rate", {"score": "bad", "comment": "slow"})
    now = int(time.time())

    received = zendesk.get(f"/satisfaction_ratings?score=received&start_time={now - 60}")["satisfaction_ratings"]

    assert [(one["ticket_id"], one["score"], one["comment"]) for one in received] == [(ticket_id, "bad", "slow")]
    assert zendesk.get("/satisfaction_ratings?score=good")["satisfaction_ratings"] == []
    assert zendesk.get(f"/satisfaction_ratings?start_time={now + 60}")["satisfaction_ratings"] == []
    assert zendesk.get(f"/tickets/{ticket_id}")["ticket"]["satisfaction_rating"]["score"] == "bad"


def test_audits_name_who_changed_what_and_how(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, priority="high", comment={"body": "internal", "public": False})

    opened, ours = zendesk.get(f"/tickets/{ticket_id}/audits")["audits"]

    assert (opened["author_id"], opened["via"]["channel"]) == (900012, "email")
    assert (ours["author_id"], ours["via"]["channel"]) == (900001, "api")
    assert ours["events"][0]["type"] == "Comment"
    assert {(e["field_name"], e["value"]) for e in ours["events"][1:]} == {("priority", "high")}


def test_the_first_public_answer_of_a_person_is_the_reply_time(zendesk: ZendeskClient) -> None:
    ticket = {"customer": 900012, "body": "hello", "created_at": "2026-11-02T09:00:00Z"}
    ticket_id = zendesk.sandbox.control("POST", "/tickets", ticket)["ticket"]["id"]
    zendesk.put(ticket_id, comment={"body": "note", "public": False})
    reply = {"agent": "ada@lumenboard.example", "body": "hi", "created_at": "2026-11-02T09:42:30Z"}
    zendesk.sandbox.control("POST", f"/tickets/{ticket_id}/agent-reply", reply)

    assert zendesk.get(f"/tickets/{ticket_id}/metrics")["ticket_metric"]["reply_time_in_minutes"]["calendar"] == 42


def test_search_knows_requester_status_tags_and_words(zendesk: ZendeskClient, ticket_id: int) -> None:
    zendesk.put(ticket_id, tags=["firstline"])

    def found(query: str) -> list[int]:
        return [row["id"] for row in zendesk.get(f"/search?query={query}")["results"]]

    assert found("type:ticket%20requester:900012%20status%3Csolved") == [ticket_id]
    assert found("type:ticket%20-tags:firstline") == []
    assert found("twice") == [ticket_id]
    assert zendesk.call("GET", "/search").status == 422


def test_help_centre_articles_are_paged_and_dated(zendesk: ZendeskClient) -> None:
    page = zendesk.get("/help_center/articles?page[size]=10")
    rest = zendesk.get(page["links"]["next"])

    assert len(page["articles"]) == 10
    assert not {one["id"] for one in page["articles"]} & {one["id"] for one in rest["articles"]}
    assert all(one["body"].startswith("<p>") and one["updated_at"] for one in page["articles"])
