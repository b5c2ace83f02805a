"""`firstline evaluate drafts`: what the check of a draft's claims lets through, and what it refuses wrongly."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cli.playbook import load_playbook
from shared.domain.claims import Claim, Grounds, objections
from shared.domain.resolution import FactName, Resolution, fill

FACTS = {
    FactName.CUSTOMER_NAME: "Ann",
    FactName.PLAN: "team",
    FactName.COMPANY: "Bright Ltd",
    FactName.ACCOUNT_EMAIL: "ann@bright.example",
    FactName.RENEWAL_DATE: "2027-03-01",
    FactName.SEATS: "7",
    FactName.INVOICE_NUMBER: "INV-20417",
}
_DATA = Path("tests/data")
_FIGURE = re.compile(r"\d+")
_PLACE_IN_LIST = re.compile(r"(?:^|\n)\s*$")


class Case(NamedTuple):
    """A draft as a model might word it, with what it may rest on; `claim` names what it invents, if anything."""

    id: str
    text: str
    grounds: Grounds
    claim: Claim | None


def drafts(
    playbook: Annotated[Path, typer.Option(help="The playbook whose answers are worded.")] = Path("playbook"),
    data: Annotated[Path, typer.Option(help="The folder with invented.jsonl and supported.jsonl.")] = _DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Let a scripted model invent, and word what is supported, and count what the check says."""
    held = {one.id: one for one in load_playbook(playbook, today=datetime.now(UTC).date()).resolutions}
    document = measure(held, data)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo(
            f"invented: {document['invented_passed']} of {document['invented']} pass; "
            f"a figure of an approved answer changed: {document['altered_passed']} of {document['altered']} pass\n"
            f"supported: {document['supported_refused']} of {document['supported']} refused; "
            f"approved wording itself: {document['approved_refused']} of {document['approved']} refused"
        )
        for name in document["passed"] + document["refused"]:
            typer.echo(f"  {name}")
    if document["invented_passed"] or document["altered_passed"]:
        raise typer.Exit(1)


def measure(held: dict[str, Resolution], data: Path) -> dict[str, Any]:
    """Every count, with the ids of the cases that went wrong."""
    made = list(invented(held, data / "invented.jsonl"))
    changed = list(altered(held.values()))
    worded = list(supported(held, data / "supported.jsonl"))
    approved = [Case(one.id, wording(one), grounds(one), None) for one in held.values()]
    passed = [case.id for case in (*made, *changed) if not objections(case.text, case.grounds)]
    refused = [case.id for case in (*worded, *approved) if objections(case.text, case.grounds)]
    return {
        "invented": len(made),
        "invented_passed": sum(name.startswith("invented") for name in passed),
        "altered": len(changed),
        "altered_passed": sum(name.startswith("altered") for name in passed),
        "supported": len(worded),
        "supported_refused": sum(name.startswith("supported") for name in refused),
        "approved": len(approved),
        "approved_refused": sum(not name.startswith("supported") for name in refused),
        "passed": passed,
        "refused": refused,
    }


def wording(resolution: Resolution) -> str:
    """The approved wording with a customer's facts."""
    return fill(resolution, FACTS)


def grounds(resolution: Resolution) -> Grounds:
    """What a draft of one resolution may rest on."""
    return Grounds(
        sources=(wording(resolution),),
        facts=tuple(FACTS.values()),
        question=resolution.intents[0],
        language=resolution.language,
    )


def invented(held: dict[str, Resolution], file: Path) -> Iterator[Case]:
    """The approved wording with one sentence more, before the closing words."""
    for row in _rows(file):
        resolution = held[row["resolution"]]
        head, _, closing = wording(resolution).rpartition("\n\n")
        text = f"{head}\n\n{row['says']}\n\n{closing}"
        yield Case(row["id"], text, grounds(resolution), Claim(row["claim"]))


def altered(resolutions: Any) -> Iterator[Case]:
    """The approved wording with one of its figures changed, each in turn."""
    for one in resolutions:
        text = wording(one)
        for figure in _FIGURE.finditer(text):
            if _PLACE_IN_LIST.search(text[: figure.start()]):
                continue
            changed = f"{text[: figure.start()]}7{figure.group()}{text[figure.end() :]}"
            yield Case(f"altered {one.id} {figure.group()}", changed, grounds(one), Claim.NUMBER)


def supported(held: dict[str, Resolution], file: Path) -> Iterator[Case]:
    """Drafts that say nothing but what the approved wording says."""
    for row in _rows(file):
        yield Case(row["id"], row["text"], grounds(held[row["resolution"]]), None)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
