"""Step `route`: decide who answers, from which queue, by when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.route.service import Ports, route
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.occasions import DynamoOccasions
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.ses.mailer import SesMailer
from shared.adapters.sns.alerts import SnsAlerts
from shared.domain.ticket import VersionRef
from shared.runtime.alerting import TopicAndMail
from shared.runtime.observability import Observer, now
from shared.runtime.settings import RouteSettings


class Input(VersionRef):
    """A version, and the step that failed before, if one did."""

    failure: str | None = None


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = RouteSettings.from_environment()
    table = settings.table_name
    observer = Observer(settings)
    mailer, unsent = SesMailer.connect(settings.report_sender), lambda: observer.count("AlertMailsFailed", 1)
    ports = Ports(
        tickets=DynamoTicketStore.connect(table),
        policies=DynamoPolicyStore.connect(table),
        loads=DynamoLoadBook.connect(table),
        customer_book=DynamoCustomerBook.connect(table),
        drafts=DynamoDraftStore.connect(table),
        facts=DynamoFactLog.connect(table),
        occasions=DynamoOccasions.connect(table),
        alerts=TopicAndMail(SnsAlerts.connect(settings.alerts_topic_arn), mailer, unsent=unsent),
    )
    return Deps(ports=ports, observer=observer)


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer the owner, on which the state machine branches."""
    deps = deps or production_deps()
    step = Input.model_validate(event)
    owner = route(step, failure=step.failure, ports=deps.ports, clock=deps.clock)
    deps.observer.done("version decided", "VersionDecided", desk=step.desk, ticket=step.ticket_id, owner=owner)
    return {"owner": owner}
