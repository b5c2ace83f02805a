"""The HTTP client that every desk connector sits on: one request becomes one answer or one of our errors.

It repeats nothing: who waits, and for how long, is the caller's caller's business. It follows no redirect, because
the request carries a token that is meant for the desk alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import urlencode

import urllib3
from pydantic import BaseModel, ValidationError

from shared.domain.errors import (
    DeskAccessLost,
    DeskConflict,
    DeskRateLimited,
    DeskRefused,
    DeskUnavailable,
    FirstlineError,
)
from shared.ports.desk import Budget, Unlimited

Clock = Callable[[], datetime]
Wait = Callable[[Mapping[str, str]], float | None]
Query = Iterable[tuple[str, str | int]]
Model = TypeVar("Model", bound=BaseModel)

CONNECT_SECONDS = 2.0
READ_SECONDS = 8.0
_NOISE = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(days=1)


class Transport(Protocol):
    """What is used of `urllib3.PoolManager`."""

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str], redirect: bool, retries: bool
    ) -> urllib3.BaseHTTPResponse:
        """Send one request and read the whole answer."""
        ...

    def clear(self) -> None:
        """Close what is open."""
        ...


@dataclass(frozen=True)
class Answer:
    """What the desk answered.

    Attributes:
        request: method and path, for messages; without the query.
        body: the parsed JSON, None when there is none.
        retry_after: seconds the desk asked us to wait, if it did.
        offset: the desk's clock minus ours; less than two seconds count as none, since `Date` has whole seconds.
        headers: names in lower case.
    """

    request: str
    status: int
    body: Any
    retry_after: float | None = None
    offset: timedelta = timedelta(0)
    headers: Mapping[str, str] = field(default_factory=dict)

    def read(self, model: type[Model]) -> Model:
        """The body as a wire model.

        Raises:
            DeskUnavailable: it has another shape; the message names the place, not the value.
        """
        try:
            return model.model_validate(self.body)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the body"
        except OverflowError:
            place = "a time"
        raise DeskUnavailable(f"{self.request}: answered {self.status}, but {place} is not as expected")

    def refusal(self, reason: str = "", *, needs: str = "") -> FirstlineError:
        """The error that this answer stands for.

        Args:
            needs: the permission that the request takes, named where the desk no longer lets us in.
        """
        message = f"{self.request}: answered {self.status}{f' ({reason})' if reason else ''}"
        if self.status == 409:
            return DeskConflict(message)
        if self.status == 429:
            return DeskRateLimited(message, retry_after=self.retry_after)
        if self.status in (408, 425) or self.status >= 500:
            return DeskUnavailable(message, retry_after=self.retry_after)
        if self.status in (401, 403):
            lacks = f"{message}; it takes: {needs}" if needs else message
            return DeskAccessLost(lacks, status=self.status, permission=needs)
        return DeskRefused(message, status=self.status)


class DeskHttp:
    """Sends requests to one desk.

    Args:
        reason: reads the vendor's error code out of an error body; never texts, they may quote a customer.
        wait: reads how many seconds to wait out of an answer's headers (names in lower case), where the vendor
            says it otherwise than by `Retry-After`; None where it does not say.
        budget: our share of the desk's limits; each request takes its units before it is sent.
    """

    def __init__(
        self,
        base_url: str,
        *,
        transport: Transport,
        clock: Clock,
        reason: Callable[[Any], str] = lambda body: "",
        wait: Wait = lambda headers: None,
        budget: Budget | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._transport = transport
        self._clock = clock
        self._reason = reason
        self._vendor_s_wait = wait
        self._budget = budget or Unlimited()

    @classmethod
    def connect(
        cls,
        base_url: str,
        *,
        clock: Clock,
        reason: Callable[[Any], str],
        wait: Wait = lambda headers: None,
        budget: Budget | None = None,
    ) -> Self:
        """A client with its own connections. Opens none yet."""
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        transport = urllib3.PoolManager(timeout=timeout)
        return cls(base_url, transport=transport, clock=clock, reason=reason, wait=wait, budget=budget)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        expect: frozenset[int] = frozenset(),
        cost: int = 1,
        lane: str = "",
        needs: str = "",
    ) -> Answer:
        """Send one request and answer what came back, if it is a 2xx or a status that the caller expects.

        Args:
            cost: units that the desk counts for it.
            lane: a limit of its own that it counts against as well.
            needs: the permission that it takes, in the vendor's words.

        Raises:
            DeskUnavailable: no answer, half an answer, 5xx, or a 2xx that is not JSON.
            DeskRateLimited: 429, or our share of the desk's limit is used up and nothing was sent.
            DeskConflict: 409.
            DeskAccessLost: 401, 403.
            DeskRefused: any other status.
        """
        self._budget.take(cost, lane)
        answer = self._answer(method, path, query, body, headers or {})
        if not (200 <= answer.status < 300 or answer.status in expect):
            raise answer.refusal(self._reason(answer.body), needs=needs)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._transport.clear()

    def _answer(
        self, method: str, path: str, query: Query, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Answer:
        request = f"{method} {path}"
        asked = urlencode(tuple(query))
        content = None if body is None else json.dumps(body).encode()
        sent = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "firstline", **headers}
        if content is not None:
            sent["Content-Type"] = "application/json"
        url = f"{self._base_url}{path}{'?' if asked else ''}{asked}"
        try:
            got = self._transport.request(method, url, body=content, headers=sent, redirect=False, retries=False)
            data = got.data
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # The vendor's error is named, not quoted: its text holds the address with the query.
            raise DeskUnavailable(f"{request}: no answer ({type(error).__name__})") from None
        return Answer(
            request=request,
            status=got.status,
            body=_parsed(data, request, needed=200 <= got.status < 300),
            retry_after=self._wait(got.headers),
            offset=self._offset(got.headers.get("Date")),
            headers={name.lower(): value for name, value in got.headers.items()},
        )

    def _wait(self, headers: Mapping[str, str]) -> float | None:
        """Seconds as the vendor says them, or from a `Retry-After`; None when there is none."""
        seconds = self._vendor_s_wait({name.lower(): value for name, value in headers.items()})
        if seconds is None:
            return self._retry_after(headers.get("Retry-After"))
        return min(max(seconds, 0.0), _LONGEST_WAIT.total_seconds())

    def _retry_after(self, header: str | None) -> float | None:
        """A number or a date; None when it is neither."""
        if header is None:
            return None
        if header.strip().isdecimal():
            return min(float(header), _LONGEST_WAIT.total_seconds())
        date = _http_date(header)
        return None if date is None else min(max((date - self._clock()).total_seconds(), 0.0), 86_400.0)

    def _offset(self, header: str | None) -> timedelta:
        date = _http_date(header or "")
        offset = timedelta(0) if date is None else date - self._clock()
        return offset if abs(offset) >= _NOISE else timedelta(0)


def _http_date(header: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(header)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _parsed(data: bytes, request: str, *, needed: bool) -> Any:
    if not data.strip():
        return None
    try:
        body = json.loads(data)
        if b"\\ud" in data.lower():
            # JSON can spell half a surrogate pair, which is no text: it would break whatever stores it later.
            return json.loads(json.dumps(body, ensure_ascii=False).encode(errors="replace"))
        return body
    except (ValueError, RecursionError):
        if needed:
            raise DeskUnavailable(f"{request}: the answer is not JSON") from None
        return None
