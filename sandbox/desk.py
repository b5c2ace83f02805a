"""One desk with all its parts, as the control API, the page and the server share it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.delivery.courier import Courier, Sending
from sandbox.delivery.journal import Journal, Parcel
from sandbox.faces.zendesk.face import ZendeskFace
from sandbox.faces.zendesk.limits import RateLimits
from sandbox.faces.zendesk.writing import IGNORED_KIND
from sandbox.faults import Faults
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.store import Store
from sandbox.inbox.times import iso
from sandbox.settings import Settings


class Desk:
    """Inbox, faces, courier, faults: wired together once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.inbox = Inbox(self.store, settings.clock)
        self.faults = Faults()
        self.zendesk = ZendeskFace(self.inbox, settings, RateLimits(settings.limits))
        self.journal = Journal(self.store, settings.clock)
        self.courier = Courier(self.journal, self._seal, settings)
        self.zendesk.connect(self.courier)

    def start(self) -> None:
        """Begin to deliver."""
        self.courier.start()

    def stop(self) -> None:
        """Stop delivering and close the database."""
        self.courier.stop()
        self.store.close()

    def reset(self) -> None:
        """Back to a new desk with the limits it was started with."""
        self.courier.forget()
        self.faults.clear()
        self.zendesk.limits.set(self.settings.limits)
        self.zendesk.limits.refused = 0
        self.zendesk.export_lag = self.settings.export_lag
        self.zendesk.served.clear()
        self.inbox.reset()

    def report(self) -> dict[str, Any]:
        """What happened here, and whether all of it was allowed."""
        violations = [
            {"kind": one.kind, "ticket_id": one.ticket_id, "at": iso(one.at), "detail": one.detail}
            for one in self.inbox.violations()
        ]
        notes = self.notes_by_ticket()
        return {
            "ok": not violations,
            "violations": violations,
            "notes": {"total": sum(notes.values()), "by_ticket": notes},
            "requests": dict(Counter(self.zendesk.served)),
            "rate_limited": self.zendesk.limits.refused,
            "ignored_fields": len(self.inbox.documents.all(IGNORED_KIND)),
            "tickets": self._count("SELECT COUNT(*) AS n FROM tickets WHERE gone = ''"),
            "deliveries": self.journal.counts(),
        }

    def notes_by_ticket(self) -> dict[str, int]:
        """How many private notes the integration user left on each ticket."""
        found = self.store.rows(
            "SELECT ticket_id, COUNT(*) AS n FROM messages WHERE author_id = ? AND NOT public GROUP BY ticket_id",
            self.inbox.integration_user_id,
        )
        return {str(row["ticket_id"]): row["n"] for row in found}

    def _count(self, sql: str) -> int:
        row = self.store.row(sql)
        return 0 if row is None else int(row["n"])

    def _seal(self, parcel: Parcel) -> Sending:
        return self.zendesk.announcer.seal(parcel)
