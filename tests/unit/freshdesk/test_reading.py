"""A ticket, its conversation and its customer, as Freshdesk words them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.domain.errors import DeskAccessLost, DeskRateLimited, DeskUnavailable, TicketGone
from shared.domain.ticket import Customer, DeskFields, Role, TicketStatus
from tests.fakes.freshdesk import (
    AGENT,
    ARCHIVED,
    BILLING,
    CUSTOMER,
    LIST,
    OWN,
    RATINGS,
    READ,
    SAID,
    account_with,
    desk_on,
    listed,
    own_note,
    said,
    ticket,
)
from tests.fakes.zendesk import Reply


def fetched(told: dict[str, Any] | None = None, *conversations: Any):
    return desk_on(account_with(told, *conversations)).fetch("7")


def test_a_ticket_takes_two_requests_and_counts_for_four():
    account, taken = account_with(), []

    class Counting:
        def take(self, units: int, lane: str = "") -> None:
            taken.append((units, lane))

    desk_on(account, budget=Counting()).fetch("7")
    assert account.lines == [READ, SAID]
    assert account.requests[0].query == {"include": ["requester,stats"]}
    assert taken == [(3, ""), (1, "")]


def test_the_key_goes_along_as_the_user_s_name():
    account = account_with()
    desk_on(account).fetch("7")
    # printf 'k3y-of-the-agent:X' | base64
    assert account.requests[0].headers["Authorization"] == "Basic azN5LW9mLXRoZS1hZ2VudDpY"


@pytest.mark.parametrize(
    ("told", "first", "whole"),
    [
        ({}, ("running", 18), ("running", 20)),
        ({"stats": {"first_responded_at": "2026-11-24T12:30:00Z"}}, ("met", None), ("running", 20)),
        ({"status": 3}, ("paused", None), ("paused", None)),
        ({"status": 4}, ("met", None), ("met", None)),
    ],
)
def test_the_desk_s_own_due_times_are_told_as_they_stand(told: dict[str, Any], first, whole):
    due = {"fr_due_by": "2026-11-24T18:00:00Z", "due_by": "2026-11-24T20:00:00Z"}
    clocks = fetched(ticket(**due, **told)).sla
    assert [(one.target.value, one.metric) for one in clocks] == [
        ("first_response", "fr_due_by"), ("resolution", "due_by"),
    ]  # fmt: skip
    assert [(one.stands.value, one.due_at and one.due_at.hour) for one in clocks] == [first, whole]


def test_where_the_desk_has_no_due_times_there_are_none():
    assert fetched(ticket(fr_due_by=None, due_by=None)).sla == ()


def test_the_description_is_the_first_message():
    ticket = fetched(None, said(12, CUSTOMER, "Hello?"))
    first, second = ticket.messages
    assert (first.id, first.role, first.public, first.text) == (
        "description",
        Role.CUSTOMER,
        True,
        "I was charged twice.",
    )
    assert first.author == second.author == "Ann Chen"
    assert first.at == ticket.created_at
    assert ticket.newest_from_customer == second


def test_a_mail_that_an_agent_began_with_is_the_company_s():
    told = fetched(ticket(source=10))
    assert told.messages[0].role is Role.AGENT
    assert told.newest_from_customer is None


def test_roles_and_who_may_read_it():
    messages = fetched(
        None,
        said(11, CUSTOMER),
        said(12, AGENT),
        said(13, AGENT, private=True, source=2),
        said(14, OWN, private=True, source=2),
        said(15, OWN),
        said(16, 77, incoming=True),
        said(17, CUSTOMER, incoming=False),
    ).messages[1:]
    assert [(m.role, m.public) for m in messages] == [
        (Role.CUSTOMER, True),
        (Role.AGENT, True),
        (Role.AGENT, False),
        (Role.US, False),
        # Our agent's sign-in, used by a person: the product has no way to send anything.
        (Role.AGENT, True),
        (Role.CUSTOMER, True),
        (Role.CUSTOMER, True),
    ]


def test_feedback_in_a_survey_and_a_mail_to_a_third_party_are_no_part_of_the_talk():
    told = fetched(None, said(11, CUSTOMER, "Great!", source=6), said(12, AGENT, "Can you look?", source=8))
    assert [m.public for m in told.messages] == [True, False, False]
    assert told.newest_from_customer is not None
    assert told.newest_from_customer.id == "description"


def test_the_words_come_from_the_html_because_the_plain_text_lost_its_lines():
    html = "<div>Hello,<br>it fails.</div><blockquote>On Monday you wrote</blockquote>"
    told = fetched(None, said(11, CUSTOMER, body=html, body_text="Hello, it fails. On Monday you wrote"))
    assert told.messages[1].text.split("\n")[:2] == ["Hello,", "it fails."]
    assert fetched(None, said(11, CUSTOMER, "Only this", body=None)).messages[1].text == "Only this"


def test_attachments_are_named_and_not_fetched():
    files = [{"id": 1, "name": "invoice.png", "attachment_url": "https://x.example/1"}]
    told = fetched(ticket(attachments=files), said(11, CUSTOMER, attachments=[*files, {"id": 2}]))
    assert [m.attachments for m in told.messages] == [("invoice.png",), ("invoice.png", "")]


def test_conversations_are_read_to_the_last_page_and_the_middle_of_a_long_one_is_left_out():
    account = account_with()
    pages = [listed(*(said(n, CUSTOMER, f"m{n}") for n in range(k, k + 100)), more=k < 301) for k in (1, 101, 201, 301)]
    account.script[SAID] = pages
    texts = [m.text for m in desk_on(account).fetch("7").messages]
    assert texts == ["I was charged twice.", *(f"m{n}" for n in (*range(1, 20), *range(221, 401)))]
    assert [one.query["page"] for one in account.requests if one.line == SAID] == [["1"], ["2"], ["3"], ["4"]]
    assert {one.query["per_page"][0] for one in account.requests if one.line == SAID} == {"100"}


def test_a_message_told_on_two_pages_is_one():
    account = account_with()
    account.script[SAID] = [listed(said(1, CUSTOMER), more=True), listed(said(1, CUSTOMER), said(2, AGENT))]
    assert len(desk_on(account).fetch("7").messages) == 3


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        (2, TicketStatus.OPEN),
        (3, TicketStatus.PENDING),
        (4, TicketStatus.SOLVED),
        (5, TicketStatus.SOLVED),
        (6, TicketStatus.PENDING),
        (7, TicketStatus.HOLD),
        (8, TicketStatus.OPEN),
        (23, TicketStatus.OPEN),
    ],
)
def test_a_status_has_a_word_of_ours_or_counts_as_open(status: int, meant: TicketStatus):
    assert fetched(ticket(status=status)).status is meant


def test_own_statuses_count_as_open_where_their_names_said_nothing():
    assert desk_on(account_with(ticket(status=7)), waits={}).fetch("7").status is TicketStatus.OPEN


@pytest.mark.parametrize(
    ("source", "channel"), [(1, "email"), (2, "form"), (3, "phone"), (7, "chat"), (9, "form"), (99, "other")]
)
def test_where_it_came_from(source: int, channel: str):
    assert fetched(ticket(source=source)).channel == channel


def test_priority_group_and_agent_in_the_policy_s_words():
    told = fetched(ticket(priority=4, group_id=BILLING, responder_id=AGENT))
    assert told.fields == DeskFields(priority="urgent", queue="billing", assignee="ada@example.com")


def test_an_agent_who_left_and_a_group_that_is_gone_are_nobody_and_nothing():
    told = fetched(ticket(group_id=999, responder_id=998))
    assert (told.fields.queue, told.fields.assignee) == (None, None)


def test_only_our_own_fields_are_told():
    custom = {"cf_firstline_category_1": "billing", "cf_firstline_rank_1": 12, "cf_theirs": "x"}
    assert fetched(ticket(custom_fields=custom)).custom == {"category": "billing", "rank": "12"}


@pytest.mark.parametrize("flag", ["deleted", "spam"])
def test_deleted_and_spam_are_gone_though_the_desk_still_tells_them(flag: str):
    with pytest.raises(TicketGone):
        fetched(ticket(**{flag: True}))


def test_a_ticket_that_is_nowhere_is_gone():
    account = account_with()
    account.script |= {READ: Reply(404), ARCHIVED: Reply(404)}
    with pytest.raises(TicketGone):
        desk_on(account).fetch("7")


def test_what_the_desk_leaves_empty_is_empty():
    nothing = dict.fromkeys(("tags", "custom_fields", "attachments", "requester", "stats", "subject", "description"))
    told = fetched(ticket(**nothing, status=4), said(11, CUSTOMER, attachments=[], body=None, body_text=None))
    assert (told.tags, told.custom, told.subject, [m.text for m in told.messages]) == (
        frozenset(),
        {},
        "",
        ["I was charged twice.", ""],
    )


@pytest.mark.parametrize("status", [301, 302, 404, 410])
def test_an_archived_ticket_is_read_where_it_lies_and_takes_nothing_more(status: int):
    account = account_with()
    account.script |= {
        READ: Reply(status),
        ARCHIVED: Reply(body=ticket(status=5, archived=True)),
        "GET /tickets/archived/7/conversations": listed(said(11, AGENT)),
    }
    told = desk_on(account).fetch("7")
    assert told.status is TicketStatus.CLOSED
    assert len(told.messages) == 2


def test_when_it_was_solved():
    stats = {"resolved_at": "2026-11-23T11:00:00Z", "closed_at": None}
    assert fetched(ticket(status=4, stats=stats)).solved_at == datetime(2026, 11, 23, 11, tzinfo=UTC)
    told = fetched(ticket(status=4))
    assert told.solved_at == told.updated_at
    assert fetched(ticket(stats=stats)).solved_at is None


@pytest.mark.parametrize(
    ("score", "meant"),
    [(103, "good"), (101, "good"), (100, None), (-101, "bad"), (-103, "bad"), (1, "good"), (2, None), (3, "bad")],
)
def test_the_newest_rating_counts(score: int, meant: str | None):
    account = account_with(ticket(status=4))
    rows = [{"id": 9, "ratings": {"default_question": score}}, {"id": 8, "ratings": {"default_question": 103}}]
    account.script[RATINGS] = listed(*rows)
    assert desk_on(account).fetch("7").rating == meant


@pytest.mark.parametrize("answer", [Reply(403), Reply(404), listed(), listed({"id": 1, "ratings": {}})])
def test_no_rating_is_no_error(answer: Reply):
    account = account_with(ticket(status=4))
    account.script[RATINGS] = answer
    assert desk_on(account).fetch("7").rating is None


def test_before_it_was_ever_resolved_nobody_asks_for_a_rating():
    account = account_with()
    desk_on(account).fetch("7")
    assert RATINGS not in account.lines


def test_the_desk_s_clock_is_told_from_its_answer():
    account = account_with()
    account.script[READ] = Reply(body=ticket(), headers={"Date": "Mon, 23 Nov 2026 12:07:00 GMT"})
    assert desk_on(account).fetch("7").clock_offset == timedelta(minutes=7)


# ---- the stamp


def test_the_stamp_stays_when_the_desk_only_computes_due_times_anew():
    assert fetched(ticket(updated_at="2026-11-23T11:59:00Z", due_by="x")).stamp == fetched().stamp


@pytest.mark.parametrize(
    "edit",
    [
        {"status": 3},
        {"priority": 2},
        {"group_id": 1},
        {"responder_id": 1},
        {"tags": []},
        {"subject": "x"},
        {"description": "x"},
        {"custom_fields": {"cf_theirs": "other"}},
    ],
)
def test_every_edit_that_can_be_read_moves_the_stamp(edit: dict[str, Any]):
    assert fetched(ticket(**edit)).stamp != fetched().stamp


def test_a_new_message_and_an_edited_one_move_the_stamp_within_the_same_second():
    stamps = {
        fetched().stamp,
        fetched(None, said(11, AGENT)).stamp,
        fetched(None, said(11, AGENT, updated_at="2026-11-23T11:59:00Z")).stamp,
        fetched(None, said(11, AGENT), said(12, AGENT, private=True)).stamp,
    }
    assert len(stamps) == 4


# ---- the customer


CONTACT, COMPANY = f"GET /contacts/{CUSTOMER}", "GET /companies/61"


def snapshot_of(contact: Reply, company: Reply | None = None, tickets: Reply | None = None):
    account = account_with()
    account.script |= {CONTACT: contact, COMPANY: company or Reply(404), LIST: tickets or listed()}
    return desk_on(account).customer(str(CUSTOMER)), account


def test_a_customer_with_the_company_s_fields_where_the_person_has_none():
    contact = {
        "name": "Ann Chen",
        "email": "ann@example.com",
        "company_id": 61,
        "custom_fields": {"plan": "", "cf_seats": 12},
    }
    fields = {"plan": "business", "mrr": "249", "signed_up": "2023-04-01T00:00:00Z", "seats": 3}
    company = {"name": "Acme", "renewal_date": "2027-01-31T00:00:00Z", "custom_fields": fields}
    snapshot, _ = snapshot_of(Reply(body=contact), Reply(body=company))
    assert snapshot.customer == Customer(
        id=str(CUSTOMER),
        name="Ann Chen",
        email="ann@example.com",
        company="Acme",
        plan="business",
        mrr=249.0,
        signed_up=date(2023, 4, 1),
        seats=12,
        renewal_date=date(2027, 1, 31),
    )


def test_earlier_tickets_are_asked_for_from_the_beginning_of_time():
    rows = [{"id": n, "subject": f"s{n}", "status": 5, "created_at": f"2026-01-0{n}T00:00:00Z"} for n in (2, 1, 3)]
    snapshot, account = snapshot_of(Reply(body={"name": "Ann"}), tickets=listed(*rows))
    assert [one.id for one in snapshot.tickets] == ["3", "2", "1"]
    assert snapshot.tickets[0].status is TicketStatus.SOLVED
    assert account.requests[-1].query["updated_since"] == ["2000-01-01T00:00:00Z"]
    assert account.requests[-1].query["requester_id"] == [str(CUSTOMER)]


@pytest.mark.parametrize("status", [403, 404])
def test_what_the_desk_does_not_tell_of_a_customer_is_left_out(status: int):
    snapshot, account = snapshot_of(Reply(status))
    assert (snapshot.customer, snapshot.tickets) == (Customer(id=str(CUSTOMER)), ())
    assert account.lines == [CONTACT]
    snapshot, _ = snapshot_of(Reply(body={"name": "Ann", "company_id": 61}), Reply(status), Reply(status))
    assert snapshot.customer == Customer(id=str(CUSTOMER), name="Ann")


# ---- trouble


def test_a_busy_desk_says_when_to_come_back():
    account = account_with()
    account.script[READ] = Reply(429, {"message": "x"}, {"Retry-After": "34"})
    with pytest.raises(DeskRateLimited) as limited:
        desk_on(account).fetch("7")
    assert limited.value.retry_after == 34


@pytest.mark.parametrize(("status", "code"), [(401, "invalid_credentials"), (403, "access_denied")])
def test_lost_access_names_the_code_and_the_permission_and_quotes_nothing(status: int, code: str):
    account = account_with()
    account.script[READ] = Reply(status, {"code": code, "message": "zanzibar may not"})
    with pytest.raises(DeskAccessLost, match=code) as lost:
        desk_on(account).fetch("7")
    assert "global access" in lost.value.permission
    assert "zanzibar" not in str(lost.value)


@pytest.mark.parametrize("body", [[], {"id": 7}, {**ticket(), "created_at": "soon"}, {**ticket(), "id": "../7"}, "x"])
def test_an_answer_of_another_shape_is_trouble_and_no_ticket(body: Any):
    account = account_with()
    account.script[READ] = Reply(body=body)
    with pytest.raises(DeskUnavailable):
        desk_on(account).fetch("7")


def test_conversations_of_another_shape_are_trouble_and_not_quoted():
    account = account_with(None, said(11, CUSTOMER, "zanzibar", created_at="zanzibar"))
    with pytest.raises(DeskUnavailable, match="created_at") as trouble:
        desk_on(account).fetch("7")
    assert "zanzibar" not in str(trouble.value)


def test_a_note_of_ours_is_found_and_nobody_else_s():
    for conversation, found in (
        (own_note(11, "firstline:note:12"), True),
        (own_note(11, "firstline:note:123"), False),
        (own_note(11, "firstline:note:12", private=False), False),
        (said(11, CUSTOMER, "firstline:note:12"), False),
        (said(11, AGENT, "firstline:note:12", private=True), False),
    ):
        assert desk_on(account_with(None, conversation)).has_note("7", "firstline:note:12") is found
