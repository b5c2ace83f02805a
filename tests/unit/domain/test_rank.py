"""Place in the queue: urgent and unhappy on top, nothing starves, and the reason is told."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.observation import Sentiment, Urgency
from shared.domain.policy_parts import Rank
from shared.domain.rank import BAND_WIDTH, place, raised, raised_because
from shared.domain.ticket import Target
from shared.domain.ticket_state import Clock
from tests.unit.domain.samples import NOON, observations, seen

credits = st.integers(0, 525_600)
weights = st.builds(
    Rank,
    urgency_credit_minutes=st.fixed_dictionaries({Urgency.CRITICAL: credits, Urgency.HIGH: credits}),
    value_credit_minutes=credits,
)
WEIGHTS = Rank(urgency_credit_minutes={Urgency.CRITICAL: 240, Urgency.HIGH: 60}, value_credit_minutes=60)


def due_in(minutes: float) -> Clock:
    at = NOON + timedelta(minutes=minutes)
    return Clock(target=Target.FIRST_RESPONSE, started_at=NOON, warn_at=at, due_at=at)


@given(saw=st.one_of(st.none(), observations()), by=weights, minutes=st.integers(0, 500_000), valued=st.booleans())
def test_urgent_and_unhappy_tickets_are_on_top_whatever_the_weights(saw, by, minutes, valued):
    where = place(due_in(minutes), saw, warned=False, valued=valued, weights=by)
    calm = saw is not None and saw.urgency.label is Urgency.STANDARD and saw.sentiment.label is Sentiment.NEUTRAL
    assert where.top is not calm
    assert (where.rank < BAND_WIDTH) is where.top


@given(
    by=weights, waits=st.integers(1, 10_000), later=st.integers(0, 1_000_000), saw=observations(), valued=st.booleans()
)
def test_nothing_starves_past_its_warning_only_what_began_soon_after_can_overtake(by, waits, later, saw, valued):
    """Whoever has waited past the warning stands before every ticket that is due later than the longest credit."""
    waiting = place(due_in(waits), seen(), warned=True, valued=False, weights=by)
    longest = max(by.urgency_credit_minutes.values()) + by.value_credit_minutes
    newcomer = place(due_in(waits + longest + 1 + later), saw, warned=True, valued=valued, weights=by)
    assert waiting.rank < newcomer.rank


@given(by=weights, due=st.integers(0, 5_000), saw=observations(), valued=st.booleans())
def test_raising_keeps_the_place_within_the_band_and_happens_once(by, due, saw, valued):
    where = place(due_in(due), saw, warned=False, valued=valued, weights=by)
    assert raised(where.rank) == place(due_in(due), saw, warned=True, valued=valued, weights=by).rank
    assert raised(raised(where.rank)) == raised(where.rank) < BAND_WIDTH


def test_the_reason_names_band_deadline_and_every_credit():
    saw = seen(urgency=Urgency.HIGH, sentiment=Sentiment.AT_RISK)
    where = place(due_in(240), saw, warned=False, valued=True, weights=WEIGHTS)
    assert where.reasons == (
        "top: high, at risk",
        "first response due 2026-11-24 16:00 UTC",
        "counts as due 60 min sooner: urgency high",
        "counts as due 60 min sooner: a customer of high value",
    )


def test_the_deadline_is_told_in_the_company_s_time():
    where = place(due_in(240), seen(), warned=False, valued=False, weights=WEIGHTS, zone="America/New_York")
    assert where.reasons[1] == "first response due 2026-11-24 11:00 EST"


def test_a_ticket_that_its_warning_raises_says_so_and_one_that_was_on_top_keeps_its_own_reason():
    calm = place(due_in(240), seen(), warned=False, valued=False, weights=WEIGHTS)
    assert calm.reasons[0] == "in the order of deadlines"
    assert raised_because(calm.reasons) == ("top: its last warning has passed", *calm.reasons[1:])
    unread = place(due_in(240), None, warned=True, valued=False, weights=WEIGHTS)
    assert raised_because(unread.reasons) == unread.reasons == ("top: nobody could read it", unread.reasons[1])


def test_a_deadline_before_computers_counted_is_on_top_of_its_band():
    at = NOON.replace(year=1969)
    old = Clock(target=Target.FIRST_RESPONSE, started_at=at, warn_at=at, due_at=at)
    assert place(old, seen(), warned=False, valued=True, weights=WEIGHTS).rank == BAND_WIDTH
