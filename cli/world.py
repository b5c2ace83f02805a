"""The deployed world as the command line reaches it: stores, secrets, functions, by the stack's outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from functions.sync_knowledge.service import RESOLUTIONS
from shared.adapters.boto import client
from shared.adapters.dynamodb.customer_book import DynamoCustomerBook
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.rows_aside import DynamoRowsAside
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.s3.archive import S3Archive
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.domain.resolution import Resolution


def _patient_lambda() -> Any:
    """A client that waits as long as a function may run, and never runs one twice."""
    import boto3
    from botocore.config import Config

    return boto3.client("lambda", config=Config(read_timeout=900, retries={"total_max_attempts": 1}))


@dataclass(frozen=True)
class World:
    """A deployed stack. `outputs` are those of the stack; credentials come from the environment."""

    outputs: Mapping[str, str]

    @cached_property
    def tickets(self) -> DynamoTicketStore:
        """Ticket state and everything under it."""
        return DynamoTicketStore.connect(self.outputs["TableName"])

    @cached_property
    def drafts(self) -> DynamoDraftStore:
        """Drafts."""
        return DynamoDraftStore.connect(self.outputs["TableName"])

    @cached_property
    def policies(self) -> DynamoPolicyStore:
        """Policies and the off switch."""
        return DynamoPolicyStore.connect(self.outputs["TableName"])

    @cached_property
    def facts(self) -> DynamoFactLog:
        """Facts for reports."""
        return DynamoFactLog.connect(self.outputs["TableName"])

    @cached_property
    def customer_book(self) -> DynamoCustomerBook:
        """Imported customers and their history."""
        return DynamoCustomerBook.connect(self.outputs["TableName"])

    @cached_property
    def rows_aside(self) -> DynamoRowsAside:
        """Rows of imports that could not be taken."""
        return DynamoRowsAside.connect(self.outputs["TableName"])

    @cached_property
    def archive(self) -> S3Archive:
        """Reports and the knowledge index."""
        return S3Archive.connect(self.outputs["BucketName"])

    def store_secret(self, name: str, content: Mapping[str, Any]) -> None:
        """Give a secret that the stack made its value."""
        client("secretsmanager").put_secret_value(SecretId=name, SecretString=json.dumps(content))

    def read_secret(self, name: str) -> dict[str, Any]:
        """The content of a secret. Raises `StoredItemCorrupt` for one that is missing or no JSON object."""
        return dict(SecretReader.connect().read(name))

    def publish_resolutions(self, resolutions: tuple[Resolution, ...]) -> None:
        """Put the playbook's approved answers where sync_knowledge finds them."""
        content = [resolution.model_dump(mode="json") for resolution in resolutions]
        body = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        self.archive.put(RESOLUTIONS, body, "application/json")

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run a function now and answer what it answered.

        Raises:
            RuntimeError: the function failed; the message is the function's own error.
        """
        name = self.outputs[f"{function}_function"]
        answer = _patient_lambda().invoke(FunctionName=name, Payload=json.dumps(event).encode())
        body = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise RuntimeError(f"{function}: {body.get('errorType')}: {body.get('errorMessage')}")
        return body

    def parked(self) -> int:
        """How many events wait for a person, each with its reason."""
        attributes = client("sqs").get_queue_attributes(
            QueueUrl=self.outputs["ParkedQueueUrl"], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
