"""What the report says of topics and customers: figures that agree with each other, and each thing once."""

from __future__ import annotations

from shared.adapters.report_page import findings
from shared.domain.noise import Change
from shared.domain.spikes import Spike
from shared.domain.topic_week import TopicCount, TopicWeek
from tests.unit.report.stories import MONDAY_8, W47, a_week, counted, local


def spike(**more):
    told = {
        "topic": "t1",
        "name": "changes lost",
        "detected_at": local(18, 14),
        "since": local(18, 12),
        "last_seen": local(18, 20),
        "expected": 0.2,
        "observed": 2,
        "chance": 1e-9,
        "tickets": ("z/1", "z/2", "z/3"),
        "counted": ("z/1", "z/3"),
    }
    return Spike(**(told | more))


def row(topic, tickets):
    return TopicCount(topic=topic, name="changes lost", tickets=tickets, before=0, average=0.1, change=Change.NOISE)


def topics(**found):
    return TopicWeek(week=W47, looked_at=MONDAY_8, requests=6, placed=6, **found)


def of_topics(**found):
    return counted(a_week(), topics=topics(**found))


def test_a_spike_lists_the_tickets_that_its_figure_counts():
    report = of_topics(spikes=(spike(),))
    assert "Changes lost: 1, 3." in findings.spikes_note(report)
    assert "2 customers where 0.2 would be usual" in " ".join(report.sentences)


def test_a_spike_of_which_only_every_look_is_known_says_so():
    note = findings.spikes_note(of_topics(spikes=(spike(counted=()),)))
    assert "Changes lost, with those of later looks: 1, 2, 3." in note


def test_a_row_that_counts_otherwise_than_its_spike_is_explained_and_another_is_not():
    explained = "counts that type alone"
    assert explained in findings.spikes_note(of_topics(spikes=(spike(),), topics=(row("t1", 7),)))
    assert explained not in findings.spikes_note(of_topics(spikes=(spike(),), topics=(row("t1", 2), row("t2", 7))))
