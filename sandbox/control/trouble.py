"""Faults, limits, webhook weather and deliveries."""

from __future__ import annotations

import base64
import time
from dataclasses import asdict, replace
from typing import Any

from sandbox.control.asking import Asked
from sandbox.delivery.journal import Delivery, Parcel, Status
from sandbox.faults import Fault
from sandbox.inbox.times import iso_fine

UNFINISHED = (Status.PENDING, Status.HELD)


def faults(asked: Asked) -> dict[str, Any]:
    """GET /faults."""
    return {"faults": asked.desk.faults.listing()}


def add_fault(asked: Asked) -> dict[str, Any]:
    """POST /faults."""
    asked.need("path")
    return {"fault": asdict(asked.desk.faults.order(Fault(**asked.body)))}


def clear_faults(asked: Asked) -> dict[str, Any]:
    """DELETE /faults."""
    asked.desk.faults.clear()
    return {"faults": []}


def limits(asked: Asked) -> dict[str, Any]:
    """GET /limits."""
    return asked.face.limits.told()


def set_limits(asked: Asked) -> dict[str, Any]:
    """PUT /limits: those named, of one face (`desk`); counting starts anew."""
    asked.face.limits.change(**{name: value for name, value in asked.body.items() if name != "desk"})
    return asked.face.limits.told()


def set_export_lag(asked: Asked) -> dict[str, Any]:
    """PUT /export-lag."""
    seconds = float(asked.need("seconds"))
    asked.face.lag(seconds)
    return {"seconds": seconds}


def expire_tokens(asked: Asked) -> dict[str, Any]:
    """POST /tokens/expire."""
    asked.face.expire_tokens()
    return {"ok": True}


def set_weather(asked: Asked) -> dict[str, Any]:
    """PUT /delivery."""
    courier = asked.desk.courier
    courier.set_weather(replace(courier.weather, **asked.body))
    return asdict(courier.weather)


def release(asked: Asked) -> dict[str, Any]:
    """POST /deliveries/release."""
    return {"released": asked.desk.courier.release(asked.body.get("order", "fifo"))}


def forget(asked: Asked) -> dict[str, Any]:
    """DELETE /deliveries: as if none had been, and fair weather."""
    asked.desk.courier.forget()
    asked.desk.journal.clear()
    return {"deliveries": []}


def settle(asked: Asked) -> dict[str, Any]:
    """POST /deliveries/settle."""
    return {"settled": asked.desk.courier.settled(float(asked.body.get("timeout", 10)))}


def deliveries(asked: Asked) -> dict[str, Any]:
    """GET /deliveries, newest first."""
    wanted = {name: asked.query.get(name) for name in ("ticket_id", "type", "status", "kind")}
    limit = int(asked.query.get("limit", 100))
    return {"deliveries": [as_json(one) for one in asked.desk.journal.find(limit=limit, **wanted)]}


def delivery(asked: Asked) -> dict[str, Any]:
    """GET /deliveries/{id}, with the body that was sent."""
    found = asked.desk.journal.get(asked.ticket_id)
    return {"delivery": {**as_json(found), "body": found.parcel.body.decode(errors="replace")}}


def again(asked: Asked) -> dict[str, Any]:
    """POST /deliveries/{id}/again."""
    parcel = asked.desk.journal.get(asked.ticket_id).parcel
    if asked.body.get("new_invocation"):
        parcel = replace(parcel, invocation_id=_new_id(asked, parcel))
    return _sent(asked, replace(parcel, kind="duplicate"))


def forge(asked: Asked) -> dict[str, Any]:
    """POST /deliveries/{id}/forge."""
    parcel = asked.desk.journal.get(asked.ticket_id).parcel
    return _sent(asked, replace(parcel, kind="forged", signing="bad", invocation_id=_new_id(asked, parcel)))


def _new_id(asked: Asked, parcel: Parcel) -> str:
    return asked.desk.faces[parcel.face].new_delivery_id()


def raw(asked: Asked) -> dict[str, Any]:
    """POST /deliveries/raw: any body at all."""
    signing = asked.body.get("signature", "good")
    if signing not in ("good", "bad", "missing"):
        raise ValueError("signature is good, bad or missing")
    encoded = asked.body.get("body_base64")
    body = base64.b64decode(encoded) if encoded is not None else str(asked.body.get("body", "")).encode()
    hook = asked.body.get("webhook_id") or _first_webhook(asked)
    offset = float(asked.body.get("timestamp_offset", 0))
    invocation = str(asked.body.get("invocation_id") or asked.face.new_delivery_id())
    kind = str(asked.body.get("type") or "raw")
    return _sent(asked, Parcel(hook, invocation, "", kind, body, None, "raw", signing, offset, asked.face.name))


def _first_webhook(asked: Asked) -> str:
    hooks = asked.face.webhooks()
    if not hooks:
        raise ValueError("there is no webhook to send it to")
    return hooks[0]


def _sent(asked: Asked, parcel: Parcel) -> dict[str, Any]:
    delivery_id = asked.desk.courier.send(parcel)
    if asked.body.get("wait"):
        deadline = time.monotonic() + float(asked.body.get("timeout", 30))
        while asked.desk.journal.get(delivery_id).status in UNFINISHED and time.monotonic() < deadline:
            time.sleep(0.02)
    return {"delivery": as_json(asked.desk.journal.get(delivery_id))}


def as_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery without its body."""
    parcel = delivery.parcel
    return {
        "id": delivery.id,
        "desk": parcel.face,
        "invocation_id": parcel.invocation_id,
        "webhook_id": parcel.webhook_id,
        "event_id": parcel.event_id,
        "type": parcel.type,
        "ticket_id": parcel.ticket_id,
        "kind": parcel.kind,
        "status": delivery.status,
        "created_at": iso_fine(delivery.created_at),
        "accepted_at": iso_fine(delivery.accepted_at),
        "seconds": delivery.seconds,
        "attempts": delivery.attempts,
    }
