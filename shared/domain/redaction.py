"""A text whose personal data was taken out, and the way back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Redacted:
    """A text with placeholders where personal data stood.

    Attributes:
        text: what may leave the account.
        originals: what each placeholder stands for. Customer's data: never to a log, never out of the account.
    """

    text: str
    originals: dict[str, str] = field(default_factory=dict, repr=False)

    def restore(self, text: str) -> str:
        """Put the originals back into a text that quotes placeholders; a placeholder nobody made stays as it is."""
        if not self.originals:
            return text
        # In one pass, so that an original that looks like a placeholder is not taken for one; the longest first.
        known = "|".join(map(re.escape, sorted(self.originals, key=len, reverse=True)))
        return re.sub(known, lambda found: self.originals[found.group()], text)
