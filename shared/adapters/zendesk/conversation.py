"""A ticket's comments as messages, bounded; and the search for a note of ours among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import Field

from shared.adapters.desk_conversation import LONGEST_TEXT, NEWEST_KEPT, ends_of, file_name
from shared.adapters.desk_text import plain_text
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.paging import Page, Text, Wire, pages
from shared.domain.errors import DeskUnavailable, TicketGone
from shared.domain.record import Instant
from shared.domain.text import bounded
from shared.domain.ticket import Message, Role

_MISSING = frozenset({404})
# Comments by the desk itself (a merge, an automation) have no person behind them.
_SYSTEM = "-1"
_MERGE = "merge"


class Author(Wire):
    """A user as the desk tells it beside comments and tickets."""

    id: str
    name: Text = ""
    email: str | None = None
    role: Text = ""


class _Attachment(Wire):
    file_name: Text = ""


class _Source(Wire):
    rel: Text = ""


class _Via(Wire):
    source: _Source | None = None


class _Comment(Wire):
    id: str
    author_id: str
    public: bool
    plain_body: str | None = None
    body: str | None = None
    html_body: str | None = None
    created_at: Instant
    via: _Via | None = None
    attachments: list[_Attachment] = Field(default_factory=list)

    @property
    def tells_of_a_merge(self) -> bool:
        """Whether the desk wrote it, in the name of whoever merged another ticket into this one."""
        return bool(self.via and self.via.source and self.via.source.rel == _MERGE)

    @property
    def text(self) -> str:
        """What the desk shows as plain text; from the HTML only where there is nothing else."""
        text = next((body for body in (self.plain_body, self.body) if body), None)
        text = plain_text(self.html_body or "") if text is None else text
        return bounded(text.replace("&nbsp;", " ").replace("\xa0", " ").strip(), LONGEST_TEXT)


class _Comments(Page):
    comments: list[_Comment]
    users: list[Author] = Field(default_factory=list)


def read_conversation(api: ZendeskApi, ticket_id: str, *, requester_id: str, own_user_id: str) -> tuple[Message, ...]:
    """The messages, oldest first: of a long conversation the first 20 and the newest 180. Three requests at most.

    Raises:
        TicketGone: the ticket went away meanwhile.
    """
    comments, authors = _bounded_comments(api, ticket_id)

    def role(author_id: str) -> Role:
        if author_id in (own_user_id, _SYSTEM):
            return Role.US
        # A user who is not told of any more counts as a customer: better read once too often than never.
        told = authors.get(author_id)
        staff = told is not None and told.role in ("agent", "admin") and author_id != requester_id
        return Role.AGENT if staff else Role.CUSTOMER

    return tuple(
        Message(
            id=comment.id,
            # A merge is no answer to anybody, though an agent stands as its author and customers may see it.
            role=Role.US if comment.tells_of_a_merge else role(comment.author_id),
            author=authors[comment.author_id].name if comment.author_id in authors else "",
            address=(authors[comment.author_id].email or "") if comment.author_id in authors else "",
            public=comment.public,
            text=comment.text,
            at=comment.created_at,
            attachments=tuple(file_name(one.file_name) for one in comment.attachments),
        )
        for comment in comments
    )


def has_note(api: ZendeskApi, ticket_id: str, *, marker: str, own_user_id: str) -> bool:
    """Whether a private comment of ours carries the marker, looked for from the newest on.

    Raises:
        TicketGone: the desk has no such ticket.
    """
    # The marker of message 12 is the beginning of the marker of message 123.
    whole = re.compile(re.escape(marker) + r"(?![\w-])")
    return any(
        not comment.public
        and comment.author_id == own_user_id
        and any(whole.search(body or "") for body in (comment.plain_body, comment.body, comment.html_body))
        for page in _pages(api, ticket_id, "-created_at")
        for comment in page.comments
    )


def _bounded_comments(api: ZendeskApi, ticket_id: str) -> tuple[list[_Comment], Mapping[str, Author]]:
    first = next(_pages(api, ticket_id, "created_at"))
    read = [first]
    oldest = {comment.id for comment in first.comments}
    if first.meta.has_more:
        for page in _pages(api, ticket_id, "-created_at"):
            read.append(page)
            ids = {comment.id for comment in page.comments}
            if len(read) == 2 and ids <= oldest:
                raise DeskUnavailable(f"ticket {ticket_id}: the desk did not tell its newest comments first")
            if ids & oldest or sum(len(page.comments) for page in read[1:]) >= NEWEST_KEPT:
                break
    by_id = {comment.id: comment for page in read for comment in page.comments}
    comments = sorted(by_id.values(), key=lambda comment: (comment.created_at, len(comment.id), comment.id))
    return ends_of(comments), {user.id: user for page in read for user in page.users}


def _pages(api: ZendeskApi, ticket_id: str, sort: str) -> Iterator[_Comments]:
    path = f"/api/v2/tickets/{ticket_id}/comments"
    read = pages(api, path, (("include", "users"), ("sort", sort)), _Comments, expect=_MISSING)
    first = next(read, None)
    if first is None:
        raise TicketGone(f"the desk has no ticket {ticket_id}")
    yield first
    yield from read
