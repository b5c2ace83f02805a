"""The connector over real HTTP: sign-in, limits, lost answers, drafts in people's hands, and a webhook switched off."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from cli.desks.helpscout import TITLES, HelpScoutSetup
from cli.desks.setup import Connected
from sandbox.faces.helpscout.call import MERGED
from sandbox.faces.helpscout.patience import DISABLED, KIND
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.helpscout.desk import HelpScoutDesk
from shared.adapters.helpscout.signature import HelpScoutSignature
from shared.domain.errors import (
    DeskAccessLost,
    DeskConflict,
    DeskRateLimited,
    DeskUnavailable,
    TicketGone,
    TicketLocked,
)
from shared.domain.events import EventSource, RawEvent
from shared.domain.note import carries, marker
from shared.domain.ticket import DeskFields, Role
from shared.ports.desk import DeskChange
from tests.contracts.staging.counting import added, requests
from tests.contracts.staging.helpscout import HelpScout as Sandboxed
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


def test_a_fetch_takes_two_requests_and_a_whole_write_six_that_write(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.fetch(id)
    before = requests(staged)
    ticket = staged.desk.fetch(id)
    between = requests(staged)
    staged.desk.write(id, change(ticket, note=note(), draft_reply="Hello", **whole()))
    assert sum(added(before, between).values()) == 2
    writes = {line: n for line, n in added(between, requests(staged)).items() if not line.startswith("GET")}
    assert sum(writes.values()) == 6


def test_a_token_that_stopped_working_is_replaced(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.fetch(id)
    staged.sandbox.control("POST", "/tokens/expire", {"desk": "helpscout"})
    assert staged.desk.fetch(id).key.id == id


def test_a_wrong_client_secret_is_access_lost(staged: Sandboxed):
    desk = HelpScoutDesk.connect(secret={**staged.api, "client_secret": "wrong"}, groups=QUEUES)
    with pytest.raises(DeskAccessLost, match="invalid_client"):
        desk.fetch("1001")
    desk.close()


def test_the_desk_s_own_limits_are_met_with_its_wait(staged: Sandboxed):
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    for limits in ({"units_per_minute": 2}, {"units_per_minute": 800, "writes_per_burst": 0}):
        staged.sandbox.control("PUT", "/limits", {"desk": "helpscout", **limits})
        with pytest.raises(DeskRateLimited) as limited:
            staged.desk.write(id, DeskChange(stamp=stamp, add_tags=frozenset({"x"})))
        assert limited.value.retry_after
    staged.sandbox.control("PUT", "/limits", {"desk": "helpscout", "units_per_minute": None, "writes_per_burst": None})


def test_a_merged_conversation_is_gone_and_the_one_it_went_into_is_there(staged: Sandboxed):
    old, new = staged.opens("Hello"), staged.opens("Hello again")
    ticket = staged.desk.fetch(old)
    staged.sandbox.desk.inbox.documents.put(MERGED, old, {"into": int(new)})
    with pytest.raises(TicketGone):
        staged.desk.fetch(old)
    with pytest.raises(TicketGone):
        staged.desk.write(old, change(ticket, note=note()))
    assert staged.desk.fetch(new).key.id == new


def test_a_conversation_locked_by_its_age_takes_nothing(staged: Sandboxed):
    id = staged.opens("Hello")
    ticket = staged.desk.fetch(id)
    staged.sandbox.control("POST", f"/tickets/{id}/close", {"agent": AGENT})
    with pytest.raises(TicketLocked):
        staged.desk.write(id, change(staged.desk.fetch(id), note=note()))
    assert ticket.key.id == id


@pytest.mark.parametrize("status", ["pending", "solved"])
def test_the_status_stays_under_a_draft_and_a_note(staged: Sandboxed, status: str):
    id = staged.opens("Hello")
    staged.sandbox.control("PATCH", f"/tickets/{id}", {"agent": AGENT, "status": status})
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), draft_reply="Hello", **whole()))
    assert staged.sandbox.control("GET", f"/tickets/{id}")["ticket"]["status"] == status


def test_moving_to_another_inbox_keeps_what_people_wrote_into_fields_of_the_same_title(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.sandbox.control("PATCH", f"/tickets/{id}", {"agent": AGENT, "fields": {"Firstline urgency": "by hand"}})
    staged.desk.write(id, change(staged.desk.fetch(id), **whole()))
    after = staged.desk.fetch(id)
    assert after.custom == {"urgency": "by hand", "category": "billing", "rank": "101795435200"}
    assert after.fields == whole()["fields"]


@pytest.mark.parametrize("after", range(1, 8))
def test_a_draft_and_its_note_stand_once_whichever_answer_was_lost(staged: Sandboxed, after: int):
    id = staged.opens("Hello")
    staged.breaks_off(after=after)
    try:
        staged.desk.write(id, change(staged.desk.fetch(id), note=note("12"), draft_reply="Open the export.", **whole()))
    except DeskUnavailable:
        if not staged.desk.has_note(id, marker("12")):
            again = change(staged.desk.fetch(id), note=note("12"), draft_reply="Open the export.", **whole())
            staged.desk.write(id, again)
    staged.sandbox.control("DELETE", "/faults")
    assert staged.drafts(id) == ["Open the export."]
    assert sum(carries(m.text, marker("12")) for m in staged.desk.fetch(id).messages) == 1


# ---- drafts in people's hands


def act(staged: Sandboxed, id: str, what: str, **wish: Any) -> None:
    staged.sandbox.control("POST", f"/tickets/{id}/{what}", {"agent": AGENT, **wish})


def test_a_draft_that_an_agent_sends_is_the_agent_s_answer(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), draft_reply="Open the export."))
    act(staged, id, "send-draft")
    ticket = staged.desk.fetch(id)
    question = ticket.newest_from_customer
    assert question is not None
    answer = ticket.answered_after(question)
    assert answer is not None
    assert (answer.role, answer.text) == (Role.AGENT, "Open the export.")
    assert staged.drafts(id) == []


def test_what_an_agent_wrote_into_our_draft_stays_when_the_customer_writes_again(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("1"), draft_reply="Open the export."))
    act(staged, id, "edit-draft", body="Open the export, Ann. And call me.")
    staged.customer_writes(id, "Well?")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("2"), draft_reply="Open the import."))
    assert staged.drafts(id) == ["Open the export, Ann. And call me."]
    assert "Open the import." in staged.desk.fetch(id).messages[-1].text
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("3")))
    assert staged.drafts(id) == ["Open the export, Ann. And call me."]


def test_an_agent_who_edits_a_draft_while_we_write_wins(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.write(id, change(staged.desk.fetch(id), note=note("1"), draft_reply="Open the export."))
    seen = staged.desk.fetch(id)
    act(staged, id, "edit-draft", body="Mine now.")
    with pytest.raises(DeskConflict):
        staged.desk.write(id, change(seen, note=note("2"), draft_reply="Open the import."))
    assert staged.drafts(id) == ["Mine now."]


def test_a_draft_is_announced_as_our_own_doing_and_sent_it_is_a_person_s(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.listens()
    before = len(staged.delivered())
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), draft_reply="Open the export."))
    drafted = staged.delivered()[before:]
    act(staged, id, "send-draft")
    sent = staged.delivered()[before + len(drafted) :]
    assert [one.headers["x-helpscout-event"] for one in drafted] == ["convo.agent.reply.created"]
    assert [_actor(staged, one) == staged.desk.own_user_id for one in (*drafted, *sent)] == [True, False]


def _actor(staged: Sandboxed, sent: Any) -> str | None:
    delivery = HelpScoutSignature().verify(sent.headers, sent.body, (staged.secret,), datetime.now(UTC))
    raw = RawEvent(
        desk="helpscout",
        source=EventSource.WEBHOOK,
        delivery_id=delivery.id,
        received_at=datetime.now(UTC),
        body=sent.body,
        event=delivery.event,
    )
    return staged.desk.parse(raw).actor_id


def test_of_several_writers_with_one_stamp_no_draft_comes_twice_after_the_lease(staged: Sandboxed):
    """The desk has no conditional write: writers of one ticket are kept apart by the product's lease, not by it."""
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    staged.desk.write(id, DeskChange(stamp=stamp, note=note("12")))
    desks = [HelpScoutDesk.connect(secret=staged.api, groups=QUEUES) for _ in range(3)]

    def write(desk: HelpScoutDesk) -> bool:
        try:
            desk.write(id, DeskChange(stamp=stamp, note=note("12")))
        except DeskConflict:
            return False
        return True

    with ThreadPoolExecutor(len(desks)) as pool:
        assert not any(pool.map(write, desks))
    for desk in desks:
        desk.close()


# ---- set-up


def login(staged: Sandboxed) -> dict[str, Any]:
    return staged.sandbox.control("GET", "/seeds")["desks"]["helpscout"]


def wrong(staged: Sandboxed, url: str) -> dict[str, str]:
    return {one.what: one.says + one.remedy for one in HelpScoutSetup().examine(staged.api, url) if not one.ok}


def test_setting_up_twice_changes_nothing_and_keeps_the_secret(staged: Sandboxed):
    setup, url = HelpScoutSetup(), staged._receiver.url
    before = Connected(api=staged.api, signing_secrets=(staged.secret,))
    again = setup.connect(login(staged), url, before=before)
    assert (again.created, again.signing_secrets, again.api) == ((), (staged.secret,), staged.api)
    assert wrong(staged, url) == {}
    assert staged.sandbox.desk.inbox.documents.all(KIND)[0]["secret"] == staged.secret


def test_a_secret_that_got_lost_is_replaced_because_the_desk_does_not_tell_it_again(staged: Sandboxed):
    again = HelpScoutSetup().connect(login(staged), staged._receiver.url)
    assert again.signing_secrets != (staged.secret,)
    [hook] = staged.sandbox.desk.inbox.documents.all(KIND)
    assert (hook["secret"],) == again.signing_secrets
    assert len(hook["secret"]) <= 40


def test_a_webhook_that_the_desk_switched_off_is_found_and_switched_on_again(staged: Sandboxed):
    url = staged._receiver.url
    staged.sandbox.control("POST", "/deliveries/release", {})
    staged._receiver.will_answer(*[500] * 10)
    for _ in range(10):
        staged.opens("Hello")
        staged.sandbox.control("POST", "/deliveries/settle", {"timeout": 10})
    assert staged.sandbox.desk.inbox.documents.all(KIND)[0]["state"] == DISABLED
    missed = staged.opens("Nobody hears of this")
    assert missed in {one.ticket_id for one in staged.desk.changed_since(None).changes}
    assert "switched it off" in wrong(staged, url)["webhook"]
    HelpScoutSetup().connect(login(staged), url, before=Connected(api=staged.api, signing_secrets=(staged.secret,)))
    assert wrong(staged, url) == {}


def test_missing_fields_are_clicks_that_name_their_inbox(staged: Sandboxed):
    fields = staged.sandbox.desk.inbox.fields
    rank = next(field for field in fields.all() if field.title == TITLES["rank"])
    fields.remove(rank.id)
    told = wrong(staged, staged._receiver.url)["inbox fields"]
    assert "inbox “Billing”" in told
    assert "“Firstline rank”" in told


def test_removing_takes_the_webhook_away_and_leaves_others_alone(staged: Sandboxed):
    setup, url = HelpScoutSetup(), staged._receiver.url
    setup_of_somebody = {"url": "https://other.example/hook", "events": ["convo.created"], "secret": "x"}
    staged.sandbox.desk.inbox.documents.put(
        KIND, "9999", {**setup_of_somebody, "id": "9999", "state": "enabled", "label": "Other", "root": ""}
    )
    assert setup.remove(staged.api, url) == ("webhook “Firstline”",)
    assert setup.remove(staged.api, url) == ()
    assert [hook["id"] for hook in staged.sandbox.desk.inbox.documents.all(KIND)] == ["9999"]
    assert "none leads to this address" in wrong(staged, url)["webhook"]


def test_a_probe_is_genuine_and_two_probes_are_two_deliveries():
    ids = set()
    for moment in (datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC)):
        headers, body = HelpScoutSetup().probe("7", secret="s", now=moment)
        ids.add(HelpScoutSignature().verify(headers, body, ("s",), moment).id)
    assert len(ids) == 2


def test_without_a_valid_sign_in_the_doctor_says_only_that(staged: Sandboxed):
    [finding] = HelpScoutSetup().examine({**staged.api, "client_secret": "wrong"}, "https://x.example")
    assert (finding.what, finding.ok) == ("sign-in", False)
    assert "wrong" not in finding.says
