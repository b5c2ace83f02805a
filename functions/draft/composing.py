"""What an agent sees of a draft beside its text: what it rests on, how sure that is, what to fill in and to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from shared.domain.choosing import Candidate
from shared.domain.resolution import Cut, Draft, FactName, Resolution, Source, facts_in, open_gaps
from shared.ports.knowledge import ArticleMatch

CLEARLY = 0.8
"""A fit from which hardly any answer is a wrong one: `firstline evaluate answers`, its thresholds."""

SURE = "high: the request is much like those that this answer was approved for"
LIKELY = "fair: it fits, less surely than most"
DOUBTFUL = "low: what we say elsewhere contradicts this answer"
_CARE = {
    LIKELY: "read question and answer once more",
    DOUBTFUL: "find out which is right before sending",
}
_FIRST = "do first what stands above"
_LOOK = "look at what stands above, then send it"
_SEND = "read it once, then send it"
_OPEN = {FactName.ACCOUNT_EMAIL: " (is it the one they sign in with?)"}  # all that we know is whence they write
_GREETED = frozenset({FactName.CUSTOMER_NAME})  # stands in the first line, where nobody overlooks it


def approved_draft(
    resolution: Resolution,
    chosen: Candidate,
    said: str,
    cut: Cut,
    *,
    facts: Mapping[FactName, str],
    first: tuple[str, ...],
    doubts: tuple[str, ...],
    doubtful: bool,
    beside: Iterable[ArticleMatch],
    now: datetime,
) -> Draft:
    """The draft in approved words.

    Args:
        resolution: without marks.
        said: its wording with the facts filled in.
        first: what to do before anything else, beside what the answer's owner says.
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
        before_sending=(*first, *resolution.before_sending),
        check=(*doubts, *_filled_in(used, facts)),
        cut=cut,
        made_at=now,
        sources=(
            Source(id=resolution.id, title=resolution.title, link=resolution.page),
            *(Source(id=one.id, title=one.title, link=one.link) for one in beside),
        ),
        confidence=DOUBTFUL if doubtful else SURE if chosen.fit >= CLEARLY else LIKELY,
    )


def _filled_in(used: Iterable[FactName], facts: Mapping[FactName, str]) -> tuple[str, ...]:
    """The facts that stand in the text, in one line: where one is wrong, the agent knows."""
    named = "; ".join(f"{name.value.replace('_', ' ')} {facts[name]}{_OPEN.get(name, '')}" for name in used)
    return (f"Filled in: {named}",) if named else ()


def with_next_step(draft: Draft) -> Draft:
    """A draft that says what is to be filled in and what to do with it, whoever worded it."""
    gaps = open_gaps(draft.text)
    sure = f"{draft.confidence}; {_next_step(draft)}"
    if not gaps:
        return draft.model_copy(update={"confidence": sure})
    named = " and ".join(f"[{name.value.replace('_', ' ')}]" for name in gaps)
    fill_in = f"Fill in {named}: nobody told us, so the draft has a gap there"
    return draft.model_copy(
        update={
            "before_sending": (fill_in, *draft.before_sending),
            "confidence": f"not complete: fill in {named} first; apart from that {sure}",
        }
    )


def _next_step(draft: Draft) -> str:
    """What follows of a grade: sending only where nothing has to be done first."""
    care = _CARE.get(draft.confidence, "")
    if draft.before_sending:
        return f"{care}; {_FIRST}" if care else _FIRST
    return care or (_LOOK if draft.check else _SEND)
