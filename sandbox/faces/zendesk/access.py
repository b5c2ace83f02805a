"""Who may come in: OAuth client credentials, and the ending way with an API token."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Any

from sandbox.faces.refusal import Refusal
from sandbox.faces.zendesk.answers import forbidden, not_authenticated
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person
from sandbox.settings import Settings

SHORTEST, LONGEST = 300, 172_800
KIND = "zendesk_token"


class Access:
    """Tokens: given, checked, taken back."""

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self._inbox = inbox
        self._settings = settings

    def grant(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Answer a token request. Raises Refusal."""
        if wish.get("grant_type") != "client_credentials":
            raise _oauth_error(400, "unsupported_grant_type", "The grant type is not supported here.")
        known = _same(wish.get("client_id"), self._settings.client_id)
        if not (_same(wish.get("client_secret"), self._settings.client_secret) and known):
            raise _oauth_error(401, "invalid_client", "Client authentication failed.")
        scope = str(wish.get("scope") or "read")
        if not all(_is_scope(word) for word in scope.split()):
            raise _oauth_error(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed.")
        seconds = wish.get("expires_in", self._settings.token_ttl)
        if "expires_in" in wish and not (isinstance(seconds, int) and SHORTEST < seconds < LONGEST):
            raise _oauth_error(400, "invalid_request", "expires_in is out of range.")
        token = secrets.token_hex(32)
        until = self._inbox.clock().timestamp() + seconds
        self._inbox.documents.put(KIND, token, {"scope": scope, "until": until})
        return {"access_token": token, "token_type": "bearer", "scope": scope, "expires_in": seconds}

    def expire_all(self) -> None:
        """Make every token useless."""
        self._inbox.documents.remove(KIND)

    def admit(self, header: str | None, *, write: bool, resource: str) -> Person:
        """The user behind a request. Raises Refusal (401, 403)."""
        way, _, credential = (header or "").partition(" ")
        if way.lower() == "basic":
            return self._by_api_token(credential.strip())
        if way.lower() != "bearer":
            raise not_authenticated()
        try:
            token = self._inbox.documents.get(KIND, credential.strip())
        except NotThere:
            raise not_authenticated() from None
        if self._inbox.clock().timestamp() >= token["until"]:
            raise not_authenticated()
        need = "write" if write else "read"
        if not {need, f"{resource}:{need}"} & set(token["scope"].split()):
            raise forbidden()
        return self._inbox.people.get(self._inbox.integration_user_id)

    def _by_api_token(self, credential: str) -> Person:
        try:
            login, _, token = base64.b64decode(credential, validate=True).decode().partition(":")
            person = self._inbox.people.find(login.removesuffix("/token"))
        except (binascii.Error, UnicodeDecodeError, NotThere):
            raise not_authenticated() from None
        expected = self._settings.api_token
        if expected is None or not login.endswith("/token") or not _same(token, expected) or not person.is_staff:
            raise not_authenticated()
        return person


def _same(given: Any, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def _is_scope(word: str) -> bool:
    return word.rpartition(":")[2] in ("read", "write")


def _oauth_error(status: int, code: str, description: str) -> Refusal:
    return Refusal(status, {"error": code, "error_description": description})
