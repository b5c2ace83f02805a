"""Changing a number in a YAML file that a person wrote: everything else stays as they wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from cli.playbook.finding import FieldPath

_BYTE_ORDER_MARK = "\ufeff"


class PlaceNotFound(Exception):
    """The file has no such setting, or it is no plain value; the message names the place."""


def with_numbers(text: str, values: Mapping[FieldPath, float]) -> str:
    """The text with these numbers in it. A comment behind a number stays in its column where there is room.

    Raises:
        PlaceNotFound: a place is not in the file, or holds no plain value.
    """
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    text = text.removeprefix(mark)
    root = YAML(typ="safe", pure=True).compose(text)
    spans = {path: _span(root, path) for path in values}
    # From the end of the file on, so that earlier places stay where they were found.
    for path, (start, end) in sorted(spans.items(), key=lambda item: item[1], reverse=True):
        number = f"{values[path]:g}"
        text = text[:start] + number + _with_comment_in_place(text[end:], longer_by=len(number) - (end - start))
    return mark + text


def _span(node: Node | None, path: FieldPath) -> tuple[int, int]:
    here = node
    for step in path:
        pairs = here.value if isinstance(here, MappingNode) else []
        here = next((value for key, value in pairs if key.value == step), None)
    if not isinstance(here, ScalarNode):
        raise PlaceNotFound(".".join(map(str, path)))
    return here.start_mark.index, here.end_mark.index


def _with_comment_in_place(rest: str, *, longer_by: int) -> str:
    spaces = len(rest) - len(rest.lstrip(" "))
    if not rest[spaces:].startswith("#"):
        return rest
    return " " * max(1, spaces - longer_by) + rest[spaces:]
