"""What each agent carries.

A ticket's item says who carries it and what it weighs, the agent's counters how much they carry; all of it changes
together, on the condition that the ticket is still carried by whom we read.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Attributes, Only, Table, Write
from shared.domain.assignment import Load
from shared.domain.ticket import TicketKey
from shared.ports.store import Burden

_CARRIED_BY = "carried_by"
_TICKETS = "tickets"
_WEIGHT = "weight"


class DynamoLoadBook:
    """`LoadBook` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def connect(cls, table: str) -> DynamoLoadBook:
        """The load book in a table."""
        return cls(Table.connect(table))

    def open_tickets(self, agents: Iterable[str]) -> dict[str, int]:
        """Open tickets by mail address."""
        asked = set(agents)
        return {mail: count for mail, count in self._counted(keys.AGENTS, _TICKETS).items() if mail in asked}

    def loads(self, week: str) -> dict[str, Load]:
        """What every agent carries, and was given in a week."""
        carried = {str(item[keys.SK]): item for item in self._table.partition(keys.AGENTS)}
        given = self._counted(keys.given_in(week), _TICKETS)
        return {mail: _load(carried.get(mail, {}), given.get(mail, 0)) for mail in sorted({*carried, *given})}

    def move(self, key: TicketKey, agent: str | None, burden: Burden | None = None) -> None:
        """The ticket is another agent's now, or nobody's."""
        if writes := handing_over(self._table, key, agent, burden):
            self._table.transact(*writes)

    def release(self, key: TicketKey) -> None:
        """The ticket is over: its agent carries one less."""
        self.move(key, None)

    def _counted(self, pk: str, attribute: str) -> dict[str, int]:
        return {str(item[keys.SK]): max(int(item.get(attribute, 0)), 0) for item in self._table.partition(pk)}


def handing_over(table: Table, key: TicketKey, agent: str | None, burden: Burden | None = None) -> list[Write]:
    """The writes that make a ticket an agent's (None: nobody's), for a transaction."""
    burden = burden or Burden()
    item = table.get(keys.load(key)) or {}
    holder = str(item[_CARRIED_BY]) if _CARRIED_BY in item else None
    as_read = Only(f"{_CARRIED_BY} = :holder", {":holder": holder}) if holder else _carried_by_nobody()
    if holder == agent:
        return [table.as_check(keys.load(key), as_read)] if agent else []
    carried: Attributes = {_CARRIED_BY: agent, _WEIGHT: burden.weight} if agent else {}
    writes = [table.as_put(keys.load(key), carried, as_read)]
    if holder:
        weight = int(item.get(_WEIGHT, 1))
        writes.append(table.as_add(keys.agent(holder), {_TICKETS: -1, _WEIGHT: -weight}))
    if agent:
        writes.append(table.as_add(keys.agent(agent), {_TICKETS: 1, _WEIGHT: burden.weight}, _room(burden)))
        if burden.week:
            writes.append(table.as_add(keys.given(burden.week, agent), {_TICKETS: 1}))
    return writes


def _load(counters: Attributes, given: int) -> Load:
    tickets, weight = (max(int(counters.get(name, 0)), 0) for name in (_TICKETS, _WEIGHT))
    return Load(tickets=tickets, weight=weight, week=given)


def _room(burden: Burden) -> Only | None:
    """That the agent carries what we read, or at least has room: two tickets at once never overload one agent."""
    if burden.exactly is not None:
        none = f"attribute_not_exists({_TICKETS}) OR " if burden.exactly == 0 else ""
        return Only(f"{none}{_TICKETS} = :tickets", {":tickets": burden.exactly})
    if burden.below is not None:
        return Only(f"attribute_not_exists({_TICKETS}) OR {_TICKETS} < :tickets", {":tickets": burden.below})
    return None


def _carried_by_nobody() -> Only:
    return Only(f"attribute_not_exists({_CARRIED_BY})")
