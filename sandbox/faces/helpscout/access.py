"""Who may come in: OAuth client credentials for the inbox, a key for the help centre."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Any

from sandbox.faces.helpscout.answers import not_authenticated
from sandbox.faces.refusal import Refusal
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person
from sandbox.settings import Settings

KIND = "helpscout_token"
TOKEN_SECONDS = 172_800
DOCS_KEY = "sandbox-docs-key"


class Access:
    """Tokens: given, checked, taken back. They act as the user who made the app, and have no scopes."""

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self._inbox = inbox
        self._settings = settings

    def grant(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Answer a token request. Raises Refusal."""
        if wish.get("grant_type") != "client_credentials":
            raise Refusal(400, {"error": "unsupported_grant_type"})
        known = _same(wish.get("client_id"), self._settings.client_id)
        if not (_same(wish.get("client_secret"), self._settings.client_secret) and known):
            raise Refusal(401, {"error": "invalid_client", "error_description": "Bad client credentials"})
        token = secrets.token_hex(16)
        until = self._inbox.clock().timestamp() + TOKEN_SECONDS
        self._inbox.documents.put(KIND, token, {"until": until})
        return {"token_type": "bearer", "access_token": token, "expires_in": TOKEN_SECONDS}

    def expire_all(self) -> None:
        """Make every token useless."""
        self._inbox.documents.remove(KIND)

    def admit(self, header: str | None) -> Person:
        """The user behind a request. Raises Refusal (401)."""
        way, _, credential = (header or "").partition(" ")
        try:
            token = self._inbox.documents.get(KIND, credential.strip())
        except NotThere:
            raise not_authenticated() from None
        if way.lower() != "bearer" or self._inbox.clock().timestamp() >= token["until"]:
            raise not_authenticated()
        return self._inbox.people.get(self._inbox.integration_user_id)


def has_docs_key(header: str | None) -> bool:
    """Whether a request to the help centre carries its key, as the user name of Basic."""
    way, _, credential = (header or "").partition(" ")
    try:
        key = base64.b64decode(credential, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return False
    return way.lower() == "basic" and _same(key, DOCS_KEY)


def _same(given: Any, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())
