"""The demo's last page also tells what went wrong."""

from __future__ import annotations

import io

from rich.console import Console

from cli.demo.outcome import Outcome
from cli.demo.summary import show

RESULT = {
    "duplicates": 3, "forged_refused": 1, "parked": 1, "p50_s": 0.5, "p95_s": 0.9, "as_expected": "1 of 1",
    "warned": "7", "moved_up": {}, "warning_mail": None, "saved": None, "minutes_left": None, "at_risk": [],
    "alert_mails": [], "answered": None, "drafts_used": {}, "sandbox_url": "http://127.0.0.1:1", "desk": "zendesk",
    "report": None, "seconds": 60.0,
}  # fmt: skip


def shown(**other: object) -> str:
    page = io.StringIO()
    show(Outcome(received=1), RESULT | other, Console(file=page, width=200))
    return page.getvalue()


def test_a_ticket_that_was_warned_of_and_that_nobody_answered_is_told_so():
    assert "Nobody answered it in time" in shown()


def test_a_ticket_that_was_saved_is_told_with_the_minutes_that_were_left():
    assert "Saved: answered 13.6 minutes before the breach" in shown(saved="7", minutes_left=13.6)
