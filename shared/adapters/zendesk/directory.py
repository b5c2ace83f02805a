"""Who and what the desk calls by number: groups by name, agents by mail address. Read once, then kept."""

from __future__ import annotations

from collections.abc import Mapping

from shared.adapters.desk_http import Clock
from shared.adapters.desk_names import Names, Queues
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Page, Wire, pages


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


class Directory:
    """Translates between the policy's words and the desk's ids.

    Args:
        groups: the policy's queue ids by the desk's group names.
    """

    def __init__(self, api: ZendeskApi, *, groups: Mapping[str, str], clock: Clock) -> None:
        self._api = api
        self._queues = Queues(Names(self._read_groups, clock), groups)
        self._agents = Names(self._read_agents, clock)

    def queue(self, group_id: str, name: str | None = None) -> str | None:
        """The policy's queue of a group: by the name the desk just told, or by asking for it."""
        return self._queues.queue(group_id, name)

    def group_id(self, queue: str) -> str | None:
        """The group of a queue, None where the desk has no group of that name."""
        return self._queues.group_id(queue)

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
