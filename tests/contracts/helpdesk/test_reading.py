"""Reading: the ticket, its conversation, its customer, and what is no longer there."""

from __future__ import annotations

from datetime import date

import pytest

from shared.domain.errors import TicketGone
from shared.domain.ticket import Customer, Role, TicketStatus
from shared.ports.desk import DeskChange
from tests.contracts.staging.staged import AGENT, AGENT_S_QUEUE, Staged, change, not_here, note


def test_a_ticket_is_fetched_with_its_customer(staged: Staged):
    channel = "chat" if staged.traits.tells_chats else "email"
    id = staged.opens("I was charged twice.", subject="Invoice", channel=channel)
    ticket = staged.desk.fetch(id)
    assert (ticket.key.desk, ticket.key.id) == (staged.desk.name, id)
    assert (ticket.subject, ticket.channel) == ("Invoice", channel)
    assert ticket.status in (TicketStatus.NEW, TicketStatus.OPEN)
    assert (ticket.fields.queue, ticket.fields.assignee) == (None, None)
    customer = staged.desk.customer(ticket.customer.id).customer
    assert customer.id == ticket.customer.id
    assert (customer.name, customer.email, customer.company) == ("Ann Chen", "ann.chen@contract.example", "Acme")
    assert (customer.plan, customer.mrr, customer.signed_up) == ("business", 249.0, date(2023, 4, 1))
    assert ticket.link.startswith("http")


def test_messages_are_oldest_first_with_who_wrote_them_and_who_may_see_them(staged: Staged):
    id = staged.opens("I was charged twice.", "Hello?")
    staged.agent_writes(id, "I ask a colleague.", public=False)
    staged.agent_writes(id, "We refunded it.")
    staged.customer_writes(id, "Thank you!")
    ticket = staged.desk.fetch(id)
    staged.desk.write(id, change(ticket, note=note()))
    messages = staged.desk.fetch(id).messages
    assert [(m.role, m.public) for m in messages] == [
        (Role.CUSTOMER, True),
        (Role.CUSTOMER, True),
        (Role.AGENT, False),
        (Role.AGENT, True),
        (Role.CUSTOMER, True),
        (Role.US, False),
    ]
    assert [m.text for m in messages[:5]] == [
        "I was charged twice.",
        "Hello?",
        "I ask a colleague.",
        "We refunded it.",
        "Thank you!",
    ]
    assert len({m.id for m in messages}) == 6
    assert [m.at for m in messages] == sorted(m.at for m in messages)


def test_the_customer_s_earlier_tickets_come_newest_first_and_at_most_five(staged: Staged):
    for n in range(7):
        staged.opens("Hello", subject=f"Earlier {n}")
    id = staged.opens("Hello", subject="This one")
    ticket = staged.desk.fetch(id)
    snapshot = staged.desk.customer(ticket.customer.id)
    times = [one.created_at for one in snapshot.tickets]
    assert times == sorted(times, reverse=True)
    assert len(times) <= 20
    earlier = ticket.known_by(snapshot).earlier
    assert len(earlier) == 5
    assert id not in {one.id for one in earlier}
    assert [one.created_at for one in earlier] == sorted((one.created_at for one in earlier), reverse=True)


def test_solving_and_rating_are_told(staged: Staged):
    id = staged.opens("Hello")
    assert staged.desk.fetch(id).solved_at is None
    staged.solves(id)
    staged.rates(id, "good")
    ticket = staged.desk.fetch(id)
    assert (ticket.status, ticket.rating) == (TicketStatus.SOLVED, "good" if staged.traits.rates else None)
    assert ticket.solved_at is not None
    assert ticket.created_at <= ticket.solved_at


def test_a_ticket_that_never_was_is_gone(staged: Staged):
    with pytest.raises(TicketGone):
        staged.desk.fetch("999999999")
    with pytest.raises(TicketGone):
        staged.desk.write("999999999", DeskChange(stamp="2026-11-23T10:00:00Z", note=note()))


def test_a_deleted_ticket_is_gone(staged: Staged):
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    staged.deletes(id)
    with pytest.raises(TicketGone):
        staged.desk.fetch(id)
    with pytest.raises(TicketGone):
        staged.desk.write(id, DeskChange(stamp=stamp, note=note()))


def test_articles_are_plain_text(staged: Staged):
    if not staged.traits.has_help_centre:
        not_here("the desk has no help centre")
    articles = list(staged.desk.articles())
    assert articles
    for article in articles:
        assert article.title
        assert article.body
        assert "<" not in article.body
        assert len(article.language) == 2
        assert article.link.startswith("http")
    [api] = [article for article in articles if "requests a minute" in article.body]
    assert "## How many requests" in api.body.split("\n")
    assert "raised on request" not in api.body, "what the page hides"
    assert "asked for by support" not in api.body, "a comment"


def test_of_a_long_conversation_the_first_and_the_newest_messages_are_kept(staged: Staged):
    many = staged.traits.longest
    id = staged.opens(*(f"message {n}" for n in range(many)))
    texts = [m.text for m in staged.desk.fetch(id).messages]
    kept = range(many) if many <= 200 else (*range(20), *range(many - 180, many))
    assert texts == [f"message {n}" for n in kept]


def test_a_ticket_filed_as_spam_is_gone(staged: Staged):
    id = staged.opens("Buy now")
    staged.files_as_spam(id)
    with pytest.raises(TicketGone):
        staged.desk.fetch(id)


@pytest.mark.parametrize("id", ["../1", "1/2", "1?x=1", "", " ", "1#2", "abc def", "9" * 400])
def test_an_id_that_could_lead_elsewhere_is_no_ticket(staged: Staged, id: str):
    with pytest.raises(TicketGone):
        staged.desk.fetch(id)


def test_queue_and_agent_are_told_in_the_policy_s_words(staged: Staged):
    id = staged.opens("Hello")
    staged.assigns(id)
    fields = staged.desk.fetch(id).fields
    assert (fields.queue, fields.assignee) == (AGENT_S_QUEUE, AGENT)


def test_tags_are_told(staged: Staged):
    id = staged.opens("Hello")
    staged.tags(id, {"vip", "second_line"})
    assert staged.desk.fetch(id).tags == {"vip", "second_line"}


def test_of_an_unknown_customer_nothing_is_made_up(staged: Staged):
    ticket = staged.desk.fetch(staged.stranger_opens("Hello"))
    customer = staged.desk.customer(ticket.customer.id).customer
    assert (customer.email, customer.company) == ("who@contract.example", "")
    assert (customer.plan, customer.mrr, customer.signed_up) == (None, None, None)


@pytest.mark.parametrize("id", ["999999999", "../1", "1?x=1", "nobody"])
def test_a_customer_whom_nobody_knows_is_known_by_id_alone(staged: Staged, id: str):
    snapshot = staged.desk.customer(id)
    assert (snapshot.customer, snapshot.tickets) == (Customer(id=id), ())


def test_a_customer_who_says_nothing_is_a_message_all_the_same(staged: Staged):
    id = staged.opens("Hello")
    staged.customer_writes(id, "")
    assert [m.role for m in staged.desk.fetch(id).messages] == [Role.CUSTOMER, Role.CUSTOMER]


def test_attachments_are_named_and_not_fetched(staged: Staged):
    id = staged.opens("See the picture")
    staged.customer_writes(id, "Here it is", attachments=["invoice.png", "log.txt"])
    first, second = staged.desk.fetch(id).messages
    assert (first.attachments, second.attachments) == ((), ("invoice.png", "log.txt"))


def test_markup_in_a_customer_s_words_stays_words(staged: Staged):
    words = 'The error says <b>unexpected</b> & "<script>alert(1)</script>" at 1 < 2'
    id = staged.opens(words)
    assert staged.desk.fetch(id).messages[0].text == words


def test_a_huge_message_is_bounded_and_keeps_both_ends(staged: Staged):
    id = staged.opens("BEGIN " + "<<<&&& " * 40_000 + " END")
    text = staged.desk.fetch(id).messages[0].text
    assert len(text) <= 100_000
    assert text.startswith("BEGIN")
    assert text.endswith("END")


def test_a_ticket_keeps_its_stamp_while_nobody_touches_it(staged: Staged):
    id = staged.opens("Hello")
    assert staged.desk.fetch(id).stamp == staged.desk.fetch(id).stamp


def test_every_edit_moves_the_stamp_and_the_time(staged: Staged):
    id = staged.opens("Hello")
    stamps = [staged.desk.fetch(id)]
    for act in (lambda: staged.customer_writes(id, "Hello?"), lambda: staged.sets_priority(id, "urgent")):
        act()
        stamps.append(staged.desk.fetch(id))
    assert len({one.stamp for one in stamps}) == 3
    assert [one.updated_at for one in stamps] == sorted(one.updated_at for one in stamps)


def test_an_agent_s_answer_ends_the_waiting_and_a_note_does_not(staged: Staged):
    id = staged.opens("Hello")
    question = staged.desk.fetch(id).newest_from_customer
    assert question is not None
    staged.agent_writes(id, "Somebody look at this?", public=False)
    assert staged.desk.fetch(id).answered_after(question) is None
    staged.agent_writes(id, "We are on it.")
    answer = staged.desk.fetch(id).answered_after(question)
    assert answer is not None
    assert answer.text == "We are on it."


def test_the_desk_s_own_first_response_time_is_told_with_the_answer(staged: Staged):
    if not staged.traits.tells_response:
        not_here("the desk tells no first response time of its own with a ticket")
    id = staged.opens("Hello")
    staged.agent_writes(id, "Somebody look at this?", public=False)
    assert staged.desk.fetch(id).response is None
    staged.agent_writes(id, "We are on it.")
    told = staged.desk.fetch(id).response
    assert told is not None
    assert 0 <= told.minutes <= 1
    staged.agent_writes(id, "Done.")
    assert staged.desk.fetch(id).response == told
