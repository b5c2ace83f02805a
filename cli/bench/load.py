"""A stack under load: tickets from the demo's story, written at a pace, watched to the last note."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from cli.demo.outcome import Outcome, judge, wait_for_notes
from cli.demo.story import Sent, read_lines, register_customers, write
from cli.local.deployment import Deployment, bring_down, bring_up
from cli.local.sandbox import Sandbox


@contextmanager
def running(desks: Sequence[str] = ("zendesk",), *, limited: bool = True) -> Iterator[Deployment]:
    """A stack of its own, taken down afterwards; `limited` as in `bring_up`."""
    deployment = bring_up(lambda text: None, desks, limited=limited)
    try:
        yield deployment
    finally:
        bring_down()


def requests(count: int) -> list[dict[str, Any]]:
    """The demo's ordinary requests, over and over, until there are `count`."""
    ordinary = [one for one in read_lines("requests.jsonl") if one["deliver"] in ("normal", "duplicate")]
    return [
        {**one, "deliver": "normal", "id": f"{one['id']}-{turn}"}
        for turn, one in zip(range(count), itertools.cycle(ordinary), strict=False)
    ]


def write_at_pace(desk: Sandbox, count: int, per_second: float) -> list[Sent]:
    """Let customers write `count` requests at a steady pace."""
    customers = register_customers(desk)
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = []
        for position, request in enumerate(requests(count)):
            time.sleep(max(0.0, began + position / per_second - time.monotonic()))
            futures.append(pool.submit(write, desk, request, customers))
        return [future.result() for future in futures]


def finish(deployment: Deployment, sent: list[Sent], seconds: float) -> Outcome:
    """Wait for the last note and judge."""
    desk, world = deployment.desk, deployment.world
    wait_for_notes(desk, world, [one.ticket for one in sent], seconds=seconds, progress=lambda done: None)
    return judge(sent, desk, world)
