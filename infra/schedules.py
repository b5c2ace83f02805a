"""What happens by the clock, in the company's own time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct


@dataclass(frozen=True)
class Rhythm:
    """When a function runs.

    Attributes:
        retry_seconds: how long a run that could not be started is tried again; a frequent one just waits for the next.
    """

    function: str
    expression: str
    retry_seconds: int


RHYTHMS = (
    Rhythm("sla_scan", "rate(1 minute)", 60),
    Rhythm("reconcile", "rate(5 minutes)", 60),
    Rhythm("topics", "cron(5 * * * ? *)", 600),
    Rhythm("sync_knowledge", "cron(30 2 * * ? *)", 3600),
    # Monday 08:00 sends; the later runs only send what could not be sent then.
    Rhythm("report", "cron(0 8,12,16,20 ? * MON,TUE *)", 3600),
)


class Schedules(Construct):
    """One schedule per rhythm, and one role that may invoke these functions and nothing else."""

    def __init__(
        self, scope: Construct, id: str, *, functions: Mapping[str, lambda_.IFunction], time_zone: str
    ) -> None:
        super().__init__(scope, id)
        arns = {rhythm.function: functions[rhythm.function].function_arn for rhythm in RHYTHMS}
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
            ),
            inline_policies={
                "Invoke": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(arns.values()))]
                )
            },
        )
        for rhythm in RHYTHMS:
            self._schedule(rhythm, arn=arns[rhythm.function], role=role, time_zone=time_zone)

    def _schedule(self, rhythm: Rhythm, *, arn: str, role: iam.IRole, time_zone: str) -> None:
        scheduler.CfnSchedule(
            self,
            "".join(part.capitalize() for part in rhythm.function.split("_")),
            description=f"Runs {rhythm.function}",
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
            schedule_expression=rhythm.expression,
            schedule_expression_timezone=time_zone,
            target=scheduler.CfnSchedule.TargetProperty(
                arn=arn,
                role_arn=role.role_arn,
                input="{}",
                retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                    maximum_event_age_in_seconds=rhythm.retry_seconds, maximum_retry_attempts=3
                ),
            ),
        )
