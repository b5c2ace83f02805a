"""AWS clients with short time-outs, and the one table that turns AWS's errors into ours.

This module lies below the families that talk to AWS. boto3 is imported when the first client is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from shared.domain.errors import StoreConflict, StoreUnavailable, TransientError

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

CONFLICTS = frozenset(
    {
        "ConditionalCheckFailedException",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ReplicatedWriteConflictException",
        # reasons inside a TransactionCanceledException
        "ConditionalCheckFailed",
        "TransactionConflict",
    }
)
"""AWS's codes for "somebody else was first"."""

OUTAGES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "LimitExceededException",
        "ExecutionLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "KMSThrottling",
        "KMSThrottlingException",
        "KmsThrottled",
        "KmsThrottlingException",
        "SlowDown",
        "RequestTimeout",
        "InternalServerError",
        "InternalServiceError",
        "InternalFailure",
        "InternalError",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        # reasons inside a TransactionCanceledException
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    }
)
"""AWS's codes for "not now"; every answer of 500 and above counts too."""


@cache
def client(service: str) -> Any:
    """The client of a service, one per process, from the environment's region and credentials."""
    return build(service)


def build(service: str, **options: Any) -> Any:
    """A new client. It gives up on a silent service within seconds and retries twice by itself."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client(service, config=config, **options)  # type: ignore[call-overload]  # the name is a variable


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn AWS's errors inside the block into ours. What is our own mistake passes through as it is.

    Args:
        doing: what was tried, for the message; ids only, never content.

    Raises:
        StoreConflict: a condition did not hold, or a transaction met another one.
        StoreUnavailable: throttled, failed, or no answer.
    """
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    try:
        yield
    except ClientError as error:
        ours = _ours(error, doing)
        if ours is None:
            raise
        raise ours from error
    except (ConnectionError, HTTPClientError) as error:
        raise StoreUnavailable(f"{doing}: {type(error).__name__}") from error


def code_of(error: ClientError) -> str:
    """AWS's name of an error."""
    return error.response.get("Error", {}).get("Code", "")


def _ours(error: ClientError, doing: str) -> TransientError | None:
    codes = {code_of(error), *_reasons(error)}
    if conflicts := codes & CONFLICTS:
        return StoreConflict(f"{doing}: {', '.join(sorted(conflicts))}")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if codes & OUTAGES or status >= 500:
        return StoreUnavailable(f"{doing}: {code_of(error)}")
    return None


def _reasons(error: ClientError) -> Iterator[str]:
    """Why a transaction was cancelled, one code for each of its items."""
    reasons: list[dict[str, str]] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return (reason.get("Code", "") for reason in reasons)
