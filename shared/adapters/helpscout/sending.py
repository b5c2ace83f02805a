"""The requests that write to a conversation. No body has a place for a sent reply, and none for another status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.adapters.desk_http import Answer
from shared.adapters.helpscout.api import HelpScoutApi
from shared.adapters.helpscout.conversation import Conversation, Thread, read_conversation, read_threads
from shared.domain.errors import TicketGone, TicketLocked

_INVALID, _GONE, _LOCKED = 400, frozenset({301, 404}), 412
_EXPECTED = _GONE | {_INVALID, _LOCKED}


class Reworded(Enum):
    """What became of new words for a draft."""

    DONE = "done"
    REFUSED = "refused"
    NOT_THERE = "not_there"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Note(_Body):
    """A note. Without `status` the desk would make the conversation active."""

    text: str
    status: str = Field(pattern=r"^(active|pending|closed)$")


class _Customer(_Body):
    id: int


class _Draft(_Note):
    """A reply that stays in the reply box. Without `draft` the desk would send it to the customer."""

    customer: _Customer
    draft: Literal[True] = True


class _Words(_Body):
    op: Literal["replace"] = "replace"
    path: Literal["/text"] = "/text"
    value: str


class _Owner(_Body):
    op: Literal["replace"] = "replace"
    path: Literal["/assignTo"] = "/assignTo"
    value: int


class _Move(_Body):
    op: Literal["move"] = "move"
    path: Literal["/mailboxId"] = "/mailboxId"
    value: int


class _Tags(_Body):
    tags: tuple[str, ...]


class _Value(_Body):
    id: int
    value: str


class _Fields(_Body):
    fields: tuple[_Value, ...]


class Requests:
    """The requests to one conversation. Each may raise `TicketGone` and `TicketLocked`.

    Attributes:
        told: the conversation as last read.
    """

    def __init__(self, api: HelpScoutApi, told: Conversation) -> None:
        self._api = api
        self.told = told
        self._touched = False

    def refresh(self) -> None:
        """Read the conversation again, where something was written since."""
        if self._touched:
            self.told, _ = read_conversation(self._api, self.told.id)
            self._touched = False

    def threads(self) -> list[Thread]:
        """What stands in it now."""
        return list(read_threads(self._api, self.told.id))

    def move(self, inbox: str) -> bool:
        """Put it into another inbox; False where the desk refuses."""
        return self._send("PATCH", "", _Move(value=int(inbox)))

    def assign(self, user: str) -> bool:
        """Give it to somebody; False where the desk refuses."""
        return self._send("PATCH", "", _Owner(value=int(user)))

    def set_tags(self, tags: Iterable[str]) -> bool:
        """Replace its tags by these; False where the desk refuses."""
        return self._send("PUT", "/tags", _Tags(tags=tuple(sorted(tags))))

    def set_fields(self, values: Mapping[str, str]) -> bool:
        """Replace its fields' values by these, by the fields' ids; False where the desk refuses one."""
        wanted = tuple(_Value(id=int(id), value=value) for id, value in sorted(values.items()) if value)
        return self._send("PUT", "/fields", _Fields(fields=wanted))

    def add_note(self, html: str) -> None:
        """Leave a note for agents."""
        self._post("/notes", _Note(text=html, status=self._status()))

    def leave_draft(self, html: str) -> None:
        """Leave a reply in the reply box, not sent."""
        status = self._status()
        customer = _Customer(id=int(self.told.primary_customer.id))
        self._post("/reply", _Draft(text=html, customer=customer, status=status))

    def reword(self, draft: str, html: str) -> Reworded:
        """Give a draft other words."""
        answer = self._request("PATCH", f"/threads/{draft}", _Words(value=html), expect=_EXPECTED | {403})
        if answer.status in _GONE:
            return Reworded.NOT_THERE
        return Reworded.REFUSED if answer.status in (_INVALID, 403) else Reworded.DONE

    def _status(self) -> str:
        # A person may have closed it while we wrote: the status that is sent is the one of this moment.
        self.refresh()
        return self.told.status if self.told.status in ("active", "pending", "closed") else "active"

    def _post(self, path: Literal["/reply", "/notes"], body: _Note) -> None:
        """The only place that adds a thread."""
        sent = body.model_dump()
        if (path == "/reply") != (sent.get("draft") is True) or not sent["status"]:
            raise AssertionError("this product writes notes and unsent drafts only, and changes no status")
        answer = self._request("POST", path, body, expect=_EXPECTED - {_INVALID})
        if answer.status in _GONE:
            raise self._gone()

    def _send(self, method: str, path: str, body: _Body) -> bool:
        """Whether the desk took it; False where it found something wrong with the body."""
        answer = self._request(method, path, body, expect=_EXPECTED)
        if answer.status in _GONE:
            raise self._gone()
        return answer.status != _INVALID

    def _request(self, method: str, path: str, body: _Body, *, expect: frozenset[int]) -> Answer:
        self._touched = True
        address = f"/v2/conversations/{self.told.id}{path}"
        answer = self._api.send(method, address, body.model_dump(), expect=expect)
        if answer.status == _LOCKED:
            raise TicketLocked(f"conversation {self.told.id} is full or locked by its age", status=_LOCKED)
        return answer

    def _gone(self) -> TicketGone:
        return TicketGone(f"the desk has no conversation {self.told.id}, or merged it into another")
