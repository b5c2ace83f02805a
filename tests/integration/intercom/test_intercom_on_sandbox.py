"""The connector over real HTTP: what a call costs, limits, lost answers, a person at work meanwhile, and the set-up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.desks.intercom import TITLES, IntercomSetup
from sandbox.faces.intercom.events import KIND, TICKED, TOPICS
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.intercom.desk import IntercomDesk
from shared.adapters.intercom.events import MATTERS
from shared.adapters.intercom.signature import IntercomSignature
from shared.domain.errors import DeskAccessLost, DeskConflict, DeskRateLimited, DeskUnavailable
from shared.domain.events import EventSource, RawEvent
from shared.domain.note import carries, marker
from shared.domain.ticket import DeskFields
from shared.ports.desk import DeskChange
from tests.contracts.staging.counting import added, requests
from tests.contracts.staging.intercom import Intercom as Sandboxed
from tests.contracts.staging.staged import AGENT, QUEUES, change, note

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0, retry_delays=())) as running:
        yield running


@pytest.fixture
def staged(sandbox: RunningSandbox) -> Iterator[Sandboxed]:
    with Sandboxed.on(sandbox) as staged:
        yield staged
        report = sandbox.control("GET", "/report")
        assert report["ok"], report["violations"]


def whole(**more: Any) -> dict[str, Any]:
    return {
        "fields": DeskFields(priority="high", queue="billing", assignee=AGENT),
        "custom": {"category": "billing", "rank": "101795435200"},
        "add_tags": frozenset({"firstline"}),
        **more,
    }


def test_a_fetch_is_one_request_and_a_whole_write_eight_once_names_are_known(staged: Sandboxed):
    for _ in range(2):
        id = staged.opens("Hello")
        before = requests(staged)
        ticket = staged.desk.fetch(id)
        between = requests(staged)
        staged.desk.write(id, change(ticket, note=note(), **whole()))
    assert sum(added(before, between).values()) == 1
    # Look, team, owner, attributes, two tags, note, look.
    assert sum(added(between, requests(staged)).values()) == 8


def test_a_wrong_token_is_access_lost(staged: Sandboxed):
    desk = IntercomDesk.connect(secret={**staged.api, "access_token": "wrong"}, groups=QUEUES)
    with pytest.raises(DeskAccessLost, match="unauthorized"):
        desk.fetch("1001")
    desk.close()


def test_the_desk_s_own_limit_is_met_with_its_wait(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.sandbox.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": 0})
    with pytest.raises(DeskRateLimited) as limited:
        staged.desk.fetch(id)
    assert limited.value.retry_after is not None
    assert 1 <= limited.value.retry_after <= 11
    staged.sandbox.control("PUT", "/limits", {"desk": "intercom", "calls_per_window": None})


@pytest.mark.parametrize("status", ["pending", "solved"])
def test_the_state_stays_under_everything_that_is_written(staged: Sandboxed, status: str):
    id = staged.opens("Hello")
    staged.sandbox.control("PATCH", f"/tickets/{id}", {"agent": AGENT, "status": status})
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    assert staged.sandbox.control("GET", f"/tickets/{id}")["ticket"]["status"] == status


@pytest.mark.parametrize("after", range(1, 9))
def test_the_note_stands_once_whichever_answer_was_lost(staged: Sandboxed, after: int):
    id = staged.opens("Hello")
    staged.breaks_off(after=after)
    try:
        staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), **whole()))
    except DeskUnavailable:
        if not staged.desk.has_note(id, marker("12")):
            staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), **whole()))
    staged.sandbox.control("DELETE", "/faults")
    ticket = staged.desk.fetch(id)
    assert sum(carries(m.text, marker("12")) for m in ticket.messages) == 1
    assert (ticket.fields, ticket.tags) == (whole()["fields"], {"firstline"})


def test_two_who_write_at_once_leave_one_note(staged: Sandboxed):
    """Only write_back's lease makes this sure; here the second sees that the first was there."""
    id = staged.opens("Hello")
    seen = staged.desk.fetch(id)
    staged.desk.write(id, change(seen, note=note("1")))
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, note=note("1")))


def test_what_a_person_set_is_not_touched_by_what_we_write_beside_it(staged: Sandboxed):
    id = staged.opens("Hello")
    edit = {"agent": AGENT, "tags": ["vip"], "priority": "low", "fields": {"Firstline urgency": "by hand"}}
    staged.sandbox.control("PATCH", f"/tickets/{id}", edit)
    staged.desk.write(id, change(staged.desk.fetch(id), custom={"category": "billing"}, add_tags=frozenset({"x"})))
    after = staged.desk.fetch(id)
    assert after.custom == {"urgency": "by hand", "category": "billing"}
    assert (after.tags, after.fields.priority) == ({"vip", "x"}, "low")


def test_many_changes_at_once_are_found_through_the_desk_s_own_paging(staged: Sandboxed):
    at = "2026-11-23T10:00:00Z"
    ids = {staged.opens("Hello") for _ in range(3)}
    store = staged.sandbox.desk.store
    wish = {"customer": "ann.chen@contract.example", "body": "x", "subject": "x"}
    with ThreadPoolExecutor(4) as pool:
        made = pool.map(lambda _: staged.sandbox.control("POST", "/tickets", wish), range(320))
        ids |= {str(one["ticket"]["id"]) for one in made}
    # All of them in one second, more than two pages.
    store.run("UPDATE tickets SET updated_at = ?", datetime.fromisoformat(at).timestamp())
    mark, found, more = f'{{"since": {int(datetime.fromisoformat(at).timestamp()) - 30}}}', set(), True
    while more:
        page = staged.desk.changed_since(mark)
        found |= {one.ticket_id for one in page.changes}
        mark, more = page.mark, page.more
    assert ids <= found


def test_all_topics_ticked_start_no_loop(staged: Sandboxed):
    """Somebody ticks more than is needed: what we write comes back as ours, or as nothing to look at."""
    url = staged._receiver.url
    topics = sorted(TOPICS)
    staged.sandbox.control("POST", "/by-hand", {"desk": "intercom", "webhook_url": url, "topics": topics})
    id = staged.opens("Hello")
    staged.delivered()
    staged._receiver.posts.clear()
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    events = []
    for sent in staged.delivered():
        delivery = IntercomSignature().verify(sent.headers, sent.body, (staged.secret,), datetime.now(UTC))
        raw = RawEvent(
            desk="intercom",
            source=EventSource.WEBHOOK,
            delivery_id=delivery.id,
            received_at=datetime.now(UTC),
            body=sent.body,
        )
        events.append(staged.desk.parse(raw))
    assert {event.kind for event in events} >= {"conversation.admin.noted", "conversation.admin.assigned"}
    assert not [event for event in events if event.can_change_version]


# ---- the set-up


def wrong(staged: Sandboxed, url: str, **api: Any) -> dict[str, str]:
    findings = IntercomSetup().examine({**staged.api, **api}, url)
    return {one.what: f"{one.says} | {one.remedy}" for one in findings if not one.ok}


def test_what_the_set_up_asks_to_be_ticked_is_what_makes_us_look(staged: Sandboxed):
    assert set(TICKED) == MATTERS
    [ticked] = [doc["topics"] for doc in staged.sandbox.desk.inbox.documents.all(KIND)]
    assert set(ticked) == MATTERS
    login = staged.sandbox.control("GET", "/seeds")["desks"]["intercom"]
    clicks = IntercomSetup().connect(login, "https://firstline.example/webhooks/intercom").clicks
    assert all(topic in clicks[0] for topic in MATTERS)
    assert "https://firstline.example/webhooks/intercom" in clicks[0]


def test_our_limit_is_what_the_desk_tells_of_its_window(staged: Sandboxed):
    assert staged.api["limits"] == {"requests": 1_667}


def test_a_teammate_of_its_own_can_be_named_by_mail_address(staged: Sandboxed):
    login = staged.sandbox.control("GET", "/seeds")["desks"]["intercom"]
    ada = staged.sandbox.control("GET", "/seeds")["agents"][AGENT]
    connected = IntercomSetup().connect({**login, "admin_email": AGENT.upper()}, "https://x.example")
    assert connected.api["integration_user_id"] == str(ada)
    with pytest.raises(DeskAccessLost, match="no teammate"):
        IntercomSetup().connect({**login, "admin_email": "nobody@x.example"}, "https://x.example")


def test_everything_stands_after_connecting(staged: Sandboxed):
    assert wrong(staged, staged._receiver.url) == {}


def test_an_attribute_that_is_missing_or_there_twice_is_named(staged: Sandboxed):
    fields = staged.sandbox.desk.inbox.fields
    rank = next(field for field in fields.all() if field.title == TITLES["rank"])
    fields.remove(rank.id)
    fields.add(TITLES["urgency"], "text")
    told = wrong(staged, "https://x.example")["attributes"]
    assert "Firstline rank, " in told or told.count("Firstline") == 2
    assert "Firstline urgency" in told


def test_a_token_of_another_workspace_and_a_teammate_who_left_are_named(staged: Sandboxed):
    told = wrong(staged, "https://x.example", app_id="another", integration_user_id="1")
    assert told.keys() == {"workspace", "integration user"}


def test_removing_archives_our_attributes_and_leaves_others(staged: Sandboxed):
    staged.sandbox.desk.inbox.fields.add("Order", "text")
    removed = IntercomSetup().remove(staged.api, "https://x.example")
    assert sorted(removed) == sorted(f"conversation attribute “{title}”" for title in TITLES.values())
    assert IntercomSetup().remove(staged.api, "https://x.example") == ()
    assert [field.title for field in staged.sandbox.desk.inbox.fields.all()] == ["Order"]
    after = staged.desk.fetch(staged.opens("Hello"))
    staged.desk.write(after.key.id, DeskChange(stamp=after.stamp, custom={"rank": "1"}, note=note()))
    assert any("connect the desk again" in warning for warning in staged.desk.warnings)


def test_a_probe_is_genuine_and_two_probes_are_two_deliveries():
    ids = set()
    for second in (0, 1):
        moment = datetime(2026, 11, 23, 12, 0, second, tzinfo=UTC)
        headers, body = IntercomSetup().probe("7", secret="s", now=moment)
        ids.add(IntercomSignature().verify(headers, body, ("s",), moment).id)
    assert len(ids) == 2


def test_without_a_valid_token_the_doctor_says_only_that(staged: Sandboxed):
    [finding] = IntercomSetup().examine({**staged.api, "access_token": "wrong"}, "https://x.example")
    assert (finding.what, finding.ok) == ("sign-in", False)
    assert "wrong" not in finding.says
