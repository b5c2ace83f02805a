"""What another system shows beside a ticket, as an app in a desk's sidebar does: asked for by address, and optional."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import urllib3

from sandbox.inbox.errors import NotThere
from sandbox.inbox.fields import Documents

KIND = "sidebar"
_KEY = "url"
_LOCAL = ("127.0.0.1", "localhost")
_LONGEST = 200_000


class Sidebar:
    """Where to ask, and asking."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=0.5, read=2.0), retries=False, maxsize=4)

    @property
    def url(self) -> str | None:
        """The address with `{id}` in it; None where nobody shows anything."""
        try:
            return str(self._documents.get(KIND, _KEY)["url"])
        except NotThere:
            return None

    def set(self, url: str) -> None:
        """Ask there from now on. Raises ValueError for an address that is not on this machine, or names no ticket."""
        if urlsplit(url).hostname not in _LOCAL or "{id}" not in url:
            raise ValueError("url is an address on this machine with {id} in it")
        self._documents.put(KIND, _KEY, {"url": url})

    def ask(self, ticket_id: int) -> dict[str, Any] | None:
        """What is to be shown beside a ticket; None where nobody says anything of use."""
        url = self.url
        if url is None:
            return None
        try:
            answer = self._http.request("GET", url.replace("{id}", str(ticket_id)), preload_content=False)
            body = answer.read(_LONGEST)
            answer.release_conn()
            told = json.loads(body) if answer.status == 200 else None
        except (urllib3.exceptions.HTTPError, ValueError):
            return None
        return told if isinstance(told, dict) else None
