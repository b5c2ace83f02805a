"""A conversation as a ticket: one request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from shared.adapters.desk_wire import words
from shared.adapters.intercom.api import IntercomApi
from shared.adapters.intercom.conversation import Conversation, read_conversation
from shared.adapters.intercom.customer import status_of
from shared.adapters.intercom.directory import Directory
from shared.domain.ticket import DeskFields, DeskTicket, TicketKey, TicketStatus, response_between

PRIORITY = "priority"
PRIORITY_TAG = "firstline_priority_"
# The desk's own priority can be read and not set: it is a teammate's, and goes before ours, which is an attribute.
_PRIORITIES = {"low": "low", "medium": "normal", "high": "high", "urgent": "urgent"}
_MAIL = frozenset({"email"})
_CALLS = frozenset({"phone_call", "phone_switch"})


class ConversationReader:
    """Reads conversations of one workspace.

    Args:
        app_id: the workspace.
        titles: the names of our own attributes on the desk by our names for them; `priority` among them.
    """

    def __init__(
        self,
        api: IntercomApi,
        directory: Directory,
        *,
        desk: str,
        base_url: str,
        app_id: str,
        own_user_id: str,
        titles: Mapping[str, str],
    ) -> None:
        self._api = api
        self._directory = directory
        self._desk = desk
        self._inbox = f"{web_url(base_url)}/a/inbox/{app_id}/inbox/conversation"
        self._own_user_id = own_user_id
        self._titles = titles

    def read(self, conversation_id: str) -> DeskTicket:
        """Fetch the conversation.

        Raises:
            TicketGone: deleted, or it never existed.
        """
        told, answer = read_conversation(self._api, conversation_id)
        own, status = own_values(told, self._titles), status_of(told.state)
        return DeskTicket(
            key=TicketKey(desk=self._desk, id=told.id),
            subject=told.subject,
            channel=_channel(told),
            status=status,
            fields=DeskFields(
                priority=teammates_priority(told) or own.get(PRIORITY),
                queue=self._directory.queue(told.team_assignee_id) if told.team_assignee_id else None,
                assignee=self._directory.email(told.admin_assignee_id) if told.admin_assignee_id else None,
            ),
            tags=frozenset(tag for tag in told.tag_names if not tag.startswith(PRIORITY_TAG)),
            custom={name: value for name, value in own.items() if name != PRIORITY},
            created_at=told.created_at,
            updated_at=told.updated_at,
            stamp=told.stamp,
            solved_at=_solved_at(told, status),
            rating=_rating(told),
            messages=told.messages(self._own_user_id),
            customer=told.customer,
            response=response_between(told.created_at, told.first_reply_at),
            link=f"{self._inbox}/{told.id}",
            clock_offset=answer.offset,
        )


def teammates_priority(told: Conversation) -> str | None:
    """The priority that a teammate, or a workflow of theirs, has set."""
    return _PRIORITIES.get(told.priority)


def own_values(told: Conversation, titles: Mapping[str, str]) -> dict[str, str]:
    """What our own attributes hold, by our names for them."""
    values = {name.casefold(): words(value) for name, value in told.custom_attributes.items()}
    found = ((name, values.get(title.casefold())) for name, title in titles.items())
    return {name: value for name, value in found if value}


def web_url(base_url: str) -> str:
    """Where agents work: the API's address says in which region. One that is not the vendor's leads to itself."""
    host = urlsplit(base_url).hostname or ""
    if not host.startswith("api.") or not host.endswith(".intercom.io"):
        return base_url.rstrip("/")
    return f"https://app.{host.removeprefix('api.').removesuffix('.io')}.com"


def _channel(told: Conversation) -> str:
    """Everything but mail and calls is a messenger of some kind, in which people write a sentence at a time."""
    kind = told.source.type
    if kind in _MAIL:
        return "email"
    return "phone" if kind in _CALLS else "chat"


def _solved_at(told: Conversation, status: TicketStatus) -> datetime | None:
    """When it was last closed; where the desk keeps no statistics, when it last changed, at the latest."""
    if not status.is_over:
        return None
    closed = told.statistics.last_close_at if told.statistics else None
    return closed or told.updated_at


def _rating(told: Conversation) -> str | None:
    """Of one to five: the upper two are good, the lower two bad."""
    rating = told.conversation_rating.rating if told.conversation_rating else None
    if rating is None or rating == 3:
        return None
    return "good" if rating > 3 else "bad"
