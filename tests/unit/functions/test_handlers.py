"""The handlers: they take their dependencies as an argument, answer what the state machine reads, and say little."""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from functions.brief import handler as brief
from functions.classify import handler as classify
from functions.draft import handler as draft
from functions.ingest import handler as ingest
from functions.reconcile import handler as reconcile
from functions.reconcile.service import Ports as ReconcilePorts
from functions.route import handler as route
from functions.route.service import Ports as RoutePorts
from functions.sla_scan import handler as sla_scan
from functions.sync_knowledge import handler as sync_knowledge
from functions.sync_knowledge.service import RESOLUTIONS
from functions.write_back import handler as write_back
from functions.write_back.service import Ports as WritePorts
from shared.adapters.sqs.envelope import encode
from shared.domain.errors import DeskUnavailable, UnreadableEvent
from shared.domain.observation import Sentiment, ServiceFailure, Urgency
from shared.domain.ticket import Customer
from shared.runtime.access import AccessWatch
from shared.runtime.second_reader import metrics_of
from shared.runtime.settings import SETTINGS
from tests.fakes.delivery import InMemoryArchive
from tests.unit.domain.samples import seen
from tests.unit.functions.lambdas import context, observer
from tests.unit.functions.test_sync_knowledge import ListedArticles, ListedIndex, OneArticle
from tests.unit.functions.world import ANN, World

ROOT = Path(__file__).parents[3]
NAMES = sorted(SETTINGS)
LONGEST = 100
"""Lines of a handler's file; most have sixty."""


def test_every_function_has_a_handler_and_settings():
    assert sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_is_short_and_has_no_logic_of_its_own(name):
    source = (ROOT / "functions" / name / "handler.py").read_text()
    assert len(source.splitlines()) <= LONGEST
    entry = next(node for node in ast.parse(source).body if getattr(node, "name", "") == "lambda_handler")
    assert entry.end_lineno - entry.lineno < 30


@pytest.mark.parametrize("name", NAMES)
def test_a_handler_takes_its_dependencies_as_a_third_argument(name):
    handler = import_module(f"functions.{name}.handler")
    event, _, deps = inspect.signature(handler.lambda_handler).parameters.values()
    assert (event.name, deps.name, deps.default) == ("event", "deps", None)
    assert "observer" in handler.Deps.__dataclass_fields__


class Functions:
    """Every function of a world as Lambda calls it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hidden: list[tuple[str, float]] = []

    def ingest(self, *bodies: str, left=context(), received: int = 1):  # noqa: B008  # a minute left
        deps = ingest.Deps(
            desk=lambda name: self.world.desk,
            stores=self.world.stores(),
            queue=self.world.queue,
            postpone=lambda handle, seconds: self.hidden.append((handle, seconds)),
            access=self.access(),
            observer=observer("ingest"),
            clock=self.world.clock,
        )
        records = [
            {
                "messageId": f"message-{number}",
                "receiptHandle": f"handle-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(received)},
            }
            for number, body in enumerate(bodies, 1)
        ]
        answer = ingest.lambda_handler({"Records": records}, left, deps)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def access(self) -> AccessWatch:
        return AccessWatch(self.world.alerts, self.world.occasions, clock=self.world.clock)

    def classify(self, event):
        watch, second = observer("classify"), self.world.second_opinion()
        told = replace(second, tell=metrics_of(watch))
        deps = classify.Deps(
            tickets=self.world.tickets,
            engine=self.world.engine,
            facts=self.world.facts,
            observer=watch,
            second=told,
        )
        return classify.lambda_handler(event, context(), deps)

    def route(self, event):
        names = ("tickets", "policies", "loads", "facts", "customer_book", "alerts", "drafts", "occasions")
        ports = RoutePorts(**{name: getattr(self.world, name) for name in names})
        return route.lambda_handler(event, context(), route.Deps(ports, observer("route"), self.world.clock))

    def draft(self, event):
        return draft.lambda_handler(event, context(), draft.Deps(self.world.draft_ports(), observer("draft")))

    def brief(self, event):
        deps = brief.Deps(self.world.brief_ports(), observer("brief"), self.world.clock)
        return brief.lambda_handler(event, context(), deps)

    def write_back(self, event):
        names = ("desk", "tickets", "drafts", "policies", "facts", "clock")
        ports = WritePorts(**{name: getattr(self.world, name) for name in names})
        deps = write_back.Deps(lambda desk: ports, self.access(), observer("write_back"))
        return write_back.lambda_handler(event, context(), deps)

    def sla_scan(self, left=context()):  # noqa: B008  # a minute left
        return sla_scan.lambda_handler({}, left, sla_scan.Deps(self.world.scan_ports(), observer("sla_scan")))

    def reconcile(self, *names: str):
        ports = ReconcilePorts(self.world.tickets, self.world.marks, self.world.queue)
        deps = reconcile.Deps(
            names or ("zendesk",), self._desk, ports, self.access(), observer("reconcile"), self.world.clock
        )
        return reconcile.lambda_handler({}, context(), deps)

    def _desk(self, name: str):
        if name == "silent":
            raise DeskUnavailable("no answer")
        return self.world.desk

    def triage(self, keys):
        """The state machine's way through the steps, with the answers as it reads them."""
        assert self.classify(keys) == {"outcome": "observed"}
        owner = self.route({**keys, "failure": None})["owner"]
        reason = None
        if owner == "agent_with_draft":
            made = self.draft(keys)
            reason = made["reason"]
            if made["outcome"] == "drafted":
                return self.write_back({**keys, "hand_over": None})
        assert self.brief({**keys, "no_draft": reason}) == {"outcome": "briefed"}
        return self.write_back({**keys, "hand_over": None})


@pytest.fixture
def functions(world) -> Functions:
    return Functions(world)


def keys(world: World, id: str) -> dict[str, str]:
    return json.loads(world.ref(id).model_dump_json())


def body(world: World, id: str) -> str:
    return encode(world.event(id))


def test_a_request_goes_through_every_function(functions, world):
    id = world.desk.open_ticket("How do I export a board?", customer=ANN)

    assert functions.ingest(body(world, id)) == []
    assert functions.triage(keys(world, id)) == {"outcome": "written"}
    assert "Draft reply" in world.notes(id)[0].text


def test_between_the_functions_go_keys_only(functions, world):
    id = world.arrives("zanzibar", subject="zanzibar")
    asked = keys(world, id)

    assert set(asked) == {"desk", "ticket_id", "version", "policy"}
    answers = [functions.classify(asked), functions.route(asked), functions.draft(asked), functions.brief(asked)]
    assert answers == [
        {"outcome": "observed"},
        {"owner": "agent_with_draft"},
        {"outcome": "drafted", "reason": None},
        {"outcome": "briefed"},
    ]


def test_the_failed_step_is_told_to_route_and_to_write_back(functions, world):
    id = world.arrives()

    assert functions.route({**keys(world, id), "failure": "classify"}) == {"owner": "agent_with_briefing"}
    other = world.arrives()
    assert functions.write_back({**keys(world, other), "hand_over": "route"}) == {"outcome": "written"}
    assert "“route”" in world.notes(other)[0].text


def test_a_batch_answers_only_the_messages_that_have_to_come_back(functions, world):
    good, down = world.desk.open_ticket("Hello"), world.desk.open_ticket("Hello")
    bodies = [body(world, good), "not an envelope", body(world, down)]
    fetch = world.desk.fetch

    def fetch_unless_down(id: str):
        if id == down:
            raise DeskUnavailable("away")
        return fetch(id)

    world.desk.fetch = fetch_unless_down
    assert functions.ingest(*bodies, received=3) == ["message-3"]
    assert functions.hidden == [("handle-3", 20.0)]
    assert [key.id for key, _, _ in world.workflow.started] == [good]
    ((parked, reason),) = world.queue.parked
    assert parked.body == b"not an envelope"
    assert "the message is no envelope" in reason


@pytest.mark.parametrize("message", ["", "{}", "[" * 5_000, '{"desk": 7}', "null", "🔥" * 1_000])
def test_a_message_that_is_none_of_ours_is_parked_as_it_came(functions, world, message):
    assert functions.ingest(message) == []
    ((parked, _),) = world.queue.parked
    assert parked.body == message.encode()


def test_an_event_that_the_desk_cannot_have_sent_is_parked_and_counted(functions, world, capsys):
    event = world.event("1").model_copy(update={"body": b'{"type": ['})

    assert functions.ingest(encode(event)) == []
    assert [error.split(":")[0] for _, error in world.queue.parked] == [UnreadableEvent.__name__]
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["EventParked"] for line in counted] == [[1.0]]


def test_a_batch_without_time_left_comes_back_untouched(functions, world):
    ids = [world.desk.open_ticket("Hello") for _ in range(3)]

    assert functions.ingest(*(body(world, id) for id in ids), left=context(60_000, 19_000, 5_000)) == [
        "message-2",
        "message-3",
    ]
    assert len(world.workflow.started) == 1


def test_a_scan_stops_before_lambda_stops_it(functions, world):
    for _ in range(3):
        world.arrives()
    world.clock.forward(minutes=2)

    found = functions.sla_scan(context(50_000, 30_000, 19_000))
    assert (found["fired"], found["complete"]) == (2, False)


def test_a_scan_counts_what_failed_so_that_an_alarm_can_see_it(functions, world, capsys):
    functions.sla_scan()

    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert {"ClocksFailed": [0.0]}.items() <= {k: v for one in counted for k, v in one.items()}.items()


def test_a_desk_that_does_not_answer_keeps_no_other_from_being_reconciled(functions, world):
    world.desk.open_ticket("Hello")

    with pytest.raises(DeskUnavailable):
        functions.reconcile("silent", "zendesk")
    assert len(world.queue.events) == 1


SECRET_WORDS = ("zanzibar", "Ann Chen", "ann@example.com", "Chen", "Acme Ltd")


def test_no_function_logs_a_customers_words(functions, world, capsys):
    """Whatever happens, the customer's text, name and address stay out of the logs and metrics."""
    customer = Customer(**{**ANN.model_dump(), "company": "Acme Ltd", "plan": "enterprise"})
    heads = ("category", "urgency", "sentiment", "service_failure")
    calm = seen()
    angry = seen(urgency=Urgency.CRITICAL, sentiment=Sentiment.AT_RISK, failure=ServiceFailure.PRODUCT_DEFECT)
    for sees in (calm, angry):
        told = {name: getattr(sees, name).model_copy(update={"evidence": "zanzibar"}) for name in heads}
        world.engine.sees = sees.model_copy(update=told)
        id = world.desk.open_ticket("zanzibar", subject="zanzibar", customer=customer, tags=["zanzibar"])
        functions.ingest(body(world, id), body(world, id), "zanzibar", encode(world.event("zanzibar")))
        functions.triage(keys(world, id))
        functions.triage(keys(world, id))
        world.clock.forward(days=2)
        functions.sla_scan()
    functions.reconcile()
    archive = InMemoryArchive()
    archive.put(RESOLUTIONS, b"[]", "application/json")
    deps = sync_knowledge.Deps(
        ("zendesk",),
        functions._desk,
        archive,
        ListedIndex(),
        ListedArticles(),
        observer("sync_knowledge"),
        world.tickets,
        OneArticle(),
    )
    sync_knowledge.lambda_handler({}, context(), deps)

    logged = capsys.readouterr()
    said = logged.out + logged.err
    for message in (
        "event settled", "version read", "version decided", "draft asked for", "version briefed", "written back",
        "clocks scanned", "desk reconciled", "knowledge synced",
    ):  # fmt: skip
        assert message in said
    for word in SECRET_WORDS:
        assert word not in said


def test_every_line_of_a_log_has_a_constant_message(functions, world, capsys):
    for text in ("one", "two"):
        id = world.desk.open_ticket(text, customer=ANN)
        functions.ingest(body(world, id))
        functions.triage(keys(world, id))

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    messages = [line["message"] for line in lines if "message" in line]
    half = len(messages) // 2
    assert messages[:half] == messages[half:] != []
