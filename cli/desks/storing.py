"""A connected desk's two secrets, where the deployed functions read them."""

from __future__ import annotations

from typing import Any, Protocol

from cli.desks.setup import Connected
from shared.domain.errors import StoredItemCorrupt

PREFIX = "firstline"


class Secrets(Protocol):
    """Where secrets lie. `read` raises `StoredItemCorrupt` for one that is missing or no JSON object."""

    def read_secret(self, name: str) -> dict[str, Any]:
        """The content of a secret."""
        ...

    def store_secret(self, name: str, content: dict[str, Any]) -> None:
        """Replace the content of a secret that the stack made."""
        ...


def store(secrets: Secrets, desk: str, connected: Connected) -> None:
    """Keep what a set-up answered. The signing secrets come first: webhooks may arrive at once."""
    secrets.store_secret(f"{PREFIX}/{desk}/webhook", {"secrets": list(connected.signing_secrets)})
    secrets.store_secret(f"{PREFIX}/{desk}/api", connected.api)


def stored(secrets: Secrets, desk: str) -> Connected | None:
    """What an earlier set-up answered; None where nothing, or not all of it, is kept."""
    try:
        api = secrets.read_secret(f"{PREFIX}/{desk}/api")
        signing = secrets.read_secret(f"{PREFIX}/{desk}/webhook").get("secrets")
    except StoredItemCorrupt:
        return None
    if not api or not isinstance(signing, list) or not signing:
        return None
    return Connected(api=api, signing_secrets=tuple(signing))


def forget(secrets: Secrets, desk: str) -> None:
    """Empty both secrets; the stack owns them, so they stay."""
    secrets.store_secret(f"{PREFIX}/{desk}/api", {})
    secrets.store_secret(f"{PREFIX}/{desk}/webhook", {"secrets": []})
