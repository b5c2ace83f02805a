"""The faces that a desk has."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.faces.face import Face
from sandbox.faces.freshdesk.face import FreshdeskFace
from sandbox.faces.helpscout.face import HelpScoutFace
from sandbox.faces.intercom.face import IntercomFace
from sandbox.faces.zendesk.face import ZendeskFace
from sandbox.inbox.inbox import Inbox
from sandbox.settings import Settings

FACES: dict[str, Callable[[Inbox, Settings], Face]] = {
    "zendesk": ZendeskFace,
    "freshdesk": FreshdeskFace,
    "helpscout": HelpScoutFace,
    "intercom": IntercomFace,
}


def faces_over(inbox: Inbox, settings: Settings) -> dict[str, Face]:
    """Every face, by its name."""
    return {name: make(inbox, settings) for name, make in FACES.items()}
