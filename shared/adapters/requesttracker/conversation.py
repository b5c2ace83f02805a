"""A ticket's transactions as messages: each one's author, and its words and file names out of the parts of a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from email.parser import HeaderParser

from pydantic import Field

from shared.adapters.desk_text import plain_text
from shared.adapters.desk_wire import Text, Wire
from shared.adapters.requesttracker.api import PER_PAGE, Api, Named, Page, one_of
from shared.domain.record import Instant
from shared.domain.text import bounded
from shared.domain.ticket import Message, Role

FIRST_KEPT, NEWEST_KEPT = 20, 180
LONGEST_TEXT, LONGEST_NAME = 100_000, 200
_CREATE, _COMMENT = "Create", "Comment"
_SAID = (_CREATE, "Correspond", _COMMENT)
_SYSTEM = "1"
_READ_AT_ONCE = 50
# What tells of a machine (see `automatic_kind`), and how the mail or the form came in.
INTERFACE = "x-rt-interface"
_HEADERS = frozenset(
    {"auto-submitted", "precedence", "x-autoreply", "x-autorespond", "return-path", "list-id", "list-unsubscribe"}
) | {"content-type", INTERFACE}


class _Transaction(Wire):
    id: str
    type: str = Field(alias="Type")
    created: Instant = Field(alias="Created")
    creator: Named = Field(alias="Creator")


class _Part(Wire):
    id: str
    transaction: str = Field(alias="TransactionId")
    kind: Text = Field(default="", alias="ContentType")
    name: Text = Field(default="", alias="Filename")
    headers: Text = Field(default="", alias="Headers")


class _Content(Wire):
    id: str
    content: Text = Field(default="", alias="Content")


class _Transactions(Page):
    items: list[_Transaction] = Field(default_factory=list)


class _Parts(Page):
    items: list[_Part] = Field(default_factory=list)


class _Contents(Page):
    items: list[_Content] = Field(default_factory=list)


class _User(Wire):
    privileged: bool = Field(alias="Privileged")


class Conversations:
    """Reads conversations of one desk. Remembers who is let in as an agent."""

    def __init__(self, api: Api, own_user_id: str) -> None:
        self._api = api
        self._own_user_id = own_user_id
        self._privileged: dict[str, bool] = {}

    def read(self, ticket_id: str, requestors: frozenset[str]) -> tuple[Message, ...]:
        """The messages, oldest first: of a long conversation the first 20 and the newest 180."""
        said = self._said(ticket_id)
        parts: dict[str, list[_Part]] = {one.id: [] for one in said}
        for part in self._parts(ticket_id, tuple(parts)):
            parts[part.transaction].append(part)
        bodies = {id: _body(found) for id, found in parts.items()}
        contents = self._contents(ticket_id, [body.id for body in bodies.values() if body])
        return tuple(
            Message(
                id=one.id,
                role=self._role(one, requestors),
                author=one.creator.email or one.creator.real_name or one.creator.name,
                public=one.type != _COMMENT,
                text=_text(bodies[one.id], contents),
                at=one.created,
                attachments=tuple(bounded(part.name, LONGEST_NAME) for part in parts[one.id] if part.name),
                headers=_headers(parts[one.id]),
            )
            for one in said
        )

    def _said(self, ticket_id: str) -> list[_Transaction]:
        newest = self._transactions(ticket_id, "DESC", FIRST_KEPT + NEWEST_KEPT)
        oldest = self._transactions(ticket_id, "ASC", FIRST_KEPT) if len(newest) == FIRST_KEPT + NEWEST_KEPT else []
        kept = {one.id: one for one in (*oldest, *newest[: NEWEST_KEPT if oldest else None])}
        return sorted(kept.values(), key=lambda one: int(one.id))

    def _transactions(self, ticket_id: str, order: str, most: int) -> list[_Transaction]:
        query = (
            ("fields", "Type,Created,Creator"),
            ("fields[Creator]", "id,Name,RealName,EmailAddress"),
            ("orderby", "id"),
            ("order", order),
            one_of("Type", _SAID),
        )
        found: list[_Transaction] = []
        for page in self._api.pages(f"/ticket/{ticket_id}/history", query, _Transactions):
            found += page.items
            if len(found) >= most:
                break
        return found[:most]

    def _parts(self, ticket_id: str, transactions: Sequence[str]) -> Iterable[_Part]:
        fields = ("fields", "TransactionId,ContentType,Filename,Headers")
        for ids in _chunks(transactions, PER_PAGE):
            query = (fields, ("orderby", "id"), one_of("TransactionId", ids))
            for page in self._api.pages(f"/ticket/{ticket_id}/attachments", query, _Parts, nothing_hidden=True):
                yield from page.items

    def _contents(self, ticket_id: str, parts: Sequence[str]) -> dict[str, str]:
        """The words of these parts. Nothing else is asked for: files stay where they are."""
        found: dict[str, str] = {}
        for ids in _chunks(parts, _READ_AT_ONCE):
            query = (("fields", "Content"), one_of("id", ids))
            for page in self._api.pages(f"/ticket/{ticket_id}/attachments", query, _Contents, nothing_hidden=True):
                found |= {one.id: one.content for one in page.items}
        return found

    def _role(self, one: _Transaction, requestors: frozenset[str]) -> Role:
        """What opened the ticket is the customer's, whoever typed it; a reply in our name was sent by a person."""
        if one.type == _CREATE or one.creator.id in requestors:
            return Role.CUSTOMER
        if one.creator.id == _SYSTEM or (one.creator.id == self._own_user_id and one.type == _COMMENT):
            return Role.US
        return Role.AGENT if self._is_privileged(one.creator.id) else Role.CUSTOMER

    def _is_privileged(self, user_id: str) -> bool:
        if user_id not in self._privileged:
            self._privileged[user_id] = self._api.get(f"/user/{user_id}").read(_User).privileged
        return self._privileged[user_id]


def _chunks(ids: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _body(parts: Iterable[_Part]) -> _Part | None:
    """The part that holds the words: plain text, or HTML where there is nothing else."""
    unnamed = [part for part in parts if not part.name]
    return next((part for kind in ("text/plain", "text/html") for part in unnamed if part.kind == kind), None)


def _text(body: _Part | None, contents: Mapping[str, str]) -> str:
    content = contents.get(body.id, "") if body else ""
    text = plain_text(content) if body and body.kind == "text/html" else content
    return bounded(text.replace("\r\n", "\n").replace("\xa0", " ").strip(), LONGEST_TEXT)


def _headers(parts: Sequence[_Part]) -> dict[str, str]:
    """Of the mail itself, which is the first part."""
    told = HeaderParser().parsestr(parts[0].headers).items() if parts else []
    return {name.lower(): str(value) for name, value in told if name.lower() in _HEADERS}
