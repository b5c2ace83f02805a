"""A webhook that proved where it comes from. Loads nothing: every webhook waits for this."""

from __future__ import annotations

from typing import NamedTuple


class Delivery(NamedTuple):
    """A genuine webhook, as its headers name it.

    Attributes:
        id: the same when the desk delivers the same event again; made from the content where the desk
            gives its deliveries no id.
        event: the desk's name of the event where only a header tells it, else empty.
    """

    id: str
    event: str = ""
