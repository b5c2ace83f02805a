"""The port that takes personal data out of a text before it leaves the account."""

from __future__ import annotations

from typing import Protocol

from shared.domain.redaction import Redacted


class Redactor(Protocol):
    """Takes out mail addresses, phones, cards, account numbers and names, reversibly."""

    def redact(self, text: str, *, names: tuple[str, ...] = ()) -> Redacted:
        """Replace personal data by placeholders.

        Args:
            names: names of the customer that are known to us, such as "Ann Chen".
        """
        ...
