"""What every helpdesk behind the port promises: the fake that other tests use, and the Zendesk connector."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.domain.errors import DeskConflict, DeskRefused, TicketGone, UnreadableEvent
from shared.domain.events import EventSource, RawEvent
from shared.domain.note import marker
from shared.domain.ticket import DeskFields, DeskTicket, Role, TicketStatus
from shared.ports.desk import DeskChange
from tests.contracts.desks import AGENT, AGENT_S_QUEUE, InMemory, Sandboxed, Staged, note


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0)) as running:
        yield running


@pytest.fixture(params=["memory", pytest.param("zendesk", marks=pytest.mark.integration)])
def staged(request: pytest.FixtureRequest) -> Iterator[Staged]:
    if request.param == "memory":
        yield InMemory()
        return
    with Sandboxed.on(request.getfixturevalue("sandbox")) as zendesk:
        yield zendesk


def change(ticket: DeskTicket, **more: object) -> DeskChange:
    return DeskChange.model_validate({"stamp": ticket.stamp, **more})


def test_a_ticket_is_fetched_with_its_customer(staged: Staged):
    id = staged.opens("I was charged twice.", subject="Invoice", channel="chat")
    ticket = staged.desk.fetch(id)
    assert (ticket.key.desk, ticket.key.id) == (staged.desk.name, id)
    assert (ticket.subject, ticket.channel, ticket.status) == ("Invoice", "chat", TicketStatus.NEW)
    assert ticket.fields == DeskFields()
    customer = ticket.customer
    assert (customer.name, customer.email, customer.company) == ("Ann Chen", "ann.chen@contract.example", "Acme")
    assert (customer.plan, customer.mrr, customer.signed_up) == ("business", 249.0, date(2023, 4, 1))
    assert ticket.link.endswith(id)


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


def test_of_a_long_conversation_the_first_and_the_newest_messages_are_kept(staged: Staged):
    id = staged.opens(*(f"message {n}" for n in range(250)))
    texts = [m.text for m in staged.desk.fetch(id).messages]
    assert texts == [f"message {n}" for n in (*range(20), *range(70, 250))]


def test_the_customer_s_earlier_tickets_come_newest_first_and_at_most_five(staged: Staged):
    for n in range(7):
        staged.opens("Hello", subject=f"Earlier {n}")
    id = staged.opens("Hello", subject="This one")
    earlier = staged.desk.fetch(id).earlier
    assert len(earlier) == 5
    assert id not in {one.id for one in earlier}
    assert [one.created_at for one in earlier] == sorted((one.created_at for one in earlier), reverse=True)


def test_solving_and_rating_are_told(staged: Staged):
    id = staged.opens("Hello")
    assert staged.desk.fetch(id).solved_at is None
    staged.solves(id)
    staged.rates(id, "good")
    ticket = staged.desk.fetch(id)
    assert (ticket.status, ticket.rating) == (TicketStatus.SOLVED, "good")
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


def test_fields_tags_and_note_are_written_in_one_go_and_told_back(staged: Staged):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue=AGENT_S_QUEUE, assignee=AGENT)
    custom = {"category": "billing", "rank": "101795435200"}
    before = staged.desk.fetch(id)
    stamp = staged.desk.write(
        id, change(before, fields=fields, custom=custom, add_tags={"firstline", "firstline_briefing"}, note=note())
    )
    after = staged.desk.fetch(id)
    assert after.fields == fields
    assert after.custom == custom
    assert after.tags == {"firstline", "firstline_briefing"}
    assert len(after.messages) == 2
    assert stamp == after.stamp != before.stamp


def test_what_a_change_leaves_out_stays_as_it_is(staged: Staged):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue=AGENT_S_QUEUE, assignee=AGENT)
    staged.desk.write(id, change(staged.desk.fetch(id), fields=fields, custom={"category": "billing"}))
    staged.desk.write(id, change(staged.desk.fetch(id), custom={"urgency": "high"}, add_tags={"x"}))
    after = staged.desk.fetch(id)
    assert after.fields == fields
    assert after.custom == {"category": "billing", "urgency": "high"}
    assert len(after.messages) == 1


def test_a_write_changes_no_status(staged: Staged):
    id = staged.opens("Hello")
    staged.solves(id)
    staged.desk.write(id, change(staged.desk.fetch(id), fields=DeskFields(priority="high"), note=note()))
    assert staged.desk.fetch(id).status is TicketStatus.SOLVED


def test_tags_of_other_people_survive(staged: Staged):
    id = staged.opens("Hello")
    staged.tags(id, {"vip", "firstline_draft"})
    staged.desk.write(
        id, change(staged.desk.fetch(id), add_tags={"firstline"}, remove_tags={"firstline_draft", "never_there"})
    )
    assert staged.desk.fetch(id).tags == {"vip", "firstline"}


def test_the_stamp_of_a_write_is_good_for_the_next_one(staged: Staged):
    id = staged.opens("Hello")
    stamp = staged.desk.write(id, change(staged.desk.fetch(id), add_tags={"one"}))
    staged.desk.write(id, DeskChange(stamp=stamp, add_tags=frozenset({"two"})))
    assert staged.desk.fetch(id).tags == {"one", "two"}


def test_after_somebody_s_edit_nothing_of_an_older_change_is_written(staged: Staged):
    id = staged.opens("Hello")
    seen = staged.desk.fetch(id)
    staged.sets_priority(id, "low")
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, fields=DeskFields(priority="high"), add_tags={"firstline"}, note=note()))
    after = staged.desk.fetch(id)
    assert (after.fields.priority, after.tags, len(after.messages)) == ("low", frozenset(), 1)


def test_after_a_new_message_nothing_of_an_older_change_is_written(staged: Staged):
    id = staged.opens("Hello")
    seen = staged.desk.fetch(id)
    staged.customer_writes(id, "Still waiting")
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, note=note()))
    assert len(staged.desk.fetch(id).messages) == 2


def test_a_closed_ticket_refuses_every_change(staged: Staged):
    id = staged.opens("Hello")
    staged.closes(id)
    with pytest.raises(DeskRefused) as refused:
        staged.desk.write(id, change(staged.desk.fetch(id), note=note()))
    assert refused.value.status == 422


@pytest.mark.parametrize(
    "unknown", [DeskFields(queue="a_queue_without_a_group"), DeskFields(assignee="nobody@contract.example")]
)
def test_a_group_or_an_agent_that_the_desk_does_not_have_does_not_cost_the_note(staged: Staged, unknown: DeskFields):
    id = staged.opens("Hello")
    staged.desk.write(
        id, change(staged.desk.fetch(id), fields=unknown.model_copy(update={"priority": "high"}), note=note())
    )
    after = staged.desk.fetch(id)
    assert after.fields == DeskFields(priority="high")
    assert staged.desk.has_note(id, marker("1"))


def test_a_note_is_found_by_its_own_marker_only(staged: Staged):
    id = staged.opens(f"A customer who writes {marker('12')}")
    assert not staged.desk.has_note(id, marker("12"))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12")))
    assert staged.desk.has_note(id, marker("12"))
    assert not staged.desk.has_note(id, marker("1"))
    assert not staged.desk.has_note(id, marker("123"))


def test_a_note_is_found_behind_many_newer_messages(staged: Staged):
    id = staged.opens(*(f"message {n}" for n in range(150)))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12")))
    staged.customer_writes(id, "One more")
    assert staged.desk.has_note(id, marker("12"))


def test_a_customer_s_words_in_a_note_stay_words(staged: Staged):
    id = staged.opens("Hello")
    words = 'They wrote <script>alert("1")</script> & <b>now</b>'
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(text=words)))
    assert words in staged.desk.fetch(id).messages[-1].text


def test_changes_are_told_from_an_hour_ago_and_then_from_mark_to_mark(staged: Staged):
    first, second = staged.opens("Hello"), staged.opens("Hello")
    found, mark = _all_changes(staged, None)
    assert {first, second} <= found
    staged.customer_writes(second, "Still waiting")
    third = staged.opens("Hello")
    found, mark = _all_changes(staged, mark)
    assert {second, third} <= found
    staged.deletes(third)
    found, mark = _all_changes(staged, mark)
    assert third in found
    assert first not in found


def _all_changes(staged: Staged, mark: str | None) -> tuple[set[str], str]:
    found: set[str] = set()
    more = True
    while more:
        page = staged.desk.changed_since(mark)
        found |= {one.ticket_id for one in page.changes}
        mark, more = page.mark, page.more
    assert mark is not None
    return found, mark


def test_a_change_found_by_polling_is_an_event_that_can_change_the_version(staged: Staged):
    body = {"ticket_id": "1001", "updated_at": "2026-11-23T10:00:00+00:00"}
    event = staged.desk.parse(_raw(json.dumps(body).encode(), EventSource.RECONCILE))
    assert (event.ticket_id, event.actor_id, event.can_change_version) == ("1001", None, True)
    assert event.at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("source", EventSource)
@pytest.mark.parametrize("body", [b"", b"no json", b'{"ticket_id":', b"[]", b"{}", b"[" * 50_000, b"\xff\xfe"])
def test_what_is_no_event_is_unreadable(staged: Staged, source: EventSource, body: bytes):
    with pytest.raises(UnreadableEvent):
        staged.desk.parse(_raw(body, source))


def _raw(body: bytes, source: EventSource) -> RawEvent:
    received = datetime(2026, 11, 23, 12, tzinfo=UTC)
    return RawEvent(desk="zendesk", source=source, delivery_id="1", received_at=received, body=body)


def test_articles_are_plain_text(staged: Staged):
    articles = list(staged.desk.articles())
    assert articles
    for article in articles:
        assert article.title
        assert article.body
        assert "<" not in article.body
        assert len(article.language) == 2
        assert article.link.startswith("http")
