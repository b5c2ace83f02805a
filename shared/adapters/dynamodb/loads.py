"""How many open tickets each agent has.

A ticket's item says who carries it, the agent's counter how many they carry; both change together, on the
condition that the ticket is still carried by whom we read.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Only, Table, Write
from shared.domain.ticket import TicketKey

_CARRIED_BY = "carried_by"
_TICKETS = "tickets"


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
        counters = self._table.partition(keys.AGENTS)
        loads = {str(item[keys.SK]): int(item.get(_TICKETS, 0)) for item in counters}
        return {agent: max(count, 0) for agent, count in loads.items() if agent in asked}

    def release(self, key: TicketKey) -> None:
        """The ticket is over: its agent carries one less."""
        if writes := handing_over(self._table, key, None):
            self._table.transact(*writes)


def handing_over(table: Table, key: TicketKey, agent: str | None) -> list[Write]:
    """The writes that make a ticket an agent's (None: nobody's), for a transaction."""
    item = table.get(keys.load(key)) or {}
    holder = str(item[_CARRIED_BY]) if _CARRIED_BY in item else None
    as_read = Only(f"{_CARRIED_BY} = :holder", {":holder": holder}) if holder else _carried_by_nobody()
    if holder == agent:
        return [table.as_check(keys.load(key), as_read)] if agent else []
    writes = [table.as_put(keys.load(key), {_CARRIED_BY: agent} if agent else {}, as_read)]
    if holder:
        writes.append(table.as_add(keys.agent(holder), _TICKETS, -1))
    if agent:
        writes.append(table.as_add(keys.agent(agent), _TICKETS, 1))
    return writes


def _carried_by_nobody() -> Only:
    return Only(f"attribute_not_exists({_CARRIED_BY})")
