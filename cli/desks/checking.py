"""Following a desk from its secrets to an event at the end of its way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import urllib3

from cli.desks.setup import Finding, Setup
from cli.desks.storing import stored
from cli.world import World
from shared.domain.errors import FirstlineError
from shared.domain.ticket import TicketKey

NOBODY_S = "999999999999"
"""A ticket that no desk has: the event goes the whole way, the desk is asked for it, and nothing is written."""
_PATIENCE = 60.0


def checked(setup: Setup, world: World, url: str, *, patience: float | None = None) -> list[Finding]:
    """Everything that has to be in order for a desk, in the order in which an event meets it."""
    try:
        connected = stored(world, setup.name)
        says = "" if connected else "one of them is empty"
    except FirstlineError as error:
        connected, says = None, str(error)
    remedy = f"run `firstline connect {setup.name}`"
    findings = [Finding(what="secrets", ok=connected is not None, says=says, remedy=remedy)]
    if connected is None:
        return findings
    findings += setup.examine(connected.api, url)
    findings += _probed(setup, world, url, connected.signing_secrets[0], _PATIENCE if patience is None else patience)
    parked = world.parked()
    findings.append(
        Finding(
            what="parked events",
            ok=parked == 0,
            says=f"{parked} wait for a person, each with its reason",
            remedy="look at the reasons on the parked queue, then redrive it",
        )
    )
    return [finding.model_copy(update={"remedy": ""}) if finding.ok else finding for finding in findings]


def _probed(setup: Setup, world: World, url: str, secret: str, patience: float) -> list[Finding]:
    """A signed event about nobody's ticket, posted as the desk posts, and followed to where ingest is done with it."""
    headers, body = setup.probe(NOBODY_S, secret=secret, now=datetime.now(UTC))
    with urllib3.PoolManager(retries=False, timeout=15) as http:
        try:
            answer = http.request("POST", url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            says = f"no answer from {url} ({type(error).__name__})"
            return [Finding(what="test event accepted", ok=False, says=says, remedy="is the stack deployed?")]
    if answer.status != 202:
        remedy = {
            401: "the stored signing secret is not the one in use; connect again, or wait five minutes after it",
            404: f"deploy the stack with this desk: `-c desks={setup.name}`",
        }.get(answer.status, "look at the log of the function receive")
        return [Finding(what="test event accepted", ok=False, says=f"answered {answer.status}", remedy=remedy)]
    accepted = Finding(what="test event accepted", ok=True, says="signature, route and queue hold")
    key, delivery = TicketKey(desk=setup.name, id=NOBODY_S), answer.json()["accepted"]
    began = time.monotonic()
    arrived = _within(patience, lambda: world.tickets.seen(key, delivery))
    took = f"after {time.monotonic() - began:.1f} s" if arrived else f"not within {patience:g} s"
    remedy = "the log of the function ingest says why; an alert does as well where a permission is missing"
    return [accepted, Finding(what="test event taken in", ok=arrived, says=took, remedy=remedy)]


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True
