"""Alarms that mean something has to be done, and one page that shows how it goes."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from infra.messaging import Queues

_MINUTE = Duration.minutes(1)
_FIVE = Duration.minutes(5)
SCHEDULED = ("sla_scan", "reconcile", "sync_knowledge", "topics", "report")


class Observability(Construct):
    """Alarms go to the alerts topic."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        queues: Queues,
        machine: sfn.StateMachine,
        api: apigateway.HttpApi,
        functions: Mapping[str, lambda_.IFunction],
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, id)
        self._action = SnsAction(topic)
        self._queues, self._machine, self._api, self._functions = queues, machine, api, functions
        self._alarms()
        self._dashboard()

    def _alarm(self, id: str, metric: cloudwatch.IMetric, description: str, *, above: float = 0) -> None:
        alarm = cloudwatch.Alarm(
            self,
            id,
            metric=metric,
            threshold=above,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=description,
        )
        alarm.add_alarm_action(self._action)

    def _alarms(self) -> None:
        parked = self._queues.parked.metric_approximate_number_of_messages_visible(period=_MINUTE, statistic="Maximum")
        self._alarm("ParkedNotEmpty", parked, "Events that could not be read are parked; each carries its reason.")
        age = self._queues.events.metric_approximate_age_of_oldest_message(period=_MINUTE, statistic="Maximum")
        self._alarm("EventsOld", age, "An event has waited for 15 minutes; is the desk down?", above=900)
        failures = {
            "ExecutionsFailed": self._machine.metric_failed(period=_MINUTE),
            "ExecutionsTimedOut": self._machine.metric_timed_out(period=_MINUTE),
            "ExecutionsAborted": self._machine.metric_aborted(period=_MINUTE),
        }
        for name, metric in failures.items():
            self._alarm(name, metric, "A ticket's triage did not end; the SLA scan hands the ticket to a person.")
        self._alarm("WebhookServerErrors", self._api.metric_server_error(period=_MINUTE), "The webhook answered 5xx.")
        for name in ("receive", "import_customers", *SCHEDULED):
            title = "".join(part.capitalize() for part in name.split("_"))
            self._alarm(f"{title}Errors", self._functions[name].metric_errors(period=_FIVE), f"{name} failed.")

        waits = cloudwatch.Metric(
            namespace="Firstline",
            metric_name="ReportWaits",
            dimensions_map={"service": "report"},
            period=_FIVE,
            statistic="Maximum",
        )
        self._alarm(
            "ReportWaits", waits, "The Monday report is made and not mailed: SES refused, or nobody is to get it."
        )

    def _dashboard(self) -> None:
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(1))
        machine, queues = self._machine, self._queues
        dashboard.add_widgets(
            _graph("Webhooks", self._api.metric_count(period=_FIVE), self._api.metric_client_error(period=_FIVE)),
            _graph(
                "Triage",
                machine.metric_started(period=_FIVE),
                machine.metric_succeeded(period=_FIVE),
                machine.metric_failed(period=_FIVE),
            ),
            _graph("Triage time", machine.metric_time(statistic="p50"), machine.metric_time(statistic="p95")),
        )
        functions = self._functions.values()
        dashboard.add_widgets(
            _graph(
                "Queues",
                queues.events.metric_approximate_number_of_messages_visible(),
                queues.parked.metric_approximate_number_of_messages_visible(),
            ),
            _graph("Function errors", *(function.metric_errors() for function in functions)),
            _graph("Function time, p95", *(function.metric_duration(statistic="p95") for function in functions)),
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=8)
