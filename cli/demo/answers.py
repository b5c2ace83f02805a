"""What the demo's agents do with drafts: send them as they are, change two of them alike, pass one over."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from cli.demo.outcome import Outcome
from cli.local.sandbox import Sandbox
from cli.world import World
from shared.domain.resolution import Draft
from shared.domain.ticket import TicketKey

_AGENTS = ("ada@lumenboard.example", "chidi@lumenboard.example")
_MORE = "If anything looks different on your side, send us a picture of the screen and we look into it together."
_BY_HAND = (
    "Good morning, there is an easier way for your case: we set it up for you over the telephone. When may we ring?"
)
_AS_THEY_ARE = 3


def answer_some(desk: Sandbox, world: World, outcome: Outcome) -> list[TicketKey]:
    """Let agents answer some of the drafts; answers those tickets, the first one solved and rated as well.

    The newest stays as it is, for looking at.
    """
    drafts = {ticket: draft for ticket in outcome.drafts[:-1] if (draft := _draft(world, desk.key(ticket)))}
    alike = _two_of_one_answer(drafts)
    others = [ticket for ticket in drafts if ticket not in alike]
    as_they_are, unused = others[:_AS_THEY_ARE], others[_AS_THEY_ARE : _AS_THEY_ARE + 1]
    for ticket in as_they_are:
        _reply(desk, ticket, drafts[ticket].text)
    for ticket in as_they_are[:1]:
        desk.call("POST", f"/tickets/{ticket}/solve", {"agent": _AGENTS[0]})
        desk.call("POST", f"/tickets/{ticket}/rate", {"score": "good", "comment": "Quick and clear."})
    for ticket, agent in zip(alike, _AGENTS, strict=False):
        _reply(desk, ticket, changed(drafts[ticket].text), agent)
    for ticket in unused:
        _reply(desk, ticket, _BY_HAND)
    return [desk.key(ticket) for ticket in (*as_they_are, *alike, *unused)]


def changed(draft: str) -> str:
    """A draft as an agent likes it better: its longest paragraph left out, a promise of their own put in."""
    paragraphs = draft.strip().split("\n\n")
    inner = paragraphs[1:-1]
    if not inner:
        return f"{draft}\n\n{_MORE}"
    at = 1 + max(range(len(inner)), key=lambda place: len(inner[place]))
    return "\n\n".join([*paragraphs[:at], _MORE, *paragraphs[at + 1 :]])


def is_measured(world: World, keys: Iterable[TicketKey]) -> bool:
    """Whether it is known of all of these tickets what became of their drafts."""
    return all(draft is not None and draft.sent is not None for draft in (_draft(world, key) for key in keys))


def uses(world: World, keys: Iterable[TicketKey]) -> dict[str, int]:
    """How many drafts of these tickets were sent as they were, edited, and not used."""
    found = (_draft(world, key) for key in keys)
    return dict(Counter(draft.sent.use.value for draft in found if draft is not None and draft.sent is not None))


def _two_of_one_answer(drafts: dict[str, Draft]) -> list[str]:
    by_answer: dict[str, list[str]] = defaultdict(list)
    for ticket, draft in drafts.items():
        by_answer[draft.resolution].append(ticket)
    most = max(by_answer.values(), key=len, default=[])
    return most[:2] if len(most) > 1 else []


def _draft(world: World, key: TicketKey) -> Draft | None:
    state = world.tickets.get(key)
    return world.drafts.get(key, state.version) if state and state.version else None


def _reply(desk: Sandbox, ticket: str, text: str, agent: str = _AGENTS[0]) -> Any:
    return desk.call("POST", f"/tickets/{ticket}/agent-reply", {"agent": agent, "body": text})
