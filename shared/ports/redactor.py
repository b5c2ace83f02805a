"""The port behind which personal data are taken out of a text before it leaves the account."""

from __future__ import annotations

from typing import Protocol

from shared.domain.redaction import Redacted


class Redactor(Protocol):
    """Replaces personal data by placeholders. Deterministic, needs no network, raises nothing."""

    def redact(self, text: str, *, names: tuple[str, ...] = ()) -> Redacted:
        """Take out mail addresses, phone numbers, cards, bank accounts, tax ids, IP addresses and the names given.

        Order numbers, amounts, dates and versions stay: the request is about them.

        Args:
            names: whole names of people; each is found whole, and by its first and its last part.
        """
        ...
