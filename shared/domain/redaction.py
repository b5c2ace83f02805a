"""A text without personal data, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PLACEHOLDER: Final = re.compile(r"\[[A-Z]+_[1-9]\d*\]")
"""What stands in place of a value, such as `[EMAIL_1]`."""


@dataclass(frozen=True)
class Redacted:
    """A text whose personal data are placeholders: this may leave the account, the object may not.

    Attributes:
        text: the text with placeholders; the same value has the same one throughout.
        originals: what each placeholder stands for. Customer's words: never to a log, so not in the `repr` either.
    """

    text: str
    originals: Mapping[str, str] = field(default_factory=dict, repr=False)

    def restore(self, text: str) -> str:
        """Put the values back into a text that was written with the placeholders.

        `restore(self.text)` is the original text. A placeholder that this text does not know stays as it is: it stood
        in the original already, or somebody made it up.
        """
        return PLACEHOLDER.sub(lambda found: self.originals.get(found.group(), found.group()), text)

    def unknown(self, text: str) -> tuple[str, ...]:
        """The placeholders of an answer that stand for nothing here: whoever wrote it made them up."""
        known = self.originals.keys() | set(PLACEHOLDER.findall(self.text))
        return tuple(dict.fromkeys(found for found in PLACEHOLDER.findall(text) if found not in known))
