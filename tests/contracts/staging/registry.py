"""Every desk that the scenarios run on."""

from __future__ import annotations

from tests.contracts.staging.freshdesk import Freshdesk
from tests.contracts.staging.helpscout import HelpScout
from tests.contracts.staging.intercom import Intercom
from tests.contracts.staging.sandboxed import Sandboxed
from tests.contracts.staging.zendesk import Zendesk

ON_SANDBOX: dict[str, type[Sandboxed]] = {
    "zendesk": Zendesk,
    "freshdesk": Freshdesk,
    "helpscout": HelpScout,
    "intercom": Intercom,
}
