"""The Monday report, by schedule or on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict

from functions.report.sending import Waits
from functions.report.service import Ports, report
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.report_page.page import MjmlReportPage
from shared.adapters.s3.archive import S3Archive
from shared.adapters.ses.mailer import SesMailer
from shared.domain.week import WeekName
from shared.runtime.observability import Observer, now
from shared.runtime.settings import ReportFunctionSettings


class Input(BaseModel):
    """Which week: `last` (the last full one), `running`, or one such as `2026-W47`. Whatever else comes is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    week: Literal["last", "running"] | WeekName = "last"


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    ports: Ports
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ReportFunctionSettings.from_environment()
    archive = S3Archive.connect(settings.bucket_name)
    ports = Ports(
        facts=DynamoFactLog.connect(settings.table_name),
        policies=DynamoPolicyStore.connect(settings.table_name),
        archive=archive,
        linker=archive,
        mailer=SesMailer.connect(settings.report_sender),
        page=MjmlReportPage(),
    )
    return Deps(ports=ports, observer=Observer(settings))


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer which week was reported, on how many tickets, by which mail or why by none, and where the page lies."""
    deps = deps or production_deps()
    asked = Input.model_validate(event)
    reported = report(asked.week, ports=deps.ports, clock=deps.clock)
    deps.observer.count("ReportWaits", int(reported.waits in (Waits.NO_RECIPIENTS, Waits.REFUSED)))
    deps.observer.done("report made", "ReportMade", week=reported.week, tickets=reported.tickets, waits=reported.waits)
    return reported.model_dump(mode="json")
