"""A week in topics: what bears one name is one to whoever reads it."""

from __future__ import annotations

from datetime import timedelta

from shared.domain.gaps import Nearest
from shared.domain.topic_week import TopicMemory, evidence_of, week_in_topics
from shared.domain.topics import Topic
from shared.domain.week import Week
from tests.unit.topics.asking import START, asked, steadily

WEEK = Week.of(START, "UTC")
NOWHERE = Nearest(id="a1", title="Exports", fit=0.3, answers=False)


def topic(name, words):
    return Topic(id=name, name=words, since=START, tickets=())


def the_week(members, names):
    topics = {one: topic(one, names[one]) for one in members}
    start, end = WEEK.starts("UTC"), WEEK.ends("UTC")
    return week_in_topics(
        WEEK,
        "UTC",
        everybody=[one for held in members.values() for one in held],
        members=members,
        topics=topics,
        evidence=[evidence_of(topics[one], held, [NOWHERE], start, end) for one, held in members.items()],
        memory=TopicMemory(),
        now=end + timedelta(hours=1),
        searched=True,
    )


MEMBERS = {
    "t1": [asked(900, "refund", START)],
    "t2": steadily("refund", 1, 3),
    "t3": steadily("refund", 1, 2, first=50),
}
SAME = {"t1": "refund late", "t2": "refund late", "t3": "printing"}


def test_topics_of_one_name_are_one_row_and_one_gap_with_counts_added_and_examples_joined():
    found = the_week(MEMBERS, SAME)
    assert [(one.topic, one.name, one.tickets) for one in found.topics] == [
        ("t2", "refund late", 4),
        ("t3", "printing", 2),
    ]
    first, second = found.gaps
    assert (first.topic, first.count, second.count) == ("t2", 4, 2)
    assert {"zendesk/refund-900", "zendesk/refund-0"} < set(first.tickets)
    assert found.placed == 6


def test_topics_of_other_names_stay_apart():
    found = the_week(MEMBERS, SAME | {"t1": "another"})
    assert [one.tickets for one in found.topics] == [3, 2, 1]
