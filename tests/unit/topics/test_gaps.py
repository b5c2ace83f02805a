"""Gaps: what no article answers, why the nearest one does not, and what becomes of a gap that is closed."""

from __future__ import annotations

from datetime import timedelta

from shared.adapters.lexical.articles import ArticleText, LexicalArticles, articles_of
from shared.domain.gap_time import with_agent_time
from shared.domain.gaps import Evidence, KnownGap, Nearest, followed, gaps, is_gap
from shared.domain.outcome import Answer
from shared.domain.topic_week import TopicWeek
from shared.domain.week import Week
from tests.unit.topics.asking import START

REFUNDS = ArticleText("a1", "When a refund arrives", "A refund of an order arrives within five working days.", "en")
EXPORTS = ArticleText("a2", "Export a board", "Open the board and choose export. It comes as CSV.", "en")


def near(*, answers, lacks=(), id="a1", fit=0.2):
    return Nearest(id=id, title="When a refund arrives", fit=fit, answers=answers, lacks=lacks)


def evidence(topic="t1", tickets=("z/1", "z/2", "z/3"), **more):
    return Evidence(topic=topic, name="delivery slot", tickets=tickets, **more)


def test_a_question_that_an_article_covers_is_answered_and_another_is_not():
    finder = LexicalArticles([REFUNDS, EXPORTS])
    assert finder.nearest("When does the refund of my order arrive?", language="en").answers
    other = finder.nearest("Can the parrot on the loading page wear a hat?", language="en")
    assert not other.answers
    assert "parrot" in other.lacks


def test_there_is_no_nearest_article_in_a_language_without_any():
    assert LexicalArticles([REFUNDS]).nearest("Wo ist meine Erstattung?", language="de") is None


def test_articles_that_sync_keeps_are_read():
    stored = b'[{"id": "7", "title": "T", "body": "B", "language": "en-us", "link": "l", "updated_at": "x"}]'
    assert articles_of(stored) == [ArticleText("7", "T", "B", "en", "l")]
    assert articles_of(None) == []


def test_most_of_a_types_requests_decide():
    assert is_gap(evidence(nearest=(near(answers=False), near(answers=False), near(answers=True))))
    assert not is_gap(evidence(nearest=(near(answers=False), near(answers=True))))
    assert is_gap(evidence(nearest=(None, None)))


def test_without_articles_it_is_the_approved_answers_that_tell():
    assert is_gap(evidence(unanswered=3))
    assert not is_gap(evidence(unanswered=1, answered=2))
    assert not is_gap(evidence())


def test_the_most_asked_gap_comes_first_with_its_evidence():
    small = evidence("t1", nearest=(None,))
    large = evidence("t2", tickets=tuple(f"z/{n}" for n in range(9)), nearest=(None,), before=4)
    first, second = gaps([small, large], total=20)
    assert (first.topic, first.count, first.share, first.before) == ("t2", 9, 0.45, 4)
    assert second.tickets == ("z/1", "z/2", "z/3")
    assert first.outline[0] == "Title: delivery slot"


def test_why_an_article_does_not_do_is_told_in_words_of_several_requests():
    said = (near(answers=False, lacks=("slot", "hermione")), near(answers=False, lacks=("slot",)))
    (gap,) = gaps([evidence(nearest=said)], total=3)
    assert "“slot”" in gap.why
    assert "hermione" not in gap.why


def test_an_article_that_only_comes_nearest_is_not_said_to_touch_the_question():
    (far,) = gaps([evidence(nearest=(near(answers=False, fit=0.03),) * 3)], total=10)
    (close,) = gaps([evidence(nearest=(near(answers=False, fit=0.4),) * 3)], total=10)
    assert "something else" in far.why
    assert "touches the question" in close.why


def test_a_gap_that_an_article_answers_is_closed_and_its_volume_followed():
    weeks = [(START + timedelta(weeks=n), count) for n, count in enumerate((8, 10, 6, 8, 3, 2))]
    listed = gaps([evidence(nearest=(None,))], total=3)
    now = START + timedelta(weeks=4)
    (open_gap,) = followed((), listed, {"t1": evidence(nearest=(None,))}, weekly={"t1": weeks[:4]}, now=now)
    assert open_gap.closed_at is None
    answered = {"t1": evidence(nearest=(near(answers=True), near(answers=True)))}
    (closed,) = followed([open_gap], (), answered, weekly={"t1": weeks[:4]}, now=now)
    assert (closed.closed_at, closed.article, closed.weekly) == (now, "When a refund arrives", 8.0)
    (later,) = followed([closed], (), answered, weekly={"t1": weeks}, now=now + timedelta(weeks=2))
    assert later.since_closed == (3, 2)


def test_a_gap_that_opens_again_is_listed_anew():
    closed = KnownGap(topic="t1", name="delivery slot", listed_at=START, closed_at=START)
    listed = gaps([evidence(nearest=(None,))], total=3)
    now = START + timedelta(weeks=9)
    (again,) = followed([closed], listed, {"t1": evidence(nearest=(None,))}, weekly={}, now=now)
    assert (again.listed_at, again.closed_at) == (now, None)


def test_what_is_mostly_kept_for_a_person_is_trouble_to_mend_and_no_missing_text():
    outage = evidence(nearest=(near(answers=False),) * 3, kept=2)
    assert not is_gap(outage)
    assert is_gap(outage.model_copy(update={"kept": 1}))


def test_a_gap_costs_what_was_measured_on_its_tickets():
    week = TopicWeek(
        week=Week(name="2026-W47"), looked_at=START, requests=8, placed=3, gaps=gaps([evidence(unanswered=3)], total=8)
    )

    def took(ticket, minutes):
        return Answer(agent="ada", at=START, help="none", category="billing", ticket=ticket), minutes

    timed = with_agent_time(week, [took("z/1", 10.0), took("z/2", 20.0), took("z/9", 30.0)], answers=8)
    assert timed.gaps[0].agent_minutes == 45.0  # 15 each, three tickets
    assert timed.gaps[0].agent_share == round(45 / (20 * 8), 4)
    assert with_agent_time(week, [], answers=0) == week
    assert with_agent_time(week, [took("z/9", 30.0)], answers=1).gaps[0].agent_minutes is None
