"""Nightly: the playbook's answers and the help centre's articles into the index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.sync_knowledge.searching import search_questions
from functions.sync_knowledge.service import sync_knowledge
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.lexical.index import LexicalIndex
from shared.adapters.s3.archive import S3Archive
from shared.adapters.search.answer_vectors import MeaningIndex
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.store import SearchArticles, SearchIndex
from shared.ports.delivery import Archive
from shared.ports.desk import HelpDesk
from shared.ports.knowledge import ArticleIndex, Articles, KnowledgeIndex
from shared.ports.store import TicketStore
from shared.runtime.desks import Desks
from shared.runtime.observability import Observer, now
from shared.runtime.settings import SyncKnowledgeSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    desk_names: tuple[str, ...]
    desk: Callable[[str], HelpDesk]
    archive: Archive
    index: KnowledgeIndex
    articles: ArticleIndex
    observer: Observer
    tickets: TicketStore
    search: Articles


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = SyncKnowledgeSettings.from_environment()
    policies = DynamoPolicyStore.connect(settings.table_name)
    archive = S3Archive.connect(settings.bucket_name)
    encoder = cache(SearchEncoder)  # one in memory for both indexes
    return Deps(
        desk_names=settings.desks,
        desk=Desks.connect(settings.table_name, settings.secret_prefix, policies),
        archive=archive,
        index=MeaningIndex(archive, LexicalIndex(archive), encoder),
        articles=SearchIndex(archive, encoder),
        observer=Observer(settings),
        tickets=DynamoTicketStore.connect(settings.table_name),
        search=SearchArticles(archive, clock=now, encoder=encoder),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer what is searchable now."""
    deps = deps or production_deps()
    desks = [deps.desk(name) for name in deps.desk_names]
    synced = sync_knowledge(desks=desks, archive=deps.archive, index=deps.index, articles=deps.articles)
    asked = search_questions(
        archive=deps.archive, tickets=deps.tickets, articles=deps.search, index=synced.article_index
    )
    counts = synced.model_dump(exclude={"articles_left_out"}) | asked.model_dump()
    deps.observer.done("knowledge synced", "KnowledgeSynced", **counts, left_out=", ".join(synced.articles_left_out))
    deps.observer.count("ArticlesLeftOut", len(synced.articles_left_out))
    return synced.model_dump(mode="json") | asked.model_dump()
