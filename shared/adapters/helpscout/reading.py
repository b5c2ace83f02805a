"""A conversation as a ticket: two requests, more where it has many threads."""

from __future__ import annotations

from collections.abc import Mapping

from shared.adapters.helpscout.api import HelpScoutApi
from shared.adapters.helpscout.conversation import (
    Conversation,
    messages_of,
    rating_of,
    read_conversation,
    read_threads,
)
from shared.adapters.helpscout.customer import status_of
from shared.adapters.helpscout.directory import Directory
from shared.domain.ticket import Customer, DeskFields, DeskTicket, TicketKey

PRIORITY = "priority"
PRIORITY_TAG = "firstline_priority_"
_FORMS = ("beacon", "docs", "web")


class ConversationReader:
    """Reads conversations of one account.

    Args:
        titles: the titles of our own fields on the desk by their names; `priority` among them.
    """

    def __init__(
        self,
        api: HelpScoutApi,
        directory: Directory,
        *,
        desk: str,
        web_url: str,
        own_user_id: str,
        titles: Mapping[str, str],
    ) -> None:
        self._api = api
        self._directory = directory
        self._desk = desk
        self._web_url = web_url
        self._own_user_id = own_user_id
        self._titles = titles

    def read(self, conversation_id: str) -> DeskTicket:
        """Fetch the conversation and its threads. It comes first: its stamp is never newer than the rest.

        Raises:
            TicketGone: see `read_conversation`.
        """
        told, answer = read_conversation(self._api, conversation_id)
        threads = list(read_threads(self._api, conversation_id))
        asks = told.primary_customer
        own = own_values(told, self._titles)
        status = status_of(told.status)
        return DeskTicket(
            key=TicketKey(desk=self._desk, id=told.id),
            subject=told.subject,
            channel=_channel(told),
            status=status,
            fields=DeskFields(
                priority=priority_of(told, self._titles),
                queue=self._directory.queue(told.mailbox_id),
                assignee=self._assignee(told),
            ),
            tags=frozenset(tag for tag in told.tag_names if not tag.startswith(PRIORITY_TAG)),
            custom={name: value for name, value in own.items() if name != PRIORITY},
            created_at=told.created_at,
            updated_at=told.updated_at,
            stamp=told.stamp,
            solved_at=(told.closed_at or told.updated_at) if status.is_over else None,
            rating=rating_of(threads),
            messages=messages_of(threads, self._own_user_id),
            customer=Customer(id=asks.id, name=asks.name, email=asks.email or ""),
            link=self._link(told),
            clock_offset=answer.offset,
        )

    def _assignee(self, told: Conversation) -> str | None:
        """The owner's address; None for a team and for nobody."""
        if told.assignee is None or told.assignee.id in ("", "0") or told.assignee.type == "team":
            return None
        return (told.assignee.email or "").casefold() or self._directory.email(told.assignee.id)

    def _link(self, told: Conversation) -> str:
        given = told.links.web.href
        return given if given.startswith("http") else f"{self._web_url}/conversation/{told.id}/{told.number}"


def own_values(told: Conversation, titles: Mapping[str, str]) -> dict[str, str]:
    """What our own fields hold, by our names for them."""
    names = {title.casefold(): name for name, title in titles.items()}
    values = ((names.get(field.name.casefold()), field.value) for field in told.custom_fields)
    return {name: value for name, value in values if name and value}


def priority_of(told: Conversation, titles: Mapping[str, str]) -> str | None:
    """What its field says, or its tag: a move to another inbox takes the field's value away."""
    tagged = (tag.removeprefix(PRIORITY_TAG) for tag in sorted(told.tag_names) if tag.startswith(PRIORITY_TAG))
    return own_values(told, titles).get(PRIORITY) or next(tagged, None)


def _channel(told: Conversation) -> str:
    if told.type == "chat":
        return "chat"
    return "form" if told.type == "email" and told.source.type.lower().startswith(_FORMS) else told.type
