"""Step `classify`: read a version with the embedded engine, and with a second reader where that is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.classify.second import SecondOpinion
from functions.classify.service import classify
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.reader_book import DynamoReaderBook
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.embedded.engine import EmbeddedEngine
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.domain.ticket import VersionRef
from shared.ports.books import FactLog
from shared.ports.store import TicketStore
from shared.ports.triage import TriageEngine
from shared.runtime.observability import Observer, now
from shared.runtime.second_reader import OfSecret, metrics_of, reader_of
from shared.runtime.settings import ClassifySettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    tickets: TicketStore
    engine: TriageEngine
    facts: FactLog
    observer: Observer
    second: SecondOpinion | None = None
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ClassifySettings.from_environment()
    table, observer = settings.table_name, Observer(settings)
    facts = DynamoFactLog.connect(table)
    second = SecondOpinion(
        reader=OfSecret(lambda: SecretReader.connect().read_if_there(settings.llm_secret), reader_of),
        policies=DynamoPolicyStore.connect(table),
        book=DynamoReaderBook.connect(table),
        facts=facts,
        clock=now,
        tell=metrics_of(observer),
    )
    return Deps(DynamoTicketStore.connect(table), EmbeddedEngine.load(), facts, observer, second)


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer whether the version was read."""
    deps = deps or production_deps()
    ref = VersionRef.model_validate(event)
    outcome = classify(
        ref, tickets=deps.tickets, engine=deps.engine, facts=deps.facts, clock=deps.clock, second=deps.second
    )
    deps.observer.done("version read", "VersionRead", desk=ref.desk, ticket=ref.ticket_id, outcome=outcome.value)
    return {"outcome": outcome.value}
