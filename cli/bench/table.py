"""An emulator with a table in it, open tickets to fill it with, and a desk that is only told."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cli.stack.emulator import Emulator, start_emulator, stop_emulator
from shared.adapters.boto import client
from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Attributes, Table
from shared.adapters.dynamodb.tickets import stored
from shared.domain.intake import due_of
from shared.domain.policy import Policy
from shared.domain.sla import clock_of
from shared.domain.sla_policy import Asked
from shared.domain.ticket import Customer, DeskFields, DeskTicket, Message, Role, Target, TicketKey, TicketStatus
from shared.domain.ticket_state import TicketState
from shared.ports.desk import DeskChange

DESK = "zendesk"


@contextmanager
def emulator() -> Iterator[Emulator]:
    """An emulator of its own, in whose environment this process works; ended whatever happens."""
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder:
        running = start_emulator(Path(folder))
        os.environ.update(running.environment)
        client.cache_clear()
        try:
            yield running
        finally:
            stop_emulator(running)


def make_table(name: str) -> None:
    """An empty table with both indexes, as the stack makes it."""
    indexes = {
        keys.QUEUE_INDEX: (keys.QUEUE_PK, keys.QUEUE_SK, "ALL"),
        keys.DUE_INDEX: (keys.DUE_PK, keys.DUE_SK, "KEYS_ONLY"),
    }
    names = [keys.PK, keys.SK, *(part for pair in indexes.values() for part in pair[:2])]
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in names],
        KeySchema=_schema(keys.PK, keys.SK),
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": _schema(pk, sk), "Projection": {"ProjectionType": shown}}
            for index, (pk, sk, shown) in indexes.items()
        ],
    )


def _schema(partition: str, order: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]


def ticket_state(number: int, policy: Policy, *, opened: datetime, now: datetime) -> TicketState:
    """A triaged ticket that a customer opened and nobody has answered."""
    clock = clock_of(
        Target.FIRST_RESPONSE,
        started_at=opened,
        asked=Asked(plan="team"),
        sla=policy.sla,
        calendars=policy.calendars,
    )
    state = TicketState(
        key=TicketKey(desk=DESK, id=str(number)),
        status=TicketStatus.OPEN,
        channel="email",
        customer_id=f"c{number % 900}",
        plan="team",
        category="billing",
        created_at=opened,
        desk_updated_at=opened,
        version="1",
        version_at=opened,
        started="1",
        decided="1",
        noted="1",
        owner="agent_with_draft",
        queue="billing",
        rank=10**11 + int(opened.timestamp()),
        rank_reasons=("in the order of deadlines", f"first response due {opened:%Y-%m-%d %H:%M} UTC"),
        clocks=(clock,) if clock else (),
        wrote=DeskFields(priority="normal", queue="billing", assignee="ada@lumenboard.example"),
        link=f"https://desk.example/agent/tickets/{number}",
    )
    return state.model_copy(update={"due": due_of(state, now=now)})


def items(states: Iterator[TicketState]) -> Iterator[tuple[keys.Key, Attributes]]:
    """States as the store writes them."""
    for state in states:
        first = state.model_copy(update={"revision": 1})
        yield keys.state(state.key), stored(first)


def fill(name: str, states: Iterator[TicketState]) -> None:
    """Put states into a table, 25 in a request."""
    Table(client("dynamodb"), name).put_many(items(states))


class ListeningDesk:
    """A desk where nobody has answered; it keeps count of what it is asked and told, by the minute."""

    name = DESK
    own_user_id = "us"

    def __init__(self, opened: datetime, clock: Any) -> None:
        self._opened = opened
        self._clock = clock
        self.writes: dict[datetime, int] = {}

    def fetch(self, ticket_id: str) -> DeskTicket:
        """The ticket as it was opened."""
        message = Message(id="1", role=Role.CUSTOMER, public=True, text="x", at=self._opened)
        return DeskTicket(
            key=TicketKey(desk=DESK, id=ticket_id),
            subject="",
            channel="email",
            status=TicketStatus.OPEN,
            fields=DeskFields(priority="normal", queue="billing", assignee="ada@lumenboard.example"),
            created_at=self._opened,
            updated_at=self._opened,
            stamp="1",
            messages=(message,),
            customer=Customer(id="c"),
        )

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """Count it."""
        minute = self._clock().replace(second=0, microsecond=0)
        self.writes[minute] = self.writes.get(minute, 0) + 1
        return "2"


class MovingClock:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        """Later."""
        self.now += by
