"""Accepted webhook to the alert's mail: valued customers in trouble, one after the other on a warm stack."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

from cli.demo.mails import SentMail, about, sent_mails
from cli.demo.outcome import accepted_at
from cli.demo.story import write
from cli.local.deployment import Deployment

_COUNT = 10
_WAIT_SECONDS = 30.0
# A customer who leaves: somebody on call is needed at once, and customer success besides. No fault of the product, of
# which ten alike would be called out as one incident.
_TROUBLE = {
    "subject": "We are leaving",
    "body": "Hello, you have charged us twice again, and nobody answered our last two messages about it. We have had "
    "enough and are cancelling our contract today to move to another provider. Call us at once if that matters to you.",
    "channel": "email",
}
_KINDS = {"customer success": "Valued customer in trouble", "on call": "Needs a person now"}


def measure(deployment: Deployment) -> list[dict[str, Any]]:
    """A row for each kind of alert. Every ticket is by a customer of their own: an incident is told once."""
    waited: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    for number in range(_COUNT):
        ticket = _write(deployment, number)
        mails = _mails_about(deployment, ticket)
        accepted = accepted_at(deployment.desk).get(ticket)
        for kind, mail in mails.items():
            if accepted is not None:
                waited[kind].append((mail.at - accepted).total_seconds())
    return [_row(kind, seconds) for kind, seconds in waited.items()]


def _write(deployment: Deployment, number: int) -> str:
    desk, mail = deployment.desk, f"office@valued{number}.example"
    who = {"name": f"Office {number}", "email": mail, "plan": "enterprise", "mrr": 5000, "signed_up": "2020-01-01"}
    customer = desk.call("POST", "/customers", {**who, "organization": f"Valued {number}"})["customer"]
    return write(desk, {**_TROUBLE, "id": mail, "customer": mail}, {mail: customer["id"]}).ticket


def _mails_about(deployment: Deployment, ticket: str) -> dict[str, SentMail]:
    """The alerts about a ticket, once they are all there or it took too long."""
    deadline = time.monotonic() + _WAIT_SECONDS
    found: dict[str, SentMail] = {}
    while len(found) < len(_KINDS) and time.monotonic() < deadline:
        time.sleep(0.2)
        mails = sent_mails(deployment.aws_endpoint)
        found = {
            kind: mail for kind, begins in _KINDS.items() if (mail := about(deployment.desk.key(ticket), mails, begins))
        }
    return found


def _row(kind: str, seconds: list[float]) -> dict[str, Any]:
    return {
        "alert": kind,
        "tickets": _COUNT,
        "told": len(seconds),
        "p50_s": round(median(seconds), 2) if seconds else None,
        "max_s": round(max(seconds), 2) if seconds else None,
    }
