"""Recognising mail that no person wrote: it gets no draft, starts no clock and alerts nobody.

Only signs that a machine leaves count. A customer who writes *about* an out-of-office reply is a customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum


class AutomaticKind(StrEnum):
    """What kind of machine wrote."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"


# RFC 3834 (Auto-Submitted), RFC 3464 (delivery reports), RFC 2369 (List-*), and common vendors' own headers.
_BOUNCE_SENDER = re.compile(r"^(mailer-daemon|postmaster)@", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"^(undeliver(able|ed)( mail)?\b|delivery status notification|mail delivery (failed|failure|subsystem)"
    r"|returned mail:|failure notice$|delivery (has )?(failed|failure)\b|unzustellbar:|non remis\s*:"
    r"|no se puede entregar:|mensagem não entregue|onbestelbaar:|impossibile recapitare)",
    re.IGNORECASE,
)
_REPLY_SUBJECT = re.compile(
    r"^(auto(matic|mated)?[- ]?(reply|response)\b|out of (the )?office\b|automatische antwort\b|abwesenheits(notiz|meldung)\b"
    r"|réponse automatique\b|absence du bureau\b|respuesta automática\b|fuera de la oficina\b|resposta automática\b"
    r"|risposta automatica\b|fuori ufficio\b|automatisch antwoord\b|afwezigheid)",
    re.IGNORECASE,
)


def automatic_kind(*, sender: str, subject: str, headers: Mapping[str, str] | None = None) -> AutomaticKind | None:
    """What kind of machine wrote a message, or None when a person may have.

    Args:
        headers: the mail's headers where the desk gives them, names in lower case.
    """
    known = headers or {}
    if _BOUNCE_SENDER.match(sender) or "report-type=delivery-status" in known.get("content-type", "").lower():
        return AutomaticKind.BOUNCE
    if known.get("return-path", "").strip() == "<>" and not known.get("auto-submitted"):
        return AutomaticKind.BOUNCE
    if known.get("auto-submitted", "no").lower() != "no" or "x-autoreply" in known or "x-autorespond" in known:
        return AutomaticKind.AUTO_REPLY
    if (
        known.get("precedence", "").lower() in {"bulk", "list", "junk"}
        or "list-id" in known
        or "list-unsubscribe" in known
    ):
        return AutomaticKind.BULK
    if _BOUNCE_SUBJECT.match(subject.strip()):
        return AutomaticKind.BOUNCE
    return AutomaticKind.AUTO_REPLY if _REPLY_SUBJECT.match(subject.strip()) else None
