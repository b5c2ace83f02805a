"""Step `draft`: approved wording with this customer's facts, or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.draft.service import draft
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.lexical.knowledge import LexicalKnowledge
from shared.adapters.s3.archive import S3Archive
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import SearchKnowledge
from shared.adapters.search.store import SearchArticles
from shared.domain.ticket import VersionRef
from shared.ports.knowledge import Articles, Knowledge
from shared.ports.store import DraftStore, PolicyStore, TicketStore
from shared.runtime.observability import Observer, now
from shared.runtime.settings import DraftSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    tickets: TicketStore
    drafts: DraftStore
    policies: PolicyStore
    knowledge: Knowledge
    articles: Articles
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = DraftSettings.from_environment()
    archive = S3Archive.connect(settings.bucket_name)
    encoder = cache(SearchEncoder)  # one in memory for both searches
    return Deps(
        tickets=DynamoTicketStore.connect(settings.table_name),
        drafts=DynamoDraftStore.connect(settings.table_name),
        policies=DynamoPolicyStore.connect(settings.table_name),
        knowledge=SearchKnowledge(LexicalKnowledge(archive, clock=now), archive, clock=now, encoder=encoder),
        articles=SearchArticles(archive, clock=now, encoder=encoder),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer `drafted`, or `none` with the reason."""
    deps = deps or production_deps()
    ref = VersionRef.model_validate(event)
    made = draft(
        ref,
        tickets=deps.tickets,
        drafts=deps.drafts,
        policies=deps.policies,
        knowledge=deps.knowledge,
        articles=deps.articles,
        clock=deps.clock,
    )
    answer = made.model_dump(mode="json")
    deps.observer.done("draft asked for", "DraftAsked", desk=ref.desk, ticket=ref.ticket_id, **answer)
    return answer
