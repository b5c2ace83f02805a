"""A language model's wording of a draft: what it was given, what it said, and whether that may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.domain.claims import Claim, Grounds, Objection, objections
from shared.domain.observation import Outcome, ReaderVersion, Request, Usage
from shared.domain.record import Instant, Record

_OF_THE_WHOLE = frozenset({Claim.LENGTH, Claim.LANGUAGE})
"""What is judged of a draft as a whole, and not of each of its paragraphs."""


class SourceText(Record):
    """What a wording may rest on.

    Attributes:
        approved: whether it is an approved answer; the others are articles of the help centre.
        link: its address, which may be named.
        changed_at: when it was last changed, where that is known.
    """

    id: str
    title: str
    text: str
    approved: bool
    link: str = ""
    changed_at: Instant | None = None


class Assignment(Record):
    """What a draft is to be worded from.

    Attributes:
        sources: facts of the customer stand in them as names in braces.
        language: the customer's, ISO 639-1.
    """

    request: Request
    language: str
    sources: tuple[SourceText, ...]


class Paragraph(Record):
    """A paragraph of a wording, with the ids of the sources that it rests on; none for a greeting."""

    text: str
    sources: tuple[str, ...] = ()


class Asked(Record):
    """That a language model was turned to for the wording, and what came of it.

    Attributes:
        objections: why its wording was not shown, where it answered.
        usage: None where nobody was asked, or it did not say.
        micro_dollars: what it is counted as; millionths of a dollar.
    """

    outcome: Outcome
    writer: ReaderVersion | None = None
    objections: tuple[Objection, ...] = ()
    usage: Usage | None = None
    micro_dollars: int = 0

    @property
    def shown(self) -> bool:
        """Whether its wording is the draft's."""
        return self.outcome is Outcome.ANSWERED and not self.objections


def named_in(paragraphs: Iterable[Paragraph], sources: Sequence[SourceText]) -> tuple[SourceText, ...]:
    """The sources that paragraphs name, in their own order."""
    named = {id for paragraph in paragraphs for id in paragraph.sources}
    return tuple(source for source in sources if source.id in named)


def unsupported(
    paragraphs: Sequence[Paragraph],
    sources: Sequence[SourceText],
    *,
    facts: tuple[str, ...],
    question: str,
    language: str,
) -> tuple[Objection, ...]:
    """Everything that speaks against showing a wording: of the whole, and of each paragraph by its own sources.

    Args:
        sources: with the customer's facts filled in.
        facts: the customer's facts.
    """

    def grounds(of: Iterable[SourceText]) -> Grounds:
        held = tuple(of)
        return Grounds(
            sources=tuple(one.text for one in held if one.approved),
            articles=tuple(one.text for one in held if not one.approved),
            links=tuple(one.link for one in held if one.link),
            facts=facts,
            question=question,
            language=language,
        )

    known = {source.id for source in sources}
    strange = {id for paragraph in paragraphs for id in paragraph.sources} - known
    found = [Objection(claim=Claim.SOURCE, what=f"no such source: {id}"[:120]) for id in sorted(strange)]
    if not any(source.approved for source in named_in(paragraphs, sources)):
        found.append(Objection(claim=Claim.SOURCE, what="it rests on no approved answer"))
    found += objections("\n\n".join(one.text for one in paragraphs), grounds(sources))
    for paragraph in paragraphs:
        told = objections(paragraph.text, grounds(named_in([paragraph], sources)))
        found += [one for one in told if one.claim not in _OF_THE_WHOLE]
    return tuple(dict.fromkeys(found))
