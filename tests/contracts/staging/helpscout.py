"""The Help Scout connector on the sandbox's Help Scout face."""

from __future__ import annotations

from shared.adapters.helpscout.drafts import WITHDRAWN
from shared.adapters.helpscout.signature import SIGNATURE
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.staged import Traits

_MOST_THREADS = 100


class HelpScout(Sandboxed):
    """Real drafts; a hundred threads and no more; no priority but a field; deleted conversations are in no list."""

    name = "helpscout"
    traits = Traits(header=SIGNATURE, longest=90, writes_on_condition=False, polls_deleted=False, tells_response=False)

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        self._edit(ticket_id, fields={"Firstline priority": priority})

    def locks(self, ticket_id: str) -> None:
        for n in range(_MOST_THREADS):
            self.customer_writes(ticket_id, f"more {n}")

    def drafts(self, ticket_id: str) -> list[str]:
        """A draft cannot be deleted by the API: one that was taken back says so, and is none any more."""
        ticket = self.sandbox.control("GET", f"/tickets/{ticket_id}")["ticket"]
        return [draft["body"] for draft in ticket["drafts"] if draft["body"] != WITHDRAWN]
