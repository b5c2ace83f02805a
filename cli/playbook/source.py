"""YAML as plain JSON values, with the line of every key and item, and everything that is odd about it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cli.playbook.finding import FieldPath, Finding

_MERGE = "tag:yaml.org,2002:merge"


@dataclass
class Document:
    """One YAML document that somebody wrote by hand.

    Attributes:
        value: JSON values only; dates are ISO strings.
        lines: the line of each key or list item, by its path; the empty path is the document itself.
        findings: what made parts of it unreadable.
    """

    file: Path
    value: Any = None
    lines: dict[FieldPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def line_of(self, path: FieldPath) -> int:
        """The line of a place, or of the nearest place around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def name_of(self, path: FieldPath) -> str:
        """A place as a person would call it: `agents[ada@example.com].shift.from`."""
        name, value = "", self.value
        for step in path:
            value = _inside(value, step)
            if isinstance(step, int):
                name += f"[{_title(value) or step + 1}]"
            else:
                name += f".{step}" if name else step
        return name

    def add(self, path: FieldPath, fault: str, remedy: str) -> None:
        """Note a fault at a place."""
        self.findings.append(Finding(self.file, self.line_of(path), self.name_of(path), fault, remedy))


def _inside(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (LookupError, TypeError):
        return None


def _title(value: Any) -> str:
    return str(value.get("email") or value.get("id") or "") if isinstance(value, dict) else ""


def parse(text: str, file: Path, first_line: int = 1) -> Document:
    """Read YAML 1.2. `first_line` is the line of the file that the text begins at."""
    document = Document(file, lines={(): first_line})
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except YAMLError as error:
        _note_syntax_error(document, error, first_line)
        return document
    if root is None:
        document.add((), "is empty", "write the settings; the playbook's README shows where they go")
        return document
    document.value = _Reader(document, yaml, first_line).read(root, (), ())
    return document


def _note_syntax_error(document: Document, error: YAMLError, first_line: int) -> None:
    if not isinstance(error, MarkedYAMLError):
        document.add((), str(error).splitlines()[0], "remove what no keyboard writes; save the file as UTF-8")
        return
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    fault = " ".join(str(part) for part in (error.context, error.problem) if part)
    remedy = "check the indentation, quotes and brackets of this line and the one above"
    if "'\\t'" in fault:
        remedy = "indent with spaces, never with tabs"
    elif "document" in fault:
        remedy = "remove the line of three dashes: one file is one document"
    document.findings.append(Finding(document.file, line, "", f"no readable YAML: {fault}", remedy))


class _Reader:
    """Turns nodes into values and remembers lines."""

    def __init__(self, document: Document, yaml: YAML, first_line: int) -> None:
        self._document = document
        self._yaml = yaml
        self._first_line = first_line

    def read(self, node: Node, path: FieldPath, around: tuple[Node, ...]) -> Any:
        if any(node is outer for outer in around):
            self._document.add(path, "contains itself", "write the values out instead of using an alias (*)")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path, (*around, node))
        if isinstance(node, SequenceNode):
            return self._items(node, path, (*around, node))
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: FieldPath, around: tuple[Node, ...]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, value in node.value:
            line = self._first_line + key.start_mark.line
            if not isinstance(key, ScalarNode) or key.tag == _MERGE:
                self._document.findings.append(
                    Finding(
                        self._document.file,
                        line,
                        self._document.name_of(path),
                        "has a key that is no plain name",
                        "write every setting out as `name: value`",
                    )
                )
                continue
            here = (*path, str(key.value))
            if here in self._document.lines:
                earlier = self._document.lines[here]
                self._document.findings.append(
                    Finding(
                        self._document.file,
                        line,
                        self._document.name_of(here),
                        f"is there twice, first in line {earlier}",
                        "keep one of the two",
                    )
                )
                continue
            self._document.lines[here] = line
            values[str(key.value)] = self.read(value, here, around)
        return values

    def _items(self, node: SequenceNode, path: FieldPath, around: tuple[Node, ...]) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            here = (*path, index)
            self._document.lines[here] = self._first_line + item.start_mark.line
            items.append(self.read(item, here, around))
        return items

    def _scalar(self, node: Node, path: FieldPath) -> Any:
        try:
            value = self._yaml.constructor.construct_object(node, deep=True)
        except ValueError:
            return str(node.value)  # such as 2027-13-01: whoever wants a date there will say so
        except YAMLError:
            self._document.add(path, f"has the tag '{node.tag}'", "write plain text, without an exclamation mark")
            return str(node.value)
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, float) and not math.isfinite(value):
            self._document.add(path, f"{node.value} is no usable number", "write a number in digits")
            return None
        return value if isinstance(value, (str, int, float, bool)) or value is None else str(node.value)
