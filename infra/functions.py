"""The one way to make a function: its role, its log group, its asset, its layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Duration, IgnoreMode, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.nag import acknowledge
from infra.options import ROOT, Target

EVERY_FUNCTION = {"POWERTOOLS_METRICS_NAMESPACE": "Firstline", "LOG_LEVEL": "INFO"}
# A warm step takes well under a tenth of a second. More at once would only mean more cold starts in a burst, and more
# writes to the desk than its limits allow; what does not fit is throttled, and the state machine waits.
STEP_CONCURRENCY = 4
ONE_CORE = 1769  # the memory at which Lambda gives a whole CPU
MANY_TICKETS = 3008  # the report of a week of 100,000 tickets, with room; `firstline bench report`
ARTIFACTS = {family: f"shared/adapters/{family}/artifact" for family in ("embedded", "search")}


@dataclass(frozen=True)
class FunctionSpec:
    """One function as the catalogue describes it.

    Attributes:
        timeout: seconds.
        environment: the names of what it is told; the stack knows the values.
        layer: the lock its dependencies come from.
        memory: MB.
        concurrency: how many may run at once; None leaves it to the account.
        artifact: the adapter family whose model it carries, if any.
    """

    name: str
    purpose: str
    timeout: int
    environment: tuple[str, ...]
    layer: str = "base"
    memory: int = 512
    concurrency: int | None = None
    artifact: str | None = None

    @property
    def handler(self) -> str:
        """The dotted path Lambda imports."""
        return f"functions.{self.name}.handler.lambda_handler"

    @property
    def construct_id(self) -> str:
        """The name in the construct tree: write_back becomes WriteBack."""
        return "".join(part.capitalize() for part in self.name.split("_"))


CATALOGUE = (
    FunctionSpec(
        "receive",
        "Checks a desk's signature and queues the raw event",
        timeout=10,
        environment=("EVENTS_QUEUE_URL", "SECRET_PREFIX", "DESKS"),
    ),
    FunctionSpec(
        "ingest",
        "Turns a desk's event into a ticket version and starts its triage",
        timeout=60,
        environment=(
            "TABLE_NAME",
            "EVENTS_QUEUE_URL",
            "PARKED_QUEUE_URL",
            "STATE_MACHINE_ARN",
            "SECRET_PREFIX",
            "ALERTS_TOPIC_ARN",
        ),
    ),
    FunctionSpec(
        "classify",
        "Observes: category, urgency, sentiment, service failure, language",
        concurrency=STEP_CONCURRENCY,
        layer="ai",
        memory=ONE_CORE,
        timeout=30,
        environment=("TABLE_NAME", "LLM_SECRET"),
        artifact="embedded",
    ),
    FunctionSpec(
        "route",
        "Decides: owner, queue, person, rank, clocks",
        concurrency=STEP_CONCURRENCY,
        timeout=15,
        environment=("TABLE_NAME", "ALERTS_TOPIC_ARN", "REPORT_SENDER"),
    ),
    FunctionSpec(
        "draft",
        "Fills in an approved resolution where one fits",
        concurrency=STEP_CONCURRENCY,
        layer="ai",
        memory=ONE_CORE,
        timeout=30,
        environment=("TABLE_NAME", "BUCKET_NAME", "LLM_SECRET"),
        artifact="search",
    ),
    FunctionSpec(
        "brief",
        "Prepares a person to answer",
        concurrency=STEP_CONCURRENCY,
        layer="ai",
        memory=ONE_CORE,
        timeout=30,
        environment=("TABLE_NAME", "BUCKET_NAME"),
        artifact="search",
    ),
    FunctionSpec(
        "write_back",
        "Puts the result on the desk, once",
        concurrency=STEP_CONCURRENCY,
        timeout=30,
        environment=("TABLE_NAME", "SECRET_PREFIX", "ALERTS_TOPIC_ARN"),
    ),
    FunctionSpec(
        "sla_scan",
        "Acts on the clocks that are due",
        timeout=55,
        environment=("TABLE_NAME", "SECRET_PREFIX", "ALERTS_TOPIC_ARN", "REPORT_SENDER", "DESKS"),
    ),
    FunctionSpec(
        "topics",
        "Groups what is asked, tells of spikes, finds what nothing answers",
        layer="topics",
        memory=2 * ONE_CORE,
        timeout=600,
        concurrency=1,
        environment=("TABLE_NAME", "BUCKET_NAME", "ALERTS_TOPIC_ARN", "REPORT_SENDER", "DESKS"),
    ),
    FunctionSpec(
        "report",
        "Writes, mails and archives the Monday report",
        layer="report",
        memory=MANY_TICKETS,
        timeout=900,
        environment=("TABLE_NAME", "BUCKET_NAME", "REPORT_SENDER"),
    ),
    FunctionSpec(
        "sync_knowledge",
        "Puts articles and resolutions into the index",
        layer="ai",
        memory=ONE_CORE,
        timeout=300,
        environment=("TABLE_NAME", "BUCKET_NAME", "SECRET_PREFIX", "DESKS"),
        artifact="search",
    ),
    FunctionSpec(
        "reconcile",
        "Finds what webhooks missed",
        timeout=120,
        environment=("TABLE_NAME", "EVENTS_QUEUE_URL", "SECRET_PREFIX", "ALERTS_TOPIC_ARN", "DESKS"),
    ),
    FunctionSpec(
        "import_customers",
        "Takes in what another system of the company knows of customers",
        timeout=25,  # the API waits for no more than half a minute
        environment=("TABLE_NAME", "CUSTOMERS_SECRET", "TIME_ZONE"),
    ),
)
SPECS = {spec.name: spec for spec in CATALOGUE}


def asset_exclusions(spec: FunctionSpec) -> list[str]:
    """Git-ignore lines that leave a function's own folder and `shared`, so that a change in one redeploys one."""
    lines = ["*", "!/functions", "/functions/*", "!/functions/__init__.py", f"!/functions/{spec.name}"]
    lines += [f"!/functions/{spec.name}/**", "!/shared", "!/shared/**", "__pycache__", "*.pyc"]
    return [*lines, *(f"/{folder}" for family, folder in ARTIFACTS.items() if family != spec.artifact)]


class Function(Construct):
    """A Lambda with exactly the permissions it is given, and logs that are encrypted and end."""

    def __init__(
        self,
        scope: Construct,
        spec: FunctionSpec,
        *,
        target: Target,
        runtime: str,
        layer: lambda_.ILayerVersion,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, spec.construct_id)
        self.spec = spec
        log_group = logs.LogGroup(
            self,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = self._role(log_group, statements)
        arm = lambda_.Architecture.ARM_64
        self.function = lambda_.Function(
            self,
            "Function",
            description=spec.purpose,
            handler=spec.handler,
            runtime=lambda_.Runtime(runtime, lambda_.RuntimeFamily.PYTHON),
            architecture=arm if target is Target.AWS else lambda_.Architecture.X86_64,
            code=lambda_.Code.from_asset(str(ROOT), ignore_mode=IgnoreMode.GIT, exclude=asset_exclusions(spec)),
            layers=[layer],
            environment={**EVERY_FUNCTION, "POWERTOOLS_SERVICE_NAME": spec.name, **environment},
            memory_size=spec.memory,
            reserved_concurrent_executions=spec.concurrency,
            timeout=Duration.seconds(spec.timeout),
            role=self.role.without_policy_updates(),
            log_group=log_group,
            tracing=lambda_.Tracing.ACTIVE,
        )
        self._acknowledge()

    def _role(self, log_group: logs.LogGroup, statements: Sequence[iam.PolicyStatement]) -> iam.Role:
        own = [
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
            ),
            iam.PolicyStatement(actions=["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources=["*"]),
        ]
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {self.spec.name} of {Stack.of(self).stack_name} may do",
            inline_policies={"Named": iam.PolicyDocument(statements=[*own, *statements])},
        )

    def _acknowledge(self) -> None:
        acknowledge(
            self.role,
            "AwsSolutions-IAM5[Resource::*]",
            "X-Ray has no resources to name; the two actions only write traces.",
        )
        acknowledge(
            self.function,
            "AwsSolutions-L1",
            "The locks hold for Python 3.11 to 3.13 and are tested there; the newest runtime is 3.14.",
        )
