"""policy.yaml: every fault of it at once, each with its line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cli.playbook.finding import Finding
from cli.playbook.public_holidays import with_public_holidays
from cli.playbook.remedies import explain, nearest, to_add
from cli.playbook.source import Document, parse
from shared.domain.errors import PolicyInvalid
from shared.domain.policy import Policy, contradictions
from shared.domain.sla import add_open_time

_JUDGED_TOGETHER = ("queues", "agents", "routing", "calendars", "value", "sla")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def read_policy(file: Path, *, today: date | None = None) -> tuple[Policy | None, list[Finding]]:
    """Read a policy file: the policy, or why there is none.

    Args:
        today: the day from which public holidays are computed.
    """
    document = read_document(file)
    if document.findings and document.value is None:
        return None, document.findings
    if not isinstance(document.value, dict):
        document.add((), "is no table of settings", "begin each part with its name and a colon, such as `company:`")
        return None, document.findings
    _note_unknown_parts(document)
    parts = _valid_parts(document)
    if "calendars" in parts:
        day = today or datetime.now(UTC).date()
        parts["calendars"] = with_public_holidays(document, parts["calendars"], day)
    for one in contradictions(**{name: parts.get(name) for name in _JUDGED_TOGETHER}):
        document.add(one.at, one.fault, one.remedy)
    _note_promises_no_calendar_keeps(document, parts)
    _note_doubts_that_are_never_asked_about(document, parts)
    if document.findings:
        return None, sorted(document.findings, key=lambda one: one.line)
    return Policy(**parts), []


def read_document(file: Path) -> Document:
    """A file's YAML, or a document whose findings say why it could not be read."""
    try:
        return parse(file.read_text(encoding="utf-8-sig"), file)
    except UnicodeDecodeError:
        fault, remedy = "is not saved as UTF-8", "save it again with the encoding UTF-8"
    except OSError as error:
        fault, remedy = f"cannot be read: {error.strerror}", "put the file there, or give the playbook's folder"
    document = Document(file)
    document.add((), fault, remedy)
    return document


def note_errors(document: Document, error: ValidationError, annotation: Any, around: tuple[str, ...] = ()) -> None:
    """Turn pydantic's complaints about a part of a document into findings."""
    for complaint in error.errors(include_url=False):
        path, fault, remedy = explain(complaint, annotation)
        document.add((*around, *path), fault, remedy)


def _note_unknown_parts(document: Document) -> None:
    known = Policy.model_fields
    for name in document.value:
        if name not in known:
            document.add((name,), "there is no such setting", nearest(name, list(known)))
    for name, info in known.items():
        if name not in document.value and info.is_required():
            document.add((name,), "is missing", to_add(name))


def _valid_parts(document: Document) -> dict[str, Any]:
    """Each part of the policy that is sound in itself; the others leave findings."""
    parts: dict[str, Any] = {}
    for name, info in Policy.model_fields.items():
        if name not in document.value:
            continue
        annotation = info.rebuild_annotation()
        try:
            # As JSON and strictly: YAML knows too many ways to write a number.
            parts[name] = TypeAdapter(annotation).validate_json(json.dumps(document.value[name]), strict=True)
        except ValidationError as error:
            note_errors(document, error, info.annotation, (name,))
    return parts


def _note_promises_no_calendar_keeps(document: Document, parts: dict[str, Any]) -> None:
    sla, calendars = parts.get("sla"), parts.get("calendars", {})
    for place, minutes, calendar in sla.longest() if sla else ():
        if calendar not in calendars:
            continue
        try:
            add_open_time(_SOME_DAY, timedelta(minutes=minutes), calendars[calendar])
        except PolicyInvalid:
            fault = f"{minutes} minutes take more than ten years of the calendar '{calendar}'"
            document.add(("sla", *place), fault, "promise less, or open longer")


def _note_doubts_that_are_never_asked_about(document: Document, parts: dict[str, Any]) -> None:
    """From the boundary's own threshold on a ticket is a person's, and nobody is asked."""
    reader, boundary = parts.get("llm"), parts.get("boundary")
    if reader is None or boundary is None:
        return
    for asked, bound in (("unhappy_from", "unhappy_at"), ("failure_from", "failure_at")):
        most = getattr(boundary, bound)
        if getattr(reader.ask, asked) >= most:
            fault = f"the second reader is never asked from here on, for boundary.{bound} is {most:g}"
            document.add(("llm", "ask", asked), fault, f"write a probability below {most:g}")
