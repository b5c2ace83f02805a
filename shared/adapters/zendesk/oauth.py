"""Zendesk's API as our own user: client credentials, a token kept until shortly before it ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from shared.adapters.desk_http import Answer, Clock, DeskHttp, Query
from shared.adapters.desk_token import Granted, KeptToken

_LIFETIME_SECONDS = 7_200

UPDATES, EXPORTS = "updates", "exports"
"""Zendesk's limits beside the one of all requests."""
READ, WRITE = "scope `read`", "scope `write`, and a role that may edit tickets"
EXPORT, CLIENT = "scope `read`, and an administrator's role", "an OAuth client that may use client credentials"
"""What requests take, as the set-up asks for it."""


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore")

    access_token: str
    expires_in: int | None = None


class ZendeskApi:
    """Sends requests with a token in them."""

    def __init__(self, http: DeskHttp, *, client_id: str, client_secret: str, clock: Clock) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._token = KeptToken(self._granted, clock)

    def get(
        self, path: str, query: Query = (), *, expect: frozenset[int] = frozenset(), lane: str = "", needs: str = READ
    ) -> Answer:
        """Read. Raises what `DeskHttp.send` raises."""
        asked = tuple(query)

        def send(headers: dict[str, str], expected: frozenset[int]) -> Answer:
            return self._http.send("GET", path, query=asked, headers=headers, expect=expected, lane=lane, needs=needs)

        return self._token.signed(send, expect)

    def put(self, path: str, body: Mapping[str, Any], *, expect: frozenset[int] = frozenset()) -> Answer:
        """Write to a ticket. Raises what `DeskHttp.send` raises."""

        def send(headers: dict[str, str], expected: frozenset[int]) -> Answer:
            return self._http.send("PUT", path, body=body, headers=headers, expect=expected, lane=UPDATES, needs=WRITE)

        return self._token.signed(send, expect)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _granted(self) -> Granted:
        request = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "scope": "read write",
            "expires_in": _LIFETIME_SECONDS,
        }
        token = self._http.send("POST", "/oauth/tokens", body=request, needs=CLIENT).read(_Token)
        return Granted(token.access_token, token.expires_in)
