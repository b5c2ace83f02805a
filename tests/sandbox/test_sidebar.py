"""What another system shows beside a ticket: never in the way of the ticket itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import urllib3

from sandbox.page.beside import beside
from sandbox.running import RunningSandbox
from tests.sandbox.answering import answering
from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration
NOW = datetime(2026, 11, 25, 12, 45, tzinfo=UTC)
CLOCK = {
    "target": "first_response", "minutes": 60, "used_minutes": 45, "due_at": "2026-11-25T13:00:00Z",
    "stands": "running",
    "stages": [{"name": "at_33_5", "at": "2026-11-25T12:20:06Z", "recorded": True}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "text", "tone"),
    [
        ({}, "in 15 min", "warm"),
        ({"due_at": "2026-11-25T14:00:00+00:00"}, "in 75 min", "plain"),
        ({"due_at": "2026-11-25T12:30:00Z", "stands": "breached"}, "15 min late", "alarm"),
        ({"stands": "breached", "stopped_at": "2026-11-25T13:20:00Z"}, "Missed by 20 min", "alarm"),
        ({"stands": "met", "stopped_at": "2026-11-25T12:20:00Z"}, "Met", "quiet"),
        ({"stands": "paused", "paused_at": "2026-11-25T12:20:00Z"}, "Paused", "quiet"),
    ],
)
def test_a_clock_says_how_it_stands(told, text, tone):
    shown = beside({"clocks": [CLOCK | told]}, NOW)
    assert shown is not None
    [clock] = shown.clocks
    assert (clock.text, clock.tone, clock.percent, clock.stages[0].name) == (text, tone, 75, "33.5 %")


@pytest.mark.parametrize(("zone", "due"), [("Europe/Berlin", "14:00 CET"), (None, "13:00 UTC")])
def test_moments_are_told_in_the_company_s_time_as_in_its_notes(zone, due):
    shown = beside({"clocks": [CLOCK], "time_zone": zone}, NOW)
    assert shown is not None
    assert shown.clocks[0].due == f"2026-11-25 {due}"


@pytest.mark.parametrize(
    "told",
    [None, {"clocks": [{}]}, {"clocks": "x"}, {"clocks": [CLOCK | {"due_at": "soon"}]}, {"time_zone": "Mars/Base"}],
)
def test_what_cannot_be_read_is_not_shown(told):
    assert beside(told, NOW) is None


@pytest.mark.parametrize(("document", "status"), [([], 200), (b"<html>", 200), ({}, 404), ({}, 503), (b"\xff", 200)])
def test_an_address_that_answers_nothing_of_use_costs_no_ticket(
    zendesk: ZendeskClient, ticket_id: int, document: object, status: int
) -> None:
    with answering(document, status=status) as address:
        zendesk.sandbox.control("PUT", "/sidebar", {"url": address + "/{id}"})
        assert page_of(zendesk.sandbox, ticket_id).count("First answer") == 1
    assert page_of(zendesk.sandbox, ticket_id).count("First answer") == 1


def page_of(sandbox: RunningSandbox, ticket_id: int) -> str:
    with urllib3.PoolManager(retries=False, timeout=10) as http:
        answer = http.request("GET", f"{sandbox.url}/tickets/{ticket_id}")
        assert answer.status == 200
        return answer.data.decode()


@pytest.mark.parametrize("url", ["http://example.com/{id}", "http://127.0.0.1:1/tickets", "nonsense {id}"])
def test_only_an_address_on_this_machine_that_names_the_ticket_is_taken(zendesk: ZendeskClient, url: str) -> None:
    with pytest.raises(RuntimeError, match="url is an address on this machine"):
        zendesk.sandbox.control("PUT", "/sidebar", {"url": url})
