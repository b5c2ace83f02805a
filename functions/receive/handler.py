"""POST /webhooks/{desk}: 202 once the event is queued, otherwise a reason. HEAD: 200, for desks that knock first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.receive.service import receive
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.adapters.sqs.queue import SqsEventQueue
from shared.domain.delivery import signing_secrets
from shared.ports.delivery import EventQueue
from shared.ports.desk import Signature
from shared.runtime.http import REFUSED, answer_of, body_of, headers_of, refusal_of
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
        return answer_of(HTTPStatus.OK, {})
    try:
        accepted = receive(
            desk,
            headers_of(event),
            body_of(event),
            signatures=deps.signatures,
            secrets=deps.secrets,
            queue=deps.queue,
            now=deps.clock(),
        )
    except REFUSED as error:
        status, code, message = refusal_of(error)
        deps.observer.done("webhook refused", "WebhookRefused", reason=code, status=status.value)
        return answer_of(status, {"error": code, "message": message})
    deps.observer.done("webhook accepted", "WebhookAccepted", desk=desk, delivery=accepted.delivery_id)
    return answer_of(HTTPStatus.ACCEPTED, {"accepted": accepted.delivery_id})


def _is_knock(event: dict[str, Any]) -> bool:
    """Some desks ask with HEAD whether anybody is there before they take the address."""
    return bool(event.get("requestContext", {}).get("http", {}).get("method") == "HEAD")
