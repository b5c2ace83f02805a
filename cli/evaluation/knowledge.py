"""`firstline evaluate knowledge`: whether a question finds its article, and whether "nothing fits" is said rightly."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import numpy as np
import typer
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from shared.adapters.search.bridge import Bridge
from shared.adapters.search.encoder import SearchEncoder
from shared.adapters.search.index import build, of_articles
from shared.adapters.search.ranking import CHOSEN, Ranking, Weights
from shared.ports.desk import Article

Row = TypeVar("Row", bound=BaseModel)
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


class Half(StrEnum):
    """All questions, or those whose id ends in an even or odd number."""

    ALL = "all"
    EVEN = "even"
    ODD = "odd"


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Article(_Lenient):
    id: str
    title: str
    body: str
    language: str = "en"


class Question(_Lenient):
    """A question and the articles that answer it; `article_id` is None where none does.

    Attributes:
        without: an article that is taken out before the question is asked.
    """

    id: str
    question: str = Field(validation_alias=AliasChoices("question", "body"))
    article_id: str | None = Field(default=None, validation_alias=AliasChoices("article_id", "resolution"))
    also_ok: tuple[str, ...] = ()
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    without: str = ""

    @property
    def right(self) -> frozenset[str]:
        """Every article that counts as right."""
        return frozenset((self.article_id, *self.also_ok)) if self.article_id else frozenset()


class Found(NamedTuple):
    """What a search answered to one question: ids best first, and whether the first counts as an answer."""

    ids: Sequence[str]
    fits: bool


def knowledge(
    articles: Annotated[Path | None, typer.Option(help="Articles as JSON lines: id, title, body, language.")] = None,
    questions: Annotated[Path | None, typer.Option(help="Questions as JSON lines: id, question, article_id.")] = None,
    playbook: Annotated[
        Path, typer.Option(help="Without --articles: this playbook's answers; without --questions too: their intents.")
    ] = Path("playbook"),
    ids: Annotated[Half, typer.Option(help="Only questions whose id ends in an even or odd number.")] = Half.ALL,
    compare: Annotated[
        bool, typer.Option(help="Each view by itself and the triage encoder, beside the search.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Ask each question and score what is found. Nothing is tuned here."""
    if articles is not None and questions is None:
        raise typer.BadParameter("give --questions beside --articles")
    held, every = of_playbook(playbook) if articles is None else (articles_of(articles), [])
    every = every if questions is None else questions_of(questions)
    asked = [row for row in every if belongs(row.id, ids)]
    if not held or not asked:
        typer.echo(f"there is nothing to ask: {len(held)} articles, {len(asked)} questions of '{ids}'", err=True)
        raise typer.Exit(1)
    encoder = SearchEncoder()
    ranking = Ranking(build(held, encoder), encoder, Bridge())
    began = time.perf_counter()
    document = score(asked, [_found(ranking, one, CHOSEN) for one in asked])
    document["ms_per_question"] = round(1000 * (time.perf_counter() - began) / len(asked), 2)
    if compare:
        document["compared"] = {
            **{name: score(asked, [_found(ranking, q, w) for q in asked]) for name, w in _views().items()},
            "triage encoder alone": score(asked, _by_triage(held, asked)),
        }
    typer.echo(json.dumps(document)) if as_json else _say(document)


def articles_of(file: Path) -> list[Article]:
    """The articles of a file; ends the command where it has faults."""
    return [_told(row) for row in _rows(file, _Article)]


def questions_of(file: Path) -> list[Question]:
    """The questions of a file; ends the command where it has faults."""
    return _rows(file, Question)


def of_playbook(folder: Path) -> tuple[list[Article], list[Question]]:
    """Approved answers as articles. Each intent is asked twice: beside its answer, and with that taken out."""
    from cli.playbook import load_playbook

    resolutions = load_playbook(folder, today=datetime.now(UTC).date()).resolutions
    held = [_Article(id=one.id, title=one.title, body=one.full_wording, language=one.language) for one in resolutions]
    asked: list[Question] = []
    for one in resolutions:
        for intent in one.intents:
            id = str(len(asked) // 2)
            question = Question(id=id, question=intent, language=one.language, article_id=one.id)
            asked += [question, question.model_copy(update={"article_id": None, "without": one.id})]
    return [_told(row) for row in held], asked


def score(asked: Sequence[Question], found: Sequence[Found]) -> dict[str, Any]:
    """The figures. Recall is taken over answerable questions before the threshold, the others after it."""
    pairs = list(zip(asked, found, strict=True))
    answerable = [(one.right, what.ids) for one, what in pairs if one.right]
    said_none = [not one.right for one, what in pairs if not what.fits]
    none = sum(not one.right for one in asked)
    return {
        "n": len(asked),
        "answerable": len(answerable),
        "recall_at_1": _share(sum(bool(right & set(ids[:1])) for right, ids in answerable), len(answerable)),
        "recall_at_3": _share(sum(bool(right & set(ids[:3])) for right, ids in answerable), len(answerable)),
        "none_precision": _share(sum(said_none), len(said_none)),
        "none_recall": _share(sum(said_none), none),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _found(ranking: Ranking, one: Question, weights: Weights) -> Found:
    matches = ranking.rank(one.question, [one.language], 4, weights)
    matches = [match for match in matches if match.id != one.without][:3]
    return Found([match.id for match in matches], bool(matches) and matches[0].fits)


def _views() -> dict[str, Weights]:
    """Each view alone. Only recall is told of them: the threshold belongs to their sum."""
    nothing = Weights(0.0, 0.0, 0.0, 0.0, 0.0)
    return {
        "BM25 alone": nothing._replace(words=1.0),
        "general encoder alone": nothing._replace(titles=0.5, passages=0.5),
        "general encoder and BM25": nothing._replace(titles=0.5, passages=0.5, words=0.01),
        "topics alone": nothing._replace(title_topics=CHOSEN.title_topics, passage_topics=CHOSEN.passage_topics),
    }


def _by_triage(held: Sequence[Article], asked: Sequence[Question]) -> list[Found]:
    """The fine-tuned triage encoder in the general one's place: titles and passages, nothing else."""
    from shared.adapters.embedded.engine import EmbeddedEngine
    from shared.domain.passages import passages_of

    embed = EmbeddedEngine.load().embed
    starts: list[int] = []
    passages: list[Any] = []
    for article in held:
        starts.append(len(passages))
        parts = [f"{article.title}\n{part.heading}\n{part.text}" for part in passages_of(article.body)]
        passages += [embed(text) for text in parts or [article.title]]
    matrix, titles = np.stack(passages), np.stack([embed(article.title) for article in held])
    languages = np.array([article.language for article in held])
    found = []
    for one in asked:
        vector = embed(one.question)
        total = 0.5 * (titles @ vector) + 0.5 * of_articles(matrix @ vector, starts)
        best = np.argsort(-np.where(languages == one.language, total, -9.0), kind="stable")[:3]
        found.append(Found([held[int(at)].id for at in best], fits=True))
    return found


def _told(row: _Article) -> Article:
    return Article(**row.model_dump(), link="", updated_at=_NO_DATE)


def belongs(id: str, half: Half) -> bool:
    """Whether a row's id lies in a half."""
    digits = "".join(filter(str.isdecimal, id))
    wanted: dict[Half, Callable[[], bool]] = {
        Half.ALL: lambda: True,
        Half.EVEN: lambda: digits != "" and int(digits) % 2 == 0,
        Half.ODD: lambda: digits != "" and int(digits) % 2 == 1,
    }
    return wanted[half]()


def _rows(file: Path, kind: type[Row]) -> list[Row]:
    rows, faults = [], []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        typer.echo(f"{file} cannot be read: give a file of JSON lines in UTF-8", err=True)
        raise typer.Exit(1) from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(kind.model_validate_json(line))
            except ValidationError as error:
                places = sorted({str(part["loc"][0]) if part["loc"] else "line" for part in error.errors()})
                faults.append(f"{file}:{number}: wrong or missing: {', '.join(places)}")
    if faults:
        typer.echo("\n".join(faults[:20]), err=True)
        raise typer.Exit(1)
    return rows


def _say(document: dict[str, Any]) -> None:
    from rich.table import Table

    from cli.evaluation.figures import wide_console

    names = ("recall_at_1", "recall_at_3", "none_precision", "none_recall")
    table = Table("search", *names, title=f"{document['n']} questions, {document['answerable']} answerable")
    table.add_row("as shipped", *(str(document[name]) for name in names))
    for name, figures in document.get("compared", {}).items():
        table.add_row(name, str(figures["recall_at_1"]), str(figures["recall_at_3"]), "", "")
    wide_console().print(table)
    wide_console().print(f"{document['ms_per_question']} ms a question, its embedding included")
