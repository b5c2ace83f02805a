"""What every grouping of requests promises."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest

from shared.adapters.clustering import finder
from shared.adapters.clustering.finder import WardFinder
from tests.fakes.topics import BySameTerms
from tests.unit.topics.asking import START, asked, steadily


@pytest.fixture(params=[WardFinder, BySameTerms])
def found(request):
    """The fake and the adapter."""
    return request.param()


def kinds(requests, labels):
    groups = defaultdict(set)
    for one, label in zip(requests, labels, strict=True):
        if label is not None:
            groups[label].add(one.key.id.partition("-")[0])
    return groups


REQUESTS = [one for about in ("refund", "export", "login") for one in steadily(about, 2, 10)]


def test_requests_that_ask_the_same_are_together_and_others_apart(found):
    grouping = found.group(REQUESTS)
    groups = kinds(REQUESTS, grouping.labels)
    assert all(len(names) == 1 for names in groups.values())
    assert {name for names in groups.values() for name in names} == {"refund", "export", "login"}


def test_later_requests_join_the_groups_they_belong_to(found):
    grouping = found.group(REQUESTS)
    by_kind = {next(iter(names)): label for label, names in kinds(REQUESTS, grouping.labels).items()}
    late = [asked(500, "login", START + timedelta(days=11))]
    assert grouping.place(late)[0] in {label for name, label in by_kind.items() if name == "login"}


def test_the_nearest_of_a_request_is_itself_and_then_those_that_ask_the_same(found):
    grouping = found.group(REQUESTS)
    for centre in (REQUESTS[3], REQUESTS[25]):
        (near,) = grouping.nearest([centre], REQUESTS, 10)
        assert REQUESTS[near[0]] is centre
        assert len(set(near)) == 10
        about = centre.key.id.partition("-")[0]
        assert all(REQUESTS[place].key.id.startswith(about) for place in near)


def test_a_request_that_came_after_the_grouping_has_its_nearest_too(found):
    late = asked(500, "login", START + timedelta(days=11))
    (near,) = found.group(REQUESTS).nearest([late], [*REQUESTS, late], 5)
    assert near[0] == len(REQUESTS)
    assert all(REQUESTS[place].key.id.startswith("login") for place in near[1:])


def test_where_there_is_nothing_to_compare_nothing_is_near(found):
    assert found.group(REQUESTS).nearest([], REQUESTS, 5) == []
    assert found.group(REQUESTS).nearest(REQUESTS[:1], [], 5) == [[]]


def test_the_same_requests_give_the_same_groups(found):
    assert found.group(REQUESTS).labels == found.group(REQUESTS).labels


@pytest.mark.parametrize("count", [0, 1, 2])
def test_next_to_no_requests_are_no_reason_to_fail(found, count):
    grouping = found.group(REQUESTS[:count])
    assert len(grouping.labels) == count
    assert len(grouping.place(REQUESTS[:1])) == 1


def test_more_than_can_be_compared_are_placed_all_the_same(monkeypatch):
    monkeypatch.setattr(finder, "MOST_COMPARED", 20)
    labels = WardFinder().group(REQUESTS).labels
    assert sum(label is not None for label in labels) > 20
    assert all(len(names) == 1 for names in kinds(REQUESTS, labels).values())


def test_what_is_worded_the_same_each_day_is_not_ordered_by_time(found):
    form = [one.model_copy(update={"embedding": REQUESTS[0].embedding}) for one in steadily("refund", 2, 60)]
    (near,) = found.group(form).nearest(form[:1], form, 40)
    assert 10 <= sum(place < 60 for place in near) <= 30
