"""Numbers change in a hand-written file, and nothing else."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from cli.playbook.editing import PlaceNotFound, with_numbers
from cli.playbook.policy_file import read_policy

SHIPPED = (Path(__file__).parents[3] / "playbook" / "policy.yaml").read_text(encoding="utf-8")
UNHAPPY, FAILURE = ("boundary", "unhappy_at"), ("boundary", "failure_at")


def test_two_numbers_of_the_shipped_policy_change_and_no_other_value(tmp_path: Path):
    file = tmp_path / "policy.yaml"
    file.write_text(SHIPPED, encoding="utf-8")
    before, _ = read_policy(file)
    file.write_text(with_numbers(SHIPPED, {UNHAPPY: 0.035, FAILURE: 0.4}), encoding="utf-8")
    after, _ = read_policy(file)
    changed = before.boundary.model_copy(update={"unhappy_at": 0.035, "failure_at": 0.4})
    assert after == before.model_copy(update={"boundary": changed})


def test_two_lines_of_the_shipped_policy_change_and_their_comments_stay_in_their_columns():
    after = with_numbers(SHIPPED, {UNHAPPY: 0.035, FAILURE: 0.4})
    moves = [line for line in difflib.ndiff(SHIPPED.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert len(moves) == 4
    for line in moves:
        assert line[2:].startswith(("  unhappy_at: ", "  failure_at: "))
        assert line.index("#") == moves[0].index("#")
    assert after.count("\n") == SHIPPED.count("\n")


def test_the_same_numbers_give_the_same_bytes():
    first = with_numbers(SHIPPED, {UNHAPPY: 0.035})
    assert with_numbers(with_numbers(first, {UNHAPPY: 0.2}), {UNHAPPY: 0.035}) == first


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("boundary: {unhappy_at: 0.10, failure_at: 0.2}\n", "boundary: {unhappy_at: 0.25, failure_at: 0.2}\n"),
        ("boundary:\r\n  unhappy_at: .1 # why\r\n", "boundary:\r\n  unhappy_at: 0.25 # why\r\n"),
        ("\ufeffboundary:\n  unhappy_at: 0.5", "\ufeffboundary:\n  unhappy_at: 0.25"),
        ("x: {unhappy_at: 0.5}\nboundary:\n  unhappy_at: 0.5", "x: {unhappy_at: 0.5}\nboundary:\n  unhappy_at: 0.25"),
        ("é: 🚀\nboundary:\n  unhappy_at: '0.5'   # q", "é: 🚀\nboundary:\n  unhappy_at: 0.25    # q"),
    ],
)
def test_other_ways_to_write_it_stay_as_they_are(before: str, after: str):
    assert with_numbers(before, {UNHAPPY: 0.25}) == after


@pytest.mark.parametrize("text", ["", "boundary:\n", "boundary:\n  unhappy_at: [0.1]\n", "boundary: 3\n"])
def test_a_place_that_is_not_there_is_named(text: str):
    with pytest.raises(PlaceNotFound, match=r"boundary\.unhappy_at"):
        with_numbers(text, {UNHAPPY: 0.25})
