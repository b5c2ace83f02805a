"""The internal note: what an agent reads on the desk. Blocks here, each desk's own markup in its adapter."""

from __future__ import annotations

import re
from enum import StrEnum

from shared.domain.boundary import Owner
from shared.domain.briefing import Briefing
from shared.domain.draft_use import MISSED_TAG, NEEDLESS_TAG
from shared.domain.one_screen import LEFT_OUT, fitted
from shared.domain.record import Record
from shared.domain.resolution import Draft

DRAFT_HEADING = "Draft reply — check and send"
BRIEFING_HEADING = "Briefing — a person answers this one"
HAND_OVER_HEADING = "Not triaged — a person reads this one"


class BlockKind(StrEnum):
    """How a part of a note is set."""

    HEADING = "heading"
    TEXT = "text"
    QUOTE = "quote"
    LIST = "list"
    SMALL = "small"


class Block(Record):
    """A part of a note. `title` stands before it; `lines` are plain text, escaped by the adapter."""

    kind: BlockKind
    lines: tuple[str, ...]
    title: str = ""


class Note(Record):
    """An internal note. Never public: the port to the desk has no other kind.

    Attributes:
        marker: a line unique to this version, by which a note already written is found again.
    """

    owner: Owner
    blocks: tuple[Block, ...]
    marker: str


def marker(version: str) -> str:
    """The mark of a version's note."""
    return f"firstline:note:{version}"


def carries(text: str, mark: str) -> bool:
    """Whether a text carries a mark; the mark of message 12 is the beginning of that of message 123."""
    return re.search(re.escape(mark) + r"(?![\w-])", text) is not None


def draft_note(draft: Draft, *, version: str, replaces: bool, in_reply_box: bool = False) -> Note:
    """A note that holds a draft, what it rests on and what to check.

    Args:
        in_reply_box: the draft itself stands in the desk's reply box, and the note only speaks of it.
    """
    lines = tuple(draft.text.strip().split("\n"))
    holds = Block(kind=BlockKind.QUOTE, lines=lines)
    if in_reply_box:
        holds = Block(kind=BlockKind.TEXT, lines=("The draft stands in the reply box, unsent.",))
    rests = _rests_on(draft)
    blocks = [
        Block(kind=BlockKind.HEADING, lines=(DRAFT_HEADING,)),
        *_replacing(replaces),
        holds,
        Block(kind=BlockKind.LIST, title="Rests on", lines=rests),
        Block(kind=BlockKind.LIST, title="Check before sending", lines=(*draft.before_sending, *draft.check)),
        Block(kind=BlockKind.TEXT, title="Confidence", lines=(draft.confidence,) if draft.confidence else ()),
        Block(kind=BlockKind.SMALL, lines=(f"A person should have answered from the start? Tag it {MISSED_TAG}.",)),
    ]
    return _note(Owner.AGENT_WITH_DRAFT, blocks, version)


def _rests_on(draft: Draft) -> tuple[str, ...]:
    """The approved answer where it can be edited and read, what of it was left out, and what the help centre says."""
    if not draft.sources:
        return (f"Approved answer: {draft.title} (playbook: {draft.resolution})", *_left_out(draft))
    own = [source for source in draft.sources if "/" not in source.id]
    beside = [source for source in draft.sources if "/" in source.id]
    approved = f"Approved answer: {'; '.join(_named(one.title, f'playbook: {one.id}', one.link) for one in own)}"
    articles = f"Help centre: {'; '.join(_named(source.title, source.link) for source in beside)}"
    return (approved, *_left_out(draft), *((articles,) if beside else ()))


def _left_out(draft: Draft) -> tuple[str, ...]:
    """What the approved answer holds beyond the draft: an agent who misses it knows where to look."""
    said = []
    if draft.cut.not_asked:
        said.append(f"not asked about: {', '.join(draft.cut.not_asked)}")
    if draft.cut.unknown:
        said.append(f"not known: {', '.join(name.value.replace('_', ' ') for name in draft.cut.unknown)}")
    return (f"Left out of it, {'; '.join(said)}",) if said else ()


def _named(title: str, *places: str) -> str:
    told = "; ".join(filter(None, places))
    return f"{title} ({told})" if told else title


def briefing_note(briefing: Briefing, *, version: str, replaces: bool) -> Note:
    """A note that tells a person what they need before the first sentence."""
    said = fitted(briefing)
    avoid = (f"Avoid: {'; '.join(said.dont)}.",) if said.dont else ()
    blocks = [
        Block(kind=BlockKind.HEADING, lines=(BRIEFING_HEADING,)),
        *_replacing(replaces),
        _run_on("", said.glance),
        _run_on("Customer", said.customer),
        _listed("Promised to them", said.promised),
        _listed("Earlier tickets", said.history),
        Block(
            kind=BlockKind.QUOTE,
            title="In their words",
            lines=tuple(one if one == LEFT_OUT else f"“{one}”" for one in said.reported),
        ),
        _run_on("Known", " ".join(said.known)),
        _run_on("They want", *said.wants),
        _listed("How to answer", (*said.tone, *said.do, *avoid)),
        _listed("Our own text on it", said.near),
        _run_on("Limits", " ".join(said.not_to_promise)),
        _run_on("Ask", *said.ask),
        _run_on("Why no draft", *said.why),
        Block(kind=BlockKind.SMALL, lines=(f"A draft would have done? Tag it {NEEDLESS_TAG}.",)),
    ]
    return _note(Owner.AGENT_WITH_BRIEFING, blocks, version)


def _run_on(title: str, *parts: str) -> Block:
    """Parts that share a line: a note is read beside a conversation, where lines are few."""
    text = "; ".join(part for part in parts if part)
    return Block(kind=BlockKind.TEXT, title=title, lines=(text,) if text else ())


def _listed(title: str, lines: tuple[str, ...]) -> Block:
    return Block(kind=BlockKind.LIST, title=title, lines=lines) if len(lines) > 1 else _run_on(title, *lines)


def hand_over_note(*, version: str, failed_at: str) -> Note:
    """A note for a ticket that triage could not finish: it says so and leaves the rest to a person."""
    blocks = [
        Block(kind=BlockKind.HEADING, lines=(HAND_OVER_HEADING,)),
        Block(kind=BlockKind.TEXT, lines=(f"Triage stopped at the step “{failed_at}”. Nothing was drafted.",)),
    ]
    return _note(Owner.AGENT_WITH_BRIEFING, blocks, version)


def _replacing(replaces: bool) -> list[Block]:
    text = "The customer has written again: this replaces the earlier note and its draft."
    return [Block(kind=BlockKind.TEXT, lines=(text,))] if replaces else []


def _note(owner: Owner, blocks: list[Block], version: str) -> Note:
    mark = marker(version)
    kept = tuple(block for block in blocks if block.lines)
    return Note(owner=owner, blocks=(*kept, Block(kind=BlockKind.SMALL, lines=(f"Firstline · {mark}",))), marker=mark)
