"""Every five minutes: what the webhooks missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.reconcile.service import Ports, reconcile
from shared.adapters.dynamodb.marks import DynamoMarkStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.sqs.queue import SqsEventQueue
from shared.domain.errors import FirstlineError
from shared.ports.desk import HelpDesk
from shared.runtime.access import AccessWatch
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import ReconcileSettings

_RESERVE_MILLISECONDS = 20_000  # one page of a desk that hangs


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    desk_names: tuple[str, ...]
    desk: Callable[[str], HelpDesk]
    ports: Ports
    access: AccessWatch
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ReconcileSettings.from_environment()
    policies = DynamoPolicyStore.connect(settings.table_name)
    ports = Ports(
        tickets=DynamoTicketStore.connect(settings.table_name),
        marks=DynamoMarkStore.connect(settings.table_name),
        queue=SqsEventQueue.connect(settings.events_queue_url),
    )
    return Deps(
        desk_names=settings.desks,
        desk=Desks.connect(settings.table_name, settings.secret_prefix, policies),
        ports=ports,
        access=AccessWatch.connect(settings.alerts_topic_arn, settings.table_name),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer what was found on each desk."""
    deps = deps or production_deps()
    time_left: Callable[[], bool] = lambda: context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS  # noqa: E731
    found: list[dict[str, Any]] = []
    troubles: list[FirstlineError] = []
    for name in deps.desk_names:
        try:
            with deps.access.over(name):
                found_here = reconcile(desk=deps.desk(name), ports=deps.ports, clock=deps.clock, time_left=time_left)
        except FirstlineError as error:
            troubles.append(error)
            continue
        one = found_here.model_dump()
        deps.observer.done("desk reconciled", "DeskReconciled", **one)
        found.append(one)
    if troubles:
        # The other desks come first; then the run has failed, and says so.
        raise troubles[0]
    return {"desks": found}
