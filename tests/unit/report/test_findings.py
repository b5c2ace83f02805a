"""What the report says of topics and customers: figures that agree with each other, and each thing once."""

from __future__ import annotations

from shared.adapters.report_page import findings
from shared.domain.facts import FactKind
from shared.domain.gaps import Evidence, Nearest, gaps
from shared.domain.noise import Change
from shared.domain.spikes import Spike
from shared.domain.topic_week import TopicCount, TopicWeek
from tests.unit.report.stories import MONDAY_8, W47, a_week, counted, fact, local


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


def row(topic, tickets, name="changes lost"):
    return TopicCount(topic=topic, name=name, tickets=tickets, before=0, average=0.1, change=Change.NOISE)


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
    assert explained not in findings.spikes_note(
        of_topics(spikes=(spike(),), topics=(row("t1", 2), row("t2", 7, "other")))
    )


def gap(**more):
    told = {
        "topic": "t1",
        "name": "merge workspaces",
        "tickets": tuple(f"z/{n}" for n in range(30)),
        "nearest": (None,),
    }
    (found,) = gaps([Evidence(**(told | more))], total=60)
    return found


def test_what_every_missing_article_needs_is_said_once_and_an_entry_has_only_its_own():
    report = of_topics(gaps=(gap(), gap(words=("merge", "duplicate", "history"))))
    assert "who asks this, and when" in findings.gaps_note(report)
    (_, plain), (_, worded) = findings.gaps(report)
    assert not [line for line in (*plain, *worded) if "one paragraph" in line or "Title" in line]
    assert worded[1].endswith("Also asked for: duplicate, history.")


def test_a_gap_says_how_many_tickets_there_are_beside_its_examples():
    ((title, lines),) = findings.gaps(of_topics(gaps=(gap(),)))
    assert title == "Merge workspaces · 30 tickets (50%)"
    assert "Examples: 0, 1, 2, 3, 4 and 25 more." in lines[0]


def test_an_article_is_named_only_where_it_comes_near():
    far = Nearest(id="a", title="Invoices", fit=0.02, answers=False)
    near = Nearest(id="a", title="Merge boards", fit=0.5, answers=False)
    report = of_topics(gaps=(gap(nearest=(far,)), gap(nearest=(near,))))
    (_, without), (_, named) = findings.gaps(report)
    assert len(without) == 1
    assert "Merge boards" in named[1]


def flagged(ticket, customer, mrr, **more):
    return fact(ticket, FactKind.AT_RISK, local(18), customer=customer, company=customer, mrr=mrr, **more)


def test_a_customer_at_risk_has_a_ticket_and_somebody_who_looks_after_them():
    why = "The customer is unhappy, A failure of ours is reported"
    ((title, lines),) = findings.at_risk(
        counted([*a_week(), flagged("77", "Acme", "500", why=why, owner="kim@x.test")])
    )
    assert title == "Acme · 500 a month"
    assert lines[0].startswith("The customer is unhappy, a failure of ours is reported. Since then")
    assert lines[1] == "Ticket 77; looked after by kim@x.test."


def test_who_is_settled_is_no_longer_at_stake():
    well = [fact("77", FactKind.RESOLVED, local(19)), fact("77", FactKind.RATED, local(20), rating="good")]
    report = counted([*a_week(), flagged("77", "Acme", "500"), *well, flagged("78", "Wilk", "90")])
    assert findings.at_risk_note(report).startswith("1 customer, 90 of monthly revenue")
    assert "1 more settled" in findings.at_risk_note(report)
    assert [title for title, _ in findings.at_risk(report)] == ["Wilk · 90 a month", "Acme · 500 a month · settled"]


def test_question_types_without_a_change_stand_apart_from_those_with_one_and_from_a_spikes_own():
    rows = (row("t1", 7), row("t2", 9, "risen").model_copy(update={"change": Change.UP}), row("t3", 8, "steady"))
    report = of_topics(spikes=(spike(),), topics=rows)
    assert [one[0] for one in findings.moved(report)[1]] == ["Changes lost", "Risen"]
    assert [one[0] for one in findings.steady(report)[1]] == ["Steady"]
