from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.adapters.zendesk.conversation import LONGEST_TEXT
from shared.domain.errors import DeskRateLimited, DeskRefused, DeskUnavailable, TicketGone
from shared.domain.ticket import (
    Customer,
    DeskClock,
    DeskFields,
    DeskResponse,
    Role,
    Snapshot,
    Stands,
    Target,
    TicketKey,
    TicketStatus,
)
from tests.fakes.zendesk import AGENT, CUSTOMER, OWN, Reply, account_with, comment, comments_page, desk_on, ticket

TICKET, COMMENTS, EARLIER = (
    "GET /api/v2/tickets/7",
    "GET /api/v2/tickets/7/comments",
    "GET /api/v2/users/41/tickets/requested",
)
PERSON = "GET /api/v2/users/41"


def test_a_ticket_is_told_whole():
    read = desk_on(account_with()).fetch("7")
    assert read.key == TicketKey(desk="zendesk", id="7")
    assert (read.subject, read.channel, read.status) == ("Charged twice", "email", TicketStatus.OPEN)
    assert read.fields == DeskFields(priority=None, queue="billing", assignee="p52@example.com")
    assert read.tags == {"vip", "invoice"}
    assert read.custom == {"category": "billing"}
    assert read.created_at == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert read.updated_at == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert read.stamp == "2026-11-23T11:30:00Z"
    assert (read.solved_at, read.rating) == (None, None)
    assert read.link == "https://acme.example/zendesk/agent/tickets/7"
    assert read.customer == Customer(id="41", name="Person 41", email="p41@example.com")


def test_a_customer_is_told_whole():
    snapshot = desk_on(account_with()).customer("41")
    assert snapshot.customer == Customer(
        id="41",
        name="Person 41",
        email="p41@example.com",
        company="Acme",
        plan="business",
        mrr=249.5,
        signed_up=date(2023, 4, 1),
        seats=12,
    )
    assert [one.id for one in snapshot.tickets] == ["7"]


def test_a_fetch_takes_two_requests_and_a_customer_two_more():
    account = account_with()
    desk = desk_on(account)
    desk.fetch("7")
    assert account.lines == [TICKET, COMMENTS]
    desk.customer("41")
    assert account.lines[2:] == [PERSON, EARLIER]


def test_messages_are_by_the_customer_an_agent_or_us():
    comments = [
        comment(1, CUSTOMER, "Where is my money?"),
        comment(2, AGENT, "I look into it."),
        comment(3, AGENT, "Note to self", public=False),
        comment(4, int(OWN), "Briefing", public=False),
        comment(5, -1, "Merged by the desk"),
        comment(6, 999, "A user who is gone"),
    ]
    messages = desk_on(account_with(comments=comments)).fetch("7").messages
    assert [(m.id, m.role, m.public, m.author) for m in messages] == [
        ("1", Role.CUSTOMER, True, "Ann"),
        ("2", Role.AGENT, True, "Bo"),
        ("3", Role.AGENT, False, "Bo"),
        ("4", Role.US, False, "Person 900001"),
        ("5", Role.US, True, ""),
        ("6", Role.CUSTOMER, True, ""),
    ]
    assert messages[0].text == "Where is my money?"


def test_the_desks_own_sla_figures_are_read_where_there_are_some():
    metrics = [
        {"metric": "first_reply_time", "stage": "active", "breach_at": "2026-11-23T12:00:00Z"},
        {"metric": "agent_work_time", "stage": "paused", "breach_at": None},
        {"metric": "next_reply_time", "stage": "achieved"},
        {"metric": "periodic_update_time", "stage": "active", "breach_at": "2026-11-23T12:00:00Z"},
        {"metric": "first_reply_time", "stage": "active", "breach_at": "soon"},
        "nonsense",
    ]
    account = account_with(slas={"policy_metrics": metrics})
    assert desk_on(account).fetch("7").sla == (
        DeskClock(
            target=Target.FIRST_RESPONSE,
            metric="first_reply_time",
            stands=Stands.RUNNING,
            due_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        ),
        DeskClock(target=Target.RESOLUTION, metric="agent_work_time", stands=Stands.PAUSED),
        DeskClock(target=Target.NEXT_RESPONSE, metric="next_reply_time", stands=Stands.MET),
    )
    assert "slas" in account.requests[1].query["include"][0]


@pytest.mark.parametrize("slas", [None, [], "x", {"policy_metrics": None}, {"policy_metrics": "x"}, {}])
def test_an_account_without_figures_or_with_others_costs_no_ticket(slas):
    assert desk_on(account_with(slas=slas)).fetch("7").sla == ()


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ({"calendar": 71, "business": 11}, DeskResponse(minutes=71, open_minutes=11)),
        ({"calendar": 71}, DeskResponse(minutes=71)),
        ({"calendar": None, "business": None}, None),
        (None, None),
        ("soon", None),
        ({"calendar": "soon"}, None),
    ],
)
def test_the_desks_own_first_reply_time_is_read_where_it_can_be(told, read):
    account = account_with(metric_set={"solved_at": None, "reply_time_in_minutes": told})
    assert desk_on(account).fetch("7").response == read


def test_a_merge_is_no_answer_though_an_agent_stands_as_its_author():
    told = {"via": {"channel": "web", "source": {"rel": "merge", "from": {}, "to": {}}}}
    comments = [comment(1, CUSTOMER, "Where is it?"), comment(2, AGENT, "Request #6 was merged into this one", **told)]
    messages = desk_on(account_with(comments=comments)).fetch("7").messages
    assert [m.role for m in messages] == [Role.CUSTOMER, Role.US]


def test_a_ticket_that_was_merged_away_says_so():
    assert desk_on(account_with(status="closed", tags=["closed_by_merge"])).fetch("7").merged
    assert not desk_on(account_with(status="closed")).fetch("7").merged


def test_a_colleague_who_asks_for_help_is_the_customer_of_that_ticket():
    account = account_with(comments=[comment(1, AGENT)], requester_id=AGENT)
    assert desk_on(account).fetch("7").messages[0].role is Role.CUSTOMER


def test_messages_are_oldest_first_and_two_in_one_second_by_their_ids():
    same = {"created_at": "2026-11-23T10:00:00Z"}
    comments = [comment(10, CUSTOMER, **same), comment(9, CUSTOMER, **same), comment(8, CUSTOMER)]
    messages = desk_on(account_with(comments=comments)).fetch("7").messages
    assert [m.id for m in messages] == ["9", "10", "8"]


@pytest.mark.parametrize(
    ("texts", "text"),
    [
        ({"plain_body": "plain &nbsp;text"}, "plain  text"),
        ({"plain_body": None}, "Hello"),
        ({"plain_body": None, "body": None, "html_body": "<p>only <b>html</b></p>"}, "only html"),
        ({"plain_body": "", "body": "", "html_body": '<img src="cid:1">'}, ""),
        ({"plain_body": None, "body": None, "html_body": None}, ""),
    ],
)
def test_a_message_s_text_is_what_the_desk_shows_as_plain_text(texts, text):
    assert desk_on(account_with(comments=[comment(1, CUSTOMER, **texts)])).fetch("7").messages[0].text == text


def test_a_huge_message_keeps_its_head_and_its_tail():
    account = account_with(comments=[comment(1, CUSTOMER, "HEAD" + "x" * 300_000 + "TAIL")])
    text = desk_on(account).fetch("7").messages[0].text
    assert len(text) <= LONGEST_TEXT
    assert text.startswith("HEAD")
    assert text.endswith("TAIL")


def paged(total: int):
    """Comments 1 to total, in pages of 100, in either order, with the position as the cursor."""

    def answer(request):
        ids = list(range(1, total + 1))
        if request.query["sort"] == ["-created_at"]:
            ids.reverse()
        start = int(request.query.get("page[after]", ["0"])[0])
        size = int(request.query["page[size]"][0])
        page = ids[start : start + size]
        return Reply(
            body=comments_page(
                [comment(id, CUSTOMER) for id in page], more=start + size < total, after=str(start + len(page))
            )
        )

    return answer


@pytest.mark.parametrize(
    ("total", "requests"), [(1, 1), (100, 1), (101, 2), (180, 2), (199, 2), (200, 3), (201, 3), (1_000, 3)]
)
def test_a_long_conversation_keeps_its_first_and_its_newest_messages_in_few_requests(total, requests):
    account = account_with()
    account.script[COMMENTS] = paged(total)
    ids = [int(m.id) for m in desk_on(account).fetch("7").messages]
    assert ids == (list(range(1, total + 1)) if total <= 200 else [*range(1, 21), *range(total - 179, total + 1)])
    assert account.lines.count(COMMENTS) == requests


def test_a_desk_that_does_not_sort_is_not_believed_to_have_told_everything():
    account = account_with()
    page = Reply(body=comments_page([comment(id, CUSTOMER) for id in range(100)], more=True, after="x"))
    account.script[COMMENTS] = page
    with pytest.raises(DeskUnavailable, match="newest comments"):
        desk_on(account).fetch("7")


@pytest.mark.parametrize(
    ("via", "channel"),
    [
        ({"channel": "email"}, "email"),
        ({"channel": "web"}, "form"),
        ({"channel": "chat"}, "chat"),
        ({"channel": "messaging"}, "chat"),
        ({"channel": "native_messaging"}, "chat"),
        ({"channel": "voice"}, "voice"),
        ({"channel": None}, ""),
        (None, ""),
    ],
)
def test_channels_have_our_names(via, channel):
    assert desk_on(account_with(via=via)).fetch("7").channel == channel


@pytest.mark.parametrize(
    ("told", "status"), [("new", "new"), ("HOLD", "hold"), ("closed", "closed"), ("invented", "open"), (None, "open")]
)
def test_statuses_are_ours_and_an_unknown_one_counts_as_open(told, status):
    assert desk_on(account_with(status=told)).fetch("7").status.value == status


@pytest.mark.parametrize(
    ("more", "solved"),
    [
        (
            {"status": "solved", "metric_set": {"solved_at": "2026-11-23T11:00:00Z"}},
            datetime(2026, 11, 23, 11, tzinfo=UTC),
        ),
        ({"status": "solved", "metric_set": {"solved_at": None}}, datetime(2026, 11, 23, 11, 30, tzinfo=UTC)),
        ({"status": "closed"}, datetime(2026, 11, 23, 11, 30, tzinfo=UTC)),
        ({"status": "open", "metric_set": {"solved_at": "2026-11-23T11:00:00Z"}}, None),
    ],
)
def test_a_ticket_is_solved_when_the_metrics_say_or_when_it_last_changed(more, solved):
    assert desk_on(account_with(**more)).fetch("7").solved_at == solved


@pytest.mark.parametrize(
    ("rating", "told"),
    [
        (None, None),
        ({"score": "offered"}, None),
        ({"score": "good"}, "good"),
        ({"score": "bad", "comment": "slow"}, "bad"),
        ({"score": "bad_with_comment"}, "bad"),
    ],
)
def test_a_rating_is_good_or_bad_or_none(rating, told):
    assert desk_on(account_with(satisfaction_rating=rating)).fetch("7").rating == told


def test_a_group_that_the_policy_does_not_know_is_no_queue():
    account = account_with(group_id=777, assignee_id=None)
    assert desk_on(account).fetch("7").fields == DeskFields()


def test_an_agent_who_did_not_come_with_the_ticket_is_looked_up_once():
    account = account_with(assignee_id=53)
    desk = desk_on(account)
    assert desk.fetch("7").fields.assignee == desk.fetch("7").fields.assignee == "p53@example.com"
    assert account.lines.count("GET /api/v2/users") == 1


def test_a_customer_whom_the_desk_does_not_tell_is_known_by_id_alone():
    account = account_with()
    account.script[PERSON] = Reply(404, {"error": "RecordNotFound"})
    account.script[EARLIER] = Reply(404, {"error": "RecordNotFound"})
    assert desk_on(account).customer("41") == Snapshot(customer=Customer(id="41"))


def test_an_id_that_is_no_number_is_no_customer_and_never_part_of_an_address():
    account = account_with()
    assert desk_on(account).customer("../7") == Snapshot(customer=Customer(id="../7"))
    assert account.requests == []


@pytest.mark.parametrize(
    ("field", "value", "name", "known"),
    [
        ("mrr", 249, "mrr", 249.0),
        ("mrr", "1e3", "mrr", 1000.0),
        ("mrr", "NaN", "mrr", None),
        ("mrr", "-5", "mrr", None),
        ("mrr", True, "mrr", None),
        ("mrr", "a lot", "mrr", None),
        ("mrr", {"amount": 3}, "mrr", None),
        ("signed_up", "2023-04-01T00:00:00+00:00", "signed_up", date(2023, 4, 1)),
        ("signed_up", "last spring", "signed_up", None),
        ("signed_up", 1680307200, "signed_up", None),
        ("seats", 12.5, "seats", None),
        ("seats", "40", "seats", 40),
        ("renewal_date", "2027-01-31", "renewal_date", date(2027, 1, 31)),
        ("plan", " team ", "plan", "team"),
        ("plan", "  ", "plan", None),
        ("plan", ["team"], "plan", None),
    ],
)
def test_what_the_company_s_data_says_unclearly_is_unknown(field, value, name, known):
    account = account_with()
    account.script[PERSON].body["user"]["user_fields"] = {field: value}
    account.script[PERSON].body["organizations"] = []
    assert getattr(desk_on(account).customer("41").customer, name) == known


def test_earlier_tickets_are_the_newest_five_before_this_one():
    account = account_with()
    others = [
        ticket(id=100 + day, subject=f"Day {day}", status="closed", created_at=f"2026-11-{day:02}T10:00:00Z")
        for day in (1, 20, 3, 22, 5, 6, 30)
    ]
    account.script[EARLIER] = Reply(body={"tickets": [ticket(), *others]})
    desk = desk_on(account)
    earlier = desk.fetch("7").known_by(desk.customer("41")).earlier
    assert [one.subject for one in earlier] == ["Day 22", "Day 20", "Day 6", "Day 5", "Day 3"]
    assert earlier[0].status is TicketStatus.CLOSED


@pytest.mark.parametrize(
    "answer", [Reply(404, {"error": "RecordNotFound"}), Reply(body={"ticket": ticket(status="deleted")})]
)
def test_a_deleted_ticket_is_gone(answer):
    account = account_with()
    account.script[TICKET] = answer
    with pytest.raises(TicketGone):
        desk_on(account).fetch("7")


def test_a_ticket_deleted_between_two_requests_is_gone():
    account = account_with()
    account.script[COMMENTS] = Reply(404, {"error": "RecordNotFound"})
    with pytest.raises(TicketGone):
        desk_on(account).fetch("7")


@pytest.mark.parametrize("id", ["", "abc", "7/../8", "7?x=1", "-7", "٣", "1" * 30])
def test_an_id_that_is_no_number_is_no_ticket_and_never_part_of_an_address(id):
    account = account_with()
    with pytest.raises(TicketGone):
        desk_on(account).fetch(id)
    assert account.requests == []


@pytest.mark.parametrize("place", [TICKET, COMMENTS])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(429, {}, {"Retry-After": "12"}), DeskRateLimited),
        (Reply(500, b"oops"), DeskUnavailable),
        (Reply(200, b"<html>"), DeskUnavailable),
        (Reply(200, {"something": "else"}), DeskUnavailable),
        (Reply(200, []), DeskUnavailable),
    ],
)
def test_a_desk_that_fails_half_way_fails_the_fetch(place, answer, error):
    account = account_with()
    account.script[place] = answer
    with pytest.raises(error) as raised:
        desk_on(account).fetch("7")
    assert raised.value.retry_after == (12.0 if error is DeskRateLimited else None)


@pytest.mark.parametrize("place", [TICKET, COMMENTS])
def test_a_permission_that_is_missing_is_a_refusal(place):
    account = account_with()
    account.script[place] = Reply(403, {"error": "Forbidden"})
    with pytest.raises(DeskRefused) as refused:
        desk_on(account).fetch("7")
    assert refused.value.status == 403


def test_the_desk_s_clock_comes_with_the_ticket():
    account = account_with()
    told = account.script[TICKET]
    account.script[TICKET] = Reply(body=told.body, headers={"Date": "Mon, 23 Nov 2026 12:10:00 GMT"})
    assert desk_on(account).fetch("7").clock_offset == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("comments", "there"),
    [
        ([], False),
        ([comment(1, int(OWN), "Firstline · firstline:note:12", public=False)], True),
        ([comment(1, int(OWN), "Firstline · firstline:note:123", public=False)], False),
        ([comment(1, int(OWN), "Firstline · firstline:note:12-late", public=False)], False),
        ([comment(1, CUSTOMER, "Firstline · firstline:note:12")], False),
        ([comment(1, AGENT, "see firstline:note:12", public=False)], False),
        ([comment(1, int(OWN), "firstline:note:12", public=True)], False),
        ([comment(1, int(OWN), public=False, plain_body="", body="", html_body="<p>firstline:note:12</p>")], True),
    ],
)
def test_a_note_is_found_by_its_whole_marker_in_our_own_private_comments(comments, there):
    account = account_with()
    account.script[COMMENTS] = Reply(body=comments_page(comments))
    assert desk_on(account).has_note("7", "firstline:note:12") is there


def test_a_note_is_looked_for_from_the_newest_comment_on_and_no_further_than_needed():
    account = account_with()
    pages = paged(250)

    def with_note(request):
        reply = pages(request)
        for one in reply.body["comments"]:
            if one["id"] == 140:
                one |= {"author_id": int(OWN), "public": False, "body": "firstline:note:139"}
        return reply

    account.script[COMMENTS] = with_note
    assert desk_on(account).has_note("7", "firstline:note:139")
    assert [request.query["sort"] for request in account.requests[1:]] == [["-created_at"]] * 2
    assert not desk_on(account).has_note("7", "firstline:note:1")


def test_a_deleted_ticket_has_no_notes_to_look_at():
    account = account_with()
    account.script[COMMENTS] = Reply(404, {})
    with pytest.raises(TicketGone):
        desk_on(account).has_note("7", "firstline:note:12")
