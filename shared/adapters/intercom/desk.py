"""Intercom behind the port to a helpdesk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Clock, DeskHttp
from shared.adapters.desk_secret import read_secret
from shared.adapters.intercom import events
from shared.adapters.intercom.api import IntercomApi, error_code, wait_told
from shared.adapters.intercom.articles import read_articles
from shared.adapters.intercom.changes import changed_since
from shared.adapters.intercom.conversation import read_conversation
from shared.adapters.intercom.customer import read_snapshot
from shared.adapters.intercom.directory import Directory
from shared.adapters.intercom.reading import ConversationReader
from shared.adapters.intercom.writing import ConversationWriter
from shared.domain.errors import TicketGone
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.ticket import Customer, DeskTicket, Snapshot
from shared.ports.desk import Abilities, Article, Budget, ChangePage, DeskChange

NAME = "intercom"
_ID = re.compile(r"[0-9]{1,20}")
_CONTACT = re.compile(r"[A-Za-z0-9_-]{1,64}")


class DeskSecret(BaseModel):
    """What the desk's API secret holds."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    base_url: str = Field(pattern=r"^https?://[^/\s]+(/\S*)?$")
    access_token: str = Field(min_length=1)
    app_id: str = Field(min_length=1)
    integration_user_id: str = Field(min_length=1)
    fields: dict[str, str] = Field(default_factory=dict)


class IntercomDesk:
    """One Intercom workspace, as our own teammate in it. Keeps its teams, teammates, tags and attributes."""

    def __init__(self, api: IntercomApi, *, secret: DeskSecret, groups: Mapping[str, str], clock: Clock) -> None:
        directory = Directory(api, groups=groups, clock=clock)
        self._api = api
        self._clock = clock
        self._app_id = secret.app_id
        self._own_user_id = secret.integration_user_id
        self._reader = ConversationReader(
            api,
            directory,
            desk=NAME,
            base_url=secret.base_url,
            app_id=secret.app_id,
            own_user_id=secret.integration_user_id,
            titles=secret.fields,
        )
        self._writer = ConversationWriter(api, directory, own_user_id=secret.integration_user_id, titles=secret.fields)
        self._warnings: tuple[str, ...] = ()

    @classmethod
    def connect(
        cls,
        *,
        secret: Mapping[str, object],
        groups: Mapping[str, str],
        clock: Clock = lambda: datetime.now(UTC),
        budget: Budget | None = None,
    ) -> Self:
        """A desk that signs in with each request; connecting itself calls nobody.

        Args:
            secret: `base_url`, `access_token`, `app_id` (the workspace), `integration_user_id`, and `fields`, the
                names of our own attributes by our names for them.
            groups: the policy's queue ids by the names of the desk's teams.
            budget: our share of the app's rate limit.

        Raises:
            DeskAccessLost: the secret lacks something.
        """
        known = read_secret(DeskSecret, secret, desk=NAME)
        http = DeskHttp.connect(known.base_url, clock=clock, reason=error_code, wait=wait_told, budget=budget)
        return cls(IntercomApi(http, access_token=known.access_token), secret=known, groups=groups, clock=clock)

    @property
    def name(self) -> str:
        """The desk's name in keys and URLs."""
        return NAME

    @property
    def own_user_id(self) -> str:
        """The id of the teammate that this product acts as."""
        return self._own_user_id

    @property
    def abilities(self) -> Abilities:
        """No drafts in conversations; a change takes a request for each part of it."""
        return Abilities(drafts=False, one_request=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last `write` left out and why, such as a team that the desk does not have."""
        return self._warnings

    def parse(self, raw: RawEvent) -> DeskEvent:
        """See `HelpDesk.parse`."""
        return events.parse(raw, app_id=self._app_id, own_user_id=self._own_user_id)

    def fetch(self, ticket_id: str) -> DeskTicket:
        """See `HelpDesk.fetch`. One request."""
        return self._reader.read(_checked(ticket_id))

    def customer(self, customer_id: str) -> Snapshot:
        """See `HelpDesk.customer`. Three requests."""
        if not _CONTACT.fullmatch(customer_id):
            return Snapshot(customer=Customer(id=customer_id))
        return read_snapshot(self._api, customer_id)

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """See `HelpDesk.write`. A request for team, owner, attributes, each tag and the note; two to look."""
        self._warnings = ()
        written = self._writer.write(_checked(ticket_id), change)
        self._warnings = written.left_out
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """See `HelpDesk.has_note`. Looks at notes of our own teammate only, among the newest 500 parts."""
        told, _ = read_conversation(self._api, _checked(ticket_id))
        return told.has_note(marker, self._own_user_id)

    def changed_since(self, mark: str | None) -> ChangePage:
        """See `HelpDesk.changed_since`."""
        return changed_since(self._api, mark, self._clock())

    def articles(self) -> Iterable[Article]:
        """See `HelpDesk.articles`."""
        return read_articles(self._api)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()


def _checked(ticket_id: str) -> str:
    """Ids become part of addresses: what is no number is no conversation."""
    if not _ID.fullmatch(ticket_id):
        raise TicketGone("a conversation's id on this desk is a number")
    return ticket_id
