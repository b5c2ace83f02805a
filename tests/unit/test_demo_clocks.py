"""What the demo tells of clocks: places, how much time was left, and the mail that went with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cli.demo.clocks import minutes_left, moved_up
from cli.demo.mails import SentMail, about
from cli.demo.summary import _clock_lines, _success_lines
from shared.domain.ticket import TicketKey
from tests.unit.functions.test_sla_scan import WARNS
from tests.unit.functions.world import World

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World()


def test_a_ticket_moves_from_its_place_to_the_top_and_says_why(world):
    early = [world.arrives(f"Question {number}") for number in range(3)]
    for id in early:
        world.triage(id)
    world.clock.forward(minutes=30)
    late = world.arrives("Another question")
    world.triage(late)
    for id in early:
        world.solve(id) if id == early[0] else None
    before = moved_up(world, world.key(late))
    assert (before["from_place"], before["to_place"], before["queue"]) == (3, 3, "billing")

    state = world.state(late)
    world.tickets.put(state.model_copy(update={"rank": 5, "rank_reasons": ("top: its last warning has passed",)}))
    after = moved_up(world, world.key(late))
    assert (after["from_place"], after["to_place"], after["because"]) == (3, 1, ("top: its last warning has passed",))
    assert moved_up(world, world.key("404")) == {}


def test_what_is_left_is_counted_to_the_deadline(world):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS + timedelta(minutes=30)
    assert minutes_left(world, world.key(id)) is None
    world.desk.agent_writes(id, "Here it is")
    world.take_in(world.event(id))
    assert minutes_left(world, world.key(id)) == 30.0


def mail(subject: str, **more) -> SentMail:
    return SentMail(**{"subject": subject, "to": ("lead@example.com",), "at": AT, "is_alert": True, **more})


def key(id: str) -> TicketKey:
    return TicketKey(desk="zendesk", id=id)


def test_an_alert_is_found_by_its_kind_and_its_ticket():
    mails = [
        mail("Ticket 10 (zendesk) is close to its deadline"),
        mail("Ticket 1 (zendesk) is close to its deadline", is_alert=False),
        mail("Valued customer in trouble: ticket 1 (zendesk)"),
        mail("Ticket 1 (zendesk) is close to its deadline"),
    ]
    assert about(key("1"), mails, "Ticket") == mails[3]
    assert about(key("1"), mails, "Valued customer") == mails[2]
    assert about(key("2"), mails, "Ticket") is None
    assert about(TicketKey(desk="helpscout", id="1"), mails, "Ticket") is None


def test_the_summary_says_how_it_moved_who_heard_and_that_it_was_saved():
    told = {
        "warned": "7", "saved": "7", "minutes_left": 14.5, "success_mail": None,
        "moved_up": {"from_place": 9, "to_place": 1, "queue": "billing", "because": ["its last warning has passed"]},
        "warning_mail": mail("Ticket 7 is close").model_dump(mode="json"),
        "at_risk": [{"ticket": "3", "company": "Acme", "mrr": "4800.00", "why": "complaint"}],
    }  # fmt: skip
    said = " ".join(_clock_lines(told))
    assert "it moved up from place 9 to place 1 of the queue billing (its last warning has passed)" in said
    assert "by mail to lead@example.com: “Ticket 7 is close”" in said
    assert "answered 14.5 minutes before the breach" in said
    [line] = _success_lines(told)
    assert "Acme, 4,800 a month (ticket 3: complaint)" in line
    assert _clock_lines({**told, "warned": None}) == []
    assert "Nobody answered it in time" in _clock_lines({**told, "saved": None})[-1]
