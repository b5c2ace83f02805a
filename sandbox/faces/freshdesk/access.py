"""Who may come in: an agent's API key, as the user name of Basic."""

from __future__ import annotations

import base64
import binascii
import hmac

from sandbox.faces.freshdesk.answers import Refusal, worded
from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import Person

API_KEY = "sandbox-freshdesk-key"


def admitted(inbox: Inbox, header: str | None) -> Person:
    """The agent behind a request. Raises Refusal (401)."""
    way, _, credential = (header or "").partition(" ")
    try:
        key = base64.b64decode(credential.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        key = ""
    if way.lower() != "basic" or not hmac.compare_digest(key.encode(), API_KEY.encode()):
        raise Refusal(401, worded(401))
    return inbox.people.get(inbox.integration_user_id)
