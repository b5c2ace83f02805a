"""Who and what the desk calls by number: teams by name, teammates by mail address, tags by name; and its attributes."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from shared.adapters.desk_http import Clock
from shared.adapters.desk_names import Names, Queues
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.intercom.api import ADMINS, TAGS, Id, IntercomApi
from shared.adapters.intercom.conversation import Tag

ATTRIBUTES = "/conversations/attributes"


class _Team(Wire):
    id: Id
    name: Text = ""


class _Teams(Wire):
    teams: list[_Team] = Field(default_factory=list)


class _Admin(Wire):
    id: Id
    email: str | None = None


class _Admins(Wire):
    admins: list[_Admin | None] = Field(default_factory=list)


class Attribute(Wire):
    """A conversation attribute, by which the desk knows it and by which people and requests do."""

    id: Id
    name: Text = ""
    archived: bool = False


class _Attributes(Wire):
    data: list[Attribute] = Field(default_factory=list)


class Directory:
    """Translates between the policy's words and the desk's ids. A queue is a team.

    Args:
        groups: the policy's queue ids by the names of the desk's teams.
    """

    def __init__(self, api: IntercomApi, *, groups: Mapping[str, str], clock: Clock) -> None:
        self._api = api
        self._queues = Queues(Names(self._read_teams, clock), groups)
        self._admins = Names(self._read_admins, clock)
        self._attributes = Names(self._read_attributes, clock)
        self._tags: dict[str, str] = {}

    def queue(self, team_id: str) -> str | None:
        """The policy's queue of a team."""
        return self._queues.queue(team_id)

    def team_id(self, queue: str) -> str | None:
        """The team of a queue, None where the desk has no team of that name."""
        return self._queues.group_id(queue)

    def admin_id(self, email: str) -> str | None:
        """The teammate with a mail address, None where the desk has no such teammate."""
        return self._admins.id_of(email)

    def email(self, admin_id: str) -> str | None:
        """The mail address of a teammate, in lower case."""
        return self._admins.name_of(admin_id)

    def has_attribute(self, name: str) -> bool:
        """Whether conversations have an attribute of this name."""
        return self._attributes.id_of(name) is not None

    def tag_id(self, name: str, *, anew: bool = False) -> str:
        """The id of a tag, which is made where there is none.

        Args:
            anew: ask the desk even if an id is known, because it no longer takes that one.
        """
        if anew or name not in self._tags:
            self._tags[name] = self._api.send("POST", "/tags", {"name": name}, needs=TAGS).read(Tag).id
        return self._tags[name]

    def _read_teams(self) -> dict[str, str]:
        told = self._api.get("/teams", needs=ADMINS).read(_Teams)
        return {team.name.casefold(): team.id for team in told.teams}

    def _read_admins(self) -> dict[str, str]:
        told = self._api.get("/admins", needs=ADMINS).read(_Admins)
        return {one.email.casefold(): one.id for one in told.admins if one and one.email}

    def _read_attributes(self) -> dict[str, str]:
        return {one.name.casefold(): one.id for one in read_attributes(self._api)}


def read_attributes(api: IntercomApi) -> list[Attribute]:
    """The attributes that conversations have, those that were archived left out."""
    return [one for one in api.get(ATTRIBUTES).read(_Attributes).data if not one.archived]
