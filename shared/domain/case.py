"""A ticket as its briefing reads it: what is known beside the decision, and what its words give away."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from shared.domain.advice import failure_of, thanks_only
from shared.domain.alike import Alike
from shared.domain.choosing import DraftStory
from shared.domain.cues import Cue, cues
from shared.domain.customer_story import before_this, read_first, speaks_of_law
from shared.domain.decision import Decision
from shared.domain.health import History
from shared.domain.nearest import Near
from shared.domain.observation import Request, ServiceFailure
from shared.domain.opening import overdue
from shared.domain.policy import Policy
from shared.domain.promises import Promise
from shared.domain.record import Record
from shared.domain.suspicion import as_read
from shared.domain.ticket import Customer, EarlierTicket
from shared.domain.wants import Deadline, Want, Wish, asking_part, deadline, wishes


class Known(Record):
    """What is known beside the decision. What is missing leaves its part of the briefing out.

    Attributes:
        request: the customer's words, as long as they are kept.
        history: how the customer fared, this ticket perhaps among the rest.
        promises: ours, from this conversation and earlier ones.
        alike: others who reported the same fault; None where nobody counted.
        policy: the one that the decision was made by.
        elsewhere: what is written in other open tickets of the customer, by ticket.
        story: how it came that there is no draft, if one was asked for.
        near: what the company already says on the question.
    """

    request: Request | None = None
    customer: Customer = Customer(id="")
    earlier: tuple[EarlierTicket, ...] = ()
    history: History | None = None
    promises: tuple[Promise, ...] = ()
    alike: Alike | None = None
    policy: Policy | None = None
    elsewhere: dict[str, Request] = {}
    story: DraftStory | None = None
    near: tuple[Near, ...] = ()

    @property
    def zone(self) -> str:
        """The company's time zone."""
        return self.policy.company.time_zone if self.policy else "UTC"


class Case(NamedTuple):
    """A ticket as its briefing reads it.

    Attributes:
        honest: the customer's words without what tries to steer.
        wished: what they want; `until`: by when; `cued`: what their words give away of the occasion.
        earlier: the customer's tickets from before this one.
        late: promises of ours whose day is over without a word.
        first: which other open ticket to read first; empty where none is grave.
    """

    decision: Decision
    known: Known
    honest: Request
    wished: tuple[Wish, ...]
    cued: frozenset[Cue]
    until: Deadline | None
    earlier: tuple[EarlierTicket, ...]
    late: tuple[Promise, ...]
    first: str

    @property
    def wants(self) -> tuple[Want, ...]:
        """What they want, the gravest first."""
        return tuple(wish.want for wish in self.wished)

    @property
    def is_thanks(self) -> bool:
        """Whether it is a thank-you and nothing else."""
        return thanks_only(self.decision, self.wants, self.cued)

    @property
    def is_legal(self) -> bool:
        """Whether they speak of legal steps, here or in another ticket that is open."""
        return Want.LEGAL in self.wants or speaks_of_law(self.earlier, self.known.elsewhere)

    @property
    def failure(self) -> ServiceFailure:
        """What is taken to have failed."""
        return failure_of(self.decision, self.wants, self.cued)


def case_of(decision: Decision, known: Known, *, said: date, now: datetime) -> Case:
    """Read a ticket, with what is known beside it.

    Args:
        said: the day of the message, by which its days are understood.
    """
    honest, seen = as_read(known.request or Request(text="")), decision.inputs.observations
    asked = asking_part(honest.text)
    earlier = before_this(decision, known.history, known.earlier)
    return Case(
        decision=decision,
        known=known,
        honest=honest,
        wished=wishes(f"{honest.subject}\n{asked}") if seen is not None else (),
        cued=frozenset(cues(honest.text)) if decision.understood is not None else frozenset(),
        until=deadline(asked, said) if seen is not None else None,
        earlier=earlier,
        late=overdue(known.promises, now, known.zone),
        first=read_first(earlier, known.history, known.elsewhere),
    )
