"""Holding HTTP exchanges against a vendor's OpenAPI 3.0 description, more strictly than it asks for.

What is described is all there is: a property or a query parameter that the description does not know fails, in requests
and in answers, unless a test names it as one of the description's known gaps.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import yaml

_KEPT = ("type", "enum", "required", "pattern", "items", "additionalProperties", "minItems", "maxItems")


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    method: str
    url: str
    sent: Any
    status: int
    told: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class Description:
    """A description, read from a file that may be gzipped."""

    def __init__(self, file: Path) -> None:
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        told = yaml.load(raw, Loader=yaml.CSafeLoader)
        self._paths: dict[str, Any] = told["paths"]
        schemas = told["components"]["schemas"]
        self._schemas = {
            **{name: _schema(one, closed=True) for name, one in schemas.items()},
            **{f"{name}+open": _schema(one, closed=False) for name, one in schemas.items()},
        }

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        """Template and description of an operation; the one with the fewest variables wins."""
        fitting = [
            (template, methods[method.lower()])
            for template, methods in self._paths.items()
            if method.lower() in methods and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
        ]
        return min(fitting, key=lambda one: one[0].count("{"), default=None)

    def complaints(self, exchange: Exchange, root: str, *, beyond: Mapping[str, set[str]]) -> list[str]:
        """What of an exchange the description does not know.

        Args:
            root: where the API is mounted.
            beyond: properties and parameters, by `METHOD template`, that the vendor takes without describing them.
        """
        parts = urlsplit(exchange.url)
        found = self.operation(exchange.method, parts.path.removeprefix(root))
        if found is None:
            return [f"{exchange.method} {parts.path}: there is no such operation"]
        template, operation = found
        where = f"{exchange.method} {template}"
        known = {one["name"] for one in operation.get("parameters", []) if one.get("in") == "query"}
        allowed = beyond.get(where, set())
        complaints = [f"{where}: query {name}" for name in parse_qs(parts.query).keys() - known - allowed]
        wanted = _content(operation.get("requestBody"))
        if exchange.sent is not None and wanted is not None:
            sent = {name: value for name, value in exchange.sent.items() if name not in allowed}
            complaints += [f"{where}: sent {one}" for one in self._wrong(sent, wanted)]
        answers = operation["responses"]
        answer = answers.get(str(exchange.status))
        if answer is None and exchange.status < 400:
            return [*complaints, f"{where}: no answer {exchange.status} is described"]
        schema = _content(answer) if answer else {"$ref": "#/components/schemas/error"}
        return complaints + [f"{where}: told {one}" for one in self._wrong(exchange.told, schema or {})]

    def _wrong(self, value: Any, schema: Mapping[str, Any]) -> list[str]:
        whole = {**_schema(schema, closed=True), "$defs": self._schemas}
        validator = jsonschema.Draft202012Validator(whole)
        return [
            f"{'/'.join(map(str, error.absolute_path)) or '(all)'}: {error.message[:200]}"
            for error in validator.iter_errors(value)
        ]


def _content(body: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    schema: Mapping[str, Any] | None = (body or {}).get("content", {}).get("application/json", {}).get("schema")
    return schema


def _schema(told: Any, *, closed: bool) -> dict[str, Any]:
    """OpenAPI 3.0's schema as JSON Schema 2020-12. Closed: what is not described is not there."""
    if "$ref" in told:
        name = told["$ref"].rsplit("/", 1)[1]
        made: dict[str, Any] = {"$ref": f"#/$defs/{name if closed else f'{name}+open'}"}
        return _or_null(made, told)
    made = {key: told[key] for key in _KEPT if key in told}
    if isinstance(made.get("items"), dict):
        made["items"] = _schema(made["items"], closed=True)
    if isinstance(made.get("additionalProperties"), dict):
        made["additionalProperties"] = _schema(made["additionalProperties"], closed=True)
    if "properties" in told:
        made["properties"] = {name: _schema(one, closed=True) for name, one in told["properties"].items()}
    for either in ("oneOf", "anyOf"):
        if either in told:
            # An answer that fits two of them is no mistake of ours.
            made["anyOf"] = [_schema(one, closed=closed) for one in told[either]]
    if "allOf" in told:
        made["allOf"] = [_schema(one, closed=False) for one in told["allOf"]]
    is_object = "properties" in made or "allOf" in made
    if closed and is_object and "additionalProperties" not in made:
        made["unevaluatedProperties"] = False
    return _or_null(made, told)


def _or_null(made: dict[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, made]} if told.get("nullable") else made
