"""How approved answers fare, and that what one customer alone was told is never shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.facts import Fact, FactKind
from shared.domain.resolution_use import Addition, ResolutionUse, resolutions_in_use, suggestions
from shared.domain.ticket import TicketKey
from tests.unit.domain.samples import NOON

LARGE = "Large boards take a few minutes longer than small ones."


def used(resolution: str, use: str, distance: float = 0.0, ticket: str = "1") -> Fact:
    detail = {"resolution": resolution, "use": use, "distance": f"{distance:.4f}"}
    return Fact(
        kind=FactKind.DRAFT_USED,
        key=TicketKey(desk="zendesk", id=ticket),
        at=NOON,
        recorded_at=NOON,
        detail=detail,
    )


def told(*sentences: str, whose: str) -> Addition:
    return Addition(whose=whose, sentences=sentences)


def test_the_worst_answer_comes_first_and_a_single_case_proves_little():
    facts = [*[used("often", "edited", 0.6)] * 6, used("once", "unused"), *[used("good", "as_is")] * 9]
    assert [one.name for one in resolutions_in_use(facts)] == ["often", "once", "good"]


def test_edits_are_averaged_over_the_edited_ones_alone():
    (one,) = resolutions_in_use([used("a", "as_is"), used("a", "edited", 0.4), used("a", "edited", 0.6)])
    assert (one.drafts, one.edited, one.changed) == (3, 2, 0.5)
    assert one.verdict == "edited on average 50%: revise"


@pytest.mark.parametrize(
    ("use", "verdict"),
    [
        (ResolutionUse(name="a"), "nothing yet"),
        (ResolutionUse(name="a", as_is=4), "sent as it is"),
        (ResolutionUse(name="a", edited=1, changed=0.6), "edited on average 60%: too few to say"),
        (ResolutionUse(name="a", edited=3, changed=0.1), "edited on average 10%"),
        (ResolutionUse(name="a", as_is=1, unused=2), "not used in 2 of 3: revise"),
    ],
)
def test_the_verdict_says_what_to_do_and_how_much_it_rests_on(use, verdict):
    assert use.verdict == verdict


def test_a_distance_that_is_no_number_counts_as_nothing_changed():
    fact = used("a", "edited").model_copy(update={"detail": {"resolution": "a", "use": "edited", "distance": "much"}})
    assert resolutions_in_use([fact])[0].changed == 0.0


def test_what_several_customers_were_told_is_suggested():
    found = suggestions([told(LARGE, whose="a"), told("Something else for the other one.", LARGE, whose="b")])
    assert [(one.text, one.times, one.customers) for one in found] == [(LARGE, 2, 2)]


def test_one_customer_told_the_same_ten_times_is_no_pattern():
    assert suggestions([told(LARGE, whose="a")] * 10) == ()


def test_a_word_that_only_one_customer_was_told_becomes_a_gap():
    found = suggestions(
        [
            told("Large boards of Kestrel Foods take a few minutes longer.", whose="a"),
            told("Large boards of Marlow take a few minutes longer.", whose="b"),
        ]
    )
    assert [one.text for one in found] == ["Large boards of … take a few minutes longer."]


SAID = st.lists(
    st.sampled_from(["boards", "take", "minutes", "longer", "please", "wait", "page", "Anna", "Kestrel", "Marlow"]),
    min_size=4,
    max_size=8,
).map(" ".join)
ADDITIONS = st.lists(
    st.builds(Addition, whose=st.sampled_from("abc"), sentences=st.lists(SAID, max_size=3).map(tuple)), max_size=6
)


@given(ADDITIONS)
def test_no_word_is_shown_that_was_told_to_one_customer_alone(additions):
    for one in suggestions(additions):
        for word in re.findall(r"\w+", one.text):
            heard = {a.whose for a in additions for said in a.sentences if word.casefold() in said.casefold().split()}
            assert len(heard) >= 2
