"""A desk's access token: kept until shortly before it ends, and asked for anew when the desk no longer takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.adapters.desk_http import Answer, Clock

_UNAUTHORISED = 401
_MARGIN = timedelta(seconds=60)


class Granted(NamedTuple):
    """A token as a desk grants it; `seconds` is how long it lasts, None where the desk does not say."""

    token: str
    seconds: int | None


Send = Callable[[dict[str, str], frozenset[int]], Answer]
"""Sends a request with these headers; statuses that are answered and not raised."""


class KeptToken:
    """The token of one account.

    Args:
        ask: gets a new one from the desk.
    """

    def __init__(self, ask: Callable[[], Granted], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._token: str | None = None
        self._renew_at: datetime | None = None

    def signed(self, send: Send, expect: frozenset[int]) -> Answer:
        """Send a request with the token in it, and once more with a new one where the desk refuses the old one."""
        answer = send(self._headers(), expect | {_UNAUTHORISED})
        if answer.status != _UNAUTHORISED:
            return answer
        # Revoked before its time. A request that got 401 did nothing, so even a write may be sent again, once.
        self._token = None
        return send(self._headers(), expect)

    def _headers(self) -> dict[str, str]:
        due = self._renew_at is not None and self._clock() >= self._renew_at
        if self._token is None or due:
            self._token, seconds = self._ask()
            # A token of a minute or less would be renewed before every call; use it until the desk refuses it.
            lasts = timedelta(seconds=seconds or 0) - _MARGIN
            self._renew_at = self._clock() + lasts if lasts > timedelta(0) else None
        return {"Authorization": f"Bearer {self._token}"}
