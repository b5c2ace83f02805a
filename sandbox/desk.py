"""One desk with all its parts, as the control API, the page and the server share it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.delivery.courier import Courier
from sandbox.delivery.journal import Journal
from sandbox.faces.face import IGNORED
from sandbox.faces.registry import faces_over
from sandbox.faults import Faults
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Change
from sandbox.inbox.store import Store
from sandbox.inbox.times import iso
from sandbox.settings import Settings
from sandbox.sidebar import Sidebar


class Desk:
    """Inbox, faces, courier, faults: wired together once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.inbox = Inbox(self.store, settings.clock)
        self.faults = Faults()
        self.faces = faces_over(self.inbox, settings)
        self.journal = Journal(self.store, settings.clock)
        self.sidebar = Sidebar(self.inbox.documents)
        self.courier = Courier(self.journal, self.faces, settings)
        self.inbox.tickets.listen(self._announce)

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
        for face in self.faces.values():
            face.reset()
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
            "requests": dict(sum((face.served for face in self.faces.values()), Counter())),
            "rate_limited": sum(face.limits.refused for face in self.faces.values()),
            "faces": {
                name: {"requests": dict(face.served), "rate_limited": face.limits.refused}
                for name, face in self.faces.items()
            },
            "ignored_fields": len(self.inbox.documents.all(IGNORED)),
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

    def _announce(self, change: Change) -> None:
        """Tell every face's webhooks of a change, inside its transaction."""
        for face in self.faces.values():
            for parcel in face.parcels(change):
                self.courier.submit(parcel)


def logins(desk: Desk, url: str) -> dict[str, dict[str, Any]]:
    """How to get into each face of a desk that is served at an address."""
    return {name: {"base_url": f"{url}/{name}", **face.login()} for name, face in desk.faces.items()}
