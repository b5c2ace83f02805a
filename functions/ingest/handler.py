"""A batch of events from the queue; those that have to come back later are answered as failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingest.batch import Fate, settle
from functions.ingest.service import Stores, ingest
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.mail_text.clean import clean
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.adapters.sqs.envelope import decode
from shared.adapters.sqs.queue import SqsEventQueue
from shared.adapters.stepfunctions.workflow import StepFunctionsWorkflow
from shared.domain.errors import UnreadableEvent
from shared.domain.events import EventSource, RawEvent
from shared.ports.delivery import EventQueue
from shared.ports.desk import HelpDesk
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import IngestSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    desk: Callable[[str], HelpDesk]
    stores: Stores
    queue: EventQueue
    postpone: Callable[[str, float], None]
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = IngestSettings.from_environment()
    table = settings.table_name
    policies = DynamoPolicyStore.connect(table)
    queue = SqsEventQueue.connect(settings.events_queue_url, settings.parked_queue_url)
    return Deps(
        desk=Desks(SecretReader.connect().read, policies, prefix=settings.secret_prefix),
        stores=Stores(
            tickets=DynamoTicketStore.connect(table),
            policies=policies,
            facts=DynamoFactLog.connect(table),
            loads=DynamoLoadBook.connect(table),
            workflow=StepFunctionsWorkflow.connect(settings.state_machine_arn),
            clean=clean,
        ),
        queue=queue,
        postpone=queue.extend_visibility,
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer which messages of the batch have to come back."""
    deps = deps or production_deps()
    later = [record["messageId"] for record in event["Records"] if _settle(record, deps) is Fate.POSTPONED]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in later]}


def _event(record: dict[str, Any], now: datetime) -> RawEvent:
    """The event in a queue's message; one that is none of ours is kept as it is, to be parked."""
    body: str = record["body"]
    try:
        return decode(body)
    except UnreadableEvent:
        return RawEvent(
            desk="unknown",
            source=EventSource.WEBHOOK,
            delivery_id=record["messageId"],
            received_at=now,
            body=body.encode(),
        )


def _settle(record: dict[str, Any], deps: Deps) -> Fate:
    def work(raw: RawEvent) -> str:
        return ingest(raw, desk=deps.desk(raw.desk), stores=deps.stores, clock=deps.clock).value

    raw = _event(record, deps.clock())
    fate, what = settle(
        raw,
        work,
        received=int(record["attributes"]["ApproximateReceiveCount"]),
        queue=deps.queue,
        postpone=lambda seconds: deps.postpone(record["receiptHandle"], seconds),
        now=deps.clock(),
    )
    deps.observer.done(
        "event settled", f"Event{fate.value.title()}", desk=raw.desk, delivery=raw.delivery_id, what=what
    )
    return fate
