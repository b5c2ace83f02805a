"""The triage workflow: a Standard state machine in JSONata, described as data.

Between states go keys only. Every task is asked with the execution's own four keys, never with what another
function answered, so a state can be run again by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.nag import acknowledge

FUNCTIONS = ("classify", "route", "draft", "brief", "write_back")

# AWS's own names of what may pass; a throttled or a timed-out function is not a failed one.
LAMBDA_ERRORS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
)
THROTTLED = "Lambda.TooManyRequestsException"

# The leaves of TransientError in shared/domain/errors.py, which a test holds this list to.
DESK_IS_DOWN = "DeskUnavailable"
DESK_IS_FULL = "DeskRateLimited"
# Not transient by itself: a person gives the permission back, and the ticket goes on where it stood.
ACCESS_LOST = "DeskAccessLost"
BUSY = "TicketBusy"
TRANSIENT_ERRORS = (
    DESK_IS_DOWN,
    DESK_IS_FULL,
    "DeskConflict",
    "StoreConflict",
    "StillWriting",
    "StoreUnavailable",
    BUSY,
)

_REASON = "$exists($states.result.Payload.reason) ? $states.result.Payload.reason : null"
_DAY_LONG_ATTEMPTS = 100  # 30, 60, ..., 480, then 95 times 900 seconds: a little over 24 hours
_DAY_OF_MINUTES = 1_442  # a rate limit is a matter of a minute: 10, 20, 40 seconds, then a minute each, for a day

Json = dict[str, Any]


def definition() -> Json:
    """The state machine, with `${function}` where a function's ARN belongs."""
    return {
        "Comment": "One execution triages one version of a ticket",
        "QueryLanguage": "JSONata",
        "StartAt": "classify",
        "States": {
            "classify": {
                **_task("classify"),
                "Assign": {"failure": None, "no_draft": None},
                "Catch": _catch("route", Assign={"failure": "classify", "no_draft": None}),
                "Next": "route",
            },
            "route": {
                **_task("route", failure="{% $failure %}"),
                "Catch": _catch("hand_over", Assign={"failed": "route"}),
                "Next": "owner",
            },
            "owner": _choice("owner", {"agent_with_draft": "draft", "superseded": "superseded"}, default="brief"),
            "draft": {
                **_task("draft"),
                "Assign": {"no_draft": f"{{% {_REASON} %}}"},
                "Catch": _catch("brief", Assign={"no_draft": "draft_failed"}),
                "Next": "drafted",
            },
            "drafted": _choice("outcome", {"drafted": "write_back"}, default="brief"),
            "brief": {
                **_task("brief", no_draft="{% $no_draft %}"),
                "Catch": _catch("hand_over", Assign={"failed": "brief"}),
                "Next": "write_back",
            },
            "write_back": {**_task("write_back", hand_over=None), "End": True},
            "hand_over": {**_task("write_back", hand_over="{% $failed %}"), "End": True},
            "superseded": {"Type": "Succeed"},
        },
    }


def _task(function: str, **more: str | None) -> Json:
    keys = {
        name: f"{{% $states.context.Execution.Input.{name} %}}" for name in ("desk", "ticket_id", "version", "policy")
    }
    return {
        "Type": "Task",
        "Resource": "${invoke}",
        "Arguments": {"FunctionName": f"${{{function}}}", "Payload": keys | more},
        "Output": "{% $states.result.Payload %}",
        "Retry": _retries(patient=function == "write_back"),
    }


def _catch(following: str, **more: Json) -> list[Json]:
    """Everything that is left goes to a person; the error itself stays behind, for it may quote what it was given."""
    return [{"ErrorEquals": ["States.ALL"], "Next": following, "Output": {}, **more}]


def _choice(field: str, branches: Mapping[str, str], *, default: str) -> Json:
    conditions = [
        {"Condition": f"{{% $states.input.{field} = '{value}' %}}", "Next": following}
        for value, following in branches.items()
    ]
    return {"Type": "Choice", "Choices": conditions, "Default": default}


def _retries(*, patient: bool) -> list[Json]:
    apart = (DESK_IS_DOWN, DESK_IS_FULL, BUSY) if patient else ()
    soon = [name for name in TRANSIENT_ERRORS if name not in apart]
    retries = [
        {"ErrorEquals": [*LAMBDA_ERRORS, *soon], **_backoff(seconds=2, attempts=4), "JitterStrategy": "FULL"},
        {
            "ErrorEquals": [THROTTLED],
            **_backoff(seconds=1, attempts=20),
            "MaxDelaySeconds": 30,
            "JitterStrategy": "FULL",
        },
    ]
    if patient:
        # Without jitter: it would halve the day that this has to last, on average.
        waits = {**_backoff(seconds=30, attempts=_DAY_LONG_ATTEMPTS), "MaxDelaySeconds": 900}
        retries.insert(0, {"ErrorEquals": [DESK_IS_DOWN, ACCESS_LOST], **waits})
        minutes = {**_backoff(seconds=10, attempts=_DAY_OF_MINUTES), "MaxDelaySeconds": 60}
        retries.insert(1, {"ErrorEquals": [DESK_IS_FULL], **minutes})
        # Longer than a lease lasts: a run that was killed holds it until then.
        retries.insert(2, {"ErrorEquals": [BUSY], "IntervalSeconds": 5, "MaxAttempts": 12, "BackoffRate": 1})
    return retries


def _backoff(*, seconds: int, attempts: int) -> Json:
    return {"IntervalSeconds": seconds, "MaxAttempts": attempts, "BackoffRate": 2}


class Workflow(Construct):
    """The state machine, its role, and its log without what went through it."""

    def __init__(self, scope: Construct, id: str, *, functions: Mapping[str, lambda_.IFunction], key: kms.IKey) -> None:
        super().__init__(scope, id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        stack = Stack.of(self)
        arns = {name: functions[name].function_arn for name in FUNCTIONS}
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("states.amazonaws.com"),
            inline_policies={
                "Invoke": iam.PolicyDocument(
                    statements=[iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=list(arns.values()))]
                )
            },
        )
        self.machine = sfn.StateMachine(
            self,
            "Triage",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition())),
            definition_substitutions={"invoke": f"arn:{stack.partition}:states:::lambda:invoke", **arns},
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        acknowledge(
            role,
            "AwsSolutions-IAM5[Resource::*]",
            "Log delivery and X-Ray have no resources to name; CDK adds exactly the actions that AWS documents.",
        )
