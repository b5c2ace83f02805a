"""draft's own use case in memory: one request, one approved answer that fits it, and a model that says what it is told.

Everything between the stored decision and the stored draft is the product's own: the policy, the filled wording, the
day's limit, the checks, and what is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from functions.draft.service import Ports, draft
from functions.draft.wording import Wordsmith
from shared.domain.breaker import Breaker
from shared.domain.choosing import DraftStory
from shared.domain.decision import CustomerFacts, Decision, DecisionInputs, decide
from shared.domain.health import History
from shared.domain.observation import (
    Category,
    EngineVersion,
    LanguageReading,
    Observations,
    Outcome,
    ReaderVersion,
    Request,
    Sentiment,
    ServiceFailure,
    Urgency,
    Usage,
)
from shared.domain.policy import Policy
from shared.domain.reader_policy import AskWhen, Price, SecondReaderPolicy
from shared.domain.resolution import Draft, Resolution
from shared.domain.ticket import Customer, TicketKey, TicketStatus, VersionRef
from shared.domain.ticket_state import TicketState
from shared.domain.wording import Assignment, Paragraph
from shared.ports.books import PolicyStore
from shared.ports.customers import CustomerBook
from shared.ports.draft_writer import Written
from shared.ports.knowledge import Match
from shared.ports.store import TicketStore, VersionText

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
_KEY = TicketKey(desk="evaluation", id="1")
_USED = Usage(input_tokens=2000, output_tokens=300)
_ASKS = SecondReaderPolicy(
    ask=AskWhen(category_below=0.0, urgency_below=0.0, unhappy_from=1.0, failure_from=1.0),
    daily_limit=10**9,
    prices=(Price(model="*", since=NOON.date(), input=1, output=1),),
    words_drafts=True,
)
Says = Outcome | Callable[[Assignment], tuple[Paragraph, ...]]


def drafted(
    resolution: Resolution, customer: Customer, request: Request, policy: Policy, says: Says | None
) -> tuple[Draft | None, DraftStory | None]:
    """What draft makes of a request that one approved answer fits, and why.

    Args:
        says: what the language model answers, or how it fails; None: there is none.
    """
    rules = policy.model_copy(update={"llm": _ASKS})
    tickets, drafts = _OneTicket(resolution, customer, request, rules), _Drafts()
    wordsmith = Wordsmith(
        writer=lambda: _Writer(says) if says is not None else None,
        book=_Book(),
        clock=lambda: NOON,
        tell=lambda asked: None,
    )
    ports = Ports(
        # Of these three draft asks no more than what is here; whatever else it asked would fail by its name.
        tickets=cast("TicketStore", tickets),
        drafts=drafts,
        policies=cast("PolicyStore", _OnePolicy(rules)),
        knowledge=_OneAnswer(resolution),
        articles=_Nothing(),
        texts=_Nothing(),
        customer_book=cast("CustomerBook", _Nothing()),
        clock=lambda: NOON,
        wordsmith=wordsmith,
    )
    draft(tickets.ref, ports=ports)
    return drafts.made, drafts.told


class _Writer:
    version = ReaderVersion(model="scripted", instructions="scripted", sha256="0" * 64)

    def __init__(self, says: Says) -> None:
        self._says = says

    def most(self, assignment: Assignment) -> Usage:
        return _USED

    def write(self, assignment: Assignment, *, names: tuple[str, ...] = ()) -> Written:
        if isinstance(self._says, Outcome):
            return Written(outcome=self._says)
        return Written(outcome=Outcome.ANSWERED, paragraphs=self._says(assignment), usage=_USED)


class _OneTicket:
    def __init__(self, resolution: Resolution, customer: Customer, request: Request, policy: Policy) -> None:
        self._text = VersionText(request=request, customer=customer)
        inputs = DecisionInputs(
            key=_KEY,
            version="1",
            policy=policy.sha,
            observations=_calm(resolution),
            customer=CustomerFacts(plan=customer.plan, signed_up=NOON.date()),
            was_bounded=False,
            decided_at=NOON,
            clock_started_at=NOON,
            channel="email",
        )
        self._decision = decide(inputs, policy)
        self.ref = VersionRef(desk=_KEY.desk, ticket_id=_KEY.id, version="1", policy=policy.sha)

    def get(self, key: TicketKey) -> TicketState:
        return TicketState(
            key=key,
            status=TicketStatus.NEW,
            channel="email",
            customer_id="1",
            created_at=NOON,
            desk_updated_at=NOON,
            version="1",
        )

    def decision(self, key: TicketKey, version: str) -> Decision:
        return self._decision

    def text(self, key: TicketKey, version: str) -> VersionText:
        return self._text


def _calm(resolution: Resolution) -> Observations:
    category = resolution.category if resolution.category is not Category.COMPLAINT else Category.OTHER
    return Observations.model_validate(
        {
            "category": _sure(category),
            "urgency": _sure(Urgency.STANDARD),
            "sentiment": _sure(Sentiment.NEUTRAL),
            "service_failure": _sure(ServiceFailure.NONE),
            "language": LanguageReading(code=resolution.language, probability=1.0, readable=True),
            "engine": EngineVersion(name="evaluation", sha256="0" * 64),
        }
    )


def _sure(label: StrEnum) -> dict[str, Any]:
    return {"label": label, "scores": dict.fromkeys(type(label), 0.0) | {label: 1.0}}


class _OnePolicy:
    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def get(self, sha: str) -> Policy:
        return self._policy

    def drafting_is_on(self) -> bool:
        return True


class _OneAnswer:
    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        return [Match(resolution=self._resolution, fit=1.0)]


class _Nothing:
    def search_articles(self, text: str, *, language: str, limit: int = 3) -> list[Any]:
        return []

    def texts_of(self, ids: Any) -> list[Any]:
        return []

    def history(self, desk: str, customer: str) -> History:
        return History(desk=desk, customer=customer)

    def put_history(self, history: History) -> History:
        return history


class _Book:
    def reserve(self, day: Any, micro_dollars: int, limit: int) -> bool:
        return True

    def settle(self, day: Any, reserved: int, spent: int, usage: Usage) -> None:
        """Nothing is counted here."""

    def spent(self, day: Any) -> int:
        return 0

    def breaker(self) -> Breaker:
        return Breaker()

    def put_breaker(self, breaker: Breaker) -> None:
        """Nothing is remembered here."""


class _Drafts:
    made: Draft | None = None
    told: DraftStory | None = None

    def get(self, key: TicketKey, version: str) -> Draft | None:
        return self.made

    def put(self, key: TicketKey, version: str, draft: Draft) -> None:
        self.made = draft

    def put_story(self, key: TicketKey, version: str, story: DraftStory) -> None:
        self.told = story

    def story(self, key: TicketKey, version: str) -> DraftStory | None:
        return self.told
