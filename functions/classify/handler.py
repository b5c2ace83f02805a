"""Step `classify`: read a version with the embedded engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.classify.service import classify
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.domain.ticket import VersionRef
from shared.ports.store import TicketStore
from shared.ports.triage import TriageEngine
from shared.runtime.observability import Observer
from shared.runtime.settings import ClassifySettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    tickets: TicketStore
    engine: TriageEngine
    observer: Observer


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ClassifySettings.from_environment()
    return Deps(
        tickets=DynamoTicketStore.connect(settings.table_name),
        engine=EmbeddedEngine.load(),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer whether the version was read."""
    deps = deps or production_deps()
    ref = VersionRef.model_validate(event)
    outcome = classify(ref, tickets=deps.tickets, engine=deps.engine)
    deps.observer.done("version read", "VersionRead", desk=ref.desk, ticket=ref.ticket_id, outcome=outcome.value)
    return {"outcome": outcome.value}
