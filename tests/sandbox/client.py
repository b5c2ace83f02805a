"""A plain client of the sandbox's Zendesk face, as a connector would see it."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from sandbox.running import RunningSandbox


class Answered:
    """An answer: status, headers, JSON."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body: Any = json.loads(response.data) if response.data else None


class ZendeskClient:
    """Speaks HTTP with a token of its own."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self._http = urllib3.PoolManager(retries=False, timeout=15)
        self.token = ""

    def close(self) -> None:
        self._http.clear()

    def raw(self, method: str, address: str, body: Any = None, **headers: str) -> Answered:
        url = address if address.startswith("http") else self.sandbox.zendesk + address
        encoded = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        return Answered(self._http.request(method, url, body=encoded, headers=headers))

    def sign_in(self, scope: str = "read write", **wish: Any) -> Answered:
        body = {"grant_type": "client_credentials", "client_id": "firstline", "client_secret": "sandbox-client-secret"}
        answer = self.raw("POST", "/oauth/tokens", {**body, "scope": scope, **wish})
        if answer.status == 200:
            self.token = answer.body["access_token"]
        return answer

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answered:
        address = path if path.startswith("http") else "/api/v2" + path
        return self.raw(method, address, body, Authorization=f"Bearer {self.token}", **headers)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status == 200, answer.body
        return answer.body

    def put(self, ticket_id: int, **ticket: Any) -> Answered:
        return self.call("PUT", f"/tickets/{ticket_id}", {"ticket": ticket})
