"""Zendesk behind the port to a helpdesk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import Field

from shared.adapters.desk_http import Clock, DeskHttp
from shared.adapters.desk_secret import OAuthSecret, read_secret
from shared.adapters.zendesk import events
from shared.adapters.zendesk.articles import read_articles
from shared.adapters.zendesk.changes import changed_since
from shared.adapters.zendesk.conversation import has_note
from shared.adapters.zendesk.customer import read_snapshot
from shared.adapters.zendesk.directory import Directory
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.reading import TicketReader
from shared.adapters.zendesk.writing import TicketWriter
from shared.domain.errors import TicketGone
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.ticket import Customer, DeskTicket, Snapshot
from shared.ports.desk import Abilities, Article, Budget, ChangePage, DeskChange

NAME = "zendesk"
_TICKET_ID = re.compile(r"[0-9]{1,20}")
_ERROR_CODE = re.compile(r"[A-Za-z0-9_ ']{1,60}")


class DeskSecret(OAuthSecret):
    """What the desk's API secret holds."""

    fields: dict[str, int] = Field(default_factory=dict)


class ZendeskDesk:
    """One Zendesk account, as our own user on it. Keeps the token, the groups and the agents of the account."""

    def __init__(self, api: ZendeskApi, *, secret: DeskSecret, groups: Mapping[str, str], clock: Clock) -> None:
        directory = Directory(api, groups=groups, clock=clock)
        self._api = api
        self._clock = clock
        self._own_user_id = secret.integration_user_id
        self._reader = TicketReader(
            api,
            directory,
            desk=NAME,
            base_url=secret.base_url,
            own_user_id=secret.integration_user_id,
            fields={str(id): name for name, id in secret.fields.items()},
        )
        self._writer = TicketWriter(api, directory, fields=secret.fields)
        self._last_read: DeskTicket | None = None
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
            secret: `base_url`, `client_id`, `client_secret`, `integration_user_id`, and `fields`, the ids of our
                own ticket fields by name.
            groups: the policy's queue ids by the desk's group names.
            budget: our share of the account's rate limits.

        Raises:
            DeskAccessLost: the secret lacks something.
        """
        known = read_secret(DeskSecret, secret, desk=NAME)
        http = DeskHttp.connect(known.base_url, clock=clock, reason=error_code, budget=budget)
        api = ZendeskApi(http, client_id=known.client_id, client_secret=known.client_secret, clock=clock)
        return cls(api, secret=known, groups=groups, clock=clock)

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
        """No drafts in the public API; note, fields and tags in one request."""
        return Abilities(drafts=False, one_request=True)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last `write` left out and why, such as a group that the desk does not have."""
        return self._warnings

    def parse(self, raw: RawEvent) -> DeskEvent:
        """See `HelpDesk.parse`."""
        return events.parse(raw)

    def fetch(self, ticket_id: str) -> DeskTicket:
        """See `HelpDesk.fetch`. Two requests; three or more for a long conversation."""
        self._last_read = self._reader.read(_checked(ticket_id))
        return self._last_read

    def customer(self, customer_id: str) -> Snapshot:
        """See `HelpDesk.customer`. Two requests."""
        if not _TICKET_ID.fullmatch(customer_id):
            return Snapshot(customer=Customer(id=customer_id))
        return read_snapshot(self._api, customer_id)

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """See `HelpDesk.write`. One request, after a `fetch` of the same ticket by this object."""
        self._warnings = ()
        last = self._last_read
        known = last is not None and last.key.id == ticket_id and last.stamp == change.stamp
        written = self._writer.write(_checked(ticket_id), change, tags=last.tags if last and known else None)
        self._warnings = written.left_out
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """See `HelpDesk.has_note`. Looks at notes of our own user only; a customer cannot forge one."""
        return has_note(self._api, _checked(ticket_id), marker=marker, own_user_id=self._own_user_id)

    def changed_since(self, mark: str | None) -> ChangePage:
        """See `HelpDesk.changed_since`."""
        return changed_since(self._api, mark, self._clock())

    def articles(self) -> Iterable[Article]:
        """See `HelpDesk.articles`."""
        return read_articles(self._api)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()


def error_code(body: Any) -> str:
    """Zendesk's code of an error, such as `RecordInvalid`. Its descriptions stay unread, they may quote a ticket."""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("title") if isinstance(error, dict) else error
    return code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else ""


def _checked(ticket_id: str) -> str:
    """Ids become part of addresses: what is no number is no ticket."""
    if not _TICKET_ID.fullmatch(ticket_id):
        raise TicketGone("a ticket's id on this desk is a number")
    return ticket_id
