"""What keeps data safe and people informed."""

from __future__ import annotations

import pytest
import yaml

from cli.stack.tools import ROOT
from tests.infra.template import Template, as_list, words

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("infra")]

DAY = 24 * 3600


def test_every_queue_has_a_dead_letter_queue_or_is_one(aws: Template) -> None:
    queues = aws.resources("AWS::SQS::Queue")
    dead_letters = {
        words(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in queues.values() if "RedrivePolicy" in queue
    }
    for id, queue in queues.items():
        assert "RedrivePolicy" in queue or f"<{id}.Arn>" in dead_letters


def test_events_outlive_the_day_after_which_ingest_parks_them(aws: Template) -> None:
    (events,) = [queue for queue in aws.resources("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]
    assert events["MessageRetentionPeriod"] > DAY
    assert events["RedrivePolicy"]["maxReceiveCount"] == 1000


def test_a_message_stays_hidden_for_longer_than_ingest_may_run(aws: Template) -> None:
    (events,) = [queue for queue in aws.resources("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]
    assert events["VisibilityTimeout"] >= aws.functions["ingest"]["Timeout"]


def test_ingest_reports_single_messages_and_its_concurrency_is_bounded(aws: Template) -> None:
    mapping = aws.only("AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::SecretsManager::Secret", "KmsKeyId"),
        ("AWS::Logs::LogGroup", "KmsKeyId"),
        ("AWS::DynamoDB::Table", "SSESpecification"),
        ("AWS::S3::Bucket", "BucketEncryption"),
    ],
)
def test_everything_at_rest_is_under_the_one_key(aws: Template, kind: str, field: str) -> None:
    (key,) = aws.resources("AWS::KMS::Key")
    found = aws.resources(kind)
    assert found
    for id, properties in found.items():
        assert f"'{key}'" in str(properties[field]), id


def test_the_key_rotates(aws: Template) -> None:
    assert aws.only("AWS::KMS::Key")["EnableKeyRotation"] is True


def test_logs_end(aws: Template) -> None:
    assert all(group["RetentionInDays"] <= 90 for group in aws.resources("AWS::Logs::LogGroup").values())


def test_what_customers_wrote_survives_a_mistake(aws: Template) -> None:
    table = aws.only("AWS::DynamoDB::Table")
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"):
        (resource,) = [found for found in aws.document["Resources"].values() if found["Type"] == kind]
        assert resource["DeletionPolicy"] == "Retain", kind


def test_the_bucket_is_private_and_keeps_versions(aws: Template) -> None:
    bucket = aws.only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("kind", ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"])
def test_nothing_is_sent_in_the_clear(aws: Template, kind: str) -> None:
    policies = aws.resources(kind)
    assert policies
    for policy in policies.values():
        refusals = [statement for statement in policy["PolicyDocument"]["Statement"] if statement["Effect"] == "Deny"]
        assert any(one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for one in refusals)


def test_the_api_has_one_way_in_for_desks_and_one_for_customers_and_a_limit(aws: Template) -> None:
    ways = {route["RouteKey"] for route in aws.resources("AWS::ApiGatewayV2::Route").values()}
    assert ways == {"POST /webhooks/{desk}", "HEAD /webhooks/{desk}", "POST /customers"}
    limits = aws.only("AWS::ApiGatewayV2::Stage")["DefaultRouteSettings"]
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"]


def test_schedules_follow_the_companys_clock(aws: Template) -> None:
    policy = yaml.safe_load((ROOT / "playbook" / "policy.yaml").read_text(encoding="utf-8"))
    names = aws.function_ids()
    schedules = aws.resources("AWS::Scheduler::Schedule").values()
    assert {schedule["ScheduleExpressionTimezone"] for schedule in schedules} == {policy["company"]["time_zone"]}
    rhythms = {
        names[schedule["Target"]["Arn"]["Fn::GetAtt"][0]]: schedule["ScheduleExpression"] for schedule in schedules
    }
    assert rhythms == {
        "sla_scan": "rate(1 minute)",
        "reconcile": "rate(5 minutes)",
        "sync_knowledge": "cron(30 2 * * ? *)",
        "report": "cron(0 8,12,16,20 ? * MON,TUE *)",
        "topics": "cron(5 * * * ? *)",
    }


def test_every_alarm_tells_somebody_and_stays_calm_without_data(aws: Template) -> None:
    (topic,) = aws.resources("AWS::SNS::Topic")
    alarms = aws.resources("AWS::CloudWatch::Alarm")
    for id, alarm in alarms.items():
        assert as_list(alarm["AlarmActions"]) == [{"Ref": topic}], id
        assert alarm["TreatMissingData"] == "notBreaching", id


def test_what_needs_a_person_raises_an_alarm(aws: Template) -> None:
    watched = {alarm["MetricName"] for alarm in aws.resources("AWS::CloudWatch::Alarm").values()}
    assert watched >= {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
        "ExecutionsFailed",
        "5xx",
        "Errors",
    }


def test_every_function_is_traced_and_logs_into_a_group_of_its_own(aws: Template) -> None:
    groups = [words(properties["LoggingConfig"]["LogGroup"]) for properties in aws.functions.values()]
    assert len(set(groups)) == len(groups)
    assert all(properties["TracingConfig"] == {"Mode": "Active"} for properties in aws.functions.values())
