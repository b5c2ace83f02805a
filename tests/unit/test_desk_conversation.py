"""What is kept of a conversation, and queues by the names of a desk's groups."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.desk_conversation import FIRST_KEPT, LONGEST_TEXT, NEWEST_KEPT, ends_of, file_name, words_of
from shared.adapters.desk_names import Names, Queues
from tests.fakes.zendesk import Clock


@given(st.integers(0, 500))
def test_both_ends_are_kept_in_order_and_nothing_twice(many: int):
    kept = ends_of(range(many))
    assert kept == sorted(set(kept))
    assert len(kept) == min(many, FIRST_KEPT + NEWEST_KEPT)
    assert kept[:FIRST_KEPT] == list(range(many))[:FIRST_KEPT]
    assert kept[-NEWEST_KEPT:] == list(range(many))[-NEWEST_KEPT:]


def test_a_bomb_of_markup_is_bounded_and_keeps_both_ends():
    words = words_of(f"<p>BEGIN</p>{'<div>x' * 500_000}<p>END</p>")
    assert len(words) <= LONGEST_TEXT
    assert words.startswith("BEGIN")
    assert words.endswith("END")


def test_a_file_s_name_is_bounded():
    assert len(file_name("x" * 5_000)) <= 200


def queues(**ids: str) -> Queues:
    return Queues(Names(lambda: ids, Clock()), {"Billing": "billing", "Money": "billing", "Front desk": "front_desk"})


def test_a_queue_is_found_by_its_group_whatever_the_case():
    assert queues(billing="7").group_id("billing") == "7"
    assert queues(billing="7").queue("7") == "billing"
    assert queues().queue("7", "FRONT DESK") == "front_desk"


def test_of_several_groups_of_one_queue_the_one_that_is_there_counts():
    assert queues(money="8").group_id("billing") == "8"


def test_a_queue_without_a_group_and_a_group_without_a_queue_are_nothing():
    assert queues(sales="9").group_id("billing") is None
    assert queues(sales="9").queue("9") is None
