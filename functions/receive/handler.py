"""POST /webhooks/{desk}: 202 once the event is queued, otherwise a reason. HEAD: 200, for desks that knock first."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.receive.refusal import REFUSED, refusal_of
from functions.receive.service import receive, signing_secrets
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.adapters.sqs.queue import SqsEventQueue
from shared.ports.delivery import EventQueue
from shared.ports.desk import Signature
from shared.runtime.observability import Observer, now
from shared.runtime.settings import ReceiveSettings
from shared.runtime.signatures import signature_of


@dataclass(frozen=True)
class Deps:
    """Everything outside this process."""

    signatures: Mapping[str, Signature]
    secrets: Callable[[str], tuple[str, ...]]
    queue: EventQueue
    observer: Observer
    clock: Callable[[], datetime] = now


@cache
def production_deps() -> Deps:
    """Wire the real world, once per execution environment."""
    settings = ReceiveSettings.from_environment()
    reader = SecretReader.connect()
    return Deps(
        signatures={name: signature_of(name) for name in settings.desks},
        secrets=lambda desk: signing_secrets(reader.read(f"{settings.secret_prefix}/{desk}/webhook")),
        queue=SqsEventQueue.connect(settings.events_queue_url),
        observer=Observer(settings),
    )


def lambda_handler(event: dict[str, Any], context: LambdaContext, deps: Deps | None = None) -> dict[str, Any]:
    """Answer 202, or 401, 404, 413 or 503 with a body that says what is wrong."""
    deps = deps or production_deps()
    desk = (event.get("pathParameters") or {}).get("desk", "")
    if _is_knock(event) and desk in deps.signatures:
        return _answer(HTTPStatus.OK, {})
    text = event.get("body") or ""
    body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    try:
        accepted = receive(
            desk, headers, body, signatures=deps.signatures, secrets=deps.secrets, queue=deps.queue, now=deps.clock()
        )
    except REFUSED as error:
        status, code, message = refusal_of(error)
        deps.observer.done("webhook refused", "WebhookRefused", reason=code, status=status.value)
        return _answer(status, {"error": code, "message": message})
    deps.observer.done("webhook accepted", "WebhookAccepted", desk=desk, delivery=accepted.delivery_id)
    return _answer(HTTPStatus.ACCEPTED, {"accepted": accepted.delivery_id})


def _is_knock(event: dict[str, Any]) -> bool:
    """Some desks ask with HEAD whether anybody is there before they take the address."""
    return bool(event.get("requestContext", {}).get("http", {}).get("method") == "HEAD")


def _answer(status: HTTPStatus, body: dict[str, str]) -> dict[str, Any]:
    return {"statusCode": status.value, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
