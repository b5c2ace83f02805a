"""Who gave an answer: reports and fair shares need an agent's mail address, and most desks tell a name."""

from __future__ import annotations

from shared.domain.conversation import requests
from shared.domain.policy_parts import Agent
from shared.domain.ticket import DeskTicket, Message


def first_answer(ticket: DeskTicket) -> Message | None:
    """The first public answer by an agent to the first request, if there is one."""
    first = next(iter(requests(ticket)), None)
    return ticket.answered_after(first) if first else None


def answered_by(answer: Message, ticket: DeskTicket, team: tuple[Agent, ...]) -> str:
    """The mail address of whoever wrote an answer: by their own address or name, else the ticket's assignee; or "".

    A name that two of the team share says nothing.
    """
    if "@" in answer.address:
        return answer.address.strip().lower()
    author = answer.author.strip().casefold()
    if "@" in author:
        return author
    named = [agent.email for agent in team if agent.name.casefold() == author]
    if len(named) == 1:
        return named[0]
    return ticket.fields.assignee or ""
