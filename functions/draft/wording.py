"""Letting a language model word the draft: where the policy says so and the day's limit lets it; no draft fails by it.

What the model says is shown only if every claim of it is supported; else the approved wording stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.domain.errors import PermanentError, StoreUnavailable
from shared.domain.observation import Outcome, Request
from shared.domain.reader_policy import SecondReaderPolicy
from shared.domain.resolution import Draft, FactName, Resolution, Source, Wording, facts_in, filled, with_gaps
from shared.domain.suspicion import honest_part, suspicions
from shared.domain.ticket import Customer
from shared.domain.wording import Asked, Assignment, Paragraph, SourceText, named_in, unsupported
from shared.ports.asking import Allowance, allowed, keep_book
from shared.ports.draft_writer import DraftWriter, Written
from shared.ports.second_reader import ReaderBook


@dataclass(frozen=True)
class Wordsmith:
    """The world around the language model that words drafts.

    Attributes:
        writer: connects it; None where this deployment has none.
        tell: hears of every wording that was asked for, for the metrics.
    """

    writer: Callable[[], DraftWriter | None]
    book: ReaderBook
    clock: Callable[[], datetime]
    tell: Callable[[Asked], None]


@dataclass(frozen=True)
class Task:
    """What is to be worded.

    Attributes:
        approved: the draft in approved words, which stands if nothing comes of this.
        resolutions: the approved answers that it may rest on, the chosen one first, as far as they meet the request.
        facts: the customer's; those alone that these answers name may be used.
        beside: help-centre articles that may add to them.
    """

    approved: Draft
    request: Request
    customer: Customer
    language: str
    resolutions: tuple[Resolution, ...]
    facts: Mapping[FactName, str]
    beside: tuple[SourceText, ...] = ()


def worded(task: Task, policy: SecondReaderPolicy | None, world: Wordsmith | None) -> Draft:
    """The draft in words that meet the request, or in approved ones; with what became of asking, where it was."""
    if world is None or policy is None or not policy.words_drafts:
        return task.approved
    now = world.clock()
    try:
        writer = world.writer()
    except (PermanentError, StoreUnavailable):
        return _with(task.approved, Asked(outcome=Outcome.NOT_CONNECTED), world)
    if writer is None:
        return task.approved
    assignment = _assignment(task)
    asked = Asked(outcome=Outcome.UNPRICED, writer=writer.version)
    allowance = allowed(writer.version.model, writer.most(assignment), policy, world.book, now)
    if isinstance(allowance, Outcome):
        return _with(task.approved, asked.model_copy(update={"outcome": allowance}), world)
    names = (task.customer.name,) if task.customer.name else ()
    written = writer.write(assignment, names=names)
    keep_book(
        allowance,
        written.outcome,
        written.usage,
        policy=policy,
        book=world.book,
        asked_at=now,
        ended_at=world.clock(),
    )
    return _judged(task, assignment, written, _told(asked, written, allowance), world)


def _told(asked: Asked, written: Written, allowance: Allowance) -> Asked:
    cost = allowance.cost(written.usage)
    return asked.model_copy(update={"outcome": written.outcome, "usage": written.usage, "micro_dollars": cost})


def _judged(task: Task, assignment: Assignment, written: Written, asked: Asked, world: Wordsmith) -> Draft:
    """The wording, if it may be shown."""
    if written.outcome is not Outcome.ANSWERED:
        return _with(task.approved, asked, world)
    facts = {name: value for one in task.resolutions for name, value in _facts_for(one, task).items()}
    sources = [
        one.model_copy(update={"text": filled(one.text, facts)}) if one.approved else one for one in assignment.sources
    ]
    paragraphs = [one.model_copy(update={"text": filled(one.text, facts)}) for one in written.paragraphs]
    question = task.request.words
    found = unsupported(paragraphs, sources, facts=tuple(facts.values()), question=question, language=task.language)
    asked = asked.model_copy(update={"objections": found})
    return _with(task.approved if found else _draft(task, paragraphs, sources, asked), asked, world)


def _facts_for(one: Resolution, task: Task) -> dict[FactName, str]:
    known = with_gaps(one, task.facts)
    return {name: known[name] for name in facts_in(one) if name in known}


def _assignment(task: Task) -> Assignment:
    """The request without what tries to steer, and the sources; an article that tries to steer is none."""
    sources = [
        SourceText(id=one.id, title=one.title, text=one.body, approved=True, link=one.page) for one in task.resolutions
    ]
    sources += [one for one in task.beside if not suspicions(f"{one.title}\n{one.text}")]
    return Assignment(request=honest_part(task.request), language=task.language, sources=tuple(sources))


def _draft(task: Task, paragraphs: list[Paragraph], sources: list[SourceText], asked: Asked) -> Draft:
    used = named_in(paragraphs, sources)
    held = {one.id: one for one in task.resolutions}
    first = next(one.id for one in used if one.approved)
    model = asked.writer.model if asked.writer else ""
    return task.approved.model_copy(
        update={
            "resolution": first,
            "title": held[first].title,
            "text": "\n\n".join(one.text for one in paragraphs),
            "links": tuple(dict.fromkeys(link for one in used if one.approved for link in held[one.id].links)),
            "before_sending": tuple(
                dict.fromkeys(
                    (
                        *task.approved.before_sending,
                        *(line for one in used if one.approved for line in held[one.id].before_sending),
                    )
                )
            ),
            "sources": tuple(Source(id=one.id, title=one.title, link=one.link) for one in used),
            "wording": Wording.ADAPTED,
            "check": (
                f"A language model ({model}) worded this from the sources above: does it say what you would?",
                *task.approved.check,
            ),
        }
    )


def _with(draft: Draft, asked: Asked, world: Wordsmith) -> Draft:
    world.tell(asked)
    return draft.model_copy(update={"asked": asked})
