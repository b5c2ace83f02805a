"""The stack: it only wires; each capability lives in a file of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.api import WebhookApi
from infra.delivery import Alerts, Sender
from infra.functions import CATALOGUE, SPECS, Function
from infra.layers import LAYERS, layer_hash, platform_of
from infra.messaging import Queues
from infra.observability import Observability
from infra.options import CUSTOMERS_SECRET, LLM_SECRET, SECRET_PREFIX, Options
from infra.permissions import Resources, acknowledge_wildcards, statements_for
from infra.schedules import Schedules
from infra.storage import Bucket, CustomersSecret, DeskSecrets, Key, ReaderSecret, Table
from infra.workflow import FUNCTIONS as WORKFLOW_FUNCTIONS
from infra.workflow import Workflow

INGEST_BATCH = 5
INGEST_CONCURRENCY = 5


class FirstlineStack(Stack):
    """Everything that Firstline is on AWS."""

    def __init__(
        self, scope: Construct, id: str, *, options: Options, layers: Mapping[str, Path], **kwargs: Any
    ) -> None:
        super().__init__(scope, id, description="Firstline: triage in front of the support desk", **kwargs)
        self.options = options
        self.functions: dict[str, Function] = {}
        self._build_storage()
        self._layers = {name: self._layer(name, layers[name]) for name in LAYERS}
        self._build_functions(WORKFLOW_FUNCTIONS)
        self._build_workflow()
        self._build_functions(spec.name for spec in CATALOGUE if spec.name not in WORKFLOW_FUNCTIONS)
        self._build_edges()
        self._build_outputs()

    def _build_storage(self) -> None:
        self.key = Key(self, "Key").key
        self.table = Table(self, "Table", key=self.key).table
        self.bucket = Bucket(self, "Bucket", key=self.key).bucket
        self.queues = Queues(self, "Queues", key=self.key)
        self.alerts = Alerts(self, "Alerts", key=self.key).topic
        sender = Sender(self, "Sender", address=self.options.report_sender)
        secrets = {desk: DeskSecrets(self, f"{desk}Secrets", desk=desk, key=self.key) for desk in self.options.desks}
        ReaderSecret(self, "ReaderSecret", key=self.key)
        CustomersSecret(self, "CustomersSecret", key=self.key)
        self.resources = Resources(
            key=self.key,
            table=self.table,
            bucket=self.bucket,
            events=self.queues.events,
            parked=self.queues.parked,
            alerts=self.alerts,
            secrets=secrets,
            sender_identity_arn=sender.identity_arn,
        )

    def _layer(self, name: str, zipped: Path) -> lambda_.LayerVersion:
        digest = layer_hash(name, platform_of(self.options.target, self.options.emulator_python))
        return lambda_.LayerVersion(
            self,
            f"{name.capitalize()}Layer",
            description=f"Dependencies from requirements/{name}.txt",
            code=lambda_.Code.from_asset(str(zipped), asset_hash=digest),
            compatible_runtimes=[lambda_.Runtime(self.options.runtime, lambda_.RuntimeFamily.PYTHON)],
        )

    def _environment(self) -> dict[str, str]:
        machine = self.resources.state_machine
        return {
            "TABLE_NAME": self.table.table_name,
            "BUCKET_NAME": self.bucket.bucket_name,
            "EVENTS_QUEUE_URL": self.queues.events.queue_url,
            "PARKED_QUEUE_URL": self.queues.parked.queue_url,
            "ALERTS_TOPIC_ARN": self.alerts.topic_arn,
            "STATE_MACHINE_ARN": machine.state_machine_arn if machine else "",
            "SECRET_PREFIX": SECRET_PREFIX,
            "LLM_SECRET": LLM_SECRET,
            "CUSTOMERS_SECRET": CUSTOMERS_SECRET,
            "TIME_ZONE": self.options.time_zone,
            "DESKS": ",".join(self.options.desks),
            "REPORT_SENDER": self.options.report_sender,
        }

    def _build_functions(self, names: Iterable[str]) -> None:
        known = self._environment()
        for name in names:
            spec = SPECS[name]
            self.functions[name] = Function(
                self,
                spec,
                target=self.options.target,
                runtime=self.options.runtime,
                layer=self._layers[spec.layer],
                environment={variable: known[variable] for variable in spec.environment},
                statements=statements_for(name, self.resources),
                key=self.key,
            )

    def _build_workflow(self) -> None:
        self.workflow = Workflow(self, "Workflow", functions=self._lambdas(), key=self.key)
        self.resources = replace(self.resources, state_machine=self.workflow.machine)
        acknowledge_wildcards(self, self.resources)

    def _build_edges(self) -> None:
        functions = self._lambdas()
        self.api = WebhookApi(
            self,
            "Webhooks",
            receive=functions["receive"],
            import_customers=functions["import_customers"],
            key=self.key,
        )
        lambda_.EventSourceMapping(
            self,
            "EventsToIngest",
            target=functions["ingest"],
            event_source_arn=self.queues.events.queue_arn,
            batch_size=INGEST_BATCH,
            max_concurrency=INGEST_CONCURRENCY,
            report_batch_item_failures=True,
        )
        Schedules(self, "Schedules", functions=functions, time_zone=self.options.time_zone)
        Observability(
            self,
            "Observability",
            queues=self.queues,
            machine=self.workflow.machine,
            api=self.api.api,
            functions=functions,
            topic=self.alerts,
        )

    def _lambdas(self) -> dict[str, lambda_.Function]:
        return {name: function.function for name, function in self.functions.items()}

    def _build_outputs(self) -> None:
        outputs = {
            "ApiUrl": self.api.api.api_endpoint,
            "TableName": self.table.table_name,
            "BucketName": self.bucket.bucket_name,
            "EventsQueueUrl": self.queues.events.queue_url,
            "ParkedQueueUrl": self.queues.parked.queue_url,
            "StateMachineArn": self.workflow.machine.state_machine_arn,
            "AlertsTopicArn": self.alerts.topic_arn,
            "ReportSender": self.options.report_sender,
        }
        outputs |= {
            f"{spec.construct_id}Function": self.functions[spec.name].function.function_name for spec in CATALOGUE
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
