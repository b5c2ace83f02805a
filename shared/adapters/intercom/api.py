"""Intercom's REST API 2.16 with an access token that does not end, and its lists page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import BeforeValidator, Field

from shared.adapters.desk_http import Answer, DeskHttp, Query
from shared.adapters.desk_wire import Wire
from shared.domain.errors import DeskUnavailable
from shared.domain.record import Instant

VERSION = "2.16"

# Lists longer than this do not end.
LAST_PAGE = 400

READ = "the permission “Read conversations”"
WRITE = "the permission “Write conversations”"
TAGS = "the permissions “Read tags” and “Write tags”"
PEOPLE = "the permissions “Read one user and one company” and “Read and list users and companies”"
ADMINS = "the permission “Read admins”"
ARTICLES = "the permission “Read and list articles”"
"""What requests take, as the app's page in the Developer Hub calls it."""

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_SECONDS = re.compile(r"[0-9]{1,12}")

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Ids are numbers or hex, and become part of addresses."""
MaybeId = Annotated[str | None, BeforeValidator(lambda value: None if value in (None, "", 0, "0") else value)]
"""An id; nobody is told as null or as 0."""
Flag = Annotated[bool, BeforeValidator(lambda value: value is True)]
Object = BeforeValidator(lambda value: {} if value is None else value)
"""Before a model: what is told as null is as good as empty."""
Rows = BeforeValidator(lambda value: [] if value is None else value)
"""Before a list, likewise."""
Moment = Annotated[Instant | None, BeforeValidator(lambda value: value or None)]
"""A time in epoch seconds; 0 is none."""


class _Pages(Wire):
    """Where a list goes on: behind a row (`starting_after`), or at another address."""

    next: Any = None


class Paged(Wire):
    """One page of a list."""

    pages: _Pages | None = None
    total_count: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0

    @property
    def further(self) -> dict[str, str]:
        """What to ask for next, empty at the end."""
        told = self.pages.next if self.pages else None
        if isinstance(told, str):
            return {name: value for name, value in parse_qsl(urlsplit(told).query) if name in ("page", _AFTER)}
        after = told.get(_AFTER) if isinstance(told, dict) else None
        return {_AFTER: str(after)} if after else {}


_AFTER = "starting_after"
AnyPage = TypeVar("AnyPage", bound=Paged)


class IntercomApi:
    """Sends requests with the token and the API's version in them."""

    def __init__(self, http: DeskHttp, *, access_token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {access_token}", "Intercom-Version": VERSION}

    def get(self, path: str, query: Query = (), *, expect: frozenset[int] = frozenset(), needs: str = READ) -> Answer:
        """Read. Raises what `DeskHttp.send` raises."""
        return self._http.send("GET", path, query=query, headers=self._headers, expect=expect, needs=needs)

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        *,
        expect: frozenset[int] = frozenset(),
        needs: str = WRITE,
    ) -> Answer:
        """Write, or search: POST, PUT or DELETE. Raises what `DeskHttp.send` raises."""
        return self._http.send(method, path, body=body, headers=self._headers, expect=expect, needs=needs)

    def pages(self, path: str, model: type[AnyPage], query: Query = (), *, needs: str = READ) -> Iterator[AnyPage]:
        """Every page of a list, asked for as they are needed."""
        asked = tuple(query)
        further: dict[str, str] = {}
        for _ in range(LAST_PAGE):
            page = self.get(path, (*asked, *further.items()), needs=needs).read(model)
            yield page
            before, further = further, page.further
            if not further or further == before:
                return
        raise DeskUnavailable(f"GET {path}: more than {LAST_PAGE} pages")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def wait_told(headers: Mapping[str, str]) -> float | None:
    """Seconds until the window of ten seconds is over. Both times are the desk's, so no clock can be wrong."""
    reset = headers.get("x-ratelimit-reset", "").strip()
    date = _epoch(headers.get("date", ""))
    if date is None or not _SECONDS.fullmatch(reset):
        return None
    return max(float(reset) - date, 1.0)


def _epoch(date: str) -> float | None:
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def error_code(body: Any) -> str:
    """The desk's codes, such as `parameter_invalid`. Its messages may quote a customer and stay unread."""
    errors = body.get("errors") if isinstance(body, dict) else None
    codes = [one.get("code") for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return ", ".join(sorted({code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)}))
