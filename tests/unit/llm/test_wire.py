"""The errors of the `openai` package: each one is decided, and none is quoted."""

from __future__ import annotations

import httpx2
import openai
import pytest

from shared.adapters.openai_chat.wire import ERRORS, STATUS, WORTH_ANOTHER_TRY, _failure
from shared.domain.breaker import ILL
from shared.domain.observation import Outcome

REQUEST = httpx2.Request("POST", "http://localhost/v1/chat/completions", content=b"zanzibar")
NEVER_HERE = {
    "WebSocketConnectionClosedError",
    "WebSocketQueueFullError",
    "StreamAlreadyConsumed",
    "MutuallyExclusiveAuthError",
    "APIRemovedInV1",
    "_AmbiguousModuleClientUsageError",
    "SubjectTokenProviderError",
    "LengthFinishReasonError",
    "ContentFilterFinishReasonError",
}
"""Errors of what is not used: sockets, streams, Azure's and the module's own client, workload identity, `parse`."""


def every_error(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(every_error(below) for below in root.__subclasses__()))


def test_every_error_of_the_package_is_decided():
    by_status = every_error(openai.APIStatusError)
    undecided = every_error(openai.OpenAIError) - set(ERRORS) - by_status
    assert {error.__name__ for error in undecided} <= NEVER_HERE


def test_a_special_error_is_never_hidden_behind_a_general_one():
    kinds = list(ERRORS)
    for at, kind in enumerate(kinds):
        assert not [one for one in kinds[:at] if issubclass(kind, one)], kind


@pytest.mark.parametrize("status", range(300, 600))
def test_every_status_is_decided_and_says_nothing_of_the_request(status):
    answer = httpx2.Response(status, request=REQUEST, json={"error": {"message": "zanzibar"}})
    failed = _failure(openai.APIStatusError("zanzibar", response=answer, body={"message": "zanzibar"}))
    assert failed.outcome is (Outcome.UNAVAILABLE if status >= 500 else STATUS.get(status, Outcome.REJECTED))
    assert not failed.charged
    assert "zanzibar" not in str(failed)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (openai.APITimeoutError(request=REQUEST), Outcome.LATE),
        (openai.APIConnectionError(message="zanzibar", request=REQUEST), Outcome.UNAVAILABLE),
        (openai.OpenAIError("zanzibar"), Outcome.NOT_CONNECTED),
    ],
)
def test_no_answer_may_have_been_charged(error, outcome):
    failed = _failure(error)
    assert (failed.outcome, failed.charged) == (outcome, True)
    assert "zanzibar" not in str(failed)


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Wed, 25 Nov 2026 10:00:00 GMT", None), ("-1", None)])
def test_a_wait_that_is_asked_for_is_read(header, seconds):
    answer = httpx2.Response(429, request=REQUEST, headers={"Retry-After": header})
    assert _failure(openai.RateLimitError("", response=answer, body=None)).retry_after == seconds


def test_what_is_tried_again_speaks_against_the_endpoint():
    assert WORTH_ANOTHER_TRY < ILL
