"""The Intercom connector on the sandbox's Intercom face."""

from __future__ import annotations

import json

from shared.adapters.intercom.signature import SIGNATURE, TOLERANCE
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.staged import Traits


class Intercom(Sandboxed):
    """No drafts, no priority but an attribute; nothing is locked; the signed body tells its time."""

    name = "intercom"
    sign_in = r"/no-sign-in"
    traits = Traits(header=SIGNATURE, tolerance=TOLERANCE, can_lock=False, writes_on_condition=False)

    def of_another_account(self) -> bytes | None:
        item = {"type": "conversation", "id": "1001"}
        told = {"type": "notification_event", "topic": "conversation.user.replied", "app_id": "another"}
        return json.dumps({**told, "id": "notif_1", "data": {"item": item}}).encode()
