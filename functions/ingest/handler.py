"""A batch of events from the queue; those that have to come back later are answered as failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingest.batch import Fate, settle
from functions.ingest.message import Message, message_of
from functions.ingest.service import Stores, ingest
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.customers import DynamoCustomerStore
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.mail_text.clean import clean
from shared.adapters.redaction.redactor import PatternRedactor
from shared.adapters.sqs.queue import SqsEventQueue
from shared.adapters.stepfunctions.workflow import StepFunctionsWorkflow
from shared.ports.delivery import EventQueue
from shared.ports.desk import HelpDesk
from shared.runtime.access import AccessWatch
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import IngestSettings

_RESERVE_MILLISECONDS = 20_000  # one event on a desk that hangs


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    desk: Callable[[str], HelpDesk]
    stores: Stores
    queue: EventQueue
    postpone: Callable[[str, float], None]
    access: AccessWatch
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = IngestSettings.from_environment()
    table, policies = settings.table_name, DynamoPolicyStore.connect(settings.table_name)
    queue = SqsEventQueue.connect(settings.events_queue_url, settings.parked_queue_url)
    return Deps(
        desk=Desks.connect(table, settings.secret_prefix, policies),
        stores=Stores(
            tickets=DynamoTicketStore.connect(table),
            policies=policies,
            facts=DynamoFactLog.connect(table),
            loads=DynamoLoadBook.connect(table),
            customers=DynamoCustomerStore.connect(table),
            workflow=StepFunctionsWorkflow.connect(settings.state_machine_arn),
            customer_book=DynamoCustomerBook.connect(table),
            clean=clean,
            drafts=DynamoDraftStore.connect(table),
            redactor=PatternRedactor(),
        ),
        queue=queue,
        postpone=queue.extend_visibility,
        access=AccessWatch.connect(settings.alerts_topic_arn, table),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer which messages of the batch have to come back."""
    deps = deps or production_deps()
    later = []
    for record in event["Records"]:
        # A desk that hangs costs its own messages time, and never ends the run in the middle of one.
        in_time = context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS
        if not in_time or _settle(message_of(record, deps.clock()), deps) is Fate.POSTPONED:
            later.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": later}


def _settle(message: Message, deps: Deps) -> Fate:
    def work() -> str:
        raw = message.readable()
        with deps.access.over(raw.desk):
            return ingest(raw, desk=deps.desk(raw.desk), stores=deps.stores, clock=deps.clock).value

    event, postpone = message.event, partial(deps.postpone, message.handle)
    fate, what = settle(event, work, received=message.received, queue=deps.queue, postpone=postpone, now=deps.clock())
    deps.observer.done(
        "event settled", f"Event{fate.value.title()}", desk=event.desk, delivery=event.delivery_id, what=what
    )
    return fate
