"""Pydantic's complaints in a support manager's words, each with what to write instead."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Mapping
from types import UnionType
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cli.playbook.finding import FieldPath

EXAMPLES: Mapping[str, str] = {
    "warn_at": "a share such as 0.75",
    "unhappy_at": "a probability such as 0.4",
    "failure_at": "a probability such as 0.4",
    "sure_language": "a probability such as 0.5",
    "sure_category": "a probability such as 0.35",
    "fits_at": "a number between 0 and 1, such as 0.5",
    "margin": "a number between 0 and 1, such as 0.05",
    "long_standing_days": "a number of days, such as 365",
    "tenure_days_at_least": "a number of days, such as 730",
    "mrr_at_least": "an amount such as 500",
    "default": "minutes such as 1440",
    "untriaged_after_seconds": "seconds such as 120",
    "assumed_resolved_after_days": "a number of days, such as 7",
    "max_open": "a number of tickets, such as 25",
    "value_credit_minutes": "minutes such as 60",
    "email": "a mail address such as ada@example.com",
    "lead": "a mail address such as lead@example.com, or leave it out",
    "not_to_promise": "sentences of at most 160 characters for refund, date, feature, compensation, contract or legal",
    "manager": "a mail address such as lead@example.com",
    "customer_success": "a mail address such as success@example.com",
    "recipients": "mail addresses in brackets, such as [lead@example.com]",
    "id": "a short name in small letters, such as billing",
    "group": "the queue's name on the desk, such as Billing",
    "queues": "queues in brackets, such as [billing, care]",
    "fallback_queue": "a queue's id, such as front_desk",
    "bounded_queue": "a queue's id, such as care",
    "categories": "categories in brackets, such as [billing]",
    "languages": "languages in brackets, such as [en, de]",
    "language": "two small letters, such as en",
    "days": "days in brackets, such as [mon, tue, wed]",
    "time_zone": "a name such as Europe/Berlin",
    "from": 'a time in quotes, such as "09:00"',
    "to": 'a time in quotes, such as "17:00"',
    "holidays": "dates in brackets, such as [2026-12-25]",
    "public_holidays": "a country and its part, such as DE or DE-BE",
    "first_response_minutes": "minutes such as 60",
    "next_response_minutes": "minutes such as 60",
    "resolution_minutes": "minutes such as 1440",
    "at": "a share such as 0.5",
    "does": "steps in brackets, such as [desk, manager]",
    "on_warning": "steps in brackets, such as [desk, manager]",
    "on_breach": "steps in brackets, such as [desk, manager]",
    "when": "what it is for, such as {plans: [enterprise]}",
    "desk_writes_per_minute": "a number of writes, such as 60",
    "skills": "skills in brackets, such as [sso]",
    "skill": "a short name in small letters, such as sso",
    "continuity_days": "a number of days, such as 14, or 0",
    "load_weights": "whole numbers such as 2",
    "away": "days such as [{from: 2026-12-21, to: 2027-01-03}]",
    "digest_above": "a number of tickets, such as 20",
    "incident_from": "a number of customers from 2 on, such as 3",
    "valid_from": "a date such as 2026-01-31",
    "valid_until": "a date such as 2026-12-31, or leave it out",
    "calendar": "a calendar's name, such as always",
    "name": "a name",
    "title": "a few words that name the answer",
    "owner": "who answers for the wording, such as billing-lead",
    "intents": "at least one sentence as customers write it",
    "not_for": "sentences as a list, or leave it out",
    "facts": "facts in brackets, such as [customer_name, plan]",
    "gaps": "facts in brackets, such as [seats], or leave it out",
    "page": "the address of the help-centre page that says the same, or leave it out",
    "plans": "plans in brackets, such as [team, business]",
    "before_sending": "sentences as a list, each saying what to do before sending, or leave it out",
    "links": "addresses as a list, or leave it out",
    "body": "the answer below the second line of three dashes",
    "by_plan": "minutes such as 240",
    "by_urgency": "minutes such as 30",
    "urgency_credit_minutes": "minutes such as 60",
    "category_below": "a probability such as 0.6",
    "urgency_below": "a probability such as 0.6",
    "unhappy_from": "a probability such as 0.05",
    "failure_from": "a probability such as 0.1",
    "daily_limit": "millionths of a dollar, such as 2000000",
    "prices": "at least one price as in the playbook's README",
    "model": 'a model\'s name, or "*" for any',
    "since": "a date such as 2026-01-01",
    "input": "millionths of a dollar for a million tokens, such as 400000",
    "output": "millionths of a dollar for a million tokens, such as 1600000",
    "failures": "a number such as 5",
    "rest_seconds": "seconds such as 120",
}
"""What a field should look like, by its own name or that of the list or table around it."""

_BOUNDS = {
    "greater_than": ("must be above {gt:g}", "gt"),
    "greater_than_equal": ("must be at least {ge:g}", "ge"),
    "less_than": ("must be below {lt:g}", "lt"),
    "less_than_equal": ("must be at most {le:g}", "le"),
}
_SHAPES = {
    "int": "must be a whole number",
    "float": "must be a number",
    "string": "must be text",
    "tuple": "must be a list",
    "list": "must be a list",
    "frozen": "must be a list",
    "dict": "must be a table of `name: value`",
    "model": "must be a table of `name: value`",
    "date": "must be a date",
    "bool": "must be true or false",
}


def explain(error: ErrorDetails, annotation: Any) -> tuple[FieldPath, str, str]:
    """Place, fault and remedy of one complaint about a value of the annotated type."""
    path: FieldPath = tuple(error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if path and path[-1] == "[key]":
        path = path[:-1]
        return path, "there is no such name here", f"use one of {_plain_list(context.get('expected', ''))}"
    if kind == "extra_forbidden":
        return path, "there is no such setting", nearest(str(path[-1]), _fields_at(annotation, path[:-1]))
    if kind == "missing":
        return path, "is missing", to_add(str(path[-1]))
    if kind in ("enum", "literal_error"):
        return path, f"{_shown(error['input'])} is not known", f"use one of {_plain_list(context['expected'])}"
    if kind == "value_error":
        fault, _, remedy = str(context.get("error", error["msg"])).partition("; ")
        return path, fault, remedy or _write(path)
    if kind in _BOUNDS:
        return path, _BOUNDS[kind][0].format(**context), _write(path)
    if kind == "too_short":
        return path, "is empty", _write(path)
    return path, _misshapen(kind, error["input"]), _write(path)


def nearest(name: str, known: list[str]) -> str:
    """What somebody probably meant, or what there is."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return f"remove it; known here: {', '.join(known)}" if known else "remove it"


def to_add(name: str) -> str:
    """How to add a setting that has to be there."""
    return f"add `{name}:` with {EXAMPLES[name]}" if name in EXAMPLES else f"add `{name}:` as in the playbook's README"


def _misshapen(kind: str, value: Any) -> str:
    if value is None:
        return "has no value"
    if kind == "string_pattern_mismatch":
        return "is empty" if not str(value).strip() else f"{_shown(value)} is not written as it has to be"
    return f"{_SHAPES.get(kind.partition('_')[0], 'cannot be used')}, not {_shown(value)}"


def _shown(value: Any) -> str:
    """A value as the reader wrote it, if that is short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text if len(text) <= 40 else text[:37] + '...'}'"


def _example(path: FieldPath) -> str | None:
    names = [step for step in reversed(path) if isinstance(step, str)]
    return next((EXAMPLES[name] for name in names if name in EXAMPLES), None)


def _write(path: FieldPath) -> str:
    example = _example(path)
    return f"write {example}" if example else "write it as in the playbook's README"


def _plain_list(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def _fields_at(annotation: Any, path: FieldPath) -> list[str]:
    """The settings that exist at a place below an annotated type."""
    for step in path:
        annotation = _below(annotation, step)
    model = _model(annotation)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _below(annotation: Any, step: str | int) -> Any:
    model = _model(annotation)
    if model:
        fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
        return _bare(fields.get(str(step)))
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is dict:
        return _bare(arguments[1])
    return _bare(arguments[0]) if arguments else None


def _bare(annotation: Any) -> Any:
    """A type without its constraints and without `| None`."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _bare(typing.get_args(annotation)[0])
    if origin in (typing.Union, UnionType):
        return _bare(next(one for one in typing.get_args(annotation) if one is not type(None)))
    return annotation
