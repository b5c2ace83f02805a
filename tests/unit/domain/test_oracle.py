"""Our clocks against an oracle that steps minute by minute; `firstline bench oracle` takes 20,000 lives."""

from __future__ import annotations

import pytest

from cli.bench.oracle import compare

pytestmark = pytest.mark.slow


def test_no_life_of_a_ticket_is_judged_otherwise_than_by_stepping_through_it():
    clocks, differences = compare(250, seed=7)
    assert differences == []
    assert clocks > 500
