"""Queues, executions, alerts, mails and files in memory; each remembers what it was given."""

from __future__ import annotations

from typing import Any

from shared.domain.errors import StoredItemCorrupt
from shared.domain.events import RawEvent
from shared.domain.ticket import TicketKey, execution_name
from shared.ports.delivery import Alert, Mail
from tests.fakes.failing import Failing


class InMemoryEventQueue(Failing):
    """`EventQueue` in memory."""

    def __init__(self) -> None:
        self.events: list[RawEvent] = []
        self.parked: list[tuple[RawEvent, str]] = []

    def put(self, event: RawEvent) -> None:
        """Queue an event."""
        self._reach()
        self.events.append(event)

    def park(self, event: RawEvent, reason: str) -> None:
        """Set an event aside."""
        self._reach()
        self.parked.append((event, reason))


class InMemoryWorkflow(Failing):
    """`Workflow` in memory; an execution runs until `ended` has its name."""

    def __init__(self) -> None:
        self.executions: dict[str, tuple[TicketKey, str, str]] = {}
        self.ended: set[str] = set()

    @property
    def started(self) -> list[tuple[TicketKey, str, str]]:
        """Key, version and policy of each execution, in order."""
        return list(self.executions.values())

    def start(self, key: TicketKey, version: str, policy: str) -> None:
        """Start the execution of a version, once."""
        self._reach()
        self.executions.setdefault(execution_name(key, version), (key, version, policy))

    def restart(self, key: TicketKey, version: str, policy: str) -> bool:
        """Start it again under the next free name, unless one runs."""
        self._reach()
        for attempt in range(10):
            name = execution_name(key, version, attempt)
            if name not in self.executions:
                self.executions[name] = (key, version, policy)
                return True
            if name not in self.ended:
                return False
        return False


class InMemoryAlerts(Failing):
    """`Alerts` in memory."""

    def __init__(self) -> None:
        self.sent: list[Alert] = []

    def send(self, alert: Alert) -> None:
        """Remember an alert."""
        self._reach()
        self.sent.append(alert)


class InMemoryHeldAlerts(Failing):
    """`HeldAlerts` in memory."""

    def __init__(self) -> None:
        self.waiting: dict[str, Alert] = {}

    def hold(self, alert: Alert) -> None:
        """Keep an alert."""
        self._reach()
        self.waiting.setdefault(alert.id, alert)

    def held(self) -> list[Alert]:
        """All that wait, by their ids."""
        self._reach()
        return [alert for _, alert in sorted(self.waiting.items())]

    def forget(self, alert: Alert) -> None:
        """It was sent."""
        self._reach()
        self.waiting.pop(alert.id, None)


class InMemoryMailer(Failing):
    """`Mailer` in memory."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> str:
        """Remember a mail."""
        self._reach()
        self.sent.append(mail)
        return f"mail-{len(self.sent)}"


class InMemoryArchive(Failing):
    """`Archive` in memory."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[bytes, str]] = {}

    def put(self, path: str, content: bytes, content_type: str) -> None:
        """Store a file, replacing an older one."""
        self._reach()
        self.files[path] = (content, content_type)

    def put_once(self, path: str, content: bytes, content_type: str) -> bool:
        """Store a file where there is none."""
        self._reach()
        if path in self.files:
            return False
        self.files[path] = (content, content_type)
        return True

    def link(self, path: str) -> str:
        """A link that nobody can open."""
        return f"https://files.example/{path}?signed"

    def get(self, path: str) -> bytes | None:
        """A stored file."""
        self._reach()
        return self.files[path][0] if path in self.files else None


class InMemorySecrets(Failing):
    """Secrets in memory."""

    def __init__(self, secrets: dict[str, dict[str, Any]] | None = None) -> None:
        self.secrets = dict(secrets or {})

    def read(self, name: str) -> dict[str, Any]:
        """The content of a secret."""
        self._reach()
        if name not in self.secrets:
            raise StoredItemCorrupt(f"there is no secret {name}")
        return self.secrets[name]
