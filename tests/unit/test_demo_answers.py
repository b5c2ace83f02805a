"""The demo's agents: what they change in a draft, and that both change it alike."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

from cli.demo.answers import answer_some, changed
from cli.demo.outcome import Outcome
from shared.domain.draft_use import Use, compared
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUGGESTIONS = "Every suggestion is read by a person, and joined with those of others."
BODY = f"Hi Ann,\n\nThank you for this idea.\n\n{SUGGESTIONS}\n\nBest regards"


class Desk:
    """A desk that keeps what agents write."""

    def __init__(self) -> None:
        self.said: dict[str, str] = {}
        self.solved: list[str] = []

    def key(self, ticket: str) -> TicketKey:
        return TicketKey(desk="zendesk", id=ticket)

    def call(self, method: str, path: str, body: dict[str, str]) -> None:
        ticket, what = path.split("/")[2:]
        if what == "agent-reply":
            self.said[ticket] = body["body"]
        elif what == "solve":
            self.solved.append(ticket)


class World:
    """Drafts by ticket, each from an approved answer."""

    def __init__(self, resolutions: dict[str, str]) -> None:
        self.resolutions = resolutions
        self.tickets = SimpleNamespace(get=lambda key: SimpleNamespace(version="v"))
        self.drafts = SimpleNamespace(get=lambda key, version: self.draft(key.id))

    def draft(self, ticket: str) -> Draft:
        name = self.resolutions[ticket]
        return Draft(resolution=name, title=name, text=BODY, language="en", fit=0.9, made_at=NOON)


def test_an_agents_change_is_an_edit_that_adds_one_sentence():
    sent = compared(BODY, changed(BODY), at=NOON)
    assert (sent.use, len(sent.added)) == (Use.EDITED, 1)


def test_two_drafts_of_one_answer_are_changed_alike_and_the_newest_is_left_to_look_at():
    desk, tickets = Desk(), {"1": "a", "2": "b", "3": "c", "4": "b", "5": "d", "6": "e", "7": "f"}
    answered = answer_some(desk, World(tickets), Outcome(received=7, drafts=list(tickets)))
    assert [key.id for key in answered] == ["1", "3", "5", "2", "4", "6"]
    assert desk.said["2"] == desk.said["4"] == changed(BODY)
    assert [desk.said[ticket] == BODY for ticket in ("1", "3", "5", "6")] == [True, True, True, False]
    assert compared(BODY, desk.said["6"], at=NOON).use is Use.UNUSED
    assert desk.solved == ["1"]


def test_where_no_two_drafts_are_of_one_answer_none_is_changed():
    desk = Desk()
    answer_some(desk, World({"1": "a", "2": "b", "3": "c"}), Outcome(received=3, drafts=["1", "2", "3"]))
    assert desk.said == {"1": BODY, "2": BODY}


def test_without_drafts_nobody_answers():
    assert answer_some(Desk(), World({}), Outcome(received=0)) == []
