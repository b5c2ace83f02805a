"""Step `draft`: approved wording with this customer's facts, or none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.draft.service import Ports, draft
from functions.draft.wording import Wordsmith
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.reader_book import DynamoReaderBook
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.lexical.knowledge import LexicalKnowledge
from shared.adapters.s3.archive import S3Archive
from shared.adapters.search.article_texts import StoredArticleTexts
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.knowledge import SearchKnowledge
from shared.adapters.search.store import SearchArticles
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.domain.ticket import VersionRef
from shared.runtime.observability import Observer, now
from shared.runtime.second_reader import OfSecret, wording_metrics_of, writer_of
from shared.runtime.settings import DraftSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = DraftSettings.from_environment()
    archive = S3Archive.connect(settings.bucket_name)
    table, observer = settings.table_name, Observer(settings)
    encoder = cache(SearchEncoder)  # one in memory for both searches
    wordsmith = Wordsmith(
        writer=OfSecret(lambda: SecretReader.connect().read_if_there(settings.llm_secret), writer_of),
        book=DynamoReaderBook.connect(table),
        clock=now,
        tell=wording_metrics_of(observer),
    )
    ports = Ports(
        tickets=DynamoTicketStore.connect(table),
        drafts=DynamoDraftStore.connect(table),
        policies=DynamoPolicyStore.connect(table),
        knowledge=SearchKnowledge(LexicalKnowledge(archive, clock=now), archive, clock=now, encoder=encoder),
        articles=SearchArticles(archive, clock=now, encoder=encoder),
        texts=StoredArticleTexts(archive, clock=now),
        customer_book=DynamoCustomerBook.connect(table),
        clock=now,
        wordsmith=wordsmith,
    )
    return Deps(ports, observer)


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer `drafted`, or `none` with the reason."""
    deps = deps or production_deps()
    ref = VersionRef.model_validate(event)
    answer = draft(ref, ports=deps.ports).model_dump(mode="json")
    deps.observer.done("draft asked for", "DraftAsked", desk=ref.desk, ticket=ref.ticket_id, **answer)
    return answer
