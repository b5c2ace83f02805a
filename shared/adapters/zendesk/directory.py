"""Who and what the desk calls by number: groups by name, agents by mail address. Read once, then kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shared.adapters.desk_http import Clock
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Page, Wire, pages

# A name that is not there may have been added a moment ago; do not ask for it with every ticket.
_ASK_AGAIN = timedelta(minutes=5)


class _Group(Wire):
    id: str
    name: str
    deleted: bool = False


class _Groups(Page):
    groups: list[_Group]


class _Agent(Wire):
    id: str
    email: str | None = None
    suspended: bool = False


class _Agents(Page):
    users: list[_Agent]


class _Ids:
    """Names and their ids, read when first needed and once more when one is missing."""

    def __init__(self, read: Callable[[], dict[str, str]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._by_name: dict[str, str] = {}
        self._read_at: datetime | None = None

    def id_of(self, name: str) -> str | None:
        """The id of a name, whatever its case."""
        if name.casefold() not in self._by_name:
            self._refresh()
        return self._by_name.get(name.casefold())

    def name_of(self, id: str) -> str | None:
        """The name of an id, in lower case."""
        if id not in self._by_name.values():
            self._refresh()
        return next((name for name, known in self._by_name.items() if known == id), None)

    def _refresh(self) -> None:
        now = self._clock()
        if self._read_at is None or now - self._read_at >= _ASK_AGAIN:
            self._by_name = self._read()
            self._read_at = now


class Directory:
    """Translates between the policy's words and the desk's ids.

    Args:
        groups: the policy's queue ids by the desk's group names.
    """

    def __init__(self, api: ZendeskApi, *, groups: Mapping[str, str], clock: Clock) -> None:
        self._api = api
        self._queues = {name.casefold(): queue for name, queue in groups.items()}
        self._groups = _Ids(self._read_groups, clock)
        self._agents = _Ids(self._read_agents, clock)

    def queue(self, group_id: str, name: str | None = None) -> str | None:
        """The policy's queue of a group: by the name the desk just told, or by asking for it."""
        known = name or self._groups.name_of(group_id)
        return self._queues.get(known.casefold()) if known else None

    def group_id(self, queue: str) -> str | None:
        """The group of a queue, None where the desk has no group of that name."""
        ids = (self._groups.id_of(name) for name, known in self._queues.items() if known == queue)
        return next((found for found in ids if found is not None), None)

    def agent_id(self, email: str) -> str | None:
        """The agent with a mail address, None where the desk has no such agent."""
        return self._agents.id_of(email)

    def email(self, agent_id: str) -> str | None:
        """The mail address of an agent, in lower case."""
        return self._agents.name_of(agent_id)

    def _read_groups(self) -> dict[str, str]:
        read = pages(self._api, "/api/v2/groups", (), _Groups)
        return {group.name.casefold(): group.id for page in read for group in page.groups if not group.deleted}

    def _read_agents(self) -> dict[str, str]:
        query = (("role[]", "agent"), ("role[]", "admin"))
        read = pages(self._api, "/api/v2/users", query, _Agents)
        agents = (agent for page in read for agent in page.users)
        return {agent.email.casefold(): agent.id for agent in agents if agent.email and not agent.suspended}
