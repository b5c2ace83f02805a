"""Request Tracker 5 behind the port to a helpdesk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Clock, DeskHttp
from shared.adapters.desk_secret import read_secret
from shared.adapters.requesttracker import events
from shared.adapters.requesttracker.api import Api
from shared.adapters.requesttracker.changes import changed_since
from shared.adapters.requesttracker.reading import TicketReader
from shared.adapters.requesttracker.writing import TicketWriter
from shared.domain.errors import TicketGone
from shared.domain.events import DeskEvent, RawEvent
from shared.domain.note import carries
from shared.domain.ticket import Customer, DeskTicket, Role, Snapshot
from shared.ports.desk import Abilities, Article, Budget, ChangePage, DeskChange

NAME = "requesttracker"
REST = "/REST/2.0"
_TAGS = "Firstline tags"


class DeskSecret(BaseModel):
    """What the desk's API secret holds."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    base_url: str = Field(pattern=r"^https?://[^/\s]+(/\S*)?$")
    token: str = Field(min_length=1)
    integration_user_id: str = Field(pattern=r"^[0-9]{1,20}$")
    fields: dict[str, str] = Field(default_factory=dict)
    tags_field: str = Field(default=_TAGS, min_length=1)


class RequestTrackerDesk:
    """One Request Tracker, as our own user on it."""

    def __init__(self, http: DeskHttp, *, secret: DeskSecret, groups: Mapping[str, str], clock: Clock) -> None:
        titles = {**secret.fields, "tags": secret.tags_field}
        self._api = Api(http, secret.token)
        self._clock = clock
        self._own_user_id = secret.integration_user_id
        self._reader = TicketReader(
            self._api,
            desk=NAME,
            base_url=secret.base_url,
            own_user_id=secret.integration_user_id,
            queues={name.casefold(): queue for name, queue in groups.items()},
            titles=titles,
        )
        queues = {queue: name for name, queue in groups.items()}
        self._writer = TicketWriter(self._api, queues=queues, titles=titles)
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
        """A desk that calls nobody yet.

        Args:
            secret: `base_url`, `token`, `integration_user_id` (the number of the token's user), `fields` (the titles
                of our own custom fields by name) and `tags_field`, the title of the one that holds tags.
            groups: the policy's queue ids by the names of the desk's queues.
            budget: a share, where somebody has set limits in front of the desk; it has none itself.

        Raises:
            DeskAccessLost: the secret lacks something.
        """
        known = read_secret(DeskSecret, secret, desk=NAME)
        address = known.base_url.rstrip("/") + REST
        # Its errors have words and no codes, and the words may quote a ticket: they stay unread.
        http = DeskHttp.connect(address, clock=clock, reason=lambda body: "", budget=budget)
        return cls(http, secret=known, groups=groups, clock=clock)

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
        """No drafts; fields and tags go in one request, the note in another."""
        return Abilities(drafts=False, one_request=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the last `write` left out and why, such as an owner who may not own tickets of that queue."""
        return self._warnings

    def parse(self, raw: RawEvent) -> DeskEvent:
        """See `HelpDesk.parse`."""
        return events.parse(raw)

    def fetch(self, ticket_id: str) -> DeskTicket:
        """See `HelpDesk.fetch`. Six requests, more for a long conversation and for agents not met before."""
        return self._reader.read(_checked(ticket_id))

    def customer(self, customer_id: str) -> Snapshot:
        """See `HelpDesk.customer`. One request."""
        if not events.ID.fullmatch(customer_id):
            return Snapshot(customer=Customer(id=customer_id))
        return self._reader.customer(customer_id)

    def write(self, ticket_id: str, change: DeskChange) -> str:
        """See `HelpDesk.write`. Two writing requests, each looked at afterwards."""
        self._warnings = ()
        written = self._writer.write(_checked(ticket_id), change)
        self._warnings = written.left_out
        return written.stamp

    def has_note(self, ticket_id: str, marker: str) -> bool:
        """See `HelpDesk.has_note`. Looks at comments of our own user only; a customer cannot forge one."""
        messages = self.fetch(ticket_id).messages
        return any(one.role is Role.US and not one.public and carries(one.text, marker) for one in messages)

    def changed_since(self, mark: str | None) -> ChangePage:
        """See `HelpDesk.changed_since`."""
        return changed_since(self._api, mark, self._clock())

    def articles(self) -> Iterable[Article]:
        """None: what it calls articles are the team's own notes, not a help centre."""
        return ()

    def close(self) -> None:
        """Close the connections."""
        self._api.close()


def _checked(ticket_id: str) -> str:
    """Ids become part of addresses: what is no number is no ticket."""
    if not events.ID.fullmatch(ticket_id):
        raise TicketGone("a ticket's id on this desk is a number")
    return ticket_id
