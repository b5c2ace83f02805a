"""Who and what the desk calls by number: groups by name, agents by mail address."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from shared.adapters.desk_http import Clock
from shared.adapters.desk_names import Names, Queues
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.freshdesk.api import PEOPLE, FreshdeskApi, Id


class _Group(Wire):
    id: Id
    name: Text = ""


class _Contact(Wire):
    email: str | None = None


class _Agent(Wire):
    id: Id
    contact: _Contact = Field(default_factory=_Contact)


class Directory:
    """Translates between the policy's words and the desk's ids. A queue is a group.

    Args:
        groups: the policy's queue ids by the desk's group names.
    """

    def __init__(self, api: FreshdeskApi, *, groups: Mapping[str, str], clock: Clock) -> None:
        self._api = api
        self._queues = Queues(Names(self._read_groups, clock), groups)
        self._agents = Names(self._read_agents, clock)

    def queue(self, group_id: str) -> str | None:
        """The policy's queue of a group."""
        return self._queues.queue(group_id)

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
        pages = self._api.pages("/groups", _Group, needs=PEOPLE)
        return {group.name.casefold(): group.id for page in pages for group in page}

    def _read_agents(self) -> dict[str, str]:
        pages = self._api.pages("/agents", _Agent, needs=PEOPLE)
        agents = (agent for page in pages for agent in page)
        return {agent.contact.email.casefold(): agent.id for agent in agents if agent.contact.email}
