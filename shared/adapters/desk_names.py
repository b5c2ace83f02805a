"""Names and the ids that a desk calls them by, read once and then kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shared.adapters.desk_http import Clock

# A name that is not there may have been added a moment ago; do not ask for it with every ticket.
_ASK_AGAIN = timedelta(minutes=5)


class Names:
    """Names and their ids, read when first needed and once more when one is missing.

    Args:
        read: ids by name, the names in lower case.
    """

    def __init__(self, read: Callable[[], dict[str, str]], clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._by_name: dict[str, str] = {}
        self._read_at: datetime | None = None

    def id_of(self, name: str) -> str | None:
        """The id of a name, whatever its case."""
        if name.casefold() not in self._by_name:
            self._refresh()
        return self._by_name.get(name.casefold())

    def name_of(self, id: str) -> str | None:
        """The name of an id, in lower case."""
        if id not in self._by_name.values():
            self._refresh()
        return next((name for name, known in self._by_name.items() if known == id), None)

    def _refresh(self) -> None:
        now = self._clock()
        if self._read_at is None or now - self._read_at >= _ASK_AGAIN:
            self._by_name = self._read()
            self._read_at = now


class Queues:
    """The policy's queues, which are groups of the desk by name.

    Args:
        names: the desk's groups.
        queues: the policy's queue ids by the names of the desk's groups.
    """

    def __init__(self, names: Names, queues: Mapping[str, str]) -> None:
        self._names = names
        self._queues = {name.casefold(): queue for name, queue in queues.items()}

    def queue(self, group_id: str, name: str | None = None) -> str | None:
        """The policy's queue of a group: by the name that the desk just told, or by asking for it."""
        known = name or self._names.name_of(group_id)
        return self._queues.get(known.casefold()) if known else None

    def group_id(self, queue: str) -> str | None:
        """The group of a queue, None where the desk has no group of that name."""
        ids = (self._names.id_of(name) for name, known in self._queues.items() if known == queue)
        return next((found for found in ids if found is not None), None)
