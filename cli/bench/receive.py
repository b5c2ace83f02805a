"""Receiving webhooks: what the handler itself takes, and how long a desk waits while 200 a second arrive."""

from __future__ import annotations

import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import urllib3

from cli.bench.load import running
from cli.desks.checking import NOBODY_S
from cli.desks.registry import SANDBOXED, SETUPS
from cli.local.deployment import Deployment
from shared.adapters.boto import client

_CALLS = 500
_PER_SECOND, _SECONDS = 200, 5
_SENDERS = 32
TIMEOUTS = {"zendesk": 10.0, "freshdesk": 10.0, "helpscout": 10.0, "intercom": 5.0}
"""Seconds that each desk waits for an answer; where its documentation says nothing, ten as others do."""


def run() -> dict[str, Any]:
    """A stack with every desk; signed test events about nobody's ticket."""
    with running(desks=SANDBOXED) as deployment:
        _burst(deployment, SANDBOXED[0], seconds=1)  # cold starts are another figure
        rows = [_burst(deployment, desk) for desk in SANDBOXED]
        handler = _handler_alone(deployment)
    return {"rows": rows, "handler": [handler], "warm_up": "a second of the same, not counted"}


def _probe(deployment: Deployment, desk: str) -> tuple[dict[str, str], bytes]:
    secret = deployment.webhooks[desk]["secret"]
    return SETUPS[desk].probe(NOBODY_S, secret=secret, now=datetime.now(UTC))


def _handler_alone(deployment: Deployment) -> dict[str, Any]:
    """The function's own handler in this process, with its real queue and secrets, once it is warm."""
    name = deployment.outputs["receive_function"]
    told = client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    os.environ.update({key: value for key, value in told.items() if not key.startswith("AWS_")})
    from functions.receive.handler import lambda_handler

    desk, times = "zendesk", []
    for _ in range(_CALLS + 1):
        headers, body = _probe(deployment, desk)
        event = {"pathParameters": {"desk": desk}, "headers": headers, "body": body.decode(), "isBase64Encoded": False}
        began = time.perf_counter()
        with redirect_stdout(io.StringIO()):  # its log lines and metrics
            answer = lambda_handler(event, None)  # type: ignore[arg-type]  # the handler reads nothing of the context
        times.append((time.perf_counter() - began) * 1000)
        if answer["statusCode"] != 202:
            raise RuntimeError(f"receive answered {answer['statusCode']}: {json.dumps(answer.get('body'))}")
    warm = sorted(times[1:])
    p50, p99 = (round(warm[int(len(warm) * share)], 1) for share in (0.5, 0.99))
    return {"calls": len(warm), "ms_p50": p50, "ms_p99": p99}


def _burst(deployment: Deployment, desk: str, *, seconds: int = _SECONDS) -> dict[str, Any]:
    url = deployment.webhooks[desk]["url"]
    http = urllib3.PoolManager(retries=False, maxsize=_SENDERS, timeout=60)
    began = time.monotonic()

    def post(number: int) -> tuple[int, float]:
        time.sleep(max(0.0, began + number / _PER_SECOND - time.monotonic()))
        headers, body = _probe(deployment, desk)
        # Counted from when the desk means to send: a sender that waits for its turn hides nothing.
        answer = http.request("POST", url, body=body, headers=headers)
        return answer.status, time.monotonic() - (began + number / _PER_SECOND)

    with ThreadPoolExecutor(max_workers=_SENDERS) as pool:
        found = list(pool.map(post, range(_PER_SECOND * seconds)))
    waits = sorted(wait for _, wait in found)
    return {
        "desk": desk,
        "webhooks": len(found),
        "accepted": sum(status == 202 for status, _ in found),
        "p50_s": round(waits[len(waits) // 2], 2),
        "p99_s": round(waits[int(len(waits) * 0.99)], 2),
        "most_s": round(waits[-1], 2),
        "desk_waits_s": TIMEOUTS[desk],
    }
