"""MiniStack for the tests of the AWS adapters: started on a free port, without a stack and without IAM."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from shared.adapters import boto
from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.table import Table

_PROGRAM = Path(__file__).resolve().parents[1] / ".emulator" / "bin" / "ministack"
_START_SECONDS = 30.0
REGION = "eu-central-1"


class Emulator:
    """A running emulator, and what tests put into it. Names are never used twice, so that tests do not meet."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._clients: dict[str, Any] = {}
        self._numbers = count(1)

    @cached_property
    def environment(self) -> dict[str, str]:
        """What a process needs to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def client(self, service: str) -> Any:
        """The client of a service, as the adapters build it."""
        if service not in self._clients:
            self._clients[service] = boto.build(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
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
        attributes = [keys.PK, keys.SK, *(name for pair in indexes.values() for name in pair)]
        self.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            KeySchema=_schema(keys.PK, keys.SK),
            GlobalSecondaryIndexes=[
                {"IndexName": index, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": "ALL"}}
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
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def state_machine(self, definition: dict[str, Any]) -> str:
        """The ARN of a state machine."""
        answer = self.client("stepfunctions").create_state_machine(
            name=self.name("machine"), definition=json.dumps(definition), roleArn="arn:aws:iam::000000000000:role/any"
        )
        return str(answer["stateMachineArn"])


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """Start the emulator, and stop it whatever happens."""
    port = _free_port()
    environment = {**os.environ, "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION}
    process = subprocess.Popen(
        [_PROGRAM], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    emulator = Emulator(f"http://127.0.0.1:{port}")
    try:
        _wait_for(emulator.url, process)
        yield emulator
    finally:
        emulator.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """One emulator for every test of this process."""
    with running_emulator() as running:
        yield running


def _schema(partition: str, order: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": order, "KeyType": "RANGE"}]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_ministack/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the emulator did not start (exit status {process.poll()})")
