"""What another system says of a ticket's clocks and place, in the words of the page.

What it tells (JSON): `clocks`, each with `target`, `stands` (running, paused, met, breached), `minutes` promised,
`used_minutes`, `started_at`, `due_at`, `paused_at`, `stopped_at`, `rule`, `stages` (`name`, `at`, `recorded`); `rank`
with `now` and `reasons`; `decided` with `rank`, `rank_reasons`, `agent`, `agent_reasons`; `desk_sla` with
`differences` (`in_words`); `time_zone` (IANA), in which moments are shown, else UTC. Whatever is missing is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.inbox.times import epoch
from sandbox.page.presenting import span, words

_TONES = {"met": "quiet", "paused": "quiet", "breached": "alarm"}
_SOON = 1800


@dataclass(frozen=True)
class Stage:
    """A stage of a clock: its name, its moment, and whether it was recorded."""

    name: str
    at: str
    recorded: bool


@dataclass(frozen=True)
class Clock:
    """A clock as the page shows it. `percent` is of the promise, at most 100."""

    title: str
    text: str
    tone: str
    promised: str
    used: str
    percent: int
    due: str
    paused: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Beside:
    """The sidebar."""

    clocks: tuple[Clock, ...]
    place: str
    reasons: tuple[str, ...]
    decided_reasons: tuple[str, ...]
    person: tuple[str, ...]
    differences: tuple[str, ...]


def beside(told: dict[str, Any] | None, now: datetime) -> Beside | None:
    """The sidebar of what was told; None where nothing was, or nothing that can be read."""
    if told is None:
        return None
    try:
        return _beside(told, now)
    except (KeyError, TypeError, ValueError):
        return None


def _beside(told: dict[str, Any], now: datetime) -> Beside:
    rank, decided = told.get("rank") or {}, told.get("decided") or {}
    zone = ZoneInfo(told.get("time_zone") or "UTC")
    reasons, before = tuple(rank.get("reasons") or ()), tuple(decided.get("rank_reasons") or ())
    differences = (told.get("desk_sla") or {}).get("differences") or ()
    return Beside(
        clocks=tuple(_clock(one, now, zone) for one in told.get("clocks") or ()),
        place=str(rank.get("now") or ""),
        reasons=reasons,
        decided_reasons=before if before != reasons else (),
        person=tuple(decided.get("agent_reasons") or ()),
        differences=tuple(str(one["in_words"]) for one in differences),
    )


def _clock(told: dict[str, Any], now: datetime, zone: ZoneInfo) -> Clock:
    minutes, used = float(told["minutes"]), told.get("used_minutes")
    left = epoch(told["due_at"]) - now.timestamp()
    stands = str(told["stands"])
    return Clock(
        title=words(told["target"]),
        text=_text(stands, left, told),
        tone=_TONES.get(stands) or ("warm" if left < _SOON else "plain"),
        promised=f"{minutes:g} min" + (f" by the rule {told['rule']}" if told.get("rule") else ""),
        used="" if used is None else f"{used:g} min used",
        percent=0 if used is None else min(100, round(100 * used / minutes)),
        due=_moment(told["due_at"], zone),
        paused=_moment(told["paused_at"], zone) if told.get("paused_at") else "",
        stages=tuple(
            Stage(_stage(one["name"]), _moment(one["at"], zone), bool(one["recorded"])) for one in told["stages"]
        ),
    )


def _text(stands: str, left: float, told: dict[str, Any]) -> str:
    if stands == "met":
        return "Met"
    if stands == "paused":
        return "Paused"
    if told.get("stopped_at"):
        return f"Missed by {span(epoch(told['stopped_at']) - epoch(told['due_at']))}"
    return f"in {span(left)}" if left >= 0 else f"{span(-left)} late"


def _stage(name: str) -> str:
    return f"{name.removeprefix('at_').replace('_', '.')} %" if name.startswith("at_") else words(name)


def _moment(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(epoch(at), zone):%Y-%m-%d %H:%M %Z}"
