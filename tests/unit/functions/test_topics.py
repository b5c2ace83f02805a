"""The hourly look: spikes are told once, weeks are written for the report, and settled days are read once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.topics.handler import finder_of
from functions.topics.service import MEMORY, Ports, topics
from shared.domain.errors import StoredItemCorrupt
from shared.domain.facts import Fact, FactKind
from shared.domain.gaps import Nearest
from shared.domain.searched import QUESTIONS, SEARCHED, Questions, Searched
from shared.domain.topic_week import TopicMemory, TopicWeek, week_path
from shared.domain.topics import read_fact
from shared.domain.week import Week
from tests.fakes.delivery import InMemoryAlerts, InMemoryArchive
from tests.fakes.stores import InMemoryFactLog, InMemoryOccasions, InMemoryPolicyStore, InMemoryTicketStore
from tests.fakes.topics import BySameTerms
from tests.unit.domain.samples import policy, seen
from tests.unit.functions.world import StandingClock
from tests.unit.topics.asking import START, asked, steadily, text_of

DAY_21 = START + timedelta(days=21)


def facts_of(one):
    read = seen().model_copy(update={"embedding": one.embedding})
    text, _ = text_of(one)
    opened = {"customer": one.customer, "channel": "email"}
    return [
        Fact(kind=FactKind.OPENED, key=one.key, at=one.at, recorded_at=one.at, detail=opened),
        read_fact(one.key, one.at, text=text, seen=read, now=one.at),
        Fact(kind=FactKind.BRIEFED, key=one.key, at=one.at, recorded_at=one.at, detail={"cause": "no_resolution"}),
    ]


@pytest.fixture
def ports():
    """Three weeks of two questions, and a morning on which one of them comes fourteen times."""
    found = Ports(
        facts=InMemoryFactLog(),
        tickets=InMemoryTicketStore(),
        policies=InMemoryPolicyStore(),
        archive=InMemoryArchive(),
        occasions=InMemoryOccasions(),
        alerts=InMemoryAlerts(),
        finder=BySameTerms(),
        articles=lambda: None,
        clock=StandingClock(DAY_21 + timedelta(hours=12, minutes=5)),
    )
    found.policies.publish(policy())
    requests = [*steadily("refund", 2, 22), *steadily("export", 1, 22)]
    requests += [asked(900 + n, "refund", DAY_21 + timedelta(hours=8, minutes=12 * n)) for n in range(14)]
    for one in requests:
        found.facts.record(facts_of(one))
    return found


def test_a_spike_is_told_once_however_often_somebody_looks(ports):
    assert topics(ports=ports).told == 1
    (alert,) = ports.alerts.sent
    assert alert.audience == "manager"
    assert "customers wrote about this since Monday" in alert.lines[0]
    assert "would be usual" in alert.lines[0]
    assert all(line.startswith("zendesk/refund-") for line in alert.lines[1:4])
    assert any("a week is chance" in line for line in alert.lines)
    assert topics(ports=ports).told == 0
    ports.clock.forward(hours=1)
    assert topics(ports=ports).told == 0
    assert len(ports.alerts.sent) == 1


def test_the_running_week_and_on_monday_the_last_one_are_written(ports):
    topics(ports=ports)
    running = Week.of(DAY_21, policy().company.time_zone)
    for week in (running, running.before()):
        told = TopicWeek.model_validate_json(ports.archive.get(week_path(week)))
        assert told.week == week
    assert told.gaps[0].count == 14
    assert told.spikes == ()


def test_what_no_approved_answer_fits_is_a_gap_where_no_articles_are_known(ports):
    assert topics(ports=ports).gaps == 1  # the other question came once this week


def test_topics_keep_their_names_from_look_to_look(ports):
    topics(ports=ports)
    first = ports.archive.get(MEMORY)
    ports.clock.forward(hours=2)
    topics(ports=ports)
    assert b'"name":"topic' in first
    names = [part.split(b'"')[0] for part in ports.archive.get(MEMORY).split(b'"id":"')[1:]]
    assert names == [part.split(b'"')[0] for part in first.split(b'"id":"')[1:]]


def test_days_that_are_over_are_read_from_the_log_once(ports, monkeypatch):
    topics(ports=ports)
    asked_for = []
    between = ports.facts.between
    monkeypatch.setattr(
        ports.facts, "between", lambda first, last: asked_for.append((first, last)) or between(first, last)
    )
    topics(ports=ports)
    assert len(asked_for) == 1


def test_a_memory_that_cannot_be_read_says_what_to_do(ports):
    ports.archive.put(MEMORY, b"{", "application/json")
    with pytest.raises(StoredItemCorrupt, match="move it away"):
        topics(ports=ports)


def test_an_empty_desk_is_no_reason_to_fail(ports):
    quiet = Ports(**{**vars(ports), "facts": InMemoryFactLog()})
    assert topics(ports=quiet).model_dump() == {"requests": 0, "topics": 0, "spikes": 0, "told": 0, "gaps": 0}


def test_articles_of_every_desk_are_searched_and_no_articles_are_no_search():
    archive = InMemoryArchive()
    assert finder_of(archive, ("zendesk", "helpscout"))() is None
    stored = b'[{"id": "7", "title": "Refunds", "body": "Refunds arrive soon", "language": "en", "link": ""}]'
    archive.put("knowledge/articles-helpscout.json", stored, "application/json")
    finder = finder_of(archive, ("zendesk", "helpscout"))()
    assert finder is not None
    assert finder.nearest("refunds", language="en").id == "7"


def test_what_the_nightly_search_found_decides_whether_a_topic_is_a_gap(ports):
    assert topics(ports=ports).gaps == 1
    questions = Questions.model_validate_json(ports.archive.get(QUESTIONS)).questions
    refunds = [str(one.key) for one in questions if "refund" in one.key.id]
    assert len(refunds) == 8
    answer = Nearest(id="7", title="Refunds", fit=0.9, answers=True)
    found = Searched(index="sha", nearest=dict.fromkeys(refunds, answer))
    ports.archive.put(SEARCHED, found.model_dump_json().encode(), "application/json")
    assert topics(ports=ports).gaps == 0
    again = Questions.model_validate_json(ports.archive.get(QUESTIONS)).questions
    assert {str(one.key) for one in again if "refund" in one.key.id} == set(refunds)
    memory = TopicMemory.model_validate_json(ports.archive.get(MEMORY))
    assert [(gap.name != "", gap.article) for gap in memory.gaps if gap.closed_at] == [(True, "Refunds")]


def test_what_was_found_cannot_be_read_and_words_alone_tell(ports):
    ports.archive.put(SEARCHED, b"{", "application/json")
    assert topics(ports=ports).gaps == 1
