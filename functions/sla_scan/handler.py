"""Each minute: whatever is due by the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.sla_scan.service import Ports, sla_scan
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.held_alerts import DynamoHeldAlerts
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.marks import DynamoMarkStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.ses.mailer import SesMailer
from shared.adapters.sns.alerts import SnsAlerts
from shared.runtime.alerting import TopicAndMail
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import SlaScanSettings

_RESERVE_MILLISECONDS = 20_000  # one ticket on a desk that hangs


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = SlaScanSettings.from_environment()
    observer = Observer(settings)
    mailer, unsent = SesMailer.connect(settings.report_sender), lambda: observer.count("AlertMailsFailed", 1)
    policies = DynamoPolicyStore.connect(settings.table_name)
    ports = Ports(
        desk=Desks.connect(settings.table_name, settings.secret_prefix, policies),
        tickets=DynamoTicketStore.connect(settings.table_name),
        policies=policies,
        loads=DynamoLoadBook.connect(settings.table_name),
        facts=DynamoFactLog.connect(settings.table_name),
        marks=DynamoMarkStore.connect(settings.table_name),
        alerts=TopicAndMail(SnsAlerts.connect(settings.alerts_topic_arn), mailer, unsent=unsent),
        held=DynamoHeldAlerts.connect(settings.table_name),
        clock=now,
    )
    return Deps(ports=ports, observer=observer)


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer what the scan found."""
    deps = deps or production_deps()
    time_left: Callable[[], bool] = lambda: context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS  # noqa: E731
    found = sla_scan(lease=context.aws_request_id, ports=deps.ports, time_left=time_left).model_dump()
    deps.observer.done("clocks scanned", "ClocksScanned", **found)
    deps.observer.count("ClocksFailed", found["failed"])
    return found
