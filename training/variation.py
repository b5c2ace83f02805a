"""The same request as other hurried customers might have typed it."""

from __future__ import annotations

import random

_SIGNS = str.maketrans("", "", ",.!")


def varied(subject: str, text: str, luck: random.Random) -> tuple[str, str]:
    """Subject and text, now and then without capitals, in capitals alone, without signs, or without the subject."""
    chance = luck.random()
    if chance < 0.10:
        subject, text = subject.lower(), text.lower()
    elif chance < 0.12:
        subject, text = subject.upper(), text.upper()
    elif chance < 0.16:
        text = text.translate(_SIGNS)
    return ("" if luck.random() < 0.1 else subject), text
