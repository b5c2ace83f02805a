"""What setting a desk up means, whichever desk it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.domain.record import Record

FIELDS = {
    "category": "Firstline category",
    "urgency": "Firstline urgency",
    "sentiment": "Firstline sentiment",
    "service_failure": "Firstline service failure",
    "owner": "Firstline owner",
    "rank": "Firstline rank",
    "rank_reason": "Firstline rank reason",
    "first_response_due": "Firstline first response due",
}
"""This product's own fields, by name: the title that people read on the desk. `rank` is a number."""

WEBHOOK = "Firstline"
VIEW = "Firstline: on top"
SUCCESS_VIEW = "Firstline: customer success"


@dataclass(frozen=True)
class Credential:
    """Something an administrator has to give us.

    Attributes:
        name: as `Setup.connect` takes it in `account`.
        prompt: what it is and where on the desk it is found.
        secret: never shown while it is typed.
        default: what it is where nobody says.
    """

    name: str
    prompt: str
    secret: bool = True
    default: str | None = None


class Connected(Record):
    """A desk that is set up.

    Attributes:
        api: the secret that the product signs in with; what the adapter's `connect` takes.
        signing_secrets: what webhooks are signed with now; more than one only while they change.
        created: what was made just now, in words; empty the second time.
        clicks: what a person still has to do by hand, one step each; also the second time, where we cannot see it.
    """

    api: dict[str, Any]
    signing_secrets: tuple[str, ...]
    created: tuple[str, ...] = ()
    clicks: tuple[str, ...] = ()


class Finding(Record):
    """One thing that was looked at.

    Attributes:
        what: such as "webhook".
        remedy: what to do about it, where it is not in order.
    """

    what: str
    ok: bool
    says: str = ""
    remedy: str = ""


class Setup(Protocol):
    """One desk's set-up. Everything in it is safe to run twice.

    Every method that calls the desk raises what the desks' HTTP client raises (`DeskRefused`, `DeskUnavailable`,
    `DeskRateLimited`); a refusal for want of a permission names the permission.

    Attributes:
        name: the desk's name.
        credentials: what `account` has to hold, besides what a default gives.
        permissions: the least that the credentials must be allowed to do, one a line, in the vendor's words.
        on_top: how an agent sees what comes first on this desk.
    """

    name: str
    credentials: tuple[Credential, ...]
    permissions: tuple[str, ...]
    on_top: str

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """Create on the desk what is not there yet, and answer what has to be stored.

        Args:
            before: what an earlier run answered, where it is still stored: a secret that we chose ourselves stays.
        """
        ...

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """Look whether the desk still stands as `connect` left it: sign-in, permissions, webhook, fields, view.

        Args:
            api: the stored secret.
        """
        ...

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """Take away what `connect` created and answer what it was, in words. Tickets keep notes and tags."""
        ...

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of a webhook about a ticket, signed as the desk signs."""
        ...
