"""`firstline evaluate drafts`: what of a model's inventions is shown, and what is refused wrongly.

Each case runs through draft's own use case, with a scripted model: told to invent, to change a figure, to say nothing
but what is approved, or to fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cli.evaluation.drafting import Says, drafted
from cli.playbook import load_playbook
from shared.domain.claims import Claim
from shared.domain.observation import Outcome, Request
from shared.domain.policy import Policy
from shared.domain.resolution import Draft, FactName, Resolution, Wording
from shared.domain.ticket import Customer
from shared.domain.wording import Assignment, Paragraph

ANN = Customer(
    id="1",
    name="Ann",
    plan="team",
    company="Bright Ltd",
    email="ann@bright.example",
    renewal_date=datetime(2027, 3, 1, tzinfo=UTC).date(),
    seats=7,
)
_DATA = Path("tests/data")
_INVOICE = "It is about INV-20417."
_FIGURE = re.compile(r"\d+")
_PLACE_IN_LIST = re.compile(r"(?:^|\n)\s*$")


class Case(NamedTuple):
    """What a model says of one approved answer; `claim` names what it invents, if anything."""

    id: str
    resolution: Resolution
    says: Says
    claim: Claim | None = None


class Ran(NamedTuple):
    """A case and the draft that came of it."""

    case: Case
    made: Draft | None

    @property
    def shown(self) -> bool:
        """Whether the model's wording is what an agent would see."""
        return self.made is not None and self.made.wording is Wording.ADAPTED


def drafts(
    playbook: Annotated[Path, typer.Option(help="The playbook whose answers are worded.")] = Path("playbook"),
    data: Annotated[Path, typer.Option(help="The folder with invented.jsonl and supported.jsonl.")] = _DATA,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Let a scripted model invent, word what is supported, and fail, and count what an agent would see."""
    book = load_playbook(playbook, today=datetime.now(UTC).date())
    document = measure({one.id: one for one in book.resolutions}, book.policy, data)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo(
            f"invented: {document['invented_passed']} of {document['invented']} are shown; "
            f"a figure of an approved answer changed: {document['altered_passed']} of {document['altered']}\n"
            f"supported: {document['supported_refused']} of {document['supported']} refused; "
            f"approved wording itself: {document['approved_refused']} of {document['approved']}\n"
            f"a model that fails: {document['failed_approved']} of {document['failed']} end in approved wording"
        )
        for name in document["passed"] + document["refused"]:
            typer.echo(f"  {name}")
    if document["invented_passed"] or document["altered_passed"]:
        raise typer.Exit(1)


def measure(held: dict[str, Resolution], policy: Policy, data: Path) -> dict[str, Any]:
    """Every count, with the ids of the cases that went wrong."""
    made = run(invented(held, data / "invented.jsonl"), policy)
    changed = run(altered(held.values()), policy)
    worded = run(supported(held, data / "supported.jsonl"), policy)
    approved = run((Case(one.id, one, as_approved) for one in held.values()), policy)
    failed = run(failing(held.values()), policy)
    wrong = [ran for ran in (*worded, *approved) if not ran.shown]
    return {
        "invented": len(made),
        "invented_passed": sum(ran.shown for ran in made),
        "altered": len(changed),
        "altered_passed": sum(ran.shown for ran in changed),
        "supported": len(worded),
        "supported_refused": sum(not ran.shown for ran in worded),
        "approved": len(approved),
        "approved_refused": sum(not ran.shown for ran in approved),
        "failed": len(failed),
        "failed_approved": sum(ran.made is not None and not ran.shown for ran in failed),
        "passed": [ran.case.id for ran in (*made, *changed) if ran.shown],
        "refused": [f"{ran.case.id}: {_why(ran.made)}" for ran in wrong],
    }


def run(cases: Iterable[Case], policy: Policy) -> list[Ran]:
    """Each case through draft, for a customer who asks for all that the answer holds, of any plan that it is for."""
    found = []
    for case in cases:
        one = case.resolution
        plan = one.plans[0] if one.plans and ANN.plan not in one.plans else ANN.plan if one.plans else None
        about = f" {_INVOICE}" if FactName.INVOICE_NUMBER in one.facts else ""
        # The answer with its marks holds the words by which each of its passages is asked about.
        request = Request(text=f"{one.intents[0]}{about}\n{one.body}")
        made, _ = drafted(one, ANN.model_copy(update={"plan": plan}), request, policy, case.says)
        found.append(Ran(case, made))
    return found


def _why(made: Draft | None) -> str:
    if made is None or made.asked is None:
        return "no draft at all"
    return "; ".join(f"{one.claim.value}: {one.what}" for one in made.asked.objections)


def as_approved(given: Assignment) -> tuple[Paragraph, ...]:
    """The approved wording, paragraph by paragraph."""
    return _paragraphs(given, given.sources[0].text)


def _paragraphs(given: Assignment, text: str) -> tuple[Paragraph, ...]:
    source = given.sources[0].id
    return tuple(Paragraph(text=part, sources=(source,)) for part in text.split("\n\n") if part.strip())


def _with(says: str) -> Callable[[Assignment], tuple[Paragraph, ...]]:
    """The approved wording with one paragraph more, before the closing words."""

    def told(given: Assignment) -> tuple[Paragraph, ...]:
        *head, closing = as_approved(given)
        return (*head, Paragraph(text=says, sources=closing.sources), closing)

    return told


def _saying(text: str) -> Callable[[Assignment], tuple[Paragraph, ...]]:
    return lambda given: _paragraphs(given, text)


def invented(held: dict[str, Resolution], file: Path) -> Iterator[Case]:
    """The approved wording with an invention."""
    for row in _rows(file):
        yield Case(row["id"], held[row["resolution"]], _with(row["says"]), Claim(row["claim"]))


def altered(resolutions: Iterable[Resolution]) -> Iterator[Case]:
    """The approved wording with one of its figures changed, each in turn."""
    for one in resolutions:
        said = one.full_wording
        for figure in _FIGURE.finditer(said):
            if not _PLACE_IN_LIST.search(said[: figure.start()]):
                text = f"{said[: figure.start()]}7{figure.group()}{said[figure.end() :]}"
                yield Case(f"altered {one.id} {figure.group()}", one, _saying(text), Claim.NUMBER)


def supported(held: dict[str, Resolution], file: Path) -> Iterator[Case]:
    """Wordings that say nothing but what the approved wording says."""
    for row in _rows(file):
        yield Case(row["id"], held[row["resolution"]], _saying(row["text"]))


def failing(resolutions: Iterable[Resolution]) -> Iterator[Case]:
    """Every way in which a model can fail, each on another answer."""
    faults = [outcome for outcome in Outcome if outcome is not Outcome.ANSWERED]
    for fault, one in zip(faults, resolutions, strict=False):
        yield Case(f"fails {fault.value}", one, fault)


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
