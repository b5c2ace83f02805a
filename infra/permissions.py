"""What each function may do: named actions on named resources, in one place to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import ArnFormat, CfnElement, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from infra.nag import acknowledge
from infra.options import CUSTOMERS_SECRET, LLM_SECRET, SECRET_PREFIX
from infra.storage import DeskSecrets

_KEY_ACTIONS = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
_CONSUME = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")


@dataclass(frozen=True)
class Resources:
    """Everything a permission can name. The state machine joins after the functions that it calls."""

    key: kms.IKey
    table: dynamodb.Table
    bucket: s3.Bucket
    events: sqs.Queue
    parked: sqs.Queue
    alerts: sns.Topic
    secrets: Mapping[str, DeskSecrets]
    sender_identity_arn: str
    state_machine: sfn.StateMachine | None = None


def statements_for(function: str, given: Resources) -> list[iam.PolicyStatement]:
    """The statements of one function's role, beyond its own logs and traces."""
    named = {
        "receive": _receive,
        "ingest": _ingest,
        "classify": _classify,
        "route": _route,
        "draft": _draft,
        "brief": _brief,
        "write_back": _write_back,
        "sla_scan": _sla_scan,
        "topics": _topics,
        "report": _report,
        "sync_knowledge": _sync_knowledge,
        "reconcile": _reconcile,
        "import_customers": _import_customers,
    }
    return [*named[function](given), _key_use(given)]


def acknowledge_wildcards(stack: Stack, given: Resources) -> None:
    """The only resources that end in a star: objects under a prefix, and the executions of one machine."""
    bucket = stack.get_logical_id(cast(CfnElement, given.bucket.node.default_child))
    for prefix in ("knowledge", "reports", "topics"):
        rule = f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/{prefix}/*]"
        acknowledge(stack, rule, f"Objects under {prefix}/ have names that only exist at run time.")
    account = "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>"
    machine = stack.get_logical_id(cast(CfnElement, _machine(given).node.default_child))
    rule = f"AwsSolutions-IAM5[Resource::{account}:execution:<{machine}.Name>:*]"
    acknowledge(stack, rule, "An execution is named after the ticket version it triages.")


def _allow(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


def _table(given: Resources, *operations: str) -> iam.PolicyStatement:
    return _allow([f"dynamodb:{name}" for name in operations], given.table.table_arn)


def _index(given: Resources, index: str) -> iam.PolicyStatement:
    return _allow(["dynamodb:Query"], f"{given.table.table_arn}/index/{index}")


def _items(given: Resources, operations: Sequence[str], *keys: str) -> iam.PolicyStatement:
    """Only items whose partition key looks like one of these."""
    actions = [f"dynamodb:{name}" for name in operations]
    return iam.PolicyStatement(
        actions=actions,
        resources=[given.table.table_arn],
        conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}},
    )


def _machine(given: Resources) -> sfn.StateMachine:
    if given.state_machine is None:
        raise ValueError("this function comes before the state machine, so its role cannot name it")
    return given.state_machine


def _executions(given: Resources) -> str:
    """The machine's executions, whatever their names."""
    machine = _machine(given)
    return Stack.of(machine).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine.state_machine_name}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def _objects(given: Resources, operations: Sequence[str], prefix: str) -> iam.PolicyStatement:
    return _allow([f"s3:{name}" for name in operations], given.bucket.arn_for_objects(f"{prefix}/*"))


def _missing_objects(given: Resources) -> iam.PolicyStatement:
    """Without it S3 answers "access denied" where a file is not there yet, and nobody could tell the two apart."""
    return _allow(["s3:ListBucket"], given.bucket.bucket_arn)


def _secrets(given: Resources, kind: str) -> iam.PolicyStatement:
    """Each desk's secret of a kind."""
    return _secrets_named(given, *(f"{SECRET_PREFIX}/{desk}/{kind}" for desk in given.secrets))


def _secrets_named(given: Resources, *names: str) -> iam.PolicyStatement:
    """Secrets by their names: Secrets Manager adds a hyphen and six characters of its own."""
    arns = [
        Stack.of(given.key).format_arn(
            service="secretsmanager",
            resource="secret",
            resource_name=f"{name}-??????",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        for name in names
    ]
    return _allow(["secretsmanager:GetSecretValue"], *arns)


def _key_use(given: Resources) -> iam.PolicyStatement:
    """The key, but only through the services that encrypt with it."""
    region = Stack.of(given.key).region
    services = ("dynamodb", "s3", "secretsmanager", "sns", "sqs")
    return iam.PolicyStatement(
        actions=list(_KEY_ACTIONS),
        resources=[given.key.key_arn],
        conditions={"StringEquals": {"kms:ViaService": [f"{name}.{region}.amazonaws.com" for name in services]}},
    )


def _receive(given: Resources) -> list[iam.PolicyStatement]:
    return [_allow(["sqs:SendMessage"], given.events.queue_arn), _secrets(given, "webhook")]


def _ingest(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _allow(_CONSUME, given.events.queue_arn),
        _allow(["sqs:SendMessage"], given.parked.queue_arn),
        _allow(["states:StartExecution"], _machine(given).state_machine_arn),
        _allow(["states:DescribeExecution"], _executions(given)),
        _table(given, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
        _secrets(given, "api"),
        _allow(["sns:Publish"], given.alerts.topic_arn),
    ]


def _classify(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "GetItem"),
        _items(given, ["PutItem"], "TICKET#*", "DAY#*", "READER#*"),
        _items(given, ["UpdateItem"], "READER#*"),
        _secrets_named(given, LLM_SECRET),
    ]


def _route(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"),
        _index(given, "queue"),
        *_alerting(given),
    ]


def _draft(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _items(given, ["GetItem"], "TICKET#*", "POLICY#*", "CUSTOMER#*"),
        _items(given, ["GetItem", "Query", "PutItem"], "DRAFT#*"),
        _items(given, ["GetItem", "PutItem", "UpdateItem"], "READER#*"),
        _secrets_named(given, LLM_SECRET),
        _objects(given, ["GetObject"], "knowledge"),
        _missing_objects(given),
    ]


def _brief(given: Resources) -> list[iam.PolicyStatement]:
    """It reads a ticket, its customer, why there is no draft, a day's reports of faults and the company's texts.

    It writes the briefing and reaches drafts for reading alone.
    """
    return [
        _items(given, ["GetItem"], "TICKET#*", "CUSTOMER#*", "POLICY#*", "DRAFT#*"),
        _items(given, ["Query"], "DAY#*"),
        _items(given, ["PutItem"], "TICKET#*"),
        _objects(given, ["GetObject"], "knowledge"),
        _missing_objects(given),
    ]


def _write_back(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"),
        _secrets(given, "api"),
        _allow(["sns:Publish"], given.alerts.topic_arn),
    ]


def _sla_scan(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _index(given, "due"),
        _table(given, "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
        _items(given, ["Query"], "AGENT#*", "ALERT#*"),
        _secrets(given, "api"),
        *_alerting(given),
    ]


def _alerting(given: Resources) -> list[iam.PolicyStatement]:
    """Through the topic, and by mail from the confirmed sender."""
    return [
        _allow(["sns:Publish"], given.alerts.topic_arn),
        _allow(["ses:SendEmail", "ses:SendRawEmail"], given.sender_identity_arn),
    ]


def _topics(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _items(given, ["GetItem"], "TICKET#*", "POLICY#*", "TOLD#*"),
        _items(given, ["Query"], "DAY#*"),
        _items(given, ["PutItem"], "TOLD#*"),
        _objects(given, ["GetObject", "PutObject"], "topics"),
        _objects(given, ["GetObject"], "knowledge"),
        _missing_objects(given),
        *_alerting(given),
    ]


def _report(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "Query", "GetItem", "PutItem"),
        _objects(given, ["GetObject", "PutObject"], "reports"),
        _objects(given, ["GetObject"], "topics"),
        _missing_objects(given),
        _allow(["ses:SendEmail", "ses:SendRawEmail"], given.sender_identity_arn),
    ]


def _sync_knowledge(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "GetItem"),
        _items(given, ["UpdateItem"], "RATE#*"),
        _objects(given, ["GetObject", "PutObject"], "knowledge"),
        _objects(given, ["GetObject"], "topics"),
        _missing_objects(given),
        _secrets(given, "api"),
    ]


def _reconcile(given: Resources) -> list[iam.PolicyStatement]:
    return [
        _table(given, "GetItem", "PutItem", "Query"),
        _items(given, ["UpdateItem"], "RATE#*"),
        _allow(["sqs:SendMessage"], given.events.queue_arn),
        _secrets(given, "api"),
        _allow(["sns:Publish"], given.alerts.topic_arn),
    ]


def _import_customers(given: Resources) -> list[iam.PolicyStatement]:
    """It writes customers and the rows that it could not take, and reads nothing of anybody."""
    return [_items(given, ["BatchWriteItem"], "CUSTOMER#*", "IMPORT#*"), _secrets_named(given, CUSTOMERS_SECRET)]
