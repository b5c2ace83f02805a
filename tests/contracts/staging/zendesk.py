"""The Zendesk connector on the sandbox's Zendesk face."""

from __future__ import annotations

from shared.adapters.zendesk.signature import SIGNATURE, TOLERANCE
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.staged import Traits


class Zendesk(Sandboxed):
    """Everything that a desk can do, in one request; closed tickets take nothing more."""

    name = "zendesk"
    traits = Traits(header=SIGNATURE, tolerance=TOLERANCE)
