"""Help Scout behind the port to a helpdesk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Self

from pydantic import Field

from shared.adapters.desk_http import Clock, DeskHttp
from shared.adapters.desk_secret import OAuthSecret, read_secret
from shared.adapters.helpscout import events
from shared.adapters.helpscout.api import HelpScoutApi, error_code, wait_told
from shared.adapters.helpscout.articles import HelpCentre
from shared.adapters.helpscout.changes import changed_since
from shared.adapters.helpscout.conversation import is_note, read_threads
from shared.adapters.helpscout.customer import read_snapshot
from shared.adapters.helpscout.directory import Directory
from shared.adapters.helpscout.reading import ConversationReader
from shared.adapters.helpscout.writing import ConversationWriter
from shared.domain.errors import TicketGone
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.ticket import Customer, DeskTicket, Snapshot
from shared.ports.desk import Abilities, Article, Budget, ChangePage, DeskChange

NAME = "helpscout"
WEB_URL = "https://secure.helpscout.net"
_ID = re.compile(r"[0-9]{1,20}")


class DeskSecret(OAuthSecret):
    """What the desk's API secret holds."""

    fields: dict[str, str] = Field(default_factory=dict)
    docs_url: str = Field(default="", pattern=r"^(https?://[^/\s]+(/\S*)?)?$")
    docs_key: str = ""
    docs_language: str = Field(default="en", pattern=r"^[a-z]{2}$")


class HelpScoutDesk:
    """One Help Scout account, as our own user on it. Keeps the token, the inboxes and the users of the account."""

    def __init__(
        self,
        api: HelpScoutApi,
        *,
        secret: DeskSecret,
        groups: Mapping[str, str],
        clock: Clock,
        help_centre: HelpCentre | None = None,
    ) -> None:
        directory = Directory(api, groups=groups, clock=clock)
        own, titles = secret.integration_user_id, secret.fields
        self._api = api
        self._clock = clock
        self._own_user_id = own
        self._help_centre = help_centre
        self._reader = ConversationReader(api, directory, desk=NAME, web_url=WEB_URL, own_user_id=own, titles=titles)
        self._writer = ConversationWriter(api, directory, own_user_id=own, titles=titles)
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
        """A desk that signs in with its first request; connecting itself calls nobody.

        Args:
            secret: `base_url`, `client_id`, `client_secret`, `integration_user_id`, `fields` (the titles of our own
                fields by name), and for the help centre `docs_url`, `docs_key` and `docs_language`.
            groups: the policy's queue ids by the names of the desk's inboxes.
            budget: our share of the account's rate limit; the help centre has one of its own.

        Raises:
            DeskAccessLost: the secret lacks something.
        """
        known = read_secret(DeskSecret, secret, desk=NAME)
        http = DeskHttp.connect(known.base_url, clock=clock, reason=error_code, wait=wait_told, budget=budget)
        api = HelpScoutApi(http, client_id=known.client_id, client_secret=known.client_secret, clock=clock)
        help_centre = None
        if known.docs_key and known.docs_url:
            docs = DeskHttp.connect(known.docs_url, clock=clock, reason=error_code)
            help_centre = HelpCentre(docs, key=known.docs_key, language=known.docs_language)
        return cls(api, secret=known, groups=groups, clock=clock, help_centre=help_centre)

    @property
    def name(self) -> str:
        """The desk's name in keys and URLs."""
        return NAME

    @property
    def own_user_id(self) -> str:
        """The id of the user that this product acts as."""
        return self._own_user_id

    @property
    def abilities(self) -> Abilities:
        """A reply can wait unsent in the reply box; a change takes a request for each part of it."""
        return Abilities(drafts=True, one_request=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last `write` left out and why, such as an inbox that the desk does not have."""
        return self._warnings

    def parse(self, raw: RawEvent) -> DeskEvent:
        """See `HelpDesk.parse`."""
        return events.parse(raw, self._own_user_id)

    def fetch(self, ticket_id: str) -> DeskTicket:
        """See `HelpDesk.fetch`. Two requests, and one more for every further 25 threads."""
        return self._reader.read(_checked(ticket_id))

    def customer(self, customer_id: str) -> Snapshot:
        """See `HelpDesk.customer`. Two requests."""
        if not _ID.fullmatch(customer_id):
            return Snapshot(customer=Customer(id=customer_id))
        return read_snapshot(self._api, customer_id)

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """See `HelpDesk.write`. Up to six writing requests, each of which counts double for the desk."""
        self._warnings = ()
        written = self._writer.write(_checked(ticket_id), change)
        self._warnings = written.left_out
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """See `HelpDesk.has_note`. Looks at notes of our own user only; a customer cannot forge one."""
        return any(
            is_note(thread, marker, self._own_user_id) for thread in read_threads(self._api, _checked(ticket_id))
        )

    def changed_since(self, mark: str | None) -> ChangePage:
        """See `HelpDesk.changed_since`."""
        return changed_since(self._api, mark, self._clock())

    def articles(self) -> Iterable[Article]:
        """See `HelpDesk.articles`. None without a key to the help centre."""
        return self._help_centre.articles() if self._help_centre else ()

    def close(self) -> None:
        """Close the connections."""
        self._api.close()
        if self._help_centre:
            self._help_centre.close()


def _checked(ticket_id: str) -> str:
    """Ids become part of addresses: what is no number is no conversation."""
    if not _ID.fullmatch(ticket_id):
        raise TicketGone("a conversation's id on this desk is a number")
    return ticket_id
