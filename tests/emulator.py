"""MiniStack for the tests of the AWS adapters: started on a free port, with no stack in it."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import cli.stack.emulator
from cli.stack.emulator import REGION, start_emulator, stop_emulator
from shared.adapters import boto
from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table


class Emulator:
    """A running emulator, and what tests put into it. Names are never used twice, so that tests do not meet."""

    def __init__(self, started: cli.stack.emulator.Emulator) -> None:
        self.url = started.endpoint
        self.environment = started.environment
        self._credentials = {
            "aws_access_key_id": started.access_key,
            "aws_secret_access_key": started.secret_key,
        }
        self._clients: dict[str, Any] = {}
        self._numbers = count(1)

    def client(self, service: str) -> Any:
        """The client of a service, as the adapters build it."""
        if service not in self._clients:
            self._clients[service] = boto.build(service, endpoint_url=self.url, region_name=REGION, **self._credentials)
        return self._clients[service]

    def close(self) -> None:
        """Close every client."""
        for client in self._clients.values():
            client.close()

    def name(self, kind: str) -> str:
        """A name that nobody had before."""
        return f"{kind}-{next(self._numbers)}"

    def table(self) -> Table:
        """An empty table with both indexes."""
        return Table(self.client("dynamodb"), self.table_name())

    def table_name(self) -> str:
        """The name of an empty table with both indexes."""
        name = self.name("table")
        indexes = {keys.QUEUE_INDEX: (keys.QUEUE_PK, keys.QUEUE_SK), keys.DUE_INDEX: (keys.DUE_PK, keys.DUE_SK)}
        shown = {keys.QUEUE_INDEX: "ALL", keys.DUE_INDEX: "KEYS_ONLY"}
        attributes = [keys.PK, keys.SK, *(name for pair in indexes.values() for name in pair)]
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            KeySchema=_schema(keys.PK, keys.SK),
            GlobalSecondaryIndexes=[
                {"IndexName": index, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": shown[index]}}
                for index, pair in indexes.items()
            ],
        )
        return name

    def queue_url(self) -> str:
        """The URL of an empty queue."""
        return str(self.client("sqs").create_queue(QueueName=self.name("queue"))["QueueUrl"])

    def messages(self, queue_url: str) -> list[dict[str, Any]]:
        """What waits on a queue, taken from it."""
        answer = self.client("sqs").receive_message(
            QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=30
        )
        return list(answer.get("Messages", []))

    def bucket(self) -> str:
        """The name of an empty bucket."""
        name = self.name("bucket")
        self.client("s3").create_bucket(Bucket=name)
        return name

    def state_machine(self, definition: dict[str, Any]) -> str:
        """The ARN of a state machine that may do nothing."""
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = self.client("iam").create_role(RoleName=self.name("role"), AssumeRolePolicyDocument=_document(trust))[
            "Role"
        ]
        answer = self.client("stepfunctions").create_state_machine(
            name=self.name("machine"), definition=json.dumps(definition), roleArn=role["Arn"]
        )
        return str(answer["stateMachineArn"])

    def topic_into(self, queue_url: str) -> str:
        """The ARN of a topic that a queue listens to."""
        sns, sqs = self.client("sns"), self.client("sqs")
        topic = str(sns.create_topic(Name=self.name("topic"))["TopicArn"])
        told = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": told["QueueArn"],
        }
        sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": _document(allowed)})
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=told["QueueArn"])
        return topic


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start the emulator, and stop it whatever happens."""
    with tempfile.TemporaryDirectory(prefix="firstline-emulator-") as folder:
        with warnings.catch_warnings():
            # The process outlives its Popen on purpose: it is stopped by its id.
            warnings.simplefilter("ignore", ResourceWarning)
            started = start_emulator(Path(folder))
        emulator = Emulator(started)
        try:
            yield emulator
        finally:
            emulator.close()
            stop_emulator(started)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """One emulator for every test of this process."""
    with running_emulator() as running:
        yield running


def _schema(partition: str, order: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
