"""What an agent sees of a draft beside its text: what it rests on, how sure that is, what to fill in and to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from shared.domain.choosing import Candidate
from shared.domain.resolution import Cut, Draft, FactName, Resolution, Source, facts_in, open_gaps
from shared.ports.knowledge import ArticleMatch

CLEARLY = 0.8
"""A fit from which hardly any answer is a wrong one: `firstline evaluate answers`, its thresholds."""

SURE = "high: the request is much like those that this answer was approved for; read it once, then send it"
LIKELY = "fair: another question may sound like this one; read the request once more beside the answer before sending"
DOUBTFUL = "low: what we say elsewhere contradicts this answer; find out which is right before sending"
_GREETED = frozenset({FactName.CUSTOMER_NAME})  # stands in the first line, where nobody overlooks it


def confidence(fit: float) -> str:
    """How sure the search is, in words that tell an agent what to do."""
    return SURE if fit >= CLEARLY else LIKELY


def approved_draft(
    resolution: Resolution,
    chosen: Candidate,
    said: str,
    cut: Cut,
    *,
    facts: Mapping[FactName, str],
    doubts: tuple[str, ...],
    doubtful: bool,
    beside: Iterable[ArticleMatch],
    now: datetime,
) -> Draft:
    """The draft in approved words.

    Args:
        resolution: without marks.
        said: its wording with the facts filled in.
        doubts: what to look at before sending.
        doubtful: something we say elsewhere contradicts it.
    """
    used = [name for name in facts_in(resolution) if name in facts and name not in _GREETED]
    return Draft(
        resolution=resolution.id,
        title=resolution.title,
        text=said,
        language=resolution.language,
        fit=chosen.fit,
        links=resolution.links,
        check=(*doubts, *_filled_in(used, facts)),
        cut=cut,
        made_at=now,
        sources=(
            Source(id=resolution.id, title=resolution.title, link=resolution.page),
            *(Source(id=one.id, title=one.title, link=one.link) for one in beside),
        ),
        confidence=DOUBTFUL if doubtful else confidence(chosen.fit),
    )


def _filled_in(used: Iterable[FactName], facts: Mapping[FactName, str]) -> tuple[str, ...]:
    """The facts that stand in the text, in one line: where one is wrong, the agent knows."""
    named = "; ".join(f"{name.value.replace('_', ' ')} {facts[name]}" for name in used)
    return (f"Filled in: {named}",) if named else ()


def with_gaps_told(draft: Draft) -> Draft:
    """A draft that says what is to be filled in, whoever worded it."""
    gaps = open_gaps(draft.text)
    if not gaps:
        return draft
    named = " and ".join(f"[{name.value.replace('_', ' ')}]" for name in gaps)
    return draft.model_copy(
        update={
            "check": (f"Fill in {named}: nobody told us, so the draft has a gap there", *draft.check),
            "confidence": f"not complete: fill in {named} first; apart from that {draft.confidence}",
        }
    )
