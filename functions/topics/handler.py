"""Hourly: question types, spikes and knowledge gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.topics.service import Ports, topics
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.occasions import DynamoOccasions
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.lexical.articles import LexicalArticles, articles_of
from shared.adapters.s3.archive import S3Archive
from shared.adapters.ses.mailer import SesMailer
from shared.adapters.sns.alerts import SnsAlerts
from shared.ports.articles import ArticleFinder
from shared.ports.delivery import Archive
from shared.runtime.alerting import TopicAndMail
from shared.runtime.observability import Observer, now
from shared.runtime.settings import TopicsSettings


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    from shared.adapters.clustering.finder import WardFinder

    settings = TopicsSettings.from_environment()
    table, observer = settings.table_name, Observer(settings)
    archive = S3Archive.connect(settings.bucket_name)
    mailer = SesMailer.connect(settings.report_sender)
    ports = Ports(
        facts=DynamoFactLog.connect(table),
        tickets=DynamoTicketStore.connect(table),
        policies=DynamoPolicyStore.connect(table),
        archive=archive,
        occasions=DynamoOccasions.connect(table),
        alerts=TopicAndMail(
            SnsAlerts.connect(settings.alerts_topic_arn), mailer, lambda: observer.count("AlertNotMailed", 1)
        ),
        finder=WardFinder(),
        articles=finder_of(archive, settings.desks),
        clock=now,
    )
    return Deps(ports, observer)


def finder_of(archive: Archive, desks: tuple[str, ...]) -> Callable[[], ArticleFinder | None]:
    """A search over what sync_knowledge brought of each desk's articles; none where there are none."""

    def finder() -> ArticleFinder | None:
        held = [one for desk in desks for one in articles_of(archive.get(f"knowledge/articles-{desk}.json"))]
        return LexicalArticles(held) if held else None

    return finder


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer what the look found."""
    deps = deps or production_deps()
    looked = topics(ports=deps.ports).model_dump()
    deps.observer.done("topics looked at", "TopicsLookedAt", **looked)
    return looked
