"""One mail for a week, however often and at how many places at once the report is made."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ValidationError

from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.domain.record import Instant, Record
from shared.ports.delivery import Archive, Mail, Mailer

_RUNS_AT_MOST = timedelta(minutes=15)  # a function's life: who has not told by then has died
_JSON = "application/json"


class Waits(StrEnum):
    """Why a mail has not left; the report itself is kept all the same."""

    NO_RECIPIENTS = "no_recipients"
    REFUSED = "mail_refused"
    ANOTHER_RUN = "another_run_sends"


class SentMail(Record):
    """The record that a report was sent."""

    message_id: str
    sent_at: Instant
    recipients: tuple[str, ...]


class _Claim(Record):
    """A run says that it sends; others leave it to that one until the claim ends."""

    until: Instant


def sent(place: str, archive: Archive) -> SentMail | None:
    """The mail that left for a report, if one has.

    Raises:
        StoredItemCorrupt: a mail has left, and the record of it cannot be read.
    """
    recorded = archive.get(f"{place}.sent.json")
    if recorded is None:
        return None
    try:
        return SentMail.model_validate_json(recorded)
    except ValidationError as error:
        # Sending once more would be the worse mistake: the file says that a mail has left.
        raise StoredItemCorrupt(f"{place}.sent.json is unreadable; remove it to have the mail sent again") from error


def send_once(place: str, mail: Mail, *, archive: Archive, mailer: Mailer, now: datetime) -> SentMail | Waits:
    """Send a week's mail and record it, unless another run is at it.

    A run that is killed between sending and recording leads to a second mail with the same subject; nothing else does.
    """
    if mail.recipients and not _claimed(place, archive, now):
        return Waits.ANOTHER_RUN
    became = send(mail, mailer=mailer, now=now)
    if isinstance(became, SentMail):
        archive.put(f"{place}.sent.json", became.model_dump_json().encode(), _JSON)
    elif became is Waits.REFUSED:
        _claim(place, archive, until=now)
    return became


def send(mail: Mail, *, mailer: Mailer, now: datetime) -> SentMail | Waits:
    """Send a mail that may be sent again."""
    if not mail.recipients:
        return Waits.NO_RECIPIENTS
    try:
        return SentMail(message_id=mailer.send(mail), sent_at=now, recipients=mail.recipients)
    except StoreUnavailable:
        return Waits.REFUSED


def _claimed(place: str, archive: Archive, now: datetime) -> bool:
    path, until = _path(place), now + _RUNS_AT_MOST
    if archive.put_once(path, _Claim(until=until).model_dump_json().encode(), _JSON):
        return True
    try:
        held = _Claim.model_validate_json(archive.get(path) or b"{}")
    except ValidationError:
        held = _Claim(until=now)
    if held.until > now:
        return False
    _claim(place, archive, until=until)
    return True


def _claim(place: str, archive: Archive, *, until: datetime) -> None:
    archive.put(_path(place), _Claim(until=until).model_dump_json().encode(), _JSON)


def _path(place: str) -> str:
    return f"{place}.sending.json"
