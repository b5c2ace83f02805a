"""What the demo counts: where tickets went, and who of them found somebody."""

from __future__ import annotations

from types import SimpleNamespace

from cli.demo.outcome import judge
from cli.demo.story import Sent
from shared.domain.ticket import TicketKey


class Desk:
    """A desk on which every ticket has one note."""

    name = "zendesk"

    def __init__(self, tickets: list[str]) -> None:
        self._notes = dict.fromkeys(tickets, 1)

    def key(self, ticket: str) -> TicketKey:
        return TicketKey(desk=self.name, id=ticket)

    def call(self, method: str, path: str) -> dict:
        return {"deliveries": []} if path.startswith("/deliveries") else {"notes": {"by_ticket": self._notes}}


def world(queues: dict[str, str], agents: dict[str, str | None]) -> SimpleNamespace:
    """A product that put tickets into queues and gave some of them to somebody."""

    def decision(key: TicketKey, version: str) -> SimpleNamespace:
        return SimpleNamespace(agent=agents[key.id])

    tickets = SimpleNamespace(get=lambda key: SimpleNamespace(version="1", queue=queues[key.id]), decision=decision)
    drafts = SimpleNamespace(get=lambda key, version: None)
    return SimpleNamespace(tickets=tickets, drafts=drafts, facts=SimpleNamespace(between=lambda first, last: []))


def test_tickets_that_found_nobody_are_told_from_those_that_did():
    queues = {"1": "billing", "2": "billing", "3": "care"}
    sent = [Sent(f"r{id}", id, "email", {}) for id in queues]
    outcome = judge(sent, Desk(list(queues)), world(queues, {"1": "ada@lumenboard.example", "2": None, "3": None}))
    assert dict(outcome.queues) == {"billing": 2, "care": 1}
    assert outcome.given["billing"] == 1
    assert outcome.given["care"] == 0
