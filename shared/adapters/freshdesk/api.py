"""Freshdesk's API as our own agent: a key in every request, lists page by page, credits and lanes counted."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from shared.adapters.desk_http import Answer, DeskHttp, Query
from shared.adapters.desk_wire import Wire
from shared.domain.errors import DeskUnavailable

API = "/api/v2"
PAGE_SIZE = 100
# The desk tells 300 pages of a list and no more.
LAST_PAGE = 300

READ = "an agent who may view tickets (ticket scope: global access)"
WRITE = "an agent who may edit ticket properties and add notes"
PEOPLE = "an agent with the role Administrator (agents and groups are for administrators)"
KEY = "the API key of an active agent (Profile settings > View API key)"
"""What requests take, as the set-up asks for it."""

UPDATES, LISTS = "updates", "lists"
"""Limits of their own, within that of all requests."""

_CODE = re.compile(r"[A-Za-z0-9_.\[\]-]{1,60}")
_NEXT = re.compile(r"""rel\s*=\s*"?next\b""")

Id = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
"""Ids are numbers, and become part of addresses."""

Row = TypeVar("Row", bound=Wire)


class FreshdeskApi:
    """Sends requests with the key in them."""

    def __init__(self, http: DeskHttp, *, api_key: str) -> None:
        self._http = http
        # The key is the user's name, and any password will do.
        credentials = base64.b64encode(f"{api_key}:X".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}"}

    def get(
        self,
        path: str,
        query: Query = (),
        *,
        expect: frozenset[int] = frozenset(),
        credits: int = 1,
        lane: str = "",
        needs: str = READ,
    ) -> Answer:
        """Read.

        Args:
            credits: what the desk counts the request for; each `include` costs more.

        Raises:
            FirstlineError: what `DeskHttp.send` raises.
        """
        return self._http.send(
            "GET",
            f"{API}{path}",
            query=query,
            headers=self._headers,
            expect=expect,
            cost=credits,
            lane=lane,
            needs=needs,
        )

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        expect: frozenset[int] = frozenset(),
        lane: str = "",
        needs: str = WRITE,
    ) -> Answer:
        """Write: POST, PUT or DELETE. Raises what `DeskHttp.send` raises."""
        return self._http.send(
            method, f"{API}{path}", body=body, headers=self._headers, expect=expect, lane=lane, needs=needs
        )

    def pages(
        self, path: str, model: type[Row], *, expect: frozenset[int] = frozenset(), needs: str = READ
    ) -> Iterator[list[Row]]:
        """Every page of a list, asked for as they are needed; none where the desk answers an expected status."""
        for number in range(1, LAST_PAGE + 1):
            answer = self.get(path, (("per_page", PAGE_SIZE), ("page", number)), expect=expect, needs=needs)
            if answer.status in expect:
                return
            yield rows_of(answer, model)
            if not has_more(answer):
                return
        raise DeskUnavailable(f"GET {path}: more than {LAST_PAGE} pages")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def rows_of(answer: Answer, model: type[Row]) -> list[Row]:
    """The rows of a list. Raises DeskUnavailable: it has another shape; the message names the place only."""
    try:
        return TypeAdapter(list[model]).validate_python(answer.body)  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
    except OverflowError:
        place = "a time"
    raise DeskUnavailable(f"{answer.request}: answered {answer.status}, but {place} is not as expected")


def has_more(answer: Answer) -> bool:
    """Whether a page follows, as the header `link` tells."""
    return _NEXT.search(answer.headers.get("link", "")) is not None


def error_code(body: Any) -> str:
    """The desk's code, or the fields it complains about with theirs. Its messages may quote a ticket: unread."""
    if not isinstance(body, dict):
        return ""
    code = body.get("code")
    if isinstance(code, str):
        return code if _CODE.fullmatch(code) else ""
    told = (f"{field} {code}".strip() for field, code in complaints(body).items())
    return ", ".join(sorted(told))


def complaints(body: Any) -> dict[str, str]:
    """The codes of a validation error by the fields it is about."""
    errors = body.get("errors") if isinstance(body, dict) else None
    told = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return {_word(one.get("field")): _word(one.get("code")) for one in told if _word(one.get("field"))}


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""
