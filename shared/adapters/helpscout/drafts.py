"""Our draft in the reply box: whose words it holds now, and what to do about it.

The desk can neither delete a draft nor hide it; its words can be replaced. It keeps no trace of who changed a draft
last, so each note of ours carries a fingerprint of the draft as we left it: a draft with another one was changed by a
person, and a person's words stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from shared.adapters.desk_text import plain_text
from shared.adapters.helpscout.conversation import NOTE, REPLY, Thread

WITHDRAWN = "[Draft withdrawn. A person answers this one: see the note.]"
_MARK = "firstline:draft:"
_FINGERPRINT = re.compile(re.escape(_MARK) + r"([0-9a-f]{12})(?![\w-])")


@dataclass(frozen=True)
class ReplyBox:
    """What lies in the reply box of a conversation.

    Attributes:
        ours: drafts that hold our own words still, newest first.
        changed: a person went on writing a draft of ours.
    """

    ours: tuple[Thread, ...]
    changed: bool

    @property
    def to_withdraw(self) -> tuple[Thread, ...]:
        """Drafts of ours with an answer in them."""
        return tuple(draft for draft in self.ours if fingerprint(draft.body) != fingerprint(WITHDRAWN))


def reply_box(threads: Sequence[Thread], own_user_id: str, *, wanted: str | None = None) -> ReplyBox:
    """Look into the reply box.

    Args:
        wanted: what we are about to leave there, and may have left in a write that broke off.
    """
    ours = our_drafts(threads, own_user_id)
    notes = (one for one in threads if one.type == NOTE and one.is_by(own_user_id))
    left = {found for note in notes for found in _FINGERPRINT.findall(note.body)}
    # Without any note that speaks of a draft, this one is of a write that broke off before its note.
    known = left | {fingerprint(html) for html in (WITHDRAWN, wanted) if html is not None}
    kept = tuple(draft for draft in ours if not left or fingerprint(draft.body) in known)
    return ReplyBox(ours=kept, changed=len(kept) < len(ours))


def our_drafts(threads: Sequence[Thread], own_user_id: str) -> list[Thread]:
    """Every unsent reply in our name, newest first, whosever words it holds."""
    return [one for one in threads if one.type == REPLY and one.state == "draft" and one.is_by(own_user_id)]


def fingerprint(html: str) -> str:
    """Of the words alone: a desk may set them in markup of its own."""
    words = " ".join(re.findall(r"\w+", plain_text(html)))
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def mark_of(html: str) -> str:
    """What a note says of the draft that it belongs to."""
    return _MARK + fingerprint(html)


def draft_html(text: str) -> str:
    """A draft's plain text as the desk takes it."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs)
