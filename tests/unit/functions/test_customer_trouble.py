"""Valued customers in trouble: told once per incident, with context; imported facts count, and old ones are marked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shared.domain.customers import Profile
from shared.domain.facts import FactKind
from shared.domain.observation import LanguageReading, Sentiment, ServiceFailure, Urgency
from shared.domain.ticket import DeskFields
from tests.unit.domain.samples import agent, policy, policy_data, seen
from tests.unit.functions.world import ANN, NOON, World

TROUBLE = seen(sentiment=Sentiment.FRUSTRATED, failure=ServiceFailure.BILLING_ERROR)
BIG = ANN.model_copy(update={"company": "Brandt", "plan": "enterprise", "mrr": 4800.0})


def flags(world: World):
    return [alert for alert in world.alerts.sent if alert.audience == "customer_success"]


def test_customer_success_hears_who_what_history_and_what_to_do_and_none_of_the_words(world):
    world.triage(world.arrives(customer=BIG))
    world.engine.sees = TROUBLE
    world.triage(world.arrives("zanzibar", customer=BIG))
    [alert] = flags(world)
    said = "\n".join(alert.lines)
    assert "Who: Brandt; plan enterprise, 4,800 a month" in said
    assert "Reported: billing, frustrated, billing error" in said
    assert "History: 1 earlier tickets; health 75 of 100: 1 failure in 60 days; 1 unhappy ticket in 30 days" in said
    assert "Suggested: Check the last invoices" in said
    assert alert.to == ("s@example.com",)
    assert "zanzibar" not in said
    assert "Ann" not in said


def test_several_tickets_of_one_incident_are_one_alert_and_the_next_incident_is_another(world):
    world.engine.sees = TROUBLE
    ids = [world.arrives("Again?", customer=BIG) for _ in range(3)]
    for id in ids:
        world.triage(id)
    assert len(flags(world)) == 1
    for id in ids:
        world.solve(id)
    world.clock.forward(days=2)
    world.triage(world.arrives("And again", customer=BIG))
    assert len(flags(world)) == 2
    assert [fact.detail["mrr"] for fact in world.told(FactKind.AT_RISK)] == ["4800.00", "4800.00"]


def test_imported_facts_make_a_customer_valued_and_name_who_looks_after_them(world):
    profile = Profile(email="ann@example.com", mrr=900.0, owner="cs@example.com", as_of=date(2026, 5, 1))
    world.customer_book.put_profiles([profile])
    world.engine.sees = TROUBLE
    id = world.arrives(customer=ANN)
    world.triage(id)
    [alert] = flags(world)
    assert alert.to == ("cs@example.com",)
    assert [fact.detail["owner"] for fact in world.told(FactKind.AT_RISK)] == ["cs@example.com"]
    assert "Customer data is of 2026-05-01" in alert.lines
    assert "firstline_customer_success" in world.ticket(id).tags


def test_fresh_facts_are_not_remarked_on(world):
    world.customer_book.put_profiles([Profile(email="ann@example.com", mrr=900.0, as_of=NOON.date())])
    world.engine.sees = TROUBLE
    world.triage(world.arrives(customer=ANN))
    assert not any("Customer data" in line for line in flags(world)[0].lines)


def test_an_imported_plan_sets_the_promise_and_the_scan_keeps_it(world):
    world.customer_book.put_profiles([Profile(email="ann@example.com", plan="enterprise", as_of=NOON.date())])
    id = world.arrives(customer=ANN)
    world.triage(id)
    assert world.state(id).clock.due_at == NOON + timedelta(hours=1)
    world.clock.forward(minutes=45)
    world.scan()
    assert world.state(id).clock.due_at == NOON + timedelta(hours=1)


def test_every_ticket_of_a_valued_customer_is_tagged_also_without_trouble(world):
    id = world.arrives(customer=BIG)
    world.triage(id)
    assert "firstline_customer_success" in world.ticket(id).tags
    assert flags(world) == []


def test_being_stopped_after_the_alert_repeats_it_under_the_same_id_and_opens_one_incident(world):
    world.engine.sees = TROUBLE
    id = world.arrives(customer=BIG)
    ref = world.ref(id)
    world.classify(ref)

    class KilledBeforeTheHistory:
        def put_history(self, history):
            raise KeyboardInterrupt

        def __getattr__(self, name: str):
            return getattr(world.customer_book, name)

    with pytest.raises(KeyboardInterrupt):
        world.route(ref, customer_book=KilledBeforeTheHistory())
    world.route(ref)
    world.route(ref)
    assert len({alert.id for alert in flags(world)}) == 1
    assert len(flags(world)) == 2
    assert world.customer_book.history("zendesk", "41").incident.tickets == (id,)


# ---- who answers


def test_a_customer_comes_back_to_whoever_answered_last():
    team = [agent("a@example.com"), agent("b@example.com")]
    world = World(policy(agents=team, routing={"fallback_queue": "front_desk", "continuity_days": 7}))
    id = world.arrives()
    world.triage(id)
    world.desk.edit(id, fields=DeskFields(assignee="b@example.com"))
    world.clock.forward(minutes=1)
    world.desk.agent_writes(id, "Here you are.")
    world.take_in(world.event(id))
    again = world.arrives("One more thing")
    world.triage(again)
    decision = world.tickets.decision(world.key(again), world.state(again).version)
    assert decision.agent == "b@example.com"
    assert "knows the customer" in decision.agent_reasons


def test_a_ticket_that_a_person_moved_counts_for_whom_it_was_moved_to_and_stays_there():
    world = World(policy(agents=[agent("a@example.com"), agent("b@example.com")]))
    id = world.arrives()
    world.triage(id)
    world.clock.forward(minutes=1)
    world.desk.edit(id, fields=DeskFields(assignee="b@example.com"))
    world.take_in(world.event(id))
    assert world.loads.open_tickets(["a@example.com", "b@example.com"]) == {"b@example.com": 1}
    world.customer_writes(id, "Hello?")
    world.triage(id)
    assert world.ticket(id).fields.assignee == "b@example.com"
    assert world.tickets.decision(world.key(id), world.state(id).version).agent == "b@example.com"
    [moved] = world.told(FactKind.REASSIGNED)
    assert (moved.detail["agent_from"], moved.detail["agent_to"]) == ("a@example.com", "b@example.com")


def test_of_two_tickets_at_the_same_moment_the_second_is_decided_again(world):
    """Both read the same loads; the counter moved in between, so the choice is made anew."""
    one, other = world.arrives(), world.arrives("Another question")
    for id in (one, other):
        world.classify(world.ref(id))

    class MeetsAnother:
        left = 1

        def put_decision(self, decision, burden):
            if self.left:
                self.left = 0
                world.route(world.ref(other))
            return world.tickets.put_decision(decision, burden)

        def __getattr__(self, name: str):
            return getattr(world.tickets, name)

    world.route(world.ref(one), tickets=MeetsAnother())
    assert world.loads.open_tickets(["a@example.com", "b@example.com"]) == {"a@example.com": 1, "b@example.com": 1}


def test_a_ticket_that_nobody_can_take_waits_in_its_queue_and_says_so():
    world = World(policy(agents=[agent("a@example.com", max_open=1)]))
    world.triage(world.arrives())
    id = world.arrives("Another question")
    world.triage(id)
    ticket = world.ticket(id)
    assert ticket.fields == DeskFields(priority="normal", queue="billing")
    assert "firstline_nobody_at_work" in ticket.tags


# ---- a person at once


@pytest.mark.parametrize("agents", [[], [agent("c@example.com", queues=["billing"], max_open=1)]], ids=["none", "full"])
def test_a_bounded_ticket_that_nobody_can_take_lies_in_the_fallback_queue_and_is_told_of(agents):
    world = World(policy(agents=agents))
    if agents:
        world.triage(world.arrives())
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    id = world.arrives("You broke it again!")
    world.triage(id)
    assert world.ticket(id).fields == DeskFields(priority="normal", queue="front_desk")
    assert "firstline_nobody_at_work" in world.ticket(id).tags
    [alert] = world.alerts.sent
    assert alert.to == ("m@example.com",)
    assert alert.link


def test_with_an_empty_list_of_agents_every_ticket_waits_in_its_queue_and_its_clock_runs():
    world = World(policy(agents=[]))
    id = world.arrives()
    world.triage(id)
    assert (world.ticket(id).fields.queue, world.ticket(id).fields.assignee) == ("billing", None)
    assert world.state(id).due is not None


NIGHT = {"time_zone": "UTC", "days": ["sun"], "from": "01:00", "to": "02:00"}


@pytest.mark.parametrize("sees", [seen(urgency=Urgency.CRITICAL), seen(sentiment=Sentiment.AT_RISK)])
def test_whoever_is_on_call_is_called_at_triage_with_link_and_labels(sees):
    day = {"email": "call@example.com", "shift": NIGHT | {"days": ["tue"], "from": "00:00", "to": "24:00"}}
    world = World(policy(alerts=policy_data()["alerts"] | {"on_call": [day]}))
    world.engine.sees = sees
    world.triage(world.arrives())
    [alert] = world.alerts.sent
    assert (alert.audience, alert.to, bool(alert.link)) == ("on_call", ("call@example.com",), True)


def test_with_nobody_on_shift_a_critical_ticket_goes_to_the_fallback_queue_and_the_manager_hears():
    team = [agent("a@example.com", shift=NIGHT), agent("c@example.com", queues=["front_desk"], shift=NIGHT)]
    night = {"email": "call@example.com", "shift": NIGHT}
    world = World(policy(agents=team, alerts=policy_data()["alerts"] | {"on_call": [night]}))
    world.engine.sees = seen(urgency=Urgency.CRITICAL, sentiment=Sentiment.FRUSTRATED)
    id = world.arrives()
    world.triage(id)
    assert world.ticket(id).fields.queue == "front_desk"
    [alert] = world.alerts.sent
    assert (alert.audience, alert.to) == ("manager", ("m@example.com",))
    assert "Nobody is on call at this hour." in alert.lines


def test_a_mood_guessed_from_a_language_that_was_not_read_is_not_remembered(world):
    world.engine.sees = TROUBLE.model_copy(
        update={"language": LanguageReading(code="pl", probability=0.9, readable=False)}
    )
    world.triage(world.arrives("Nie mogę się zalogować", customer=BIG))
    (past,) = world.customer_book.history("zendesk", BIG.id).tickets
    assert (past.sentiment, past.failure) == (Sentiment.NEUTRAL, ServiceFailure.NONE)
