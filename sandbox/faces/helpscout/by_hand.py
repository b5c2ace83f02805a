"""What people click together in Help Scout, because no API does it: the fields of its inboxes.

Done with the first sign-in, so that a desk which nobody connects as Help Scout stays bare.
"""

from __future__ import annotations

from sandbox.inbox.inbox import Inbox

TITLES = tuple(
    f"Firstline {name}"
    for name in (
        "category", "urgency", "sentiment", "service failure", "owner", "rank", "first response due", "priority",
    )
)  # fmt: skip


def make_fields(inbox: Inbox) -> None:
    """Make the fields that are not there yet."""
    with inbox.store.transaction():
        known = {field.title for field in inbox.fields.all()}
        for title in TITLES:
            if title not in known:
                inbox.fields.add(title, "text")
