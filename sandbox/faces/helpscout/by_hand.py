"""What people click together in Help Scout, because no API does it: the fields of its inboxes.

Done with the first sign-in and only then, so that a desk which nobody connects as Help Scout stays bare.
"""

from __future__ import annotations

from sandbox.inbox.inbox import Inbox

TITLES = tuple(
    f"Firstline {name}"
    for name in (
        "category", "urgency", "sentiment", "service failure", "owner", "rank", "rank reason",
        "first response due", "priority",
    )
)  # fmt: skip


KIND = "helpscout_by_hand"


def make_fields(inbox: Inbox) -> None:
    """Make the fields that are not there yet, once."""
    with inbox.store.transaction():
        if inbox.documents.all(KIND):
            return
        inbox.documents.put(KIND, "fields", {})
        known = {field.title for field in inbox.fields.all()}
        for title in TITLES:
            if title not in known:
                inbox.fields.add(title, "text")
