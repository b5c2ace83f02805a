"""How patient Help Scout is with the receiver of a webhook: it tries again, and gives up on who never answers.

It retries up to ten times over hours; here as often as the sandbox waits. Ten events in a row that were given up
switch the webhook off, until somebody switches it on again.
"""

from __future__ import annotations

from threading import Lock

from sandbox.delivery.rules import Reply
from sandbox.inbox.errors import NotThere
from sandbox.inbox.inbox import Inbox
from sandbox.settings import Settings

KIND = "helpscout_webhook"
ENABLED, DISABLED = "enabled", "disabled"
MOST_DISCARDED = 10


class Patience:
    """Help Scout's rules of delivery."""

    def __init__(self, inbox: Inbox, settings: Settings) -> None:
        self.timeout = settings.delivery_timeout
        self._delays = settings.retry_delays
        self._inbox = inbox

    def wait(self, tried: int, reply: Reply) -> float | None:
        """Seconds until the next try; None when there is none. 410 says not to come again."""
        return None if tried >= len(self._delays) or reply.status == 410 else self._delays[tried]

    def fuse(self, webhook_id: str) -> Switch:
        """One switch for each webhook."""
        return Switch(self._inbox, webhook_id, tries=len(self._delays) + 1)


class Switch:
    """Switches a webhook off after ten discarded events in a row."""

    def __init__(self, inbox: Inbox, webhook_id: str, *, tries: int) -> None:
        self._inbox = inbox
        self._webhook_id = webhook_id
        self._most = MOST_DISCARDED * tries
        self._failed = 0
        self._lock = Lock()

    def allows(self, now: float) -> bool:
        """Whether the webhook is on."""
        return self._hook().get("state") == ENABLED

    def note(self, now: float, *, ok: bool) -> None:
        """Count one answer."""
        with self._lock:
            self._failed = 0 if ok else self._failed + 1
            if self._failed >= self._most:
                self._failed = 0
                if hook := self._hook():
                    self._inbox.documents.put(KIND, self._webhook_id, {**hook, "state": DISABLED})

    def _hook(self) -> dict[str, object]:
        try:
            return self._inbox.documents.get(KIND, self._webhook_id)
        except NotThere:
            return {}
