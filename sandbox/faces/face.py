"""What every vendor's face of the desk is to the rest of the sandbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Protocol, runtime_checkable

from starlette.types import ASGIApp

from sandbox.delivery.journal import Parcel
from sandbox.delivery.rules import Rules, Sending
from sandbox.inbox.records import Change

IGNORED = "ignored_field"
"""Documents of this kind tell of custom fields that somebody wrote and that do not exist."""


class Limits(Protocol):
    """How often one may ask this face.

    Attributes:
        refused: how many requests were one too many.
    """

    refused: int

    def told(self) -> dict[str, Any]:
        """What is allowed now, by name."""
        ...

    def change(self, **limits: Any) -> None:
        """Allow something else; counting starts anew. Raises TypeError for a name that this vendor does not have."""
        ...

    def restore(self) -> None:
        """What it was started with; counting starts anew, `refused` too."""
        ...


class Face(Protocol):
    """One vendor's API over the inbox, mounted at `/<name>`, and that vendor's webhooks.

    Attributes:
        name: the desk's name as the product spells it.
        served: answered requests, by `METHOD /path/with/{id} STATUS`.
        rules: how patient the vendor is with the receiver of its webhooks.
    """

    name: str
    served: Counter[str]
    limits: Limits
    rules: Rules

    def app(self) -> ASGIApp:
        """The HTTP API; paths begin behind the mount."""
        ...

    def login(self) -> dict[str, Any]:
        """What an administrator would type into the set-up, besides the address."""
        ...

    def refusal(self, status: int, retry_after: float | None) -> tuple[dict[str, str], Any]:
        """Headers and JSON body of an error as this vendor words it, for faults on order."""
        ...

    def parcels(self, change: Change) -> Iterable[Parcel]:
        """The webhooks that a change causes, none where nobody subscribed."""
        ...

    def seal(self, parcel: Parcel) -> Sending:
        """A parcel as a request, signed now. Raises NotThere when its webhook is gone."""
        ...

    def webhooks(self) -> list[str]:
        """The ids of those that subscribed, oldest first."""
        ...

    def new_delivery_id(self) -> str:
        """An id such as this vendor gives its deliveries."""
        ...

    def expire_tokens(self) -> None:
        """Make every token that was given useless; nothing where the vendor's keys do not end."""
        ...

    def lag(self, seconds: float) -> None:
        """Let what changed be told so much later; nothing where the vendor knows no such thing."""
        ...

    def reset(self) -> None:
        """Back to how it was started. The inbox and its documents are emptied by the desk."""
        ...


@runtime_checkable
class ByHand(Protocol):
    """A face whose vendor has no API for webhooks: somebody fills in a page of the vendor's."""

    def by_hand(self, url: str, topics: tuple[str, ...], root: str) -> None:
        """Save that page.

        Args:
            url: where webhooks go.
            topics: which events; none for those that the set-up asks for.
            root: the address that the face is mounted at.

        Raises:
            ValueError: the vendor does not take it.
        """
        ...
