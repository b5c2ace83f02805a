"""One call of the `openai` package, bounded in time, with its errors in one table.

Importing this module loads `openai`, which takes about a second: only what is about to ask imports it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx2
import openai
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.adapters.openai_chat.endpoint import Endpoint, Form, Mode
from shared.domain.observation import Outcome, Usage

CONNECT_SECONDS = 2.0

STATUS: dict[int, Outcome] = {
    400: Outcome.REJECTED,
    401: Outcome.DENIED,
    402: Outcome.DENIED,
    403: Outcome.DENIED,
    404: Outcome.DENIED,
    408: Outcome.LATE,
    409: Outcome.UNAVAILABLE,
    413: Outcome.REJECTED,
    422: Outcome.REJECTED,
    425: Outcome.UNAVAILABLE,
    429: Outcome.RATE_LIMITED,
}
"""What a status means; from 500 on the server is unavailable, any other is a request that it does not take."""

ERRORS: dict[type[openai.OpenAIError], Outcome] = {
    openai.APITimeoutError: Outcome.LATE,
    openai.APIConnectionError: Outcome.UNAVAILABLE,
    openai.APIResponseValidationError: Outcome.INVALID,
    openai.APIStatusError: Outcome.REJECTED,  # by its status, where that is known
    openai.APIError: Outcome.UNAVAILABLE,
    openai.OpenAIError: Outcome.NOT_CONNECTED,  # the client itself cannot be used
}
"""The errors of the package, the special ones before the general."""

WORTH_ANOTHER_TRY = frozenset({Outcome.UNAVAILABLE, Outcome.LATE, Outcome.RATE_LIMITED})

_NO_CREDIT = "insufficient_quota"  # OpenAI says 429 for "slow down" and for "no money left"; only the first passes


class CallFailed(Exception):
    """A call without an answer.

    Attributes:
        charged: whether the other side may have worked, and charge for it.
        retry_after: seconds that it asked us to wait, if it did.
    """

    def __init__(self, outcome: Outcome, *, charged: bool, retry_after: float | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
        self.charged = charged
        self.retry_after = retry_after


class Completed(NamedTuple):
    """What the model said.

    Attributes:
        texts: one for each choice; one was asked for.
        usage: None where the endpoint does not count.
    """

    texts: tuple[str, ...]
    finish: str
    refused: bool
    usage: Usage | None


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Message(_Lenient):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Lenient):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Lenient):
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)


class _Completion(_Lenient):
    choices: list[_Choice] = []
    usage: _Usage | None = None


class ChatWire:
    """A connection to one endpoint. It repeats nothing by itself."""

    def __init__(self, endpoint: Endpoint, form: Form) -> None:
        self._endpoint = endpoint
        self._form = form
        # At its lowest level the package logs whole requests, and with them the customer's words.
        logging.getLogger("openai").setLevel(logging.WARNING)
        self._client = openai.OpenAI(
            base_url=str(endpoint.base_url),
            api_key=endpoint.api_key.get_secret_value(),
            max_retries=0,
            http_client=httpx2.Client(transport=_InTime(), follow_redirects=False),
        )

    def complete(self, system: str, user: str, *, seconds: float) -> Completed:
        """Ask once, and read the whole answer within so many seconds.

        Raises:
            CallFailed: there is none. The vendor's error is named, never quoted: it may hold the request.
        """
        timeout = httpx2.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        create: Any = self._client.chat.completions.with_raw_response.create  # the parameters are a plain dict
        try:
            raw = create(**_parameters(self._endpoint, self._form), messages=messages, timeout=timeout)
            return _completed(raw.http_response.content)
        except openai.OpenAIError as error:
            raise _failure(error) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _parameters(endpoint: Endpoint, asked: Form) -> dict[str, Any]:
    schema = {"name": asked.name, "strict": True, "schema": asked.schema}
    form: dict[Mode, dict[str, Any]] = {
        Mode.SCHEMA: {"response_format": {"type": "json_schema", "json_schema": schema}},
        Mode.GUIDED: {"response_format": {"type": "json_object", "schema": asked.schema}},
        Mode.JSON: {"response_format": {"type": "json_object"}},
        Mode.TEXT: {},
    }
    most = asked.most_tokens(endpoint)
    room = {"max_completion_tokens": most} if endpoint.reasoning else {"max_tokens": most, "temperature": 0}
    return {"model": endpoint.model, **room, **form[endpoint.mode]}


def _completed(body: bytes) -> Completed:
    try:
        read = _Completion.model_validate_json(body)
    except ValidationError:
        raise CallFailed(Outcome.INVALID, charged=True) from None
    counted = None
    if read.usage is not None:
        counted = Usage(input_tokens=read.usage.prompt_tokens, output_tokens=read.usage.completion_tokens)
    return Completed(
        texts=tuple(choice.message.content or "" for choice in read.choices),
        finish=next((choice.finish_reason or "" for choice in read.choices), ""),
        refused=any(choice.message.refusal for choice in read.choices),
        usage=counted,
    )


def _failure(error: openai.OpenAIError) -> CallFailed:
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        known = Outcome.UNAVAILABLE if status >= 500 else STATUS.get(status, ERRORS[openai.APIStatusError])
        if status == 429 and error.code == _NO_CREDIT:
            known = Outcome.DENIED
        return CallFailed(known, charged=False, retry_after=_seconds(error.response.headers.get("Retry-After")))
    outcome = next(outcome for kind, outcome in ERRORS.items() if isinstance(error, kind))
    return CallFailed(outcome, charged=True)


def _seconds(header: str | None) -> float | None:
    """A `Retry-After` in seconds; one that is a date is longer than we wait anyway."""
    return float(header) if header and header.strip().isdecimal() else None


class _InTime(httpx2.BaseTransport):
    """Ends an answer that comes in drops. A read time-out alone begins anew with every byte."""

    def __init__(self) -> None:
        # A function is frozen between two questions, minutes apart: a connection that was kept would be a dead one.
        self._inner = httpx2.HTTPTransport(limits=httpx2.Limits(max_keepalive_connections=0))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request whose whole answer has to be there within its read time-out."""
        ends = time.monotonic() + float(request.extensions["timeout"]["read"])
        answer = self._inner.handle_request(request)
        answer.stream = _Ending(answer.stream, ends)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Ending(httpx2.SyncByteStream):
    def __init__(self, stream: Any, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._ends:
                raise httpx2.ReadTimeout("the answer comes too slowly")
            yield piece

    def close(self) -> None:
        self._stream.close()
