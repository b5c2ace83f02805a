"""Trouble: a desk that is slow, down, busy, or no longer lets us in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.domain.errors import DeskRateLimited, DeskRefused, DeskUnavailable, FirstlineError
from shared.domain.note import marker
from tests.contracts.staging.staged import Staged, change, note

CALLS: dict[str, Callable[[Staged, str], object]] = {
    "fetch": lambda staged, id: staged.desk.fetch(id),
    "has_note": lambda staged, id: staged.desk.has_note(id, marker("1")),
    "changed_since": lambda staged, id: staged.desk.changed_since(None),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_busy_desk_says_when_to_come_back(staged: Staged, call: str):
    id = staged.opens("Hello")
    staged.refuses(429, retry_after=7)
    with pytest.raises(DeskRateLimited) as limited:
        CALLS[call](staged, id)
    assert limited.value.retry_after == pytest.approx(7, abs=2)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_desk_in_trouble_is_unavailable(staged: Staged, status: int):
    id = staged.opens("Hello")
    staged.refuses(status)
    with pytest.raises(DeskUnavailable):
        staged.desk.fetch(id)


def test_after_trouble_all_is_well_again(staged: Staged):
    id = staged.opens("Hello")
    for status in (429, 500):
        staged.refuses(status)
        with pytest.raises(FirstlineError):
            staged.desk.fetch(id)
    assert staged.desk.fetch(id).key.id == id


def test_a_write_while_the_desk_is_busy_writes_no_note_and_can_be_repeated(staged: Staged):
    id = staged.opens("Hello")
    ticket = staged.desk.fetch(id)
    staged.refuses(429, retry_after=1)
    with pytest.raises(DeskRateLimited):
        staged.desk.write(id, change(ticket, note=note("12"), add_tags={"firstline"}))
    assert not staged.desk.has_note(id, marker("12"))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), add_tags={"firstline"}))
    assert staged.desk.has_note(id, marker("12"))


def test_a_lost_permission_is_refused_with_its_status(staged: Staged):
    id = staged.opens("Hello")
    staged.refuses(403)
    with pytest.raises(DeskRefused) as refused:
        staged.desk.fetch(id)
    assert refused.value.status == 403


def test_an_error_quotes_neither_the_customer_nor_a_secret(staged: Staged):
    id = staged.opens("zanzibar is furious", subject="zanzibar")
    ticket = staged.desk.fetch(id)
    for status in (403, 429, 500):
        staged.refuses(status)
        with pytest.raises(FirstlineError) as error:
            staged.desk.write(id, change(ticket, note=note(text="zanzibar")))
        assert "zanzibar" not in str(error.value)
        assert staged.secret not in str(error.value)
