"""AWS's errors become ours, every one that the operations in use can answer."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from shared.adapters.boto import CONFLICTS, OUTAGES, translated
from shared.domain.errors import StoreConflict, StoreUnavailable

IN_USE = {
    "dynamodb": ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "TransactWriteItems"),
    "sqs": ("SendMessage", "ChangeMessageVisibility"),
    "stepfunctions": ("StartExecution", "DescribeExecution"),
    "sns": ("Publish",),
    "sesv2": ("SendEmail",),
    "s3": ("PutObject", "GetObject"),
    "secretsmanager": ("GetSecretValue",),
}
UNDERSTOOD = {
    "TransactionCanceledException",  # by the reasons inside it
    "ExecutionAlreadyExists",
    "ExecutionDoesNotExist",
    "NoSuchKey",
}
"""Errors that an adapter answers itself."""

OURS = {
    "AccountSuspendedException",
    "AuthorizationError",
    "BadRequestException",
    "DecryptionFailure",
    "EncryptionTypeMismatch",
    "EndpointDisabled",
    "IdempotentParameterMismatchException",
    "InvalidAddress",
    "InvalidArn",
    "InvalidExecutionInput",
    "InvalidMessageContents",
    "InvalidName",
    "InvalidObjectState",
    "InvalidParameter",
    "InvalidParameterException",
    "InvalidRequest",
    "InvalidRequestException",
    "InvalidSecurity",
    "InvalidWriteOffset",
    "ItemCollectionSizeLimitExceededException",
    "KMSAccessDenied",
    "KMSDisabled",
    "KMSInvalidState",
    "KMSNotFound",
    "KMSOptInRequired",
    "KmsAccessDenied",
    "KmsAccessDeniedException",
    "KmsDisabled",
    "KmsInvalidKeyUsage",
    "KmsInvalidState",
    "KmsInvalidStateException",
    "KmsNotFound",
    "KmsOptInRequired",
    "MailFromDomainNotVerifiedException",
    "MessageNotInflight",
    "MessageRejected",
    "NotFound",
    "NotFoundException",
    "ParameterValueInvalid",
    "PlatformApplicationDisabled",
    "QueueDoesNotExist",
    "ReceiptHandleIsInvalid",
    "ResourceNotFoundException",
    "SendingPausedException",
    "StateMachineDeleting",
    "StateMachineDoesNotExist",
    "TooManyParts",
    "UnsupportedOperation",
    "ValidationException",
}
"""A mistake of code or deployment, which repeating does not heal: it passes through as it is."""


def modelled_errors() -> set[str]:
    session = botocore.session.get_session()
    models = {service: session.get_service_model(service) for service in IN_USE}
    return {
        shape.error_code or shape.name
        for service, operations in IN_USE.items()
        for operation in operations
        for shape in models[service].operation_model(operation).error_shapes
    }


def refusal(code: str, status: int = 400, reasons: tuple[str, ...] = ()) -> ClientError:
    answer = {
        "Error": {"Code": code, "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(answer, "Operation")


def test_every_error_that_aws_describes_for_our_requests_is_decided() -> None:
    assert modelled_errors() - CONFLICTS - OUTAGES - UNDERSTOOD - OURS == set()


def test_no_error_is_decided_twice() -> None:
    assert sum(map(len, (CONFLICTS, OUTAGES, UNDERSTOOD, OURS))) == len(CONFLICTS | OUTAGES | UNDERSTOOD | OURS)


@pytest.mark.parametrize("code", sorted(CONFLICTS))
def test_losing_a_race_is_a_conflict(code: str) -> None:
    with pytest.raises(StoreConflict, match=f"write the item: {code}"), translated("write the item"):
        raise refusal(code)


@pytest.mark.parametrize("code", sorted(OUTAGES))
def test_throttling_and_failures_are_an_outage(code: str) -> None:
    with pytest.raises(StoreUnavailable, match=f"write the item: {code}"), translated("write the item"):
        raise refusal(code)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_any_server_error_is_an_outage_whatever_its_name(status: int) -> None:
    with pytest.raises(StoreUnavailable), translated("read"):
        raise refusal("SomethingNew", status)


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        (("None", "ConditionalCheckFailed"), StoreConflict),
        (("TransactionConflict", "None"), StoreConflict),
        (("ThrottlingError", "ConditionalCheckFailed"), StoreConflict),
        (("ProvisionedThroughputExceeded", "None"), StoreUnavailable),
        (("ThrottlingError",), StoreUnavailable),
        (("ValidationError", "None"), ClientError),
    ],
)
def test_a_cancelled_transaction_is_what_its_reasons_say(reasons: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error), translated("write"):
        raise refusal("TransactionCanceledException", reasons=reasons)


@pytest.mark.parametrize("code", ["AccessDeniedException", *sorted(OURS)])
def test_our_own_mistakes_pass_through(code: str) -> None:
    with pytest.raises(ClientError), translated("write"):
        raise refusal(code)


@pytest.mark.parametrize(
    "silence",
    [
        ConnectTimeoutError(endpoint_url="https://aws"),
        ReadTimeoutError(endpoint_url="https://aws"),
        EndpointConnectionError(endpoint_url="https://aws"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_answer_is_an_outage(silence: Exception) -> None:
    with pytest.raises(StoreUnavailable), translated("read"):
        raise silence


def test_errors_of_other_kinds_are_not_touched() -> None:
    with pytest.raises(KeyError), translated("read"):
        raise KeyError("x")
