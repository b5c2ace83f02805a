"""The demo's warm-up: customers of its own, and gone from the desk before the story begins."""

from __future__ import annotations

from types import SimpleNamespace

from cli.demo.story import read_lines
from cli.demo.warming import clear_away, warm_up
from sandbox.inbox.seeds import CUSTOMERS
from shared.domain.ticket import TicketKey, TicketStatus


class Desk:
    """A desk that files tickets, and a product that hears of a solved one at its `hears_after`th question."""

    def __init__(self, hears_after: int = 2) -> None:
        self.written: list[str] = []
        self.solved: list[str] = []
        self.on_desk: list[str] = []
        self.deleted_unheard: list[str] = []
        self._asked: dict[str, int] = {}
        self._hears_after = hears_after

    def key(self, ticket: str) -> TicketKey:
        return TicketKey(desk="zendesk", id=ticket)

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        match (method, path.split("/")[1:]):
            case ("GET", ["seeds"]):
                return {"customers": {one.email: one.email for one in CUSTOMERS}}
            case ("POST", ["tickets"]):
                self.written.append(body["customer"])
                self.on_desk.append(str(len(self.written)))
                return {"ticket": {"id": len(self.written)}}
            case ("POST", ["tickets", ticket, "solve"]):
                self.solved.append(ticket)
            case ("DELETE", ["tickets", ticket]):
                self.on_desk.remove(ticket)
                if not self._heard(ticket):
                    self.deleted_unheard.append(ticket)
            case ("GET", ["report"]):
                return {"notes": {"by_ticket": dict.fromkeys(self.on_desk, 1)}}
        return {}

    @property
    def tickets(self) -> Desk:
        return self

    def get(self, key: TicketKey) -> SimpleNamespace:
        self._asked[key.id] = self._asked.get(key.id, 0) + 1
        heard = key.id in self.solved and self._heard(key.id)
        return SimpleNamespace(status=TicketStatus.SOLVED if heard else TicketStatus.OPEN)

    def _heard(self, ticket: str) -> bool:
        return self._asked.get(ticket, 0) >= self._hears_after


def test_only_the_ticket_that_waited_is_left_when_the_story_begins():
    desk = Desk()
    late = warm_up(desk, desk)
    assert desk.on_desk == [late]
    assert not desk.deleted_unheard
    assert len(desk.written) == 13


def test_nobody_of_the_story_writes_beforehand_and_who_waited_long_has_no_other_ticket():
    desk = Desk()
    late = warm_up(desk, desk)
    story = {customer["email"] for customer in read_lines("customers.jsonl")}
    assert not story & set(desk.written)
    assert desk.written.count(desk.written[int(late) - 1]) == 1


def test_a_product_that_does_not_hear_of_it_holds_the_story_up_for_a_while_only():
    desk = Desk(hears_after=1_000_000)
    desk.on_desk = ["1"]
    clear_away(desk, desk, ["1"], seconds=0.01, pause=lambda seconds: None)
    assert desk.on_desk == []
