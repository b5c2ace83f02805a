"""A history through triage, topics and report: every line counted, nothing sent, the contract's document."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.replay.history import read_articles, read_history
from shared.domain.facts import Fact, FactKind
from shared.domain.outcome import Baseline

QUESTIONS = (
    "How do I export my board as CSV?",
    "Where can I download the invoice of October?",
    "I was charged twice and I am really angry about it.",
)
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def row(number, **more):
    at = START + timedelta(hours=5 * number)
    return {
        "id": f"h{number}",
        "body": QUESTIONS[number % 3],
        "created_at": at.isoformat(),
        "customer_id": f"c{number % 7}",
        "plan": "team",
        "signed_up": "2025-06-01",
        "agent_id": f"a{number % 2}",
        "first_response_at": (at + timedelta(minutes=20 + number)).isoformat(),
        "resolved_at": (at + timedelta(hours=3)).isoformat(),
        "csat": 5 if number % 2 else None,
        **more,
    }


def write(path, rows):
    text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def replayed(tmp_path, rows, *more):
    file = write(tmp_path / "history.jsonl.gz", rows)
    arguments = ["replay", str(file), "--out", str(tmp_path / "out"), "--json", *more]
    return CliRunner().invoke(app, arguments)


def test_a_history_becomes_the_contracts_document_and_a_report_for_each_week(tmp_path):
    articles = write(tmp_path / "kb.jsonl", [{"id": "k", "title": "Export", "body": "Export a board as CSV."}])
    done = replayed(tmp_path, [row(n) for n in range(45)], "--articles", str(articles))
    assert done.exit_code == 0
    document = json.loads(done.stdout)
    assert (document["n"], document["weeks"]) == (45, ["2026-W02", "2026-W03"])
    assert document["bounded"] >= 15
    assert document["drafts"] + document["briefings"] == 45
    assert {path.rpartition(".")[2] for path in document["reports"]} == {"html", "txt", "csv", "json"}
    assert all({"name", "count", "tickets", "nearest_article"} <= set(gap) for gap in document["gaps"])
    page = (tmp_path / "out" / "2026-W02.html").read_text()
    assert "Outcome" in page
    assert "I was charged twice" not in page  # single words may name a topic, sentences are nobody's business


def test_its_facts_are_those_that_the_report_command_counts(tmp_path):
    replayed(tmp_path, [row(n) for n in range(6)])
    lines = (tmp_path / "out" / "facts.jsonl").read_text().splitlines()
    facts = [Fact.model_validate_json(line) for line in lines]
    assert sum(fact.kind is FactKind.OPENED for fact in facts) == 6
    counted = CliRunner().invoke(
        app,
        [
            "report",
            "--facts",
            str(tmp_path / "out" / "facts.jsonl"),
            "--week",
            "2026-W02",
            "--out",
            str(tmp_path),
            "--json",
        ],
    )
    assert json.loads(counted.stdout)["tickets"] == 6


def test_how_long_answers_took_is_measured_by_the_agents_own_pauses(tmp_path):
    """One agent answers every twelve minutes, whatever triage would have prepared."""
    rows = [
        row(n, agent_id="ada", first_response_at=(START + timedelta(days=2, minutes=12 * n)).isoformat())
        for n in range(8)
    ]
    done = replayed(tmp_path, rows)
    assert json.loads(done.stdout)["handle_minutes_before"] == 12.0
    kept = Baseline.model_validate_json((tmp_path / "out" / "baseline.json").read_text())
    assert kept.minutes(kept.tenths) == [12.0] * 7  # the first has none before it


def test_a_history_in_which_nobody_answered_tells_no_time_before(tmp_path):
    done = replayed(tmp_path, [row(n, first_response_at=None, resolved_at=None, csat=None) for n in range(3)])
    assert json.loads(done.stdout)["handle_minutes_before"] is None
    assert not (tmp_path / "out" / "baseline.json").exists()


def test_bad_lines_are_named_and_the_others_replayed(tmp_path):
    bad = ["{", row(0), {"id": "x"}, row(0), {"id": "y", "body": "when?"}, row(1, created_at="yesterday")]
    done = replayed(tmp_path, bad)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["n"] == 1
    for told in ("line 1: no JSON", "line 3: unreadable in body", "line 4: its id", "1 tickets without", "created_at"):
        assert told in done.stderr


def test_a_history_without_a_ticket_says_so(tmp_path):
    done = replayed(tmp_path, [])
    assert done.exit_code == 1
    assert "nothing was replayed" in done.stderr


def test_a_file_that_is_not_there_is_said_in_a_line(tmp_path):
    done = CliRunner().invoke(app, ["replay", str(tmp_path / "none.jsonl")])
    assert done.exit_code == 2
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize("line", ["[]", '{"id": "k"}', "no"])
def test_an_unreadable_article_is_named_by_its_line(tmp_path, line):
    with pytest.raises(ValueError, match="line 1: no article"):
        read_articles(write(tmp_path / "kb.jsonl", [line]))


def test_null_and_missing_fields_are_the_same_and_times_are_utc(tmp_path):
    nothing = dict.fromkeys(("subject", "channel", "customer_id", "agent_id", "plan", "mrr", "csat", "resolved_at"))
    history = read_history(
        write(tmp_path / "h.jsonl", [{"id": 7, "body": "?", "created_at": "2026-01-05T10:00:00+02:00", **nothing}])
    )
    (one,) = history.tickets
    assert (one.id, one.created_at, one.subject) == ("7", datetime(2026, 1, 5, 8, tzinfo=UTC), "")
