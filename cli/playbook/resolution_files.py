"""resolutions/*.md: approved answers with YAML front matter, every fault with its file and line."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.playbook.finding import Finding
from cli.playbook.policy_file import note_errors
from cli.playbook.source import Document, parse
from shared.domain.resolution import Resolution, facts_in
from shared.domain.tailoring import faults, plans_of

_FENCE = "---"
_LONGEST_LINE = 160
_BRACED = re.compile(r"\{[^{}\s]*\}|[{}]")


def read_resolutions(folder: Path, plans: Collection[str]) -> tuple[tuple[Resolution, ...], list[Finding]]:
    """Read every answer of a folder.

    Args:
        plans: the plans that the policy knows; empty when it names none, and then none is checked.
    """
    resolutions: list[Resolution] = []
    findings: list[Finding] = []
    ids: dict[str, Path] = {}
    sentences: dict[tuple[str, str], str] = {}
    for file in sorted(folder.glob("*.md")):
        if file.name.lower() == "readme.md":
            continue
        document, resolution = _read(file)
        if resolution:
            _note_unknown_plans(document, resolution, plans)
            _note_repetitions(document, resolution, ids, sentences)
            _note_wrong_marks(document, resolution)
            _note_unfit_lines(document, resolution)
            resolutions.append(resolution)
        findings += sorted(document.findings, key=lambda one: one.line)
    return tuple(resolutions), findings


def _read(file: Path) -> tuple[Document, Resolution | None]:
    document, body_line, body = _split(file)
    if document.findings and document.value is None:
        return document, None
    if not isinstance(document.value, dict):
        document.add((), "the front matter is no table of settings", "write lines such as `title: Change your plan`")
        return document, None
    if "body" in document.value:
        document.add(("body",), "there is no such setting", "write the answer below the second line of three dashes")
        return document, None
    _note_wrong_name(document, file)
    document.lines[("body",)] = body_line
    content: dict[str, Any] = {**document.value, "body": body}
    try:
        return document, Resolution.model_validate_json(json.dumps(content), strict=True)
    except ValidationError as error:
        document.value = content
        before = len(document.findings)
        note_errors(document, error, Resolution)
        document.findings[before:] = [_placed(one, document, body, body_line) for one in document.findings[before:]]
        return document, None


def _split(file: Path) -> tuple[Document, int, str]:
    """Front matter, the line at which the answer begins, and the answer."""
    document = Document(file)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        document.add((), "is not saved as UTF-8", "save it again with the encoding UTF-8")
        return document, 1, ""
    except OSError as error:
        document.add((), f"cannot be read: {error.strerror}", "check the file and its permissions")
        return document, 1, ""
    if not lines or lines[0].strip() != _FENCE:
        document.add((), "has no front matter", "begin the file with a line of three dashes (---)")
        return document, 1, ""
    end = next((index for index, line in enumerate(lines[1:], 1) if line.strip() == _FENCE), None)
    if end is None:
        document.add((), "the front matter does not end", "close it with a second line of three dashes (---)")
        return document, 1, ""
    body = lines[end + 1 :]
    blank = next((index for index, line in enumerate(body) if line.strip()), 0)
    return parse("\n".join(lines[1:end]), file, first_line=2), end + 2 + blank, "\n".join(body).strip()


def _placed(finding: Finding, document: Document, body: str, body_line: int) -> Finding:
    """A fault of the whole file, moved to the setting or the line of the answer that it speaks of."""
    if finding.field:
        return finding
    first_word = finding.fault.split()[0]
    if (first_word,) in document.lines:
        fault = finding.fault.removeprefix(first_word).strip()
        return finding._replace(line=document.line_of((first_word,)), field=first_word, fault=fault)
    if not finding.fault.startswith("the body"):
        return finding
    named = set(_BRACED.findall(finding.fault)) or {"{", "}"}
    for number, line in enumerate(body.splitlines()):
        if any(token in line for token in named):
            return finding._replace(line=body_line + number, field="body")
    return finding._replace(line=body_line, field="body")


def _note_wrong_name(document: Document, file: Path) -> None:
    written = document.value.get("id")
    if isinstance(written, str) and written != file.stem:
        document.add(
            ("id",), f"'{written}' is not the file's name", f"write {file.stem}, or rename the file to {written}.md"
        )


def _note_unknown_plans(document: Document, resolution: Resolution, plans: Collection[str]) -> None:
    first = document.line_of(("body",))
    for line, plan in plans_of(resolution.body):
        if plans and plan not in plans:
            remedy = f"name one of {', '.join(sorted(plans))}"
            document.findings.append(Finding(document.file, first + line, "body", f"there is no plan '{plan}'", remedy))
    for index, plan in enumerate(resolution.plans):
        if plans and plan not in plans:
            document.add(("plans", index), f"there is no plan '{plan}'", f"name one of {', '.join(sorted(plans))}")


def _note_wrong_marks(document: Document, resolution: Resolution) -> None:
    first = document.line_of(("body",))
    for line, fault, remedy in faults(resolution.body, resolution.language):
        document.findings.append(Finding(document.file, first + line, "body", fault, remedy))
    used = facts_in(resolution)
    for index, gap in enumerate(resolution.gaps):
        if gap not in used:
            fault = f"the answer has no {{{gap.value}}} that could be left open"
            document.add(("gaps", index), fault, "write it in the answer, or take it out here")


def _note_unfit_lines(document: Document, resolution: Resolution) -> None:
    """What an agent could not read at a glance beneath a draft."""
    for index, line in enumerate(resolution.before_sending):
        if len(line) > _LONGEST_LINE:
            fault = f"has {len(line)} characters, and an agent reads it at a glance"
            document.add(("before_sending", index), fault, f"say what to do in {_LONGEST_LINE} characters")
        if "{" in line or "}" in line or "\n" in line:
            document.add(
                ("before_sending", index),
                "is no plain sentence",
                "write it on one line, without braces: no fact is filled in here",
            )


def _note_repetitions(
    document: Document, resolution: Resolution, ids: dict[str, Path], sentences: dict[tuple[str, str], str]
) -> None:
    earlier = ids.setdefault(resolution.id, document.file)
    if earlier != document.file:
        document.add(("id",), f"'{resolution.id}' is the id of {earlier.name} too", "give each answer an id of its own")
    for index, intent in enumerate(resolution.intents):
        key = (resolution.language, " ".join(intent.lower().split()))
        other = sentences.setdefault(key, resolution.id)
        if other != resolution.id:
            document.add(("intents", index), f"is an intent of '{other}' too", "keep it where it is answered best")
