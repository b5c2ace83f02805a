"""Recognising mail that no customer wrote: it gets no draft, starts no clock and alerts nobody.

Only signs that a machine leaves count. A customer who writes *about* an out-of-office reply is a customer,
so a subject counts only in the very form in which mail programs write it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class AutomaticKind(StrEnum):
    """What kind of machine wrote; spam counts as one, whoever pressed the button."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    SPAM = "spam"


_BOUNCE_SENDER = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"^(undeliverable\s*:|undelivered mail returned to sender$|delivery status notification \((failure|delay)\)"
    r"|mail delivery (failed|failure|subsystem)\b|returned mail\s*:|failure notice$|unzustellbar\s*:|non remis\s*:"
    r"|échec de remise$|no se puede entregar\s*:|mensagem não entregue|onbestelbaar\s*:|impossibile recapitare\s*:)",
    re.IGNORECASE,
)
# Mail programs put the old subject behind a colon; an absence note may also stand alone.
_REPLY_SUBJECT = re.compile(
    r"^(auto(matic|mated)?[- ]?(reply|response)|automatische antwort|réponse automatique|respuesta automática"
    r"|resposta automática|risposta automatica|automatisch antwoord)\s*:"
    r"|^(out of (the )?office|abwesenheits(notiz|meldung)|absence du bureau|fuera de la oficina|fuori ufficio"
    r"|afwezigheids(bericht|melding))\s*(:|$)",
    re.IGNORECASE,
)
_REPORTS = ("report-type=delivery-status", "report-type=disposition-notification")
_BULK = frozenset({"bulk", "list", "junk"})


def automatic_kind(*, sender: str, subject: str, headers: Mapping[str, str] | None = None) -> AutomaticKind | None:
    """What kind of machine wrote a message, or None when a person may have.

    Args:
        headers: the mail's headers where the desk gives them, names in lower case.
    """
    known = headers or {}
    return _by_headers(known) or _by_sender_and_subject(sender, subject.strip())


def _by_headers(known: Mapping[str, str]) -> AutomaticKind | None:
    """By RFC 3834 (Auto-Submitted), RFC 3464 (reports), RFC 2369 (List-*), and common vendors' own headers."""
    precedence = known.get("precedence", "").lower()
    submitted = known.get("auto-submitted", "no").split(";")[0].strip().lower()
    if any(report in known.get("content-type", "").lower() for report in _REPORTS):
        return AutomaticKind.BOUNCE
    if submitted != "no" or precedence == "auto_reply" or known.keys() & {"x-autoreply", "x-autorespond"}:
        return AutomaticKind.AUTO_REPLY
    if known.get("return-path", "").strip() == "<>":
        return AutomaticKind.BOUNCE
    if precedence in _BULK or known.keys() & {"list-id", "list-unsubscribe"}:
        return AutomaticKind.BULK
    return None


def _by_sender_and_subject(sender: str, subject: str) -> AutomaticKind | None:
    if _BOUNCE_SENDER.match(sender) or _BOUNCE_SUBJECT.match(subject):
        return AutomaticKind.BOUNCE
    return AutomaticKind.AUTO_REPLY if _REPLY_SUBJECT.match(subject) else None
