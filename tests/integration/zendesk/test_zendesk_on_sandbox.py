"""The connector over real HTTP: sign-in, limits, silence, lost answers, races, and webhooks as they are signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import urllib3

from sandbox.running import RunningSandbox, running_sandbox
from sandbox.settings import Settings
from shared.adapters.desk_http import DeskHttp
from shared.adapters.zendesk.desk import DeskSecret, ZendeskDesk, error_code
from shared.adapters.zendesk.oauth import ZendeskApi
from shared.adapters.zendesk.signature import ZendeskSignature
from shared.domain.errors import DeskConflict, DeskRateLimited, DeskRefused, DeskUnavailable, SignatureRefused
from shared.domain.note import marker
from shared.domain.ticket import DeskFields, Role, Stands, Target, TicketStatus
from shared.ports.desk import DeskChange
from tests.contracts.staging.counting import added, requests
from tests.contracts.staging.staged import AGENT, QUEUES, note
from tests.contracts.staging.zendesk import Zendesk as Sandboxed
from tests.sandbox.client import ZendeskClient

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(Settings(export_lag=0, retry_delays=(0.1,))) as running:
        yield running


@pytest.fixture
def staged(sandbox: RunningSandbox) -> Iterator[Sandboxed]:
    with Sandboxed.on(sandbox) as zendesk:
        yield zendesk


def fault(staged: Sandboxed, **wish: Any) -> None:
    staged.sandbox.control("POST", "/faults", {"count": 1, **wish})


@contextmanager
def signed_in(staged: Sandboxed) -> Iterator[ZendeskClient]:
    client = ZendeskClient(staged.sandbox)
    client.sign_in()
    yield client
    client.close()


def test_a_fetch_takes_two_requests_and_a_write_after_it_one(staged: Sandboxed):
    id = staged.opens("Hello")
    whole = {
        "fields": DeskFields(priority="high", queue="billing", assignee=AGENT),
        "add_tags": frozenset({"firstline"}),
    }
    staged.desk.write(id, DeskChange(stamp=staged.desk.fetch(id).stamp, **whole))
    before = requests(staged)
    ticket = staged.desk.fetch(id)
    between = requests(staged)
    staged.desk.write(id, DeskChange(stamp=ticket.stamp, note=note(), **whole))
    assert sum(added(before, between).values()) == 2
    assert added(between, requests(staged)) == {"PUT /api/v2/tickets/{id} 200": 1}


def test_a_token_that_stopped_working_is_replaced(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.desk.fetch(id)
    staged.sandbox.control("POST", "/tokens/expire")
    assert staged.desk.fetch(id).key.id == id


def test_a_wrong_client_secret_is_refused(staged: Sandboxed):
    secret = {**staged.api, "client_secret": "wrong"}
    desk = ZendeskDesk.connect(secret=secret, groups=QUEUES)
    with pytest.raises(DeskRefused) as refused:
        desk.fetch("1001")
    desk.close()
    assert refused.value.status in (400, 401)
    assert "wrong" not in str(refused.value)


@pytest.mark.parametrize(("status", "error"), [(429, DeskRateLimited), (500, DeskUnavailable), (503, DeskUnavailable)])
def test_a_desk_in_trouble_says_when_to_come_back(staged: Sandboxed, status: int, error: type[Exception]):
    id = staged.opens("Hello")
    fault(staged, path=r"/api/v2/tickets/\d+/comments$", action="status", status=status, retry_after=3)
    with pytest.raises(error) as raised:
        staged.desk.fetch(id)
    assert raised.value.retry_after == 3.0
    assert staged.desk.fetch(id).key.id == id


def test_the_desk_s_own_limit_is_met_with_its_wait(staged: Sandboxed):
    id = staged.opens("Hello")
    staged.sandbox.control("PUT", "/limits", {"updates_per_ticket": 1})
    stamp = staged.desk.write(id, DeskChange(stamp=staged.desk.fetch(id).stamp, custom={"category": "a"}))
    with pytest.raises(DeskRateLimited) as limited:
        staged.desk.write(id, DeskChange(stamp=stamp, custom={"category": "b"}))
    assert limited.value.retry_after
    staged.sandbox.control("PUT", "/limits", {"updates_per_ticket": 30})


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_write_whose_answer_was_lost_is_known_by_its_note(staged: Sandboxed, when: str):
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    fault(staged, method="PUT", path=r"/api/v2/tickets/\d+$", action="hangup", when=when)
    with pytest.raises(DeskUnavailable):
        staged.desk.write(id, DeskChange(stamp=stamp, note=note("12")))
    assert staged.desk.has_note(id, marker("12")) is (when == "after")


def test_a_silent_desk_is_unavailable(staged: Sandboxed):
    known = DeskSecret.model_validate(staged.api)

    def now() -> datetime:
        return datetime.now(UTC)

    impatient = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=0.3))
    http = DeskHttp(known.base_url, transport=impatient, clock=now, reason=error_code)
    api = ZendeskApi(http, client_id=known.client_id, client_secret=known.client_secret, clock=now)
    desk = ZendeskDesk(api, secret=known, groups=QUEUES, clock=now)
    id = staged.opens("Hello")
    fault(staged, path=r"/api/v2/tickets/\d+$", action="delay", seconds=1)
    with pytest.raises(DeskUnavailable, match="ReadTimeoutError"):
        desk.fetch(id)
    desk.close()


def test_nobody_listening_is_unavailable(staged: Sandboxed):
    secret = {**staged.api, "base_url": "http://127.0.0.1:9/zendesk"}
    desk = ZendeskDesk.connect(secret=secret, groups=QUEUES)
    with pytest.raises(DeskUnavailable, match="POST /oauth/tokens: no answer"):
        desk.fetch("1001")


def test_an_agent_who_is_not_in_the_group_costs_the_assignment_and_not_the_note(staged: Sandboxed):
    id = staged.opens("Hello")
    fields = DeskFields(priority="high", queue="technical", assignee=AGENT)
    staged.desk.write(id, DeskChange(stamp=staged.desk.fetch(id).stamp, fields=fields, note=note("12")))
    after = staged.desk.fetch(id)
    assert after.fields == DeskFields(priority="high", queue="technical")
    assert staged.desk.has_note(id, marker("12"))
    assert staged.desk.warnings == ("assignee_id: the desk refused it",)


def test_of_two_writers_with_one_stamp_exactly_one_writes(staged: Sandboxed):
    id = staged.opens("Hello")
    stamp = staged.desk.fetch(id).stamp
    desks = [ZendeskDesk.connect(secret=staged.api, groups=QUEUES) for _ in range(4)]

    def write(desk: ZendeskDesk) -> bool:
        try:
            desk.write(id, DeskChange(stamp=stamp, add_tags=frozenset({"firstline"}), note=note("12")))
        except DeskConflict:
            return False
        return True

    with ThreadPoolExecutor(len(desks)) as pool:
        written = list(pool.map(write, desks))
    for desk in desks:
        desk.close()
    assert sum(written) == 1
    assert len(staged.desk.fetch(id).messages) == 2


def test_changes_of_many_tickets_come_in_pages_and_none_is_missed(staged: Sandboxed):
    ids = {staged.opens("Hello") for _ in range(12)}
    found: set[str] = set()
    page = staged.desk.changed_since(None)
    while True:
        found |= {change.ticket_id for change in page.changes}
        if not page.more:
            break
        page = staged.desk.changed_since(page.mark)
    assert ids <= found


def test_a_mark_of_an_account_that_was_emptied_starts_again_at_its_time(staged: Sandboxed):
    staged.opens("Hello")
    mark = staged.desk.changed_since(None).mark
    elsewhere = json.dumps({**json.loads(mark), "cursor": "of-another-account"})
    page = staged.desk.changed_since(elsewhere)
    assert len(page.changes) == 1


# ---- webhooks


@pytest.mark.parametrize("wish", [{"signature": "bad"}, {"signature": "good", "timestamp_offset": -400}])
def test_a_forged_or_an_old_webhook_is_not_genuine(staged: Sandboxed, wish: dict[str, Any]):
    staged.sandbox.control("POST", "/deliveries/raw", {"body": "{}", "wait": True, **wish})
    [sent] = staged.delivered()
    with pytest.raises(SignatureRefused):
        ZendeskSignature().verify(sent.headers, sent.body, (staged.secret,), datetime.now(UTC))


def test_a_merge_closes_one_ticket_and_answers_the_other_one_not(staged: Sandboxed):
    away, into = staged.opens("Where is my invoice?"), staged.opens("Where is my invoice? Second try")
    staged.sandbox.control("POST", f"/tickets/{away}/merge", {"agent": AGENT, "into": int(into)})

    merged = staged.desk.fetch(away)
    assert (merged.merged, merged.status) == (True, TicketStatus.CLOSED)
    goes_on = staged.desk.fetch(into)
    assert [(message.role, message.public) for message in goes_on.messages] == [(Role.CUSTOMER, True), (Role.US, True)]
    assert goes_on.newest_from_customer
    assert goes_on.answered_after(goes_on.newest_from_customer) is None
    assert not goes_on.merged


def test_giving_a_ticket_to_somebody_else_moves_no_time_that_its_clocks_rest_on(staged: Sandboxed):
    id = staged.opens("Where is my invoice?")
    before = staged.desk.fetch(id)
    staged.assigns(id)
    after = staged.desk.fetch(id)
    assert after.fields.assignee == AGENT
    assert (after.created_at, [m.at for m in after.messages]) == (before.created_at, [m.at for m in before.messages])


def test_the_accounts_sla_policy_is_read_with_the_ticket(staged: Sandboxed):
    id = staged.opens("Where is my invoice?")
    assert staged.desk.fetch(id).sla == ()
    metrics = [{"priority": "normal", "metric": "first_reply_time", "target": 60, "business_hours": False}]
    with signed_in(staged) as account:
        wish = {"sla_policy": {"title": "Everybody", "policy_metrics": metrics}}
        assert account.call("POST", "/slas/policies", wish).status == 201
    read = staged.desk.fetch(id)
    [clock] = read.sla
    assert (clock.target, clock.stands) == (Target.FIRST_RESPONSE, Stands.RUNNING)
    assert clock.due_at == read.created_at + timedelta(hours=1)
