"""Step `write_back`: the note, tags and fields on the desk, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.write_back.service import Ports, write_back
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.domain.ticket import VersionRef
from shared.runtime.access import AccessWatch
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import WriteBackSettings


class Input(VersionRef):
    """A version, and the step at which triage failed, if it did."""

    hand_over: str | None = None


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Callable[[str], Ports]
    access: AccessWatch
    observer: Observer


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = WriteBackSettings.from_environment()
    table = settings.table_name
    policies = DynamoPolicyStore.connect(table)
    desks = Desks.connect(table, settings.secret_prefix, policies)
    tickets, drafts = DynamoTicketStore.connect(table), DynamoDraftStore.connect(table)
    facts = DynamoFactLog.connect(table)

    def ports(desk: str) -> Ports:
        return Ports(desk=desks(desk), tickets=tickets, drafts=drafts, policies=policies, facts=facts, clock=now)

    access = AccessWatch.connect(settings.alerts_topic_arn, table)
    return Deps(ports=ports, access=access, observer=Observer(settings))


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer what was written."""
    deps = deps or production_deps()
    step = Input.model_validate(event)
    with deps.access.over(step.desk):
        outcome = write_back(step, hand_over=step.hand_over, lease=context.aws_request_id, ports=deps.ports(step.desk))
    deps.observer.done("written back", "WrittenBack", desk=step.desk, ticket=step.ticket_id, outcome=outcome.value)
    return {"outcome": outcome.value}
