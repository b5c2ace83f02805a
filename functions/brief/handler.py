"""Step `brief`: what the person who answers should know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.brief.service import Ports, brief
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.lexical.knowledge import LexicalKnowledge
from shared.adapters.s3.archive import S3Archive
from shared.adapters.search.article_texts import StoredArticleTexts
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import SearchKnowledge
from shared.adapters.search.store import SearchArticles
from shared.domain.ticket import VersionRef
from shared.runtime.observability import Observer, now
from shared.runtime.settings import BriefSettings


class Input(VersionRef):
    """A version, and why draft had nothing to offer, if it was asked."""

    no_draft: str | None = None


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = BriefSettings.from_environment()
    table, archive = settings.table_name, S3Archive.connect(settings.bucket_name)
    encoder = cache(SearchEncoder)  # one in memory for both searches
    ports = Ports(
        tickets=DynamoTicketStore.connect(table),
        facts=DynamoFactLog.connect(table),
        customer_book=DynamoCustomerBook.connect(table),
        policies=DynamoPolicyStore.connect(table),
        drafts=DynamoDraftStore.connect(table),
        knowledge=SearchKnowledge(LexicalKnowledge(archive, clock=now), archive, clock=now, encoder=encoder),
        articles=SearchArticles(archive, clock=now, encoder=encoder),
        texts=StoredArticleTexts(archive, clock=now),
    )
    return Deps(ports, Observer(settings))


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer whether the briefing is stored."""
    deps = deps or production_deps()
    step = Input.model_validate(event)
    outcome = brief(step, no_draft=step.no_draft, ports=deps.ports, clock=deps.clock).value
    deps.observer.done("version briefed", "VersionBriefed", desk=step.desk, ticket=step.ticket_id, outcome=outcome)
    return {"outcome": outcome}
