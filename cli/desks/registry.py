"""Every desk that can be set up."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from cli.desks.freshdesk import FreshdeskSetup
from cli.desks.helpscout import HelpScoutSetup
from cli.desks.intercom import IntercomSetup
from cli.desks.requesttracker import RequestTrackerSetup
from cli.desks.setup import Setup
from cli.desks.zendesk import ZendeskSetup

SETUPS: dict[str, Setup] = {
    "zendesk": ZendeskSetup(),
    "freshdesk": FreshdeskSetup(),
    "helpscout": HelpScoutSetup(),
    "intercom": IntercomSetup(),
    "requesttracker": RequestTrackerSetup(),
}

SANDBOXED = tuple(name for name in SETUPS if name != "requesttracker")
"""Those that the sandbox has a face of; the others are software of their own."""

DEFAULT = "zendesk"
"""The desk where nobody says which."""


def desks_named(text: str, known: Iterable[str] = SETUPS) -> tuple[str, ...]:
    """Desks out of an option: names divided by commas, or `all` of those that are known.

    Raises:
        typer.BadParameter: one is not known.
    """
    if text == "all":
        return tuple(known)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise typer.BadParameter(f"{', '.join(unknown) or 'none'} is not known; known: {', '.join(known)}, or all")
    return names
