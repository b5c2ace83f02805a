"""The right person for a ticket: at work, able, with room, and with the least to carry.

Nobody's hand is overruled: who was given a ticket by a person keeps it. What this product assigned stays while its
agent is at work; otherwise the ticket goes to somebody who is, or stays where it is when nobody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from shared.domain.policy_parts import Agent, Routing
from shared.domain.record import Instant, Record


class Load(Record):
    """What an agent carries.

    Attributes:
        tickets: open tickets.
        weight: the same, each counted by its urgency; None where nobody weighed them.
        week: tickets given to the agent since Monday.
    """

    tickets: int = 0
    weight: int | None = None
    week: int = 0


class Contact(Record):
    """Who last answered a customer, and when."""

    agent: str
    at: Instant


class Wanted(Record):
    """What a ticket asks of whoever takes it.

    Attributes:
        holder: who has it already.
        by_hand: whether a person gave it to the holder.
        contact: the customer's last contact, if there was one.
    """

    queue: str
    language: str | None
    skills: tuple[str, ...] = ()
    holder: str | None = None
    by_hand: bool = False
    contact: Contact | None = None


class Choice(Record):
    """An agent's mail address, or None; and why, in words."""

    agent: str | None
    reasons: tuple[str, ...]


def choose(
    wanted: Wanted, agents: Sequence[Agent], loads: dict[str, Load], routing: Routing, *, now: datetime
) -> Choice:
    """The agent for a ticket. Pure, and the same however the team is listed.

    Skills go before language, language before the customer's last contact, and that before the load by the room
    that somebody has; then whoever was given least this week, then the lower mail address.
    """
    team = {agent.email: agent for agent in agents}
    holder = team.get(wanted.holder or "")
    if wanted.holder and (wanted.by_hand or holder is None or holder.at_work(now)):
        who = "a person gave it to" if wanted.by_hand or holder is None else "stays with"
        return Choice(agent=wanted.holder, reasons=(f"{who} {wanted.holder}",))
    at_work = [agent for agent in agents if wanted.queue in agent.queues and agent.at_work(now)]
    able = [agent for agent in at_work if _load(agent, loads).tickets < agent.max_open]
    if not able:
        why = f"nobody of '{wanted.queue}' is at work" if not at_work else "whoever is at work has no room left"
        stays = (f"it stays with {wanted.holder}",) if wanted.holder else ("it waits in the queue",)
        return Choice(agent=wanted.holder, reasons=(why, *stays))
    known = _known_to(wanted, routing, now)
    best = min(
        able,
        key=lambda agent: (
            len(set(wanted.skills) - set(agent.skills)),
            wanted.language not in agent.languages,
            agent.email != known,
            _weight(agent, loads) / agent.max_open,
            _load(agent, loads).week,
            agent.email,
        ),
    )
    return Choice(agent=best.email, reasons=_reasons(best, wanted, known, loads, len(able)))


def _load(agent: Agent, loads: dict[str, Load]) -> Load:
    return loads.get(agent.email, Load())


def _weight(agent: Agent, loads: dict[str, Load]) -> int:
    load = _load(agent, loads)
    return load.tickets if load.weight is None else load.weight


def _known_to(wanted: Wanted, routing: Routing, now: datetime) -> str | None:
    """The agent whom the customer dealt with, if that was lately enough for the policy."""
    if wanted.contact is None or (now - wanted.contact.at).days >= routing.continuity_days:
        return None
    return wanted.contact.agent


def _reasons(best: Agent, wanted: Wanted, known: str | None, loads: dict[str, Load], able: int) -> tuple[str, ...]:
    missing = sorted(set(wanted.skills) - set(best.skills))
    reasons = [f"at work and with room in '{wanted.queue}': {able}"]
    if wanted.skills:
        reasons.append(f"nobody at work has {', '.join(missing)}" if missing else f"has {', '.join(wanted.skills)}")
    if wanted.language:
        speaks = wanted.language in best.languages
        reasons.append(f"{'speaks' if speaks else 'nobody with that skill speaks'} {wanted.language}")
    if known == best.email:
        reasons.append("knows the customer")
    load = _load(best, loads)
    reasons.append(f"carries {load.tickets} of {best.max_open}, was given {load.week} this week")
    return tuple(reasons)


def week_of(now: datetime, time_zone: str) -> str:
    """The company's week that a moment lies in, such as `2026-W48`."""
    year, week, _ = now.astimezone(ZoneInfo(time_zone)).isocalendar()
    return f"{year}-W{week:02}"
