"""Zendesk's API as our own user: client credentials, a token kept until shortly before it ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from shared.adapters.desk_http import Answer, Clock, DeskHttp, Query

_LIFETIME_SECONDS = 7_200
_MARGIN = timedelta(seconds=60)
_UNAUTHORISED = 401

UPDATES, EXPORTS = "updates", "exports"
"""Zendesk's limits beside the one of all requests."""
READ, WRITE = "scope `read`", "scope `write`, and a role that may edit tickets"
EXPORT, CLIENT = "scope `read`, and an administrator's role", "an OAuth client that may use client credentials"
"""What requests take, as the set-up asks for it."""


class Counted(NamedTuple):
    """What a request counts against, and what it takes."""

    lane: str
    needs: str


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int | None = None


class ZendeskApi:
    """Sends requests with a token in them; asks for a new one when the desk no longer takes the old one."""

    def __init__(self, http: DeskHttp, *, client_id: str, client_secret: str, clock: Clock) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._token: str | None = None
        self._renew_at: datetime | None = None

    def get(
        self, path: str, query: Query = (), *, expect: frozenset[int] = frozenset(), lane: str = "", needs: str = READ
    ) -> Answer:
        """Read. Raises what `DeskHttp.send` raises."""
        counted = Counted(lane, needs)
        return self._send("GET", path, query=tuple(query), body=None, expect=expect, counted=counted)

    def put(self, path: str, body: Mapping[str, Any], *, expect: frozenset[int] = frozenset()) -> Answer:
        """Write to a ticket. Raises what `DeskHttp.send` raises."""
        return self._send("PUT", path, query=(), body=body, expect=expect, counted=Counted(UPDATES, WRITE))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query,
        body: Mapping[str, Any] | None,
        expect: frozenset[int],
        counted: Counted,
    ) -> Answer:
        answer = self._signed(method, path, query, body, expect | {_UNAUTHORISED}, counted)
        if answer.status != _UNAUTHORISED:
            return answer
        # Revoked before its time. A request that got 401 did nothing, so even a write may be sent again, once.
        self._token = None
        return self._signed(method, path, query, body, expect, counted)

    def _signed(
        self,
        method: str,
        path: str,
        query: Query,
        body: Mapping[str, Any] | None,
        expect: frozenset[int],
        counted: Counted,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._current_token()}"}
        return self._http.send(
            method, path, query=query, body=body, headers=headers, expect=expect, **counted._asdict()
        )

    def _current_token(self) -> str:
        due = self._renew_at is not None and self._clock() >= self._renew_at
        if self._token is None or due:
            self._token = self._new_token()
        return self._token

    def _new_token(self) -> str:
        request = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "scope": "read write",
            "expires_in": _LIFETIME_SECONDS,
        }
        token = self._http.send("POST", "/oauth/tokens", body=request, needs=CLIENT).read(_Token)
        # A token of a minute or less would be renewed before every call; use it until the desk refuses it.
        lasts = timedelta(seconds=token.expires_in or 0) - _MARGIN
        self._renew_at = self._clock() + lasts if lasts > timedelta(0) else None
        return token.access_token
