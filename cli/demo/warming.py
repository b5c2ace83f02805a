"""Tickets before the story: some that pay for cold starts, and one that waited long before anybody listened.

Their customers are the desk's own and occur nowhere in the story, and the first ones leave the desk before it begins:
whoever is at work has all their room for the story, and no list and no history shows what nobody asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from cli.demo.outcome import wait_for, wait_for_notes
from cli.demo.story import send
from cli.local.sandbox import Sandbox
from cli.world import World

_FIRST = "clara@example.org"
_LATE = "tom@ashworthlegal.example"  # an enterprise plan promises an answer within the hour
_QUESTIONS = (
    ("Where do I find my boards?", "chat"),
    ("Thanks, that was all I needed.", "form"),
    ("How do I invite a colleague to a board?", "email"),
    ("Which browsers do you support?", "form"),
)
_ROUNDS = 3  # as many at once as each step may run
_WAITING = {
    "id": "late",
    "customer": _LATE,
    "channel": "form",
    "subject": "Question about our workspace",
    "body": "Hello, could you tell me who on your side looks after our workspace set-up? Kind regards, Tom Ashworth",
    "deliver": "normal",
    "minutes_ago": 44.5,
}
_AGENT = "goran@lumenboard.example"
_NOTES_SECONDS = 60.0
_AWAY_SECONDS = 20.0


def warm_up(desk: Sandbox, world: World, *, patience: int = 1) -> str:
    """Let the first tickets through and clear them away; answers the one that waited long, which stays.

    Args:
        patience: how often longer than alone it may take.
    """
    known = desk.call("GET", "/seeds")["customers"]
    questions = [
        {"id": f"warm{n}", "customer": _FIRST, "channel": channel, "subject": "", "body": body, "deliver": "normal"}
        for n, (body, channel) in enumerate(_QUESTIONS * _ROUNDS)
    ]
    late, *first = [one.ticket for one in send(desk, [_WAITING, *questions], known)]
    seconds = _NOTES_SECONDS * patience
    wait_for_notes(desk, world, [late, *first], seconds=seconds, progress=lambda done: None)
    clear_away(desk, world, first, seconds=_AWAY_SECONDS * patience)
    return late


def clear_away(
    desk: Sandbox, world: World, tickets: list[str], *, seconds: float, pause: Callable[[float], Any] = time.sleep
) -> None:
    """Solve tickets, wait until the product knows, and delete them.

    Solved first: not every desk tells at once what it deleted, and until the product knows they take up room.
    """
    for ticket in tickets:
        desk.call("POST", f"/tickets/{ticket}/solve", {"agent": _AGENT})
    wait_for(lambda: all(_is_over(desk, world, ticket) for ticket in tickets), seconds=seconds, pause=pause)
    for ticket in tickets:
        desk.call("DELETE", f"/tickets/{ticket}")


def _is_over(desk: Sandbox, world: World, ticket: str) -> bool:
    state = world.tickets.get(desk.key(ticket))
    return state is not None and state.status.is_over
