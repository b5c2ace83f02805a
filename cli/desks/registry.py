"""Every desk that can be set up."""

from __future__ import annotations

import typer

from cli.desks.freshdesk import FreshdeskSetup
from cli.desks.helpscout import HelpScoutSetup
from cli.desks.intercom import IntercomSetup
from cli.desks.setup import Setup
from cli.desks.zendesk import ZendeskSetup

SETUPS: dict[str, Setup] = {
    "zendesk": ZendeskSetup(),
    "freshdesk": FreshdeskSetup(),
    "helpscout": HelpScoutSetup(),
    "intercom": IntercomSetup(),
}

DEFAULT = "zendesk"
"""The desk where nobody says which."""


def desks_named(text: str) -> tuple[str, ...]:
    """Desks out of an option: names divided by commas, or `all`.

    Raises:
        typer.BadParameter: one is not known.
    """
    if text == "all":
        return tuple(SETUPS)
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in SETUPS]
    if unknown or not names:
        raise typer.BadParameter(f"{', '.join(unknown) or 'none'} is not known; known: {', '.join(SETUPS)}, or all")
    return names
