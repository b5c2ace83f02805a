"""The connector over real HTTP: its cost, limits, lost answers, archived tickets, and a set-up that may be refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cli.desks import freshdesk_rules
from cli.desks.freshdesk import FreshdeskSetup
from cli.desks.setup import FIELDS, Connected
from sandbox.faces.freshdesk.events import FIRST_ONLY, KIND
from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.freshdesk.desk import FreshdeskDesk
from shared.adapters.freshdesk.signature import HEADER, FreshdeskSignature
from shared.domain.errors import DeskAccessLost, DeskConflict, DeskRateLimited, TicketGone, TicketLocked
from shared.domain.note import marker
from shared.domain.ticket import DeskFields, Role, TicketStatus
from shared.ports.desk import DeskChange
from tests.contracts.staging.counting import added, requests
from tests.contracts.staging.freshdesk import Freshdesk as Sandboxed
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
        sandbox.control("DELETE", "/faults")
        report = sandbox.control("GET", "/report")
        assert report["ok"], report["violations"]


def whole(**more: Any) -> dict[str, Any]:
    return {
        "fields": DeskFields(priority="high", queue="billing", assignee=AGENT),
        "custom": {"category": "billing", "rank": "101795435200"},
        "add_tags": frozenset({"firstline"}),
        **more,
    }


def limited(staged: Sandboxed, **limits: int | None) -> None:
    nothing = {"credits_per_minute": None, "updates_per_minute": None, "lists_per_minute": None}
    staged.sandbox.control("PUT", "/limits", {"desk": "freshdesk", **nothing, **limits})


# ---- reading and writing


def test_a_fetch_takes_two_requests_and_a_whole_write_two_that_look_and_two_that_write(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.fetch(id)
    staged.desk.write(id, change(staged.desk.fetch(id), **whole(custom={})))  # so that groups and agents are known
    before = requests(staged)
    ticket = staged.desk.fetch(id)
    between = requests(staged)
    staged.desk.write(id, change(ticket, note=note(), custom={"category": "billing"}))
    assert sum(added(before, between).values()) == 2
    written = added(between, requests(staged))
    assert sum(n for line, n in written.items() if line.startswith("GET")) == 2
    assert sum(n for line, n in written.items() if not line.startswith("GET")) == 2


def test_what_we_write_sets_no_rule_off_and_what_people_do_sets_it_off(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.listens()
    before = len(staged.delivered())
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    assert len(staged.delivered()) == before
    for n, act in enumerate(
        (
            lambda: staged.agent_writes(id, "We are on it."),
            lambda: staged.customer_writes(id, "Thanks"),
            lambda: staged.solves(id),
            lambda: staged.rates(id, "good"),
        ),
        start=1,
    ):
        act()
        assert len(staged.delivered()) == before + n


@pytest.mark.parametrize("status", ["pending", "hold", "solved"])
def test_the_status_stays_under_a_note(staged: Sandboxed, status: str):
    id = staged.opens("Hello")
    staged.sandbox.control("PATCH", f"/tickets/{id}", {"agent": AGENT, "status": status})
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    assert staged.sandbox.control("GET", f"/tickets/{id}")["ticket"]["status"] == status


def test_waiting_for_a_third_party_is_known_by_its_name(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.sandbox.control("PATCH", f"/tickets/{id}", {"agent": AGENT, "status": "hold"})
    assert staged.desk.fetch(id).status is TicketStatus.HOLD


def test_an_agent_who_is_not_in_the_group_costs_the_agent_alone(staged: Sandboxed):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue="technical", assignee=AGENT)
    staged.desk.write(id, change(staged.desk.fetch(id), fields=fields, note=note()))
    after = staged.desk.fetch(id)
    assert after.fields == DeskFields(priority="high", queue="technical", assignee=None)
    assert staged.desk.warnings == ("responder_id: the desk refused it",)
    assert staged.desk.has_note(id, marker("1"))


def test_a_field_that_somebody_deleted_costs_that_field_alone(staged: Sandboxed):
    id = staged.opens("Hello")
    fields = staged.sandbox.desk.inbox.fields
    fields.remove(next(field.id for field in fields.all() if field.title == FIELDS["rank"]))
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    assert staged.desk.fetch(id).custom == {"category": "billing"}
    assert "firstline_rank" in staged.desk.warnings[0]
    assert staged.desk.has_note(id, marker("1"))


def test_an_archived_ticket_is_still_read_and_takes_nothing(staged: Sandboxed):
    id = staged.opens("Hello", "Hello?")
    staged.sandbox.control("POST", f"/tickets/{id}/close", {"agent": AGENT})
    ticket = staged.desk.fetch(id)
    assert (ticket.status, len(ticket.messages)) == (TicketStatus.CLOSED, 2)
    with pytest.raises(TicketLocked):
        staged.desk.write(id, change(ticket, note=note()))
    assert not staged.desk.has_note(id, marker("1"))


def test_a_conversation_of_five_megabytes_is_read_and_bounded(staged: Sandboxed):
    id = staged.opens(*(f"message {n} " + "lorem " * 2_000 for n in range(400)))
    messages = staged.desk.fetch(id).messages
    assert [m.text.split(" lorem")[0] for m in messages] == [f"message {n}" for n in (*range(20), *range(220, 400))]
    assert all(m.role is Role.CUSTOMER for m in messages)


def test_a_second_writer_with_the_same_stamp_finds_the_note_there(staged: Sandboxed):
    id = staged.opens("Hello")
    stamp = staged.desk.write(id, change(staged.desk.fetch(id), **whole()))
    after = staged.desk.write(id, DeskChange(stamp=stamp, note=note("12")))
    staged.desk.write(id, DeskChange(stamp=after, note=note("12")))
    assert len(staged.desk.fetch(id).messages) == 2


def test_of_several_writers_with_an_old_stamp_none_writes(staged: Sandboxed):
    """The desk has no conditional write: writers of one ticket are kept apart by the product's lease, not by it."""
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    staged.sets_priority(id, "urgent")
    desks = [FreshdeskDesk.connect(secret=staged.api, groups=QUEUES) for _ in range(3)]

    def write(desk: FreshdeskDesk) -> bool:
        try:
            desk.write(id, DeskChange(stamp=stamp, note=note("12"), **whole()))
        except DeskConflict:
            return False
        return True

    with ThreadPoolExecutor(len(desks)) as pool:
        assert not any(pool.map(write, desks))
    for desk in desks:
        desk.close()
    ticket = staged.desk.fetch(id)
    assert (ticket.fields.priority, len(ticket.messages)) == ("urgent", 1)


# ---- limits and access


def test_the_desk_s_own_limits_are_met_with_its_wait(staged: Sandboxed):
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    for limits in ({"credits_per_minute": 2}, {"updates_per_minute": 0}):
        limited(staged, **limits)
        with pytest.raises(DeskRateLimited) as refused:
            staged.desk.write(id, DeskChange(stamp=stamp, add_tags=frozenset({"x"})))
        assert refused.value.retry_after
    limited(staged, lists_per_minute=0)
    with pytest.raises(DeskRateLimited):
        staged.desk.changed_since(None)
    limited(staged)


def test_a_wrong_key_is_access_lost_and_not_told(staged: Sandboxed):
    desk = FreshdeskDesk.connect(secret={**staged.api, "api_key": "wr0ng-key"}, groups=QUEUES)
    with pytest.raises(DeskAccessLost, match="invalid_credentials") as lost:
        desk.fetch("1001")
    assert "wr0ng" not in str(lost.value)
    desk.close()


def test_a_permission_that_gets_lost_halfway_names_itself_and_the_note_comes_later(staged: Sandboxed):
    id = staged.opens("Hello")
    ticket = staged.desk.fetch(id)
    forbid(staged, "/notes")
    with pytest.raises(DeskAccessLost, match="add notes"):
        staged.desk.write(id, change(ticket, note=note(), **whole()))
    allow(staged)
    staged.desk.write(id, change(staged.desk.fetch(id), note=note(), **whole()))
    assert staged.desk.fetch(id).tags == {"firstline"}
    assert staged.desk.has_note(id, marker("1"))


# ---- polling


def test_a_ticket_that_was_deleted_or_filed_as_spam_is_found(staged: Sandboxed):
    deleted, spam = staged.opens("Hello"), staged.opens("Buy now")
    mark = staged.desk.changed_since(None).mark
    staged.deletes(deleted)
    staged.files_as_spam(spam)
    assert {deleted, spam} <= {one.ticket_id for one in staged.desk.changed_since(mark).changes}
    with pytest.raises(TicketGone):
        staged.desk.fetch(deleted)


def test_more_than_a_page_of_tickets_of_one_second_is_told_to_the_end(staged: Sandboxed):
    ids = {staged.opens("Hello") for _ in range(230)}
    found, mark, more = set(), None, True
    while more:
        page = staged.desk.changed_since(mark)
        found |= {one.ticket_id for one in page.changes}
        mark, more = page.mark, page.more
    assert ids <= found


# ---- set-up


def login(staged: Sandboxed) -> dict[str, Any]:
    return staged.sandbox.control("GET", "/seeds")["desks"]["freshdesk"]


def url_of(staged: Sandboxed) -> str:
    return staged._receiver.url


def rules(staged: Sandboxed) -> list[dict[str, Any]]:
    return staged.sandbox.desk.inbox.documents.all(KIND)


def wrong(staged: Sandboxed) -> dict[str, str]:
    examined = FreshdeskSetup().examine(staged.api, url_of(staged))
    return {one.what: one.says + one.remedy for one in examined if not one.ok}


def forbid(staged: Sandboxed, path: str, status: int = 403) -> None:
    wish = {"action": "status", "status": status, "count": 1_000, "path": f"^/freshdesk/.*{path}"}
    staged.sandbox.control("POST", "/faults", wish)


def allow(staged: Sandboxed) -> None:
    staged.sandbox.control("DELETE", "/faults")


def connected(staged: Sandboxed) -> Connected:
    return Connected(api=staged.api, signing_secrets=(staged.secret,))


def test_setting_up_twice_changes_nothing_and_keeps_the_secret(staged: Sandboxed):
    before = rules(staged)
    again = FreshdeskSetup().connect(login(staged), url_of(staged), before=connected(staged))
    assert (again.created, again.signing_secrets, again.api) == ((), (staged.secret,), staged.api)
    assert rules(staged) == before
    assert wrong(staged) == {}


def test_the_secret_is_long_and_random_and_goes_along_in_a_header(staged: Sandboxed):
    assert len(staged.secret) >= 43
    for rule in rules(staged):
        [action] = rule["actions"]
        assert action["custom_headers"] == {HEADER: staged.secret}
        assert action["content"]["body"].count("{{") == 1


def test_a_secret_that_got_lost_is_replaced_in_both_rules(staged: Sandboxed):
    again = FreshdeskSetup().connect(login(staged), url_of(staged))
    assert again.signing_secrets != (staged.secret,)
    assert len(rules(staged)) == 2
    assert {rule["actions"][0]["custom_headers"][HEADER] for rule in rules(staged)} == set(again.signing_secrets)


def test_limits_language_and_waiting_statuses_are_learned(staged: Sandboxed):
    limited(staged, credits_per_minute=400)
    told = FreshdeskSetup().connect(login(staged), url_of(staged), before=connected(staged)).api
    assert told["limits"] == {"requests": 400, "updates": 160, "lists": 100}
    assert told["language"] == "en"
    assert told["waits"] == {"6": "pending", "7": "hold"}
    limited(staged)


def test_where_no_rule_may_be_made_a_person_is_told_how_to_click_it_together(staged: Sandboxed):
    FreshdeskSetup().remove(staged.api, url_of(staged))
    forbid(staged, "/automations")
    done = FreshdeskSetup().connect(login(staged), url_of(staged))
    allow(staged)
    assert not rules(staged)
    creation, updates, view, for_success = done.clicks
    for step in (creation, updates):
        assert url_of(staged) in step
        assert f"“{HEADER}” with the secret stored under firstline/freshdesk/webhook" in step
        assert done.signing_secrets[0] not in step
        assert '"ticket_id": "{{ticket.id}}"' in step
    assert "Ticket Creation" in creation
    assert "“Reply is sent”" in updates
    assert "Firstline: on top" in view
    assert "Firstline: customer success" in for_success


def test_a_rule_that_the_desk_makes_otherwise_is_taken_away_and_left_to_a_person(
    staged: Sandboxed, monkeypatch: pytest.MonkeyPatch
):
    FreshdeskSetup().remove(staged.api, url_of(staged))
    asked_for = freshdesk_rules._wish

    def without_the_header(*given: Any) -> dict[str, Any]:
        wish = asked_for(*given)
        wish["actions"][0].pop("custom_headers")
        return wish

    monkeypatch.setattr(freshdesk_rules, "_wish", without_the_header)
    done = FreshdeskSetup().connect(login(staged), url_of(staged))
    assert not rules(staged)
    assert len(done.clicks) == 4
    assert not [one for one in done.created if "rule" in one]


def test_a_rule_that_a_person_clicked_together_is_left_alone(staged: Sandboxed):
    """What the desk shows of it may lack header and template; the address and the name are enough."""
    documents = staged.sandbox.desk.inbox.documents
    for rule in rules(staged):
        action = {**rule["actions"][0], "custom_headers": {HEADER: "****"}, "content": {}}
        documents.put(KIND, rule["id"], {**rule, "actions": [action]})
    before = rules(staged)
    again = FreshdeskSetup().connect(login(staged), url_of(staged), before=connected(staged))
    assert (rules(staged), again.created) == (before, ())


def test_where_only_the_first_rule_runs_ours_is_not_put_in_anybody_s_way(staged: Sandboxed):
    FreshdeskSetup().remove(staged.api, url_of(staged))
    staged.sandbox.desk.inbox.documents.put(FIRST_ONLY, "yes", {})
    done = FreshdeskSetup().connect(login(staged), url_of(staged))
    assert [rule["automation_type_id"] for rule in rules(staged)] == [4]
    assert "Execute all matching rules" in done.clicks[0]
    assert "Ticket Creation" in done.clicks[1]


def test_a_rule_that_is_gone_and_a_field_that_is_gone_are_found(staged: Sandboxed):
    documents, fields = staged.sandbox.desk.inbox.documents, staged.sandbox.desk.inbox.fields
    documents.remove(KIND, rules(staged)[0]["id"])
    fields.remove(next(field.id for field in fields.all() if field.title == FIELDS["rank"]))
    assert "Ticket Creation" in wrong(staged)["webhook"]
    assert FIELDS["rank"] in wrong(staged)["ticket fields"]
    FreshdeskSetup().connect(login(staged), url_of(staged), before=connected(staged))
    assert wrong(staged).keys() <= {"ticket fields"}  # it has a new name, which the stored secret has not


def test_rules_that_the_desk_does_not_show_are_not_said_to_be_in_order(staged: Sandboxed):
    forbid(staged, "/automations")
    examined = FreshdeskSetup().examine(staged.api, url_of(staged))
    assert "does not show its rules" in next(one.says for one in examined if one.what == "webhook")


def test_removing_takes_ours_away_and_leaves_others_alone(staged: Sandboxed):
    somebody_s = {**rules(staged)[0], "id": "99", "name": "Theirs", "actions": [{"field_name": "add_tag"}]}
    staged.sandbox.desk.inbox.documents.put(KIND, "99", somebody_s)
    staged.sandbox.desk.inbox.fields.add("Theirs", "text")
    removed = FreshdeskSetup().remove(staged.api, url_of(staged))
    assert len(removed) == 2 + len(FIELDS)
    assert FreshdeskSetup().remove(staged.api, url_of(staged)) == ()
    assert [rule["id"] for rule in rules(staged)] == ["99"]
    assert [field.title for field in staged.sandbox.desk.inbox.fields.all()] == ["Theirs"]


def test_a_set_up_without_the_role_names_it(staged: Sandboxed):
    forbid(staged, "/admin/ticket_fields")
    with pytest.raises(DeskAccessLost, match="Administrator"):
        FreshdeskSetup().connect(login(staged), url_of(staged))


def test_the_doctor_names_what_the_agent_may_not(staged: Sandboxed):
    forbid(staged, "/agents\\b(?!/me)")
    assert "give the key's agent the permission" in wrong(staged)["permission to list agents"]


def test_without_a_valid_sign_in_the_doctor_says_only_that(staged: Sandboxed):
    [finding] = FreshdeskSetup().examine({**staged.api, "api_key": "wr0ng"}, "https://x.example")
    assert (finding.what, finding.ok) == ("sign-in", False)
    assert "wr0ng" not in finding.says


def test_a_probe_is_genuine_and_two_probes_are_two_deliveries():
    moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
    ids = set()
    for now in (moment, moment + timedelta(seconds=1)):
        headers, body = FreshdeskSetup().probe("7", secret="s", now=now)
        ids.add(FreshdeskSignature().verify(headers, body, ("s",), now).id)
        assert json.loads(body)["ticket_id"] == "7"
    assert len(ids) == 2
