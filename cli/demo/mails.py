"""Mail that left, as the emulator's SES took it."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

from shared.domain.record import Record
from shared.domain.ticket import TicketKey


class SentMail(Record):
    """One mail of SES."""

    subject: str
    to: tuple[str, ...]
    at: datetime
    is_alert: bool


def sent_mails(aws_endpoint: str) -> list[SentMail]:
    """All of them, the oldest first."""
    with urllib.request.urlopen(f"{aws_endpoint}/_ministack/ses/messages", timeout=10) as answer:
        by_account = json.load(answer)["messages"]
    mails = (_read(mail) for account in by_account.values() for mail in account)
    return sorted(mails, key=lambda mail: mail.at)


def _read(mail: dict[str, Any]) -> SentMail:
    return SentMail(
        subject=str(mail["Subject"]),
        to=tuple(map(str, mail.get("To") or ())),
        at=datetime.fromtimestamp(mail["Timestamp"], UTC),
        is_alert="Alert " in str(mail.get("BodyText", "")),
    )


def about(key: TicketKey, mails: list[SentMail], begins: str) -> SentMail | None:
    """The first alert of a kind about a ticket."""
    fits = (mail for mail in mails if mail.is_alert and mail.subject.startswith(begins))
    return next((mail for mail in fits if f"icket {key.id} ({key.desk})" in mail.subject), None)
