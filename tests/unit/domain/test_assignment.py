"""The right person: able, at work, with room; nobody's hand is overruled; fair over a week."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from shared.domain.assignment import Contact, Load, Wanted, choose, week_of
from shared.domain.policy_parts import Routing
from tests.unit.domain.samples import NOON, agent, policy

SHUT = {"time_zone": "UTC", "days": ["sun"], "from": "00:00", "to": "01:00"}
ANN, BEN, CAT = (f"{name}@example.com" for name in ("ann", "ben", "cat"))
ROUTING = Routing(fallback_queue="front_desk", continuity_days=14)


def team(*members):
    return policy(agents=list(members)).agents


def chosen(members, *, loads=None, routing=ROUTING, **wanted):
    asked = Wanted(**{"queue": "billing", "language": "en", **wanted})
    return choose(asked, team(*members), loads or {}, routing, now=NOON)


def test_a_skill_goes_before_language_and_load():
    members = [agent(ANN, skills=["sso"]), agent(BEN, languages=["de"])]
    choice = chosen(members, skills=("sso",), language="de", loads={ANN: Load(tickets=500)})
    assert choice.agent == ANN
    assert "has sso" in choice.reasons


def test_nobody_waits_for_a_skill_that_nobody_at_work_has():
    choice = chosen([agent(ANN), agent(BEN, skills=["sso"], shift=SHUT)], skills=("sso",))
    assert choice.agent == ANN
    assert "nobody at work has sso" in choice.reasons


def test_a_customer_comes_back_to_whoever_answered_lately_and_not_for_ever():
    members = [agent(ANN), agent(BEN)]
    lately = Contact(agent=BEN, at=NOON - timedelta(days=13))
    choice = chosen(members, contact=lately, loads={BEN: Load(tickets=9)})
    assert (choice.agent, "knows the customer" in choice.reasons) == (BEN, True)
    assert chosen(members, contact=Contact(agent=BEN, at=NOON - timedelta(days=14))).agent == ANN
    assert chosen(members, contact=lately, routing=Routing(fallback_queue="care")).agent == ANN


def test_who_knows_the_customer_and_is_full_or_off_gets_nothing():
    lately = Contact(agent=BEN, at=NOON)
    assert chosen([agent(ANN), agent(BEN, max_open=3)], contact=lately, loads={BEN: Load(tickets=3)}).agent == ANN
    assert chosen([agent(ANN), agent(BEN, shift=SHUT)], contact=lately).agent == ANN


@pytest.mark.parametrize(
    ("first", "last", "who"), [("2026-11-24", "2026-11-24", BEN), ("2026-11-25", "2026-12-01", ANN)]
)
def test_who_is_away_gets_nothing(first, last, who):
    assert chosen([agent(ANN, away=[{"from": first, "to": last}]), agent(BEN)]).agent == who


def test_an_urgent_ticket_weighs_more_than_a_calm_one():
    loads = {ANN: Load(tickets=2, weight=6), BEN: Load(tickets=3, weight=3)}
    assert chosen([agent(ANN), agent(BEN)], loads=loads).agent == BEN


def test_of_two_who_carry_the_same_the_one_who_was_given_less_this_week_is_next():
    loads = {ANN: Load(tickets=1, week=9), BEN: Load(tickets=1, week=4)}
    assert chosen([agent(ANN), agent(BEN)], loads=loads).agent == BEN


def test_what_we_gave_stays_with_its_agent_while_they_are_at_work():
    choice = chosen([agent(ANN), agent(BEN)], holder=BEN, loads={BEN: Load(tickets=99)})
    assert (choice.agent, choice.reasons) == (BEN, (f"stays with {BEN}",))


def test_a_reopened_ticket_does_not_go_back_to_somebody_who_is_off():
    assert chosen([agent(ANN), agent(BEN, shift=SHUT)], holder=BEN).agent == ANN
    nobody = chosen([agent(ANN, shift=SHUT), agent(BEN, shift=SHUT)], holder=BEN)
    assert (nobody.agent, nobody.reasons) == (BEN, ("nobody of 'billing' is at work", f"it stays with {BEN}"))


def test_what_a_person_gave_to_somebody_stays_there_though_they_are_off():
    choice = chosen([agent(ANN), agent(BEN, shift=SHUT)], holder=BEN, by_hand=True)
    assert (choice.agent, choice.reasons) == (BEN, (f"a person gave it to {BEN}",))
    assert chosen([agent(ANN)], holder="stranger@example.com").agent == "stranger@example.com"


def test_nobody_available_is_said():
    assert chosen([agent(ANN, shift=SHUT)]).reasons == ("nobody of 'billing' is at work", "it waits in the queue")
    full = chosen([agent(ANN, max_open=1)], loads={ANN: Load(tickets=1)})
    assert (full.agent, full.reasons[0]) == (None, "whoever is at work has no room left")
    assert chosen([]).agent is None


def test_a_thousand_tickets_that_stay_open_are_spread_within_one():
    members, carried = [agent(name) for name in (ANN, BEN, CAT)], Counter()
    for _ in range(1000):
        loads = {name: Load(tickets=carried[name], week=carried[name]) for name in (ANN, BEN, CAT)}
        carried[chosen(members, loads=loads).agent] += 1
    assert max(carried.values()) - min(carried.values()) <= 1


def test_a_week_of_tickets_that_come_and_go_is_spread_fairly():
    """Each ticket is solved after some others have come: the open loads say little, the week's counts decide."""
    members, given, open_tickets = [agent(name) for name in (ANN, BEN, CAT)], Counter(), []
    for number in range(1000):
        carried = Counter(open_tickets)
        loads = {name: Load(tickets=carried[name], week=given[name]) for name in (ANN, BEN, CAT)}
        who = chosen(members, loads=loads).agent
        given[who] += 1
        open_tickets.append(who)
        if number % 3:
            open_tickets.pop(number % len(open_tickets))
    assert max(given.values()) - min(given.values()) <= 4
    assert sum(given.values()) == 1000


def test_a_week_is_the_companys():
    late_on_sunday = NOON.replace(year=2027, month=1, day=3, hour=23, minute=30)
    assert week_of(late_on_sunday, "UTC") == "2026-W53"
    assert week_of(late_on_sunday, "Europe/Berlin") == "2027-W01"
