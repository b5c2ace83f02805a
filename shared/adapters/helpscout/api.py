"""Help Scout's Inbox API as our own user: client credentials, a token kept until it ends, lists page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.adapters.desk_http import Answer, Clock, DeskHttp, Query
from shared.adapters.desk_token import Granted, KeptToken
from shared.adapters.desk_wire import Wire
from shared.domain.errors import DeskUnavailable

# Lists longer than this do not end.
LAST_PAGE = 400

READ = "an active user with access to the inbox"
WRITE = "an active user with access to the inbox, on a plan with API access"
EDIT = "an administrator, or an account that allows its threads to be edited"
CLIENT = "an app (Your profile > My apps) whose user is active"
"""What requests take, as the set-up asks for it."""

_READ_UNITS, _WRITE_UNITS = 1, 2
_CODE = re.compile(r"[A-Za-z0-9_.\[\]-]{1,60}")


class Hal(Wire):
    """Something of Help Scout's; its names are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


Id = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
"""Ids are numbers, and become part of addresses."""


class _Numbers(Hal):
    number: int = 1
    total_pages: int = 1


class Paged(Hal):
    """One page of a list."""

    page: _Numbers = Field(default_factory=_Numbers)

    @property
    def has_more(self) -> bool:
        """Whether a page follows."""
        return self.page.number < self.page.total_pages


AnyPage = TypeVar("AnyPage", bound=Paged)


class _Asked(NamedTuple):
    """A request without its token; `units` is what it counts for."""

    method: str
    path: str
    query: Query
    body: Mapping[str, Any] | None
    expect: frozenset[int]
    units: int
    needs: str


class _Token(BaseModel):
    model_config = ConfigDict(extra="ignore")

    access_token: str = Field(min_length=1)
    expires_in: int | None = None


class HelpScoutApi:
    """Sends requests with a token in them."""

    def __init__(self, http: DeskHttp, *, client_id: str, client_secret: str, clock: Clock) -> None:
        self._http = http
        self._client_id = client_id
        self._client_secret = client_secret
        self._token = KeptToken(self._granted, clock)

    def get(self, path: str, query: Query = (), *, expect: frozenset[int] = frozenset(), needs: str = READ) -> Answer:
        """Read. Raises what `DeskHttp.send` raises."""
        return self._send(_Asked("GET", path, tuple(query), None, expect, _READ_UNITS, needs))

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        expect: frozenset[int] = frozenset(),
        needs: str = WRITE,
    ) -> Answer:
        """Write: POST, PUT, PATCH or DELETE. Raises what `DeskHttp.send` raises."""
        return self._send(_Asked(method, path, (), body, expect, _WRITE_UNITS, needs))

    def pages(
        self, path: str, model: type[AnyPage], query: Query = (), *, expect: frozenset[int] = frozenset()
    ) -> Iterator[AnyPage]:
        """Every page of a list, asked for as they are needed; none where the desk answers an expected status."""
        for number in range(1, LAST_PAGE + 1):
            answer = self.get(path, [*query, ("page", number)], expect=expect)
            if answer.status in expect:
                return
            page = answer.read(model)
            yield page
            if number >= page.page.total_pages:
                return
        raise DeskUnavailable(f"GET {path}: more than {LAST_PAGE} pages")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, asked: _Asked) -> Answer:
        def send(headers: dict[str, str], expected: frozenset[int]) -> Answer:
            return self._http.send(
                asked.method,
                asked.path,
                query=asked.query,
                body=asked.body,
                headers=headers,
                expect=expected,
                cost=asked.units,
                needs=asked.needs,
            )

        return self._token.signed(send, asked.expect)

    def _granted(self) -> Granted:
        credentials = {"client_id": self._client_id, "client_secret": self._client_secret}
        body = {"grant_type": "client_credentials", **credentials}
        answer = self._http.send("POST", "/v2/oauth2/token", body=body, cost=_WRITE_UNITS, needs=CLIENT)
        token = answer.read(_Token)
        return Granted(token.access_token, token.expires_in)


def wait_told(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait; this desk does not say it in `Retry-After`."""
    told = headers.get("x-ratelimit-retry-after", "").strip()
    return float(told) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", told) else None


def error_code(body: Any) -> str:
    """OAuth's code, or the places that the desk complains about. Its messages may quote a customer and stay unread."""
    if not isinstance(body, dict):
        return ""
    code = body.get("error")
    if isinstance(code, str):
        return code if _CODE.fullmatch(code) else ""
    embedded = body.get("_embedded")
    errors = embedded.get("errors") if isinstance(embedded, dict) else None
    told = [one.get("path") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return ", ".join(sorted({place for place in told if isinstance(place, str) and _CODE.fullmatch(place)}))
