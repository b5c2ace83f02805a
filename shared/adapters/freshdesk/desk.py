"""Freshdesk behind the port to a helpdesk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Clock, DeskHttp
from shared.adapters.desk_secret import read_secret
from shared.adapters.freshdesk import events
from shared.adapters.freshdesk.api import FreshdeskApi, error_code
from shared.adapters.freshdesk.articles import read_articles
from shared.adapters.freshdesk.changes import changed_since
from shared.adapters.freshdesk.conversation import is_note, read_conversations
from shared.adapters.freshdesk.customer import read_snapshot
from shared.adapters.freshdesk.directory import Directory
from shared.adapters.freshdesk.reading import TicketReader
from shared.adapters.freshdesk.writing import TicketWriter
from shared.domain.errors import TicketGone
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.ticket import Customer, DeskTicket, Snapshot, TicketStatus
from shared.ports.desk import Abilities, Article, Budget, ChangePage, DeskChange

NAME = "freshdesk"


class DeskSecret(BaseModel):
    """What the desk's API secret holds."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)

    base_url: str = Field(pattern=r"^https?://[^/\s]+(/\S*)?$")
    api_key: str = Field(min_length=1)
    integration_user_id: str = Field(min_length=1)
    fields: dict[str, str] = Field(default_factory=dict)
    waits: dict[str, TicketStatus] = Field(default_factory=dict)
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")


class FreshdeskDesk:
    """One Freshdesk account, as our own agent on it. Keeps the groups and the agents of the account."""

    def __init__(self, api: FreshdeskApi, *, secret: DeskSecret, groups: Mapping[str, str], clock: Clock) -> None:
        directory = Directory(api, groups=groups, clock=clock)
        own = secret.integration_user_id
        self._api = api
        self._clock = clock
        self._secret = secret
        self._reader = TicketReader(
            api,
            directory,
            desk=NAME,
            base_url=secret.base_url,
            own_user_id=own,
            fields={theirs: name for name, theirs in secret.fields.items()},
            waits=secret.waits,
        )
        self._writer = TicketWriter(api, directory, own_user_id=own, fields=secret.fields)
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
        """A desk that calls nobody while it is connected.

        Args:
            secret: `base_url`, `api_key`, `integration_user_id`, `fields` (the desk's names of our own ticket fields
                by ours), `waits` (own statuses by number that mean waiting) and `language` (of the help centre).
            groups: the policy's queue ids by the desk's group names.
            budget: our share of the account's rate limits.

        Raises:
            DeskAccessLost: the secret lacks something.
        """
        known = read_secret(DeskSecret, secret, desk=NAME)
        http = DeskHttp.connect(known.base_url, clock=clock, reason=error_code, budget=budget)
        return cls(FreshdeskApi(http, api_key=known.api_key), secret=known, groups=groups, clock=clock)

    @property
    def name(self) -> str:
        """The desk's name in keys and URLs."""
        return NAME

    @property
    def own_user_id(self) -> str:
        """The id of the agent that this product acts as."""
        return self._secret.integration_user_id

    @property
    def abilities(self) -> Abilities:
        """No drafts in the public API; fields and tags in one request, the note in another."""
        return Abilities(drafts=False, one_request=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last `write` left out and why, such as a group that the desk does not have."""
        return self._warnings

    def parse(self, raw: RawEvent) -> DeskEvent:
        """See `HelpDesk.parse`."""
        return events.parse(raw)

    def fetch(self, ticket_id: str) -> DeskTicket:
        """See `HelpDesk.fetch`. Two requests that the desk counts for four; one more where it may have been rated."""
        return self._reader.read(_checked(ticket_id))

    def customer(self, customer_id: str) -> Snapshot:
        """See `HelpDesk.customer`. Three requests."""
        if not events.ID.fullmatch(customer_id):
            return Snapshot(customer=Customer(id=customer_id))
        return read_snapshot(self._api, customer_id, self._secret.waits)

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """See `HelpDesk.write`. Two requests that look and two that write."""
        self._warnings = ()
        written = self._writer.write(_checked(ticket_id), change)
        self._warnings = written.left_out
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """See `HelpDesk.has_note`. Looks at notes of our own agent only; a customer cannot forge one."""
        try:
            told = read_conversations(self._api, _checked(ticket_id))
        except TicketGone:
            told = read_conversations(self._api, _checked(ticket_id), archived=True)
        return any(is_note(one, marker, self.own_user_id) for one in told)

    def changed_since(self, mark: str | None) -> ChangePage:
        """See `HelpDesk.changed_since`."""
        return changed_since(self._api, mark, self._clock())

    def articles(self) -> Iterable[Article]:
        """See `HelpDesk.articles`."""
        return read_articles(self._api, base_url=self._secret.base_url.rstrip("/"), language=self._secret.language)

    def close(self) -> None:
        """Close the connections."""
        self._api.close()


def _checked(ticket_id: str) -> str:
    """Ids become part of addresses: what is no number is no ticket."""
    if not events.ID.fullmatch(ticket_id):
        raise TicketGone("a ticket's id on this desk is a number")
    return ticket_id
