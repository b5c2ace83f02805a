"""What each function is told by its environment. The infrastructure is held to this by a test."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _names(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


DeskNames = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""Names of the connected desks; separated by commas in the environment."""


class Settings(BaseModel):
    """What every function is told. Field aliases are the names of the environment variables."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    service: str = Field(alias="POWERTOOLS_SERVICE_NAME")
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE")
    log_level: str = Field(alias="LOG_LEVEL")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings; a missing variable is a `ValidationError` that names it."""
        return cls.model_validate(dict(os.environ if environment is None else environment))


class ReceiveSettings(Settings):
    """Settings of receive."""

    events_queue_url: str = Field(alias="EVENTS_QUEUE_URL")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    desks: DeskNames = Field(alias="DESKS")


class IngestSettings(Settings):
    """Settings of ingest."""

    table_name: str = Field(alias="TABLE_NAME")
    events_queue_url: str = Field(alias="EVENTS_QUEUE_URL")
    parked_queue_url: str = Field(alias="PARKED_QUEUE_URL")
    state_machine_arn: str = Field(alias="STATE_MACHINE_ARN")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")


class ClassifySettings(Settings):
    """Settings of classify.

    Attributes:
        llm_secret: the name of the secret that describes the second reader; it may be empty.
    """

    table_name: str = Field(alias="TABLE_NAME")
    llm_secret: str = Field(alias="LLM_SECRET")


class RouteSettings(Settings):
    """Settings of route."""

    table_name: str = Field(alias="TABLE_NAME")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")
    report_sender: str = Field(alias="REPORT_SENDER")


class DraftSettings(Settings):
    """Settings of draft.

    Attributes:
        llm_secret: the name of the secret that describes the language model; it may be empty.
    """

    table_name: str = Field(alias="TABLE_NAME")
    bucket_name: str = Field(alias="BUCKET_NAME")
    llm_secret: str = Field(alias="LLM_SECRET")


class BriefSettings(Settings):
    """Settings of brief."""

    table_name: str = Field(alias="TABLE_NAME")
    bucket_name: str = Field(alias="BUCKET_NAME")


class WriteBackSettings(Settings):
    """Settings of write_back."""

    table_name: str = Field(alias="TABLE_NAME")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")


class SlaScanSettings(Settings):
    """Settings of sla_scan."""

    table_name: str = Field(alias="TABLE_NAME")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")
    report_sender: str = Field(alias="REPORT_SENDER")
    desks: DeskNames = Field(alias="DESKS")


class ReportFunctionSettings(Settings):
    """Settings of report."""

    table_name: str = Field(alias="TABLE_NAME")
    bucket_name: str = Field(alias="BUCKET_NAME")
    report_sender: str = Field(alias="REPORT_SENDER")


class TopicsSettings(Settings):
    """Settings of topics."""

    table_name: str = Field(alias="TABLE_NAME")
    bucket_name: str = Field(alias="BUCKET_NAME")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")
    report_sender: str = Field(alias="REPORT_SENDER")
    desks: DeskNames = Field(alias="DESKS")


class SyncKnowledgeSettings(Settings):
    """Settings of sync_knowledge."""

    table_name: str = Field(alias="TABLE_NAME")
    bucket_name: str = Field(alias="BUCKET_NAME")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    desks: DeskNames = Field(alias="DESKS")


class ReconcileSettings(Settings):
    """Settings of reconcile."""

    table_name: str = Field(alias="TABLE_NAME")
    events_queue_url: str = Field(alias="EVENTS_QUEUE_URL")
    secret_prefix: str = Field(alias="SECRET_PREFIX")
    alerts_topic_arn: str = Field(alias="ALERTS_TOPIC_ARN")
    desks: DeskNames = Field(alias="DESKS")


class ImportCustomersSettings(Settings):
    """Settings of import_customers.

    Attributes:
        time_zone: the company's.
    """

    table_name: str = Field(alias="TABLE_NAME")
    customers_secret: str = Field(alias="CUSTOMERS_SECRET")
    time_zone: str = Field(alias="TIME_ZONE")


SETTINGS: dict[str, type[Settings]] = {
    "receive": ReceiveSettings,
    "ingest": IngestSettings,
    "classify": ClassifySettings,
    "route": RouteSettings,
    "draft": DraftSettings,
    "brief": BriefSettings,
    "write_back": WriteBackSettings,
    "sla_scan": SlaScanSettings,
    "topics": TopicsSettings,
    "report": ReportFunctionSettings,
    "sync_knowledge": SyncKnowledgeSettings,
    "reconcile": ReconcileSettings,
    "import_customers": ImportCustomersSettings,
}
