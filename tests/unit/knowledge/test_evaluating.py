"""`firstline evaluate knowledge`: on files, and on a playbook's own answers."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from cli.evaluate import app
from cli.evaluation.knowledge import Found, Question, of_playbook, score

PLAYBOOK = Path(__file__).resolve().parents[3] / "playbook"


def asked(*arguments: str | Path):
    return CliRunner().invoke(app, ["knowledge", *map(str, arguments)])


def test_each_intent_of_a_playbook_is_asked_beside_its_answer_and_without_it():
    articles, questions = of_playbook(PLAYBOOK)
    ids = {article.id for article in articles}
    beside, without = questions[::2], questions[1::2]
    assert [one.question for one in beside] == [one.question for one in without]
    assert {one.article_id for one in beside} == {one.without for one in without} == ids
    assert not any(one.right for one in without)


def test_figures_are_shares_of_what_they_say():
    questions = [
        Question(id="1", question="a", article_id="x"),
        Question(id="2", question="b", article_id="y"),
        Question(id="3", question="c"),
        Question(id="4", question="d"),
    ]
    found = [Found(["x"], True), Found(["z", "y"], False), Found(["x"], False), Found(["x"], True)]
    figures = score(questions, found)
    assert (figures["recall_at_1"], figures["recall_at_3"]) == (0.5, 1.0)
    assert (figures["none_precision"], figures["none_recall"]) == (0.5, 0.5)


def test_two_articles_and_their_questions_are_scored(tmp_path: Path):
    articles, questions = tmp_path / "a.jsonl", tmp_path / "q.jsonl"
    texts = {"reset": ("Reset your password", "Choose Forgot password."), "browsers": ("Browsers", "Use a new one.")}
    rows = [{"id": id, "title": title, "body": body} for id, (title, body) in texts.items()]
    articles.write_text("\n".join(map(json.dumps, rows)))
    questions.write_text(json.dumps({"id": "1", "question": "I forgot my password", "article_id": "reset"}))
    done = asked("--articles", articles, "--questions", questions, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["recall_at_1"] == 1.0


def test_articles_without_questions_is_an_error_that_says_what_to_do():
    done = asked("--articles", "a.jsonl")
    assert done.exit_code == 2
    assert "give --questions" in done.output


def test_requests_of_ones_own_are_asked_beside_the_playbooks_answers(tmp_path: Path):
    file = tmp_path / "q.jsonl"
    row = {"id": "1", "body": "Which browsers do you support?", "resolution": "supported-browsers", "language": "en"}
    file.write_text(json.dumps(row))
    done = asked("--questions", file, "--playbook", PLAYBOOK, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["recall_at_1"] == 1.0
