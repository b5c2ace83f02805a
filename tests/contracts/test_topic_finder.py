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


def test_every_group_is_of_a_family(found):
    grouping = found.group(REQUESTS)
    assert {label for label in grouping.labels if label is not None} <= set(grouping.families)


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
