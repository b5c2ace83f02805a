"""Ten customers, one outage, five minutes: one incident is called out, every ticket is on top, nothing is drafted."""

from __future__ import annotations

import pytest

from shared.domain.boundary import Owner
from shared.domain.errors import StoredItemCorrupt
from shared.domain.observation import Category, ServiceFailure, Urgency
from shared.domain.ticket import Customer
from tests.unit.domain.samples import reading, seen
from tests.unit.functions.world import World

DOWN = (
    "Exporting a board as PDF fails with error export_5031, we are blocked.",
    "The PDF export of our boards ends in export_5031 since this morning!",
    "Nobody here can export boards to PDF. It says export_5031.",
)


def defect(text):
    """What the engine sees in a report: a fault of the product that blocks somebody, told by this sentence."""
    told = reading(ServiceFailure, ServiceFailure.PRODUCT_DEFECT, evidence=text)
    return seen(Category.TECHNICAL, Urgency.CRITICAL, service_failure=told)


@pytest.fixture
def world():
    return World()


def arrives(world, text, customer):
    """A report is taken in and read."""
    world.engine.by_text[text] = defect(text)
    id = world.arrives(text, customer=customer)
    world.classify(world.ref(id))
    return world.ref(id)


def reports(world, number, text=None, **of):
    """Another customer reports it, and the ticket is decided."""
    customer = Customer(id=f"c{of.get('customer', number)}", company=f"Company {number}", plan="team")
    ref = arrives(world, text or DOWN[number % len(DOWN)], customer)
    world.clock.forward(seconds=30)
    return ref, world.route(ref)


def subjects(world):
    return [alert.subject for alert in world.alerts.sent if alert.audience == "on_call"]


def test_ten_reports_of_one_outage_are_one_incident_and_ten_briefings(world):
    owners = [reports(world, number)[1] for number in range(10)]
    assert owners == [Owner.AGENT_WITH_BRIEFING] * 10
    assert subjects(world) == [
        "Needs a person now: ticket 1001 (zendesk)",
        "Needs a person now: ticket 1002 (zendesk)",
        "Incident: 3 customers report the same fault",
        "Incident: 9 customers report the same fault",
    ]


def test_the_incident_names_its_tickets_and_no_customer(world):
    for number in range(3):
        reports(world, number)
    alert = world.alerts.sent[-1]
    said = " ".join((alert.subject, *alert.lines))
    assert "zendesk/1001, zendesk/1002, zendesk/1003" in said
    assert "since 2026-11-24 12:00 UTC" in said
    assert not any(word in said for word in ("Company", "c1", "export_5031", "blocked"))


def test_every_ticket_of_it_counts_as_called_and_is_not_called_out_later(world):
    refs = [reports(world, number)[0] for number in range(5)]
    assert all(world.state(ref.key.id).called for ref in refs)
    before = len(world.alerts.sent)
    again = "Still export_5031 with every PDF of our boards, please hurry!"
    world.engine.by_text[again] = defect(again)
    world.customer_writes(refs[4].key.id, again)
    ref = world.ref(refs[4].key.id)
    world.classify(ref)
    world.route(ref)
    assert len(world.alerts.sent) == before


def test_another_fault_meanwhile_is_called_out_by_itself(world):
    for number in range(4):
        reports(world, number)
    reports(world, 9, "Signing in with our identity provider loops between two pages.")
    assert subjects(world)[-1] == "Needs a person now: ticket 1005 (zendesk)"


def test_one_customer_who_writes_ten_tickets_is_no_incident(world):
    for number in range(4):
        reports(world, number, customer="same")
    assert len(subjects(world)) == 4
    assert not any("Incident" in subject for subject in subjects(world))


def test_after_half_an_hour_the_incident_is_told_of_again(world):
    for number in range(4):
        reports(world, number)
    told = len(subjects(world))
    world.clock.forward(minutes=31)
    reports(world, 4)
    assert subjects(world)[told:] == ["Incident: 5 customers report the same fault"]


def test_a_telling_that_fails_is_done_again_and_not_taken_for_done(world):
    for number in range(2):
        reports(world, number)
    world.alerts.fail_with = RuntimeError("no alert goes out")
    ref = arrives(world, DOWN[2], Customer(id="c9"))
    with pytest.raises(RuntimeError):
        world.route(ref)
    world.alerts.fail_with = None
    world.route(ref)
    assert subjects(world)[-1] == "Incident: 3 customers report the same fault"


def test_reports_that_cannot_be_read_cost_no_call(world):
    class Corrupt:
        """A log of which an item cannot be read."""

        def newest(self, *_, **__):
            raise StoredItemCorrupt("an item is none")

        def __getattr__(self, name):
            return getattr(world.facts, name)

    for number in range(3):
        reports(world, number)
    world.route(arrives(world, DOWN[0], Customer(id="c9")), facts=Corrupt())
    assert subjects(world)[-1] == "Needs a person now: ticket 1004 (zendesk)"
