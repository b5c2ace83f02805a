"""Who and what the desk calls by number: inboxes by name, agents by mail address, an inbox's fields by title."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import Field

from shared.adapters.desk_http import Clock
from shared.adapters.desk_names import Names, Queues
from shared.adapters.desk_wire import Text
from shared.adapters.helpscout.api import Hal, HelpScoutApi, Id, Paged

_FRESH = timedelta(minutes=5)


class _Inbox(Hal):
    id: Id
    name: Text = ""


class _Inboxes(Hal):
    mailboxes: list[_Inbox] = Field(default_factory=list)


class _InboxesPage(Paged):
    embedded: _Inboxes = Field(default_factory=_Inboxes, alias="_embedded")


class _User(Hal):
    id: Id
    email: str | None = None


class _Users(Hal):
    users: list[_User] = Field(default_factory=list)


class _UsersPage(Paged):
    embedded: _Users = Field(default_factory=_Users, alias="_embedded")


class InboxField(Hal):
    """A custom field; each inbox has its own."""

    id: Id
    name: Text = ""
    type: Text = ""


class _Fields(Hal):
    fields: list[InboxField] = Field(default_factory=list)


class _FieldsPage(Paged):
    embedded: _Fields = Field(default_factory=_Fields, alias="_embedded")


class Directory:
    """Translates between the policy's words and the desk's ids. A queue is an inbox.

    Args:
        groups: the policy's queue ids by the names of the desk's inboxes.
    """

    def __init__(self, api: HelpScoutApi, *, groups: Mapping[str, str], clock: Clock) -> None:
        self._api = api
        self._clock = clock
        self._queues = Queues(Names(self._read_inboxes, clock), groups)
        self._users = Names(self._read_users, clock)
        self._fields: dict[str, tuple[datetime, dict[str, InboxField]]] = {}

    def queue(self, inbox_id: str) -> str | None:
        """The policy's queue of an inbox."""
        return self._queues.queue(inbox_id)

    def inbox_id(self, queue: str) -> str | None:
        """The inbox of a queue, None where the desk has no inbox of that name."""
        return self._queues.group_id(queue)

    def user_id(self, email: str) -> str | None:
        """The agent with a mail address, None where the desk has no such agent."""
        return self._users.id_of(email)

    def email(self, user_id: str) -> str | None:
        """The mail address of an agent, in lower case."""
        return self._users.name_of(user_id)

    def fields(self, inbox_id: str) -> Mapping[str, InboxField]:
        """The fields of an inbox by their titles in lower case."""
        known = self._fields.get(inbox_id)
        now = self._clock()
        if known is None or now - known[0] >= _FRESH:
            pages = self._api.pages(f"/v2/mailboxes/{inbox_id}/fields", _FieldsPage)
            told = {field.name.casefold(): field for page in pages for field in page.embedded.fields}
            known = self._fields[inbox_id] = (now, told)
        return known[1]

    def _read_inboxes(self) -> dict[str, str]:
        pages = self._api.pages("/v2/mailboxes", _InboxesPage)
        return {inbox.name.casefold(): inbox.id for page in pages for inbox in page.embedded.mailboxes}

    def _read_users(self) -> dict[str, str]:
        pages = self._api.pages("/v2/users", _UsersPage)
        users = (user for page in pages for user in page.embedded.users)
        return {user.email.casefold(): user.id for user in users if user.email}
