"""The Freshdesk connector on the sandbox's Freshdesk face."""

from __future__ import annotations

from shared.adapters.freshdesk.signature import SIGNATURE
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.staged import Traits


class Freshdesk(Sandboxed):
    """Nothing signed and nobody named: a secret in a header, and the body a hint. What is locked is archived."""

    name = "freshdesk"
    traits = Traits(header=SIGNATURE, signs_body=False, knows_repeats=False, writes_on_condition=False)
