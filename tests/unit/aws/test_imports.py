"""Loading an adapter costs nothing of the AWS SDK, which takes most of a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = [
    "shared.adapters.dynamodb.drafts",
    "shared.adapters.dynamodb.facts",
    "shared.adapters.dynamodb.loads",
    "shared.adapters.dynamodb.marks",
    "shared.adapters.dynamodb.policies",
    "shared.adapters.dynamodb.tickets",
    "shared.adapters.s3.archive",
    "shared.adapters.secretsmanager.secrets",
    "shared.adapters.ses.mailer",
    "shared.adapters.sns.alerts",
    "shared.adapters.sqs.envelope",
    "shared.adapters.sqs.queue",
    "shared.adapters.stepfunctions.workflow",
]


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    script = f"import sys, {', '.join(MODULES)}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return set(told.stdout.split())


@pytest.mark.parametrize("sdk", ["boto3", "botocore", "urllib3"])
def test_no_adapter_loads_the_sdk_before_it_connects(loaded: set[str], sdk: str) -> None:
    assert set(MODULES) <= loaded
    assert sdk not in loaded
