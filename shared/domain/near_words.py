"""How near one of the company's own texts lies to a question, in words for the person who answers."""

from __future__ import annotations

from collections.abc import Iterable

from shared.domain.choosing import Standing
from shared.domain.nearest import Near
from shared.domain.own_words import shortened
from shared.domain.resolution import FactName

_TITLE, _AGAINST, _PASSAGE = 70, 90, 240  # characters

HOW_NEAR = {
    Standing.CHOSEN: "seems to be what is asked for",
    Standing.ALSO_FITS: "seems to be asked for as well",
    Standing.MISSING_FACT: "fits",
    Standing.BELOW: "is near, but may not fit",
    Standing.RIVALLED: "is near",
    Standing.TIED: "is near, but another answer is as near",
    Standing.NOT_VALID: "is near, but its wording is not valid today",
    Standing.OTHER_PLAN: "is near, but is for another plan",
}
"""What stands between an approved answer and the question."""

_ARTICLE = "(article of the help centre) is near"


def near_line(one: Near) -> str:
    """A text by its title, how near it lies, its link, and its own words in quotation marks."""
    how = HOW_NEAR[one.standing] if one.standing else _ARTICLE
    how += f"; not known here: {named(one.missing)}" if one.missing else ""
    how += f"; check that it is not this: “{shortened(one.against, _AGAINST)}”" if one.against else ""
    link = f" ({one.link})" if one.link else ""
    passage = " ".join(f"“{shortened(said, _PASSAGE)}”" for said in one.passage)
    return f"“{shortened(one.title, _TITLE)}” {how}{link}{f': {passage}' if passage else ''}"


def named(missing: Iterable[FactName]) -> str:
    """Facts by their names."""
    return ", ".join(name.value.replace("_", " ") for name in missing)
