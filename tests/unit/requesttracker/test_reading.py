from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain.errors import DeskAccessLost, DeskUnavailable, TicketGone
from shared.domain.ticket import Customer, DeskFields, Role, TicketKey, TicketStatus
from tests.fakes.requesttracker import AGENT, CUSTOMER, NOW, OWN, SmallTracker, desk_on


def test_a_ticket_is_told_whole():
    tracker = SmallTracker()
    tracker.ticket |= {"Queue": "Billing", "Owner": "ada", "Priority": 100}
    tracker.ticket["CustomFields"] = {
        "Firstline category": ["billing"],
        "Firstline rank": [],
        "Firstline tags": ["vip"],
    }
    read = desk_on(tracker).fetch("7")
    assert read.key == TicketKey(desk="requesttracker", id="7")
    assert (read.subject, read.channel, read.status) == ("Charged twice", "email", TicketStatus.OPEN)
    assert read.fields == DeskFields(priority="high", queue="billing", assignee="ada@acme.example")
    assert (read.tags, read.custom) == ({"vip"}, {"category": "billing"})
    assert read.created_at == read.updated_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert (read.stamp, read.solved_at, read.rating) == ("40", None, None)
    assert read.link == "https://rt.acme.example/rt/Ticket/Display.html?id=7"
    assert read.customer == Customer(id=CUSTOMER, name="Ann Chen", email="ann@contract.example")


def test_a_customer_is_told_with_the_company_s_data_by_way_of_their_tickets():
    snapshot = desk_on(SmallTracker()).customer(CUSTOMER)
    assert snapshot.customer == Customer(
        id=CUSTOMER,
        name="Ann Chen",
        email="ann@contract.example",
        company="Acme",
        plan="business",
        mrr=249.5,
        signed_up=date(2023, 4, 1),
    )
    assert [one.id for one in snapshot.tickets] == ["7"]


def test_customer_agent_and_we_are_told_apart_by_who_is_let_in_and_who_asked():
    tracker = SmallTracker()
    tracker.writes("Comment", AGENT, "I ask a colleague.")
    tracker.writes("Correspond", AGENT, "We refunded it.")
    tracker.writes("Correspond", CUSTOMER, "Thank you!")
    tracker.writes("Correspond", OWN, "A person sent this in our name.")
    tracker.writes("Comment", OWN, "<p>Briefing</p>", kind="text/html")
    tracker.writes("Comment", "1", "A scrip of the desk's own.")
    messages = desk_on(tracker).fetch("7").messages
    assert [(m.role, m.public, m.text) for m in messages] == [
        (Role.CUSTOMER, True, "I was charged twice."),
        (Role.AGENT, False, "I ask a colleague."),
        (Role.AGENT, True, "We refunded it."),
        (Role.CUSTOMER, True, "Thank you!"),
        (Role.AGENT, True, "A person sent this in our name."),
        (Role.US, False, "Briefing"),
        (Role.US, False, "A scrip of the desk's own."),
    ]


def test_a_colleague_who_asks_is_a_customer_of_that_ticket():
    tracker = SmallTracker()
    tracker.requestors = [AGENT]
    tracker.writes("Correspond", AGENT, "Any news?")
    assert [m.role for m in desk_on(tracker).fetch("7").messages] == [Role.CUSTOMER, Role.CUSTOMER]


def test_what_an_agent_types_in_for_a_customer_is_the_customer_s():
    tracker = SmallTracker()
    tracker.said[0].creator = AGENT
    assert desk_on(tracker).fetch("7").messages[0].role is Role.CUSTOMER


def test_who_is_let_in_is_asked_once():
    tracker = SmallTracker()
    tracker.writes("Correspond", AGENT, "One.")
    desk = desk_on(tracker)
    for _ in range(3):
        desk.fetch("7")
    assert tracker.lines.count(f"GET /user/{AGENT}") == 1


def test_of_a_mail_in_several_parts_the_plain_words_are_read_and_files_are_named():
    tracker = SmallTracker()
    tracker.said[0].parts = [
        ("multipart/mixed", "", "", "Auto-Submitted: auto-replied\nX-RT-Interface: Email\nSubject: x\n"),
        ("text/html", "", "<p>Rich</p>", ""),
        ("text/plain", "", "Plain \r\nwords", ""),
        ("text/plain", "log.txt", "secret", ""),
        ("image/png", "invoice.png", "", ""),
    ]
    message = desk_on(tracker).fetch("7").messages[0]
    assert (message.text, message.attachments) == ("Plain \nwords", ("log.txt", "invoice.png"))
    assert message.headers == {"auto-submitted": "auto-replied", "x-rt-interface": "Email"}


def test_what_came_by_another_way_than_mail_is_a_form():
    tracker = SmallTracker()
    tracker.said[0].parts = [("text/plain", "", "Hello", "X-RT-Interface: Web\n")]
    assert desk_on(tracker).fetch("7").channel == "form"


def test_of_a_long_conversation_the_first_and_the_newest_are_read_in_few_requests():
    tracker = SmallTracker()
    for n in range(1, 400):
        tracker.writes("Correspond", CUSTOMER, f"message {n}")
    tracker.said[0].parts = [("text/plain", "", "message 0", "")]
    messages = desk_on(tracker).fetch("7").messages
    assert [m.text for m in messages] == [f"message {n}" for n in (*range(20), *range(220, 400))]
    assert len(tracker.requests) <= 20


def test_a_short_conversation_takes_six_requests():
    tracker = SmallTracker()
    desk_on(tracker).fetch("7")
    assert tracker.lines == [
        "GET /ticket/7",
        "GET /tickets",
        "GET /ticket/7/history",
        "GET /ticket/7/history",
        "GET /ticket/7/attachments",
        "GET /ticket/7/attachments",
    ]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("new", TicketStatus.NEW),
        ("stalled", TicketStatus.PENDING),
        ("resolved", TicketStatus.SOLVED),
        ("rejected", TicketStatus.CLOSED),
        ("waiting for the bank", TicketStatus.OPEN),
    ],
)
def test_statuses_are_told_in_our_words_and_one_of_the_company_s_own_is_open(status: str, told: TicketStatus):
    tracker = SmallTracker()
    tracker.ticket |= {"Status": status, "Resolved": "2026-11-23T11:00:00Z"}
    read = desk_on(tracker).fetch("7")
    assert read.status is told
    # The desk keeps the time of an earlier solution when a ticket is taken up again.
    assert read.solved_at == (datetime(2026, 11, 23, 11, tzinfo=UTC) if told.is_over else None)


@pytest.mark.parametrize(
    ("number", "word"),
    [(0, None), (1, "low"), (10, "low"), (50, "normal"), (100, "high"), (120, "urgent"), (999, "urgent")],
)
def test_a_priority_is_told_in_words_and_the_number_of_every_new_ticket_is_nobody_s(number: int, word: str | None):
    tracker = SmallTracker()
    tracker.ticket["Priority"] = number
    assert desk_on(tracker).fetch("7").fields.priority == word


def test_an_owner_without_an_address_is_somebody():
    tracker = SmallTracker()
    tracker.ticket["Owner"] = "ada"
    tracker.users[AGENT].email = ""
    assert desk_on(tracker).fetch("7").fields.assignee == "ada"


def test_while_its_second_lasts_a_ticket_tells_the_second_before():
    tracker = SmallTracker()
    updated = tracker.said[-1].at
    tracker.date = updated
    assert desk_on(tracker).fetch("7").updated_at == updated - timedelta(seconds=1)
    tracker.date = updated + timedelta(seconds=1)
    assert desk_on(tracker).fetch("7").updated_at == updated


def test_a_deleted_a_merged_and_an_unknown_ticket_are_gone():
    tracker = SmallTracker()
    tracker.ticket["Status"] = "deleted"
    with pytest.raises(TicketGone, match="deleted"):
        desk_on(tracker).fetch("7")
    tracker.answers["GET /ticket/8"] = (200, {"id": 7, "Status": "open"})
    for id in ("8", "9"):
        with pytest.raises(TicketGone):
            desk_on(tracker).fetch(id)


def test_a_ticket_without_its_etag_is_not_read_because_it_could_not_be_written():
    tracker = SmallTracker()
    tracker.answers["GET /ticket/7"] = (200, {"id": 7})
    with pytest.raises(DeskUnavailable, match="ETag"):
        desk_on(tracker).fetch("7")


@pytest.mark.parametrize("status", [401, 403])
def test_lost_rights_are_named_and_the_desk_s_words_are_not(status: int):
    tracker = SmallTracker()
    tracker.answers["GET /ticket/7"] = (status, {"message": "zanzibar"})
    with pytest.raises(DeskAccessLost, match="ShowTicket") as lost:
        desk_on(tracker).fetch("7")
    assert "zanzibar" not in str(lost.value)


def test_what_changed_is_asked_for_newest_first_with_a_margin():
    tracker = SmallTracker()
    page = desk_on(tracker).changed_since(None)
    assert tracker.requests[0].query == {
        "query": "LastUpdated >= '2026-11-23 10:58:00'",
        "fields": "LastUpdated",
        "orderby": "LastUpdated",
        "order": "DESC",
        "per_page": "100",
        "page": "1",
    }
    assert [(one.ticket_id, one.updated_at) for one in page.changes] == [("7", NOW - timedelta(hours=2))]
    assert not page.more


def test_where_the_desk_counts_no_pages_an_empty_one_is_the_last():
    tracker = SmallTracker()
    tracker.pages_told = False
    desk = desk_on(tracker)
    first = desk.changed_since(None)
    assert first.more
    second = desk.changed_since(first.mark)
    assert (second.changes, second.more) == ((), False)
