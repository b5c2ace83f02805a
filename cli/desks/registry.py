"""Every desk that can be set up."""

from __future__ import annotations

from cli.desks.helpscout import HelpScoutSetup
from cli.desks.setup import Setup
from cli.desks.zendesk import ZendeskSetup

SETUPS: dict[str, Setup] = {
    "zendesk": ZendeskSetup(),
    "helpscout": HelpScoutSetup(),
}
