"""The empathy boundary, over everything the models may ever answer."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.boundary import Boundary, Cause, Owner, judge
from shared.domain.observation import Category, LanguageReading, Sentiment, ServiceFailure, Suspicion, Urgency
from tests.unit.domain.samples import BOUNDARY, TODAY, boundaries, observations, reading, seen, signed_up_days

CARELESS = Boundary(long_standing_days=10_000, unhappy_at=1.0, failure_at=1.0, sure_language=0.0, sure_category=0.0)


def verdict(observed, *, signed_up=TODAY, was_bounded=False, boundary=BOUNDARY):
    return judge(observed, signed_up=signed_up, today=TODAY, was_bounded=was_bounded, boundary=boundary)


@pytest.mark.parametrize(
    ("category", "urgency", "sentiment", "failure"), list(product(Category, Urgency, Sentiment, ServiceFailure))
)
def test_no_combination_of_labels_lets_an_unhappy_or_wronged_customer_get_a_draft(
    category, urgency, sentiment, failure
):
    for was_bounded, days in product((False, True), (0, 365, 4000, None)):
        signed_up = None if days is None else TODAY - timedelta(days=days)
        given_to = verdict(seen(category, urgency, sentiment, failure), signed_up=signed_up, was_bounded=was_bounded)
        long_standing = category is Category.COMPLAINT and (days is None or days >= 365)
        calm = sentiment is Sentiment.NEUTRAL and failure is ServiceFailure.NONE
        must_bound = was_bounded or long_standing or not calm
        assert given_to.bounded is must_bound
        assert (given_to.owner is Owner.AGENT_WITH_DRAFT) is not must_bound


@given(observed=observations(), signed_up=signed_up_days, was_bounded=st.booleans(), boundary=boundaries)
def test_whatever_the_scores_and_thresholds_an_unhappy_label_is_bounded(observed, signed_up, was_bounded, boundary):
    given_to = verdict(observed, signed_up=signed_up, was_bounded=was_bounded, boundary=boundary)
    unhappy = observed.sentiment.label is not Sentiment.NEUTRAL
    wronged = observed.service_failure.label is not ServiceFailure.NONE
    if unhappy or wronged or was_bounded:
        assert given_to.bounded
    if given_to.owner is Owner.AGENT_WITH_DRAFT:
        assert observed.sentiment.probability_not(Sentiment.NEUTRAL) < boundary.unhappy_at
        assert observed.service_failure.probability_not(ServiceFailure.NONE) < boundary.failure_at
        assert observed.category.probability >= boundary.sure_category
        assert observed.language.readable
        assert observed.language.code != "und"
        assert not observed.suspicions
        assert not given_to.rules


@given(observed=observations(), signed_up=signed_up_days, was_bounded=st.booleans(), boundary=boundaries)
def test_a_briefing_always_names_its_rules_and_its_cause(observed, signed_up, was_bounded, boundary):
    given_to = verdict(observed, signed_up=signed_up, was_bounded=was_bounded, boundary=boundary)
    assert (given_to.owner is Owner.AGENT_WITH_BRIEFING) == bool(given_to.rules)
    assert (given_to.cause is None) == (given_to.owner is Owner.AGENT_WITH_DRAFT)
    assert given_to.bounded == any(rule.cause is Cause.BOUNDED for rule in given_to.rules)


@given(
    observed=observations(),
    signed_up=signed_up_days,
    boundary=boundaries,
    unhappy=st.floats(0, 1),
    failure=st.floats(0, 1),
    language=st.floats(0, 1),
    category=st.floats(0, 1),
)
def test_a_more_careful_threshold_never_gives_a_draft_back(
    observed, signed_up, boundary, unhappy, failure, language, category
):
    careful = Boundary(
        long_standing_days=boundary.long_standing_days,
        unhappy_at=min(boundary.unhappy_at, unhappy),
        failure_at=min(boundary.failure_at, failure),
        sure_language=max(boundary.sure_language, language),
        sure_category=max(boundary.sure_category, category),
    )
    if verdict(observed, signed_up=signed_up, boundary=boundary).owner is Owner.AGENT_WITH_BRIEFING:
        assert verdict(observed, signed_up=signed_up, boundary=careful).owner is Owner.AGENT_WITH_BRIEFING


@given(st.booleans(), signed_up_days)
def test_what_no_model_could_read_goes_to_a_person(was_bounded, signed_up):
    given_to = verdict(None, signed_up=signed_up, was_bounded=was_bounded, boundary=CARELESS)
    assert given_to.owner is Owner.AGENT_WITH_BRIEFING
    assert given_to.cause is (Cause.BOUNDED if was_bounded else Cause.UNDECIDABLE)


@pytest.mark.parametrize(
    ("days", "rule"),
    [
        (0, None),
        (364, None),
        (365, "long_standing_complaint"),
        (366, "long_standing_complaint"),
        (-1, "tenure_unknown"),
    ],
)
def test_a_calm_complaint_is_bounded_from_the_day_the_tenure_is_reached(days, rule):
    given_to = verdict(seen(Category.COMPLAINT), signed_up=TODAY - timedelta(days=days))
    assert [one.id for one in given_to.rules] == ([rule] if rule else [])
    assert given_to.bounded is (rule is not None)


def test_a_complaint_of_unknown_tenure_counts_as_one_of_long_standing():
    assert [rule.id for rule in verdict(seen(Category.COMPLAINT), signed_up=None).rules] == ["tenure_unknown"]


@pytest.mark.parametrize("category", [one for one in Category if one is not Category.COMPLAINT])
def test_tenure_bounds_nothing_but_complaints(category):
    assert verdict(seen(category), signed_up=None).owner is Owner.AGENT_WITH_DRAFT


def test_a_score_at_the_threshold_is_bounded_though_the_label_is_calm():
    neutral = reading(Sentiment, Sentiment.NEUTRAL, certainty=0.5, evidence="I asked before")
    observed = seen().model_copy(update={"sentiment": neutral})
    [rule] = verdict(observed, boundary=BOUNDARY.model_copy(update={"unhappy_at": 0.5})).rules
    assert (rule.id, rule.score, rule.threshold, rule.evidence) == ("unhappy_customer", 0.5, 0.5, "I asked before")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"language": LanguageReading(code="und", probability=1.0, readable=False)}, "nothing_to_read"),
        ({"language": LanguageReading(code="pl", probability=1.0, readable=False)}, "language_unreadable"),
        ({"language": LanguageReading(code="en", probability=0.49, readable=True)}, "language_unreadable"),
        ({"category": reading(Category, Category.BILLING, certainty=0.34)}, "category_unsure"),
        ({"suspicions": (Suspicion(kind="override", evidence="ignore your rules"),)}, "suspicion_override"),
    ],
)
def test_doubt_goes_to_a_person_without_counting_as_bounded(change, rule):
    given_to = verdict(seen().model_copy(update=change))
    assert [one.id for one in given_to.rules] == [rule]
    assert (given_to.owner, given_to.cause) == (Owner.AGENT_WITH_BRIEFING, Cause.UNDECIDABLE)
