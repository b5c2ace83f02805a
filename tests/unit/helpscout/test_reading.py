from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.domain.errors import DeskUnavailable, TicketGone
from shared.domain.ticket import Customer, DeskFields, Role, TicketStatus
from tests.fakes.helpscout import (
    AGENT,
    CUSTOMER,
    MAIN,
    OWN,
    READ,
    THREADS,
    account_with,
    conversation,
    desk_on,
    listed,
    person,
    thread,
    value,
)
from tests.fakes.zendesk import Reply


def test_a_conversation_is_read_in_two_requests_and_the_inboxes_once():
    account = account_with()
    desk = desk_on(account)
    ticket = desk.fetch("7")
    assert account.lines == [READ, THREADS, "GET /v2/mailboxes"]
    assert (ticket.subject, ticket.channel, ticket.status) == ("Charged twice", "email", TicketStatus.OPEN)
    assert ticket.fields == DeskFields(priority="low", queue="billing", assignee="p52@example.com")
    assert (ticket.tags, ticket.custom) == ({"vip"}, {"category": "billing"})
    assert ticket.updated_at == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert ticket.customer == Customer(id="41", name="Bo No. 41", email="P41@example.com")
    assert ticket.link == "https://secure.helpscout.net/conversation/7/349"
    desk.fetch("7")
    assert account.lines.count("GET /v2/mailboxes") == 1


def test_an_inbox_that_is_no_queue_and_an_owner_that_is_a_team_say_nothing():
    ticket = desk_on(account_with(mailboxId=MAIN, assignee=person(9, "team"))).fetch("7")
    assert (ticket.fields.queue, ticket.fields.assignee) == (None, None)


@pytest.mark.parametrize(
    ("told", "status"),
    [("active", TicketStatus.OPEN), ("pending", TicketStatus.PENDING), ("closed", TicketStatus.SOLVED),
     ("open", TicketStatus.OPEN), ("something", TicketStatus.OPEN)],
)  # fmt: skip
def test_statuses_are_ours_and_an_unknown_one_counts_as_open(told: str, status: TicketStatus):
    assert desk_on(account_with(status=told)).fetch("7").status is status


def test_closed_is_solved_since_it_was_closed():
    ticket = desk_on(account_with(status="closed", closedAt="2026-11-23T11:10:00Z")).fetch("7")
    assert ticket.solved_at == datetime(2026, 11, 23, 11, 10, tzinfo=UTC)


@pytest.mark.parametrize("changes", [{"status": "spam"}, {"state": "deleted"}, {"state": "draft"}])
def test_spam_deleted_and_unsent_conversations_are_gone(changes: dict[str, Any]):
    with pytest.raises(TicketGone):
        desk_on(account_with(**changes)).fetch("7")


def test_a_merged_conversation_is_gone_and_nobody_follows_where_it_went():
    account = account_with()
    account.script[READ] = Reply(
        301, {"message": "moved"}, {"Location": "https://elsewhere.example/v2/conversations/8"}
    )
    with pytest.raises(TicketGone):
        desk_on(account).fetch("7")
    assert account.lines == [READ]


@pytest.mark.parametrize(
    ("changes", "channel"),
    [({"type": "chat"}, "chat"), ({"type": "phone"}, "phone"), ({"source": {"type": "beacon-v2"}}, "form"),
     ({"source": {"type": "email"}}, "email"), ({"source": {}}, "email")],
)  # fmt: skip
def test_where_it_came_from(changes: dict[str, Any], channel: str):
    assert desk_on(account_with(**changes)).fetch("7").channel == channel


def test_who_wrote_what_and_who_may_see_it():
    ticket = desk_on(
        account_with(
            thread(1, CUSTOMER),
            thread(2, AGENT, type="note"),
            thread(3, OWN, type="note"),
            thread(4, AGENT),
            thread(5, CUSTOMER, type="beaconchat"),
            thread(6, AGENT, type="forwardparent"),
        )
    ).fetch("7")
    assert [(m.role, m.public) for m in ticket.messages] == [
        (Role.CUSTOMER, True),
        (Role.AGENT, False),
        (Role.US, False),
        (Role.AGENT, True),
        (Role.CUSTOMER, True),
        (Role.AGENT, False),
    ]


def test_a_draft_of_ours_that_a_person_sent_is_that_person_s_answer():
    ticket = desk_on(account_with(thread(1, CUSTOMER), thread(2, OWN))).fetch("7")
    question = ticket.newest_from_customer
    assert question is not None
    answer = ticket.answered_after(question)
    assert answer is not None
    assert answer.id == "2"


@pytest.mark.parametrize("hidden", [{"state": "draft"}, {"state": "hidden"}, {"state": "review"}, {"type": "lineitem"}])
def test_what_nobody_said_is_no_message(hidden: dict[str, Any]):
    ticket = desk_on(account_with(thread(1, CUSTOMER), thread(2, AGENT, **hidden))).fetch("7")
    assert [m.id for m in ticket.messages] == ["1"]


def test_threads_are_read_to_the_last_page_and_told_twice_they_count_once():
    account = account_with()
    newest = [thread(n, CUSTOMER, f"message {n}") for n in (4, 3)]
    oldest = [thread(n, CUSTOMER, f"message {n}") for n in (3, 2, 1)]
    account.script[THREADS] = [listed("threads", *newest, pages=2), listed("threads", *oldest, number=2, pages=2)]
    assert [m.id for m in desk_on(account).fetch("7").messages] == ["1", "2", "3", "4"]
    assert [r.query["page"] for r in account.requests if r.line == THREADS] == [["1"], ["2"]]


def test_four_hundred_messages_are_bounded_to_the_first_and_the_newest():
    ticket = desk_on(account_with(*(thread(n, CUSTOMER) for n in range(1, 401)))).fetch("7")
    assert [int(m.id) for m in ticket.messages] == [*range(1, 21), *range(221, 401)]


def test_attachments_are_named():
    files = {"attachments": [{"id": 1, "filename": "invoice.pdf", "size": 9}, {"id": 2, "filename": None}]}
    [message] = desk_on(account_with(thread(1, CUSTOMER, _embedded=files))).fetch("7").messages
    assert message.attachments == ("invoice.pdf", "")


@pytest.mark.parametrize(("told", "rating"), [("great", "good"), ("Great", "good"), ("bad", "bad"), ("okay", None)])
def test_a_rating_is_good_bad_or_none(told: str, rating: str | None):
    rated = thread(2, AGENT, rating={"rating": told, "comments": "x"})
    assert desk_on(account_with(thread(1, CUSTOMER), rated)).fetch("7").rating == rating


EDITS: dict[str, dict[str, Any]] = {
    "status": {"status": "pending"},
    "owner": {"assignee": person(53)},
    "nobody": {"assignee": None},
    "inbox": {"mailboxId": MAIN},
    "tags": {"tags": []},
    "fields": {"customFields": [value(11, "Firstline category", "other")]},
    "subject": {"subject": "Another"},
    "message": {"threads": 2},
    "time": {"userUpdatedAt": "2026-11-23T11:30:01Z"},
    "customer": {"primaryCustomer": person(44, "customer")},
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_moves_the_stamp_though_the_desk_has_none(edit: str):
    assert desk_on(account_with(**EDITS[edit])).fetch("7").stamp != desk_on(account_with()).fetch("7").stamp


def test_the_order_in_which_tags_are_told_is_no_edit():
    tags = list(reversed(conversation()["tags"]))
    assert desk_on(account_with(tags=tags)).fetch("7").stamp == desk_on(account_with()).fetch("7").stamp


@pytest.mark.parametrize(
    "broken", [{"primaryCustomer": None}, {"createdAt": "yesterday"}, {"mailboxId": None}, {"tags": [{"id": 1}]}]
)
def test_an_answer_of_another_shape_is_unavailable_and_names_the_place(broken: dict[str, Any]):
    with pytest.raises(DeskUnavailable, match="is not as expected"):
        desk_on(account_with(**broken)).fetch("7")


# ---- the customer

FOUND = "GET /v2/customers/41"
SEARCH = "GET /v2/conversations"


def known(**more: Any) -> Reply:
    properties = [
        {"slug": "plan", "value": "business"},
        {"slug": "mrr", "value": "249.50"},
        {"slug": "signed-up", "value": "2023-04-01"},
        {"slug": "seats", "value": 12},
    ]
    entries = {"emails": [{"id": 1, "value": "ann@example.com"}], "properties": properties}
    return Reply(
        body={"id": 41, "firstName": "Ann", "lastName": "Chen", "organization": "Acme", "_embedded": entries} | more
    )


def test_a_customer_is_told_with_the_company_s_data():
    account = account_with()
    account.script |= {FOUND: known(), SEARCH: listed("conversations")}
    customer = desk_on(account).customer("41").customer
    assert (customer.name, customer.email, customer.company) == ("Ann Chen", "ann@example.com", "Acme")
    assert (customer.plan, customer.mrr, customer.signed_up) == ("business", 249.5, date(2023, 4, 1))
    assert customer.seats == 12


def test_earlier_conversations_are_searched_by_address_and_only_the_customer_s_own_are_kept():
    account = account_with()
    theirs = conversation(id=5, status="closed")
    someone_s = conversation(id=6, primaryCustomer=person(42, "customer"))
    account.script |= {FOUND: known(), SEARCH: listed("conversations", someone_s, theirs)}
    [ticket] = desk_on(account).customer("41").tickets
    assert (ticket.id, ticket.status) == ("5", TicketStatus.SOLVED)
    [search] = [request for request in account.requests if request.line == SEARCH]
    assert search.query["status"] == ["all"]
    assert search.query["query"] == ['(email:"ann@example.com")']


@pytest.mark.parametrize("status", [403, 404])
def test_a_customer_whom_the_desk_does_not_tell_of_is_an_id(status: int):
    account = account_with()
    account.script[FOUND] = Reply(status, {"message": "no"})
    assert desk_on(account).customer("41").customer == Customer(id="41")


def test_an_address_that_would_break_the_search_is_not_searched_for():
    account = account_with()
    emails = {"emails": [{"value": 'a")OR(b"@x.example'}]}
    account.script[FOUND] = known(_embedded=emails)
    assert desk_on(account).customer("41").tickets == ()
    assert SEARCH not in account.lines
