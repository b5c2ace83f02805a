"""Everything that triage touches, in memory, and the steps of triage on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from functions.brief.service import Briefed, brief
from functions.brief.service import Ports as BriefPorts
from functions.classify.second import SecondOpinion
from functions.classify.service import Classified, classify
from functions.draft.service import Drafted, draft
from functions.draft.service import Ports as DraftPorts
from functions.draft.wording import Wordsmith
from functions.ingest.service import Stores, Taken, ingest
from functions.route.service import Ports as RoutePorts
from functions.route.service import route
from functions.sla_scan.service import Ports as ScanPorts
from functions.sla_scan.service import Scanned, sla_scan
from functions.write_back.service import Ports as WritePorts
from functions.write_back.service import WrittenBack, write_back
from shared.adapters.redaction.redactor import PatternRedactor
from shared.domain.errors import FirstlineError
from shared.domain.events import EventSource, RawEvent
from shared.domain.facts import Fact, FactKind
from shared.domain.observation import Category, EngineVersion, Observations, Request, SecondLook
from shared.domain.policy import Policy
from shared.domain.resolution import Resolution
from shared.domain.ticket import Customer, DeskTicket, Message, Role, TicketKey, TicketStatus, VersionRef
from shared.domain.ticket_state import TicketState
from shared.domain.wording import Asked, SourceText
from shared.ports.draft_writer import DraftWriter
from shared.ports.knowledge import ArticleMatch, Match
from shared.ports.second_reader import SecondReader
from tests.fakes.delivery import InMemoryAlerts, InMemoryEventQueue, InMemoryHeldAlerts, InMemoryWorkflow
from tests.fakes.desk import InMemoryDesk, event_body
from tests.fakes.stores import (
    InMemoryCustomerBook,
    InMemoryCustomerStore,
    InMemoryDraftStore,
    InMemoryFactLog,
    InMemoryLoadBook,
    InMemoryMarkStore,
    InMemoryOccasions,
    InMemoryPolicyStore,
    InMemoryReaderBook,
    InMemoryTicketStore,
)
from tests.unit.domain.samples import policy, seen

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANN = Customer(
    id="41", name="Ann Chen", email="ann@example.com", plan="team", mrr=100.0, signed_up=date(2026, 9, 1), seats=7
)
EXPORT = Resolution(
    id="export-csv",
    title="Export a board as CSV",
    language="en",
    category=Category.TECHNICAL,
    intents=("How do I export a board?",),
    facts=("customer_name",),
    valid_from=date(2026, 1, 1),
    owner="docs",
    body="Hello {customer_name}, open the board and choose Export.",
)


class StandingClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


class ScriptedEngine:
    """An engine that sees what it is told to; a text may have observations of its own."""

    def __init__(self) -> None:
        self.sees: Observations = seen()
        self.by_text: dict[str, Observations] = {}
        self.fails_with: FirstlineError | None = None
        self.read: list[Request] = []

    @property
    def version(self) -> EngineVersion:
        return self.sees.engine

    def observe(self, request: Request) -> Observations:
        if self.fails_with:
            raise self.fails_with
        self.read.append(request)
        return self.by_text.get(request.text, self.sees)


class ScriptedKnowledge:
    """Knowledge that always finds the same answers, in their own language."""

    def __init__(self, *matches: Match) -> None:
        self.matches = list(matches)
        self.asked: list[tuple[str, str]] = []

    def search(self, text: str, *, language: str, limit: int = 5) -> list[Match]:
        self.asked.append((text, language))
        return [match for match in self.matches if match.resolution.language == language][:limit]


class ScriptedArticles:
    """Help-centre articles that answer what a test says, or fail as it says."""

    def __init__(self) -> None:
        self.matches: list[ArticleMatch] = []
        self.texts: dict[str, str] = {}
        self.changed_at: datetime | None = None
        self.fails: Exception | None = None

    def search_articles(self, text: str, *, language: str, limit: int = 3) -> list[ArticleMatch]:
        if self.fails:
            raise self.fails
        return [match for match in self.matches if match.language == language][:limit]

    def texts_of(self, ids: Iterable[str]) -> list[SourceText]:
        if self.fails:
            raise self.fails
        held = {match.id: match for match in self.matches if match.id in self.texts}
        known = [held[id] for id in ids if id in held]
        return [
            SourceText(
                id=one.id,
                title=one.title,
                text=self.texts[one.id],
                approved=False,
                link=one.link,
                changed_at=self.changed_at,
            )
            for one in known
        ]


class World:
    """One deployment in memory. Every step of triage can be called as the state machine calls it."""

    def __init__(self, rules: Policy | None = None) -> None:
        self.clock = StandingClock()
        self.rules = rules or policy()
        self.policies = InMemoryPolicyStore()
        self.sha = self.policies.publish(self.rules)
        self.loads = InMemoryLoadBook()
        self.facts = InMemoryFactLog()
        self.tickets = InMemoryTicketStore(self.loads, clock=self.clock, facts=self.facts)
        self.customers = InMemoryCustomerStore()
        self.drafts = InMemoryDraftStore(clock=self.clock)
        self.marks = InMemoryMarkStore()
        self.customer_book = InMemoryCustomerBook()
        self.occasions = InMemoryOccasions(self.clock)
        self.workflow = InMemoryWorkflow()
        self.alerts = InMemoryAlerts()
        self.held = InMemoryHeldAlerts()
        self.queue = InMemoryEventQueue()
        self.engine = ScriptedEngine()
        self.knowledge = ScriptedKnowledge(Match(resolution=EXPORT, fit=0.9))
        self.articles = ScriptedArticles()
        self.book = InMemoryReaderBook()
        self.second_reader: Callable[[], SecondReader | None] = lambda: None
        self.second_looks: list[SecondLook] = []
        self.writer: Callable[[], DraftWriter | None] = lambda: None
        self.wordings: list[Asked] = []
        self.desk = InMemoryDesk(
            queues=[queue.id for queue in self.rules.queues],
            agents=[agent.email for agent in self.rules.agents],
            clock=self.clock,
        )
        self._deliveries = count(1)

    # ---- events

    def event(
        self, ticket_id: str, *, kind: str = "comment_added", delivery: str | None = None, **more: Any
    ) -> RawEvent:
        """A webhook about a ticket, as it lies on the queue."""
        return RawEvent(
            desk=self.desk.name,
            source=EventSource.WEBHOOK,
            delivery_id=delivery or f"delivery-{next(self._deliveries)}",
            received_at=self.clock(),
            body=event_body(ticket_id, kind=kind, **more),
        )

    def take_in(self, raw: RawEvent, **changed: Any) -> Taken:
        """Run ingest on an event."""
        return ingest(raw, desk=changed.pop("desk", self.desk), stores=self.stores(**changed), clock=self.clock)

    def stores(self, **changed: Any) -> Stores:
        """What ingest writes to."""
        given = {
            "tickets": self.tickets,
            "policies": self.policies,
            "facts": self.facts,
            "loads": self.loads,
            "customers": self.customers,
            "customer_book": self.customer_book,
            "workflow": self.workflow,
            "clean": lambda text, channel: text,
            "drafts": self.drafts,
            "redactor": PatternRedactor(),
        }
        return Stores(**given | changed)

    def arrives(self, *texts: str, **more: Any) -> str:
        """A customer writes a new ticket and its webhook is taken in; answers its id."""
        id = self.desk.open_ticket(*texts or ("How do I export a board?",), **{"customer": ANN, **more})
        self.take_in(self.event(id))
        return id

    def customer_writes(self, ticket_id: str, text: str) -> None:
        """The customer writes again, a minute later, and the webhook is taken in."""
        self.clock.forward(minutes=1)
        self.desk.customer_writes(ticket_id, text)
        self.take_in(self.event(ticket_id))

    def solve(self, ticket_id: str) -> None:
        """An agent solves the ticket, a minute later, and the webhook is taken in."""
        self.clock.forward(minutes=1)
        self.desk.edit(ticket_id, status=TicketStatus.SOLVED)
        self.take_in(self.event(ticket_id, kind="status_changed"))

    # ---- the steps of triage

    def ref(self, ticket_id: str) -> VersionRef:
        """The current version of a ticket, as an execution carries it."""
        state = self.state(ticket_id)
        return VersionRef(desk=state.key.desk, ticket_id=ticket_id, version=state.version or "", policy=self.sha)

    def classify(self, ref: VersionRef) -> Classified:
        return classify(
            ref,
            tickets=self.tickets,
            engine=self.engine,
            facts=self.facts,
            clock=self.clock,
            second=self.second_opinion(),
        )

    def second_opinion(self) -> SecondOpinion:
        """What classify turns to in doubt; nobody, until a test puts somebody there."""
        return SecondOpinion(
            reader=lambda: self.second_reader(),
            policies=self.policies,
            book=self.book,
            facts=self.facts,
            clock=self.clock,
            tell=self.second_looks.append,
        )

    def route(self, ref: VersionRef, failure: str | None = None, **changed: Any) -> str:
        names = ("tickets", "policies", "loads", "facts", "customer_book", "alerts", "drafts", "occasions")
        given = {name: getattr(self, name) for name in names}
        return route(ref, failure=failure, ports=RoutePorts(**given | changed), clock=self.clock)

    def draft(self, ref: VersionRef) -> Drafted:
        return draft(ref, ports=self.draft_ports())

    def draft_ports(self) -> DraftPorts:
        """What draft touches."""
        names = ("tickets", "drafts", "policies", "knowledge", "articles", "customer_book", "clock")
        wordsmith = Wordsmith(
            writer=lambda: self.writer(),
            book=self.book,
            clock=self.clock,
            tell=self.wordings.append,
        )
        return DraftPorts(**{name: getattr(self, name) for name in names}, texts=self.articles, wordsmith=wordsmith)

    def brief(self, ref: VersionRef, no_draft: str | None = None) -> Briefed:
        return brief(ref, no_draft=no_draft, ports=self.brief_ports(), clock=self.clock)

    def brief_ports(self, **changed: Any) -> BriefPorts:
        """What brief touches."""
        names = ("tickets", "facts", "customer_book", "policies", "drafts", "knowledge", "articles")
        given = {name: getattr(self, name) for name in names}
        return BriefPorts(**given | {"texts": self.articles} | changed)

    def write_back(
        self, ref: VersionRef, *, hand_over: str | None = None, lease: str = "run-1", **changed: Any
    ) -> WrittenBack:
        given = {name: getattr(self, name) for name in ("desk", "tickets", "drafts", "policies", "facts", "clock")}
        return write_back(ref, hand_over=hand_over, lease=lease, ports=WritePorts(**given | changed))

    def prepare(self, ref: VersionRef) -> str:
        """Everything before write_back, with the branches and the catches of the state machine; answers the owner."""
        failure = None
        try:
            self.classify(ref)
        except FirstlineError:
            failure = "classify"
        owner = self.route(ref, failure)
        if owner == "agent_with_draft":
            made = self.draft(ref)
            if made.outcome != "drafted":
                self.brief(ref, made.reason)
        elif owner != "superseded":
            self.brief(ref)
        return owner

    def triage(self, ticket_id: str) -> WrittenBack:
        """The whole execution on a ticket's current version."""
        ref = self.ref(ticket_id)
        self.prepare(ref)
        return self.write_back(ref)

    def scan(self, *, lease: str = "scan-1", time_left: Callable[[], bool] = lambda: True, **changed: Any) -> Scanned:
        return sla_scan(lease=lease, ports=self.scan_ports(**changed), time_left=time_left)

    def scan_ports(self, **changed: Any) -> ScanPorts:
        """What the scan touches."""
        names = ("tickets", "policies", "loads", "facts", "marks", "alerts", "held", "clock")
        given = {name: getattr(self, name) for name in names} | {"desk": lambda name: self.desk}
        return ScanPorts(**given | changed)

    # ---- looking

    def key(self, ticket_id: str) -> TicketKey:
        return TicketKey(desk=self.desk.name, id=ticket_id)

    def state(self, ticket_id: str) -> TicketState:
        state = self.tickets.get(self.key(ticket_id))
        assert state is not None
        return state

    def ticket(self, ticket_id: str) -> DeskTicket:
        """The ticket as it stands on the desk."""
        return self.desk.fetch(ticket_id)

    def notes(self, ticket_id: str) -> list[Message]:
        """Our notes on the desk."""
        return [message for message in self.ticket(ticket_id).messages if message.role is Role.US]

    def told(self, *kinds: FactKind) -> list[Fact]:
        """The facts recorded so far, of some kinds or of all."""
        found = self.facts.between(date(2020, 1, 1), date(2030, 1, 1))
        return [fact for fact in found if not kinds or fact.kind in kinds]

    def alerts_to(self, audience: str) -> list[str]:
        """The subjects of the alerts to somebody."""
        return [alert.subject for alert in self.alerts.sent if alert.audience == audience]


class Crash(Exception):
    """The process ended here."""


class Tripwire:
    """Ends the process at the n-th call of anything that is wired to it, before the call's effect or right after it."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.at = at
        self.after = after
        self.calls = 0

    @property
    def tripped(self) -> bool:
        return self.calls >= self.at

    def wired(self, port: Any, methods: Iterable[str]) -> Any:
        """A port whose methods count and crash."""
        return _Wired(self, port, frozenset(methods))

    def call(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls == self.at and not self.after:
            raise Crash
        answer = method(*args, **kwargs)
        if self.calls == self.at:
            raise Crash
        return answer


class _Wired:
    def __init__(self, wire: Tripwire, port: Any, methods: frozenset[str]) -> None:
        self._wire = wire
        self._port = port
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        if name not in self._methods:
            return found
        return lambda *args, **kwargs: self._wire.call(found, *args, **kwargs)
