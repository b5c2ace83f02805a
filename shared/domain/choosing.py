"""Which approved answer a request gets, and why another does not: the reason is stored, so that it can be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from shared.domain.claims import Objection
from shared.domain.policy_parts import Drafting
from shared.domain.record import Instant, Record
from shared.domain.resolution import Cut, FactName, NoDraft, Resolution, missing_facts
from shared.domain.text import canonical, sentences
from shared.domain.wording import Asked

KEPT = 5
"""Candidates that are stored with a story."""

_MOST_QUESTIONS = 4
_FEWEST_WORDS = 4


class Standing(StrEnum):
    """What stands between an approved answer and a draft."""

    CHOSEN = "chosen"
    ALSO_FITS = "also_fits"
    BELOW = "below"
    RIVALLED = "rivalled"
    TIED = "tied"
    NOT_VALID = "not_valid"
    OTHER_PLAN = "other_plan"
    MISSING_FACT = "missing_fact"


class Found(Record):
    """An approved answer as a search found it: its fit, and that of what it is not for, both 0 to 1.

    Attributes:
        meant: the sentence that it answers which comes nearest, where the search can name it.
    """

    resolution: Resolution
    fit: float
    rival: float = 0.0
    against: str = ""
    meant: str = ""


class Candidate(Record):
    """An approved answer that was looked at.

    Attributes:
        against: the sentence of what it is not for that comes nearest to the request; where it is tied, the title of
            the other answer.
        missing: facts that it needs and nobody knows.
        link: where customers read the same, if anywhere.
    """

    resolution: str
    title: str
    fit: float
    rival: float = 0.0
    against: str = ""
    standing: Standing
    missing: tuple[FactName, ...] = ()
    link: str = ""


class DraftStory(Record):
    """How a draft came about, or why there is none.

    Attributes:
        reason: why there is none; None where there is one.
        fits_at: the fit from which an answer was taken to meet the request.
        margin: by how much it had to fit better than what it is not for, and than another answer to the same.
        candidates: the approved answers that came nearest, best first.
        cut: what of the chosen answer was left out.
        gaps: facts that an agent has to fill in.
        objections: what spoke against the approved wording itself, filled with this customer's facts.
        asked: the language model's part, if it was turned to.
    """

    at: Instant
    reason: NoDraft | None = None
    language: str
    fits_at: float
    margin: float
    candidates: tuple[Candidate, ...] = ()
    cut: Cut = Cut()
    gaps: tuple[FactName, ...] = ()
    objections: tuple[Objection, ...] = ()
    asked: Asked | None = None


def candidates(
    found: Iterable[Found],
    drafting: Drafting,
    *,
    today: date,
    plan: str | None,
    facts: Mapping[FactName, str],
    asked: str = "",
    several: bool = False,
) -> tuple[Candidate, ...]:
    """Judge what a search found, best first: the best answer that holds is chosen if it fits, and no other is.

    Where another fits as well, the words do not say which is meant ("smaller plan", "larger plan"), so neither is.

    Args:
        asked: all that the customer wrote: what of an answer nobody asks about needs no fact.
        several: it was searched for several questions at once; then two answers may well fit alike.
    """
    told = []
    chosen = False
    for one in found:
        standing = _standing(one, drafting, today=today, plan=plan)
        missing = missing_facts(one.resolution, facts, asked) if standing is Standing.CHOSEN else ()
        if chosen and standing is Standing.CHOSEN:
            standing = Standing.ALSO_FITS
        chosen = chosen or standing not in (Standing.NOT_VALID, Standing.OTHER_PLAN)
        if missing and standing is Standing.CHOSEN:
            standing = Standing.MISSING_FACT
        told.append(
            Candidate(
                resolution=one.resolution.id,
                title=one.resolution.title,
                fit=round(one.fit, 4),
                rival=round(one.rival, 4),
                against=one.against,
                standing=standing,
                missing=missing,
                link=one.resolution.page,
            )
        )
    return tuple(told if several else _parted(told, drafting.margin))


def _parted(told: list[Candidate], margin: float) -> list[Candidate]:
    """The candidates, the chosen one only if no other that holds comes as near."""
    first = next((one for one in told if one.standing is Standing.CHOSEN), None)
    if first is None:
        return told
    holding = (one for one in told if one is not first and one.standing in (Standing.ALSO_FITS, Standing.BELOW))
    other = next((one for one in holding if first.fit - one.fit < margin), None)
    if other is None:
        return told
    tied = first.model_copy(update={"standing": Standing.TIED, "against": other.title})
    return [tied if one is first else one for one in told]


def _standing(one: Found, drafting: Drafting, *, today: date, plan: str | None) -> Standing:
    if not one.resolution.holds_on(today):
        return Standing.NOT_VALID
    if not one.resolution.holds_for(plan):
        return Standing.OTHER_PLAN
    if one.fit < drafting.fits_at:
        return Standing.BELOW
    return Standing.CHOSEN if one.fit - one.rival >= drafting.margin else Standing.RIVALLED


def reason_of(told: Iterable[Candidate]) -> NoDraft | None:
    """Why no approved answer was chosen, or None where one was."""
    standings = {one.standing for one in told}
    if Standing.CHOSEN in standings:
        return None
    return NoDraft.MISSING_FACT if Standing.MISSING_FACT in standings else NoDraft.NO_RESOLUTION


def questions_of(text: str) -> tuple[str, ...]:
    """The sentences of a request that ask something, where there are several: each may need an answer of its own."""
    asking = [one for one in sentences(canonical(text)) if "?" in one and len(one.split()) >= _FEWEST_WORDS]
    return tuple(asking[:_MOST_QUESTIONS]) if len(asking) > 1 else ()
