"""Secrets, read rarely."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from shared.adapters.boto import client, code_of, translated
from shared.domain.errors import StoredItemCorrupt

KEPT_FOR = 300.0
"""Seconds. During a rotation two webhook secrets are valid, so that five minutes of the older list do no harm."""

_ABSENT = frozenset({"ResourceNotFoundException"})
_KEPT_FROM_US = frozenset({"AccessDeniedException", "InvalidRequestException"})  # the latter: marked to be deleted


class SecretReader:
    """Reads secrets that hold a JSON object, and remembers each for some minutes."""

    def __init__(self, secretsmanager: Any, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = secretsmanager
        self._elapsed = elapsed
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    @classmethod
    def connect(cls) -> SecretReader:
        """The secrets of this account."""
        return cls(client("secretsmanager"))

    def read(self, name: str) -> dict[str, Any]:
        """The content of a secret.

        Raises:
            StoreUnavailable: Secrets Manager throttled or failed.
            StoredItemCorrupt: there is no such secret, or it holds no JSON object.
        """
        content = self._content(name, absent=_ABSENT)
        if content is None:
            raise StoredItemCorrupt(f"there is no secret {name}, or it has no value yet")
        return content

    def read_if_there(self, name: str) -> dict[str, Any] | None:
        """The content of a secret that need not exist.

        AWS does not always tell a secret that is not there from one that we may not read: both are None.

        Raises:
            StoreUnavailable: Secrets Manager throttled or failed.
            StoredItemCorrupt: it holds no JSON object.
        """
        return self._content(name, absent=_ABSENT | _KEPT_FROM_US)

    def _content(self, name: str, *, absent: frozenset[str]) -> dict[str, Any] | None:
        kept = self._kept.get(name)
        if kept and self._elapsed() - kept[0] < KEPT_FOR:
            return kept[1]
        text = self._fetch(name, absent)
        if text is None:
            return None
        content = _object_in(text, name)
        self._kept[name] = (self._elapsed(), content)
        return content

    def _fetch(self, name: str, absent: frozenset[str]) -> str | None:
        from botocore.exceptions import ClientError

        try:
            with translated(f"read the secret {name}"):
                return str(self._client.get_secret_value(SecretId=name).get("SecretString", ""))
        except ClientError as error:
            if code_of(error) not in absent:
                raise
        return None


def _object_in(text: str, name: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        content = None  # the error would quote the secret
    if not isinstance(content, dict):
        raise StoredItemCorrupt(f"the secret {name} holds no JSON object")
    return content
