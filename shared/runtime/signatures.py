"""Which signature each desk's webhooks carry. Loads the desk's own module only: every webhook waits for this."""

from __future__ import annotations

from importlib import import_module

from shared.ports.desk import Signature

SIGNATURES = {
    "zendesk": "shared.adapters.zendesk.signature:ZendeskSignature",
    "freshdesk": "shared.adapters.freshdesk.signature:FreshdeskSignature",
    "helpscout": "shared.adapters.helpscout.signature:HelpScoutSignature",
    "intercom": "shared.adapters.intercom.signature:IntercomSignature",
    "requesttracker": "shared.adapters.requesttracker.signature:RequestTrackerSignature",
}
"""Module and class by the desk's name; the class takes no arguments."""


def signature_of(name: str) -> Signature:
    """The signature of a desk's webhooks.

    Raises:
        KeyError: no such desk exists.
    """
    module, _, kind = SIGNATURES[name].partition(":")
    made: Signature = getattr(import_module(module), kind)()
    return made
