"""Each role holds the actions it needs and no other, on resources that are named."""

from __future__ import annotations

from typing import Any

import pytest

from infra.options import LLM_SECRET
from tests.infra.template import Template, as_list, words

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("infra")]

CONSUME = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"}
EVERYBODY = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
}


def table(*operations: str) -> set[str]:
    return {f"dynamodb:{name}" for name in operations}


SECRET = "secretsmanager:GetSecretValue"
ALERTING = {"sns:Publish", "ses:SendEmail", "ses:SendRawEmail"}
ALLOWED: dict[str, set[str]] = {
    "receive": {"sqs:SendMessage", SECRET},
    "ingest": {
        *CONSUME,
        "sqs:SendMessage",
        "states:StartExecution",
        "states:DescribeExecution",
        *table("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
        SECRET,
        "sns:Publish",
    },
    "classify": {*table("GetItem", "PutItem", "UpdateItem"), SECRET},
    "route": {*table("GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"), *ALERTING},
    "draft": {*table("GetItem", "Query", "PutItem", "UpdateItem"), SECRET, "s3:GetObject", "s3:ListBucket"},
    "brief": {*table("GetItem", "Query", "PutItem"), "s3:GetObject", "s3:ListBucket"},
    "write_back": {*table("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"), SECRET, "sns:Publish"},
    "sla_scan": {
        *table("Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
        SECRET,
        *ALERTING,
    },
    "topics": {
        *table("GetItem", "Query", "PutItem"),
        *{"s3:GetObject", "s3:PutObject", "s3:ListBucket"},
        *ALERTING,
    },
    "report": {
        *table("Query", "GetItem", "PutItem"),
        *{"s3:GetObject", "s3:PutObject", "s3:ListBucket"},
        *{"ses:SendEmail", "ses:SendRawEmail"},
    },
    "sync_knowledge": {*table("GetItem", "UpdateItem"), "s3:GetObject", "s3:PutObject", "s3:ListBucket", SECRET},
    "import_customers": {*table("BatchWriteItem"), SECRET},
    "reconcile": {*table("GetItem", "PutItem", "Query", "UpdateItem"), "sqs:SendMessage", SECRET, "sns:Publish"},
}


def actions(statements: list[dict[str, Any]]) -> set[str]:
    return {action for statement in statements for action in as_list(statement["Action"])}


def resources_of(template: Template, function: str, action: str) -> set[str]:
    found = [statement for statement in template.statements(function) if action in as_list(statement["Action"])]
    return {words(resource) for statement in found for resource in as_list(statement["Resource"])}


def test_every_function_is_in_the_table_of_permissions(aws: Template) -> None:
    assert set(aws.functions) == set(ALLOWED)


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_role_holds_exactly_these_actions(aws: Template, function: str) -> None:
    assert actions(aws.statements(function)) == ALLOWED[function] | EVERYBODY


def test_no_action_anywhere_is_a_wildcard_and_nobody_scans(aws: Template) -> None:
    found = actions(aws.all_statements())
    assert not {action for action in found if "*" in action}
    assert "dynamodb:Scan" not in found


def test_no_two_functions_share_a_role(aws: Template) -> None:
    roles = [words(properties["Role"]) for properties in aws.functions.values()]
    assert len(set(roles)) == len(roles)


def test_resources_are_named_except_where_aws_has_none_to_name(aws: Template) -> None:
    for function in aws.functions:
        for statement in aws.statements(function):
            if "*" in as_list(statement["Resource"]):
                assert all(action.startswith("xray:") for action in as_list(statement["Action"])), function


def items_reached(aws: Template, function: str) -> dict[frozenset[str], Any]:
    statements = [
        statement
        for statement in aws.statements(function)
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    ]
    return {
        frozenset(as_list(statement["Action"])): statement["Condition"]["ForAllValues:StringLike"]
        for statement in statements
    }


def test_the_brief_role_writes_under_tickets_alone_and_lists_only_what_is_kept_by_day(aws: Template) -> None:
    assert items_reached(aws, "brief") == {
        frozenset({"dynamodb:GetItem"}): {"dynamodb:LeadingKeys": ["TICKET#*", "CUSTOMER#*", "POLICY#*", "DRAFT#*"]},
        frozenset({"dynamodb:Query"}): {"dynamodb:LeadingKeys": ["DAY#*"]},
        frozenset({"dynamodb:PutItem"}): {"dynamodb:LeadingKeys": ["TICKET#*"]},
    }


def test_the_draft_role_reaches_drafts_and_what_it_reads_for_them_and_nothing_else(aws: Template) -> None:
    assert items_reached(aws, "draft") == {
        frozenset({"dynamodb:GetItem"}): {"dynamodb:LeadingKeys": ["TICKET#*", "POLICY#*", "CUSTOMER#*"]},
        frozenset(table("GetItem", "Query", "PutItem")): {"dynamodb:LeadingKeys": ["DRAFT#*"]},
        frozenset(table("GetItem", "PutItem", "UpdateItem")): {"dynamodb:LeadingKeys": ["READER#*"]},
    }


def test_draft_reads_the_language_models_secret_and_no_desks(aws: Template) -> None:
    (secret,) = resources_of(aws, "draft", SECRET)
    assert secret.endswith(f":secret:{LLM_SECRET}-??????")


def test_receive_reads_signing_secrets_and_no_way_into_a_desk(aws: Template) -> None:
    (secret,) = resources_of(aws, "receive", SECRET)
    assert secret.endswith(":secret:firstline/zendesk/webhook-??????")


@pytest.mark.parametrize("function", ["ingest", "write_back", "sla_scan", "reconcile", "sync_knowledge"])
def test_who_talks_to_a_desk_reads_its_api_secret_only(aws: Template, function: str) -> None:
    (secret,) = resources_of(aws, function, SECRET)
    assert secret.endswith(":secret:firstline/zendesk/api-??????")


def test_classify_reads_the_second_readers_secret_only(aws: Template) -> None:
    (secret,) = resources_of(aws, "classify", SECRET)
    assert secret.endswith(":secret:firstline/llm-??????")


def test_classify_writes_what_it_read_and_what_the_second_reader_cost_and_nothing_else(aws: Template) -> None:
    conditions = {
        action: statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for statement in aws.statements("classify")
        for action in as_list(statement["Action"])
        if action in table("PutItem", "UpdateItem")
    }
    assert conditions == {
        "dynamodb:PutItem": ["TICKET#*", "DAY#*", "READER#*"],
        "dynamodb:UpdateItem": ["READER#*"],
    }


def test_the_import_writes_customers_and_what_it_keeps_apart_and_reads_its_own_secret_only(aws: Template) -> None:
    [(writes)] = [s for s in aws.statements("import_customers") if "dynamodb:BatchWriteItem" in as_list(s["Action"])]
    assert writes["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["CUSTOMER#*", "IMPORT#*"]}}
    (secret,) = resources_of(aws, "import_customers", SECRET)
    assert secret.endswith(":secret:firstline/customers/webhook-??????")


@pytest.mark.parametrize(("function", "index"), [("route", "queue"), ("sla_scan", "due")])
def test_an_index_is_open_to_whom_it_was_made_for(aws: Template, function: str, index: str) -> None:
    assert f"/index/{index}" in {
        resource[resource.find("/index") :] for resource in resources_of(aws, function, "dynamodb:Query")
    }


def test_the_scan_queries_what_is_due_and_of_the_table_only_who_carries_what_and_what_was_held(aws: Template) -> None:
    queries = [s for s in aws.statements("sla_scan") if "dynamodb:Query" in as_list(s["Action"])]
    conditions = {words(as_list(s["Resource"])[0]).partition("/index/")[2]: s.get("Condition") for s in queries}
    assert conditions == {
        "due": None,
        "": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["AGENT#*", "ALERT#*"]}},
    }


@pytest.mark.parametrize(
    ("function", "action", "prefix"),
    [
        ("draft", "s3:GetObject", "knowledge"),
        ("report", "s3:PutObject", "reports"),
        ("sync_knowledge", "s3:PutObject", "knowledge"),
    ],
)
def test_files_are_reached_under_one_prefix(aws: Template, function: str, action: str, prefix: str) -> None:
    (objects,) = resources_of(aws, function, action)
    assert objects.endswith(f"/{prefix}/*")


def test_the_key_is_used_through_the_services_that_encrypt_with_it(aws: Template) -> None:
    for function in aws.functions:
        (statement,) = [s for s in aws.statements(function) if "kms:Decrypt" in as_list(s["Action"])]
        services = {words(name).split(".")[0] for name in statement["Condition"]["StringEquals"]["kms:ViaService"]}
        assert services == {"dynamodb", "s3", "secretsmanager", "sns", "sqs"}
