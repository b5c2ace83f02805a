"""Where things are kept: one key, one table, one bucket, and the desks' secrets."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.nag import acknowledge
from infra.options import CUSTOMERS_SECRET, LLM_SECRET, SECRET_PREFIX

_LOGS_KEY_ACTIONS = (
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
)


class Key(Construct):
    """The customer-managed key that everything at rest is encrypted with."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.key = kms.Key(
            self,
            "Key",
            description="Firstline's data at rest",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        stack = Stack.of(self)
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="LogGroups",
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=list(_LOGS_KEY_ACTIONS),
                resources=["*"],
                conditions={
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": (
                            f"arn:{stack.partition}:logs:{stack.region}:{stack.account}:log-group:*"
                        )
                    }
                },
            )
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsToTheTopic",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            )
        )


class Table(Construct):
    """The one table, with the index of the queues and the sparse index of what is due."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        text = dynamodb.AttributeType.STRING
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=text),
            sort_key=dynamodb.Attribute(name="sk", type=text),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            time_to_live_attribute="expires_at",
            removal_policy=RemovalPolicy.RETAIN,
        )
        # The scan needs to know which tickets are due and nothing else of them; an index of keys is also left alone
        # by every write that does not move a ticket in it.
        for index, projection in (
            ("queue", dynamodb.ProjectionType.ALL),
            ("due", dynamodb.ProjectionType.KEYS_ONLY),
        ):
            self.table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=f"{index}_pk", type=text),
                sort_key=dynamodb.Attribute(name=f"{index}_sk", type=text),
                projection_type=projection,
            )


class Bucket(Construct):
    """The knowledge index and the archive of reports."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                s3.LifecycleRule(
                    noncurrent_version_expiration=Duration.days(90),
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                )
            ],
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "Read and written by three functions only; CloudTrail data events are the account's choice, "
            "and access logs cannot be delivered into a bucket under a customer-managed key.",
        )


class DeskSecrets(Construct):
    """What one desk shares with us: the webhook's signing secrets, and the way into its API."""

    def __init__(self, scope: Construct, id: str, *, desk: str, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.webhook = self._secret(desk, "webhook", '{"secrets": []}', key)
        self.api = self._secret(desk, "api", "{}", key)

    def _secret(self, desk: str, kind: str, empty: str, key: kms.IKey) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            kind.capitalize(),
            secret_name=f"{SECRET_PREFIX}/{desk}/{kind}",
            description=f"{desk}: {kind}; filled in by `firstline connect`",
            encryption_key=key,
            secret_string_value=SecretValue.unsafe_plain_text(empty),
        )
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "The desk issues this secret, so AWS cannot rotate it; `firstline connect` does, "
            "and several signing secrets may be live during a change.",
        )
        return secret


class ReaderSecret(Construct):
    """Where the second reader is found. Empty, as it is made: then nobody is asked."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        secret = secretsmanager.Secret(
            self,
            "Secret",
            secret_name=LLM_SECRET,
            description="The model to ask in doubt: base_url, api_key, model, mode (schema, guided, json or text)",
            encryption_key=key,
            secret_string_value=SecretValue.unsafe_plain_text("{}"),
        )
        acknowledge(secret, "AwsSolutions-SMG4", "The model's provider issues this key, so AWS cannot rotate it.")


class CustomersSecret(Construct):
    """What the company's own systems sign their lists of customers with. Empty, as made: then nobody is let in."""

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        secret = secretsmanager.Secret(
            self,
            "Secret",
            secret_name=CUSTOMERS_SECRET,
            description="Signing secrets of POST /customers; filled in by `firstline customers webhook`",
            encryption_key=key,
            secret_string_value=SecretValue.unsafe_plain_text('{"secrets": []}'),
        )
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "The sender has to change with it; `firstline customers webhook --rotate` keeps the older one valid.",
        )
