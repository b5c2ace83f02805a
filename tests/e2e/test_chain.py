"""A signed webhook in, a triaged ticket with a draft or a briefing back on the desk."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
import urllib3
from botocore.exceptions import ClientError

from cli.customer_webhook import changed_secret, url_of
from cli.explain import reason_of
from cli.local.deployment import Deployment
from shared.domain.intake import response_clock
from shared.domain.signed_import import sign
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import DueKind, TicketState

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.xdist_group("e2e")]

QUESTION = "Hello, our accountant needs the invoices of this year. Where can I download them as PDF? Thank you, Maya"
OUTRAGE = (
    "This is the third time I write about this and nobody answers. You charged us twice again. "
    "I am furious, I want my money back today or I cancel our subscription and go to your competitor."
)


def eventually(look: Callable[[], Any], *, seconds: float = 120.0) -> Any:
    """The first truthy answer within some seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            assert found, "it did not happen in time"
            return found
        time.sleep(0.3)


class Desk:
    """What customers and agents do on the sandbox desk, and what an agent sees there."""

    def __init__(self, deployment: Deployment) -> None:
        self.call = deployment.desk.call
        self._customers = 0

    def customer(self, **facts: Any) -> int:
        self._customers += 1
        known = {"plan": "team", "mrr": 240, "signed_up": "2026-09-01", **facts}
        mail = f"customer{self._customers}-{time.time_ns()}@example.com"
        body = {"name": "Maya Lindt", "email": mail, "organization": "Lindt Studio", **known}
        return int(self.call("POST", "/customers", body)["customer"]["id"])

    def write(self, customer: int, body: str, *, subject: str = "Question", **more: Any) -> str:
        ticket = {"customer": customer, "subject": subject, "body": body, "channel": "email", **more}
        return str(self.call("POST", "/tickets", ticket)["ticket"]["id"])

    def ticket(self, id: str) -> dict[str, Any]:
        document = self.call("GET", f"/tickets/{id}")
        return document.get("ticket", document)

    def notes(self, id: str) -> list[str]:
        """The texts of the internal notes, oldest first."""
        document = self.call("GET", f"/tickets/{id}")
        messages = document.get("messages") or document["ticket"]["messages"]
        return [message["body"] for message in messages if not message["public"]]

    def note(self, id: str) -> str:
        return str(eventually(lambda: self.notes(id))[0])


@pytest.fixture(scope="package")
def desk(deployment: Deployment) -> Desk:
    return Desk(deployment)


def state_of(deployment: Deployment, ticket: str) -> TicketState | None:
    return deployment.world.tickets.get(TicketKey(desk="zendesk", id=ticket))


def test_a_question_with_an_approved_answer_gets_a_draft_with_the_customers_facts(desk: Desk) -> None:
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")

    note = desk.note(ticket)

    assert note.startswith("Draft reply")
    assert "Maya" in note
    assert "{" not in note
    assert "firstline_draft" in desk.ticket(ticket)["tags"]


def test_an_unhappy_customer_gets_a_person_with_a_briefing_and_no_draft(deployment: Deployment, desk: Desk) -> None:
    ticket = desk.write(desk.customer(), OUTRAGE, subject="Charged twice AGAIN")

    note = desk.note(ticket)

    assert note.startswith("Briefing")
    seen = desk.ticket(ticket)
    assert {"firstline_briefing", "firstline_urgent"} <= set(seen["tags"])
    assert "firstline_draft" not in seen["tags"]
    state = state_of(deployment, ticket)
    assert state is not None
    assert state.bounded
    assert state.version is not None
    assert deployment.world.drafts.get(state.key, state.version) is None


def test_whoever_answers_an_unhappy_customer_by_hand_is_told_of_the_approved_answer_and_nothing_is_drafted(
    deployment: Deployment, desk: Desk
) -> None:
    body = "Nobody has answered my last two messages, and I am tired of it. How do I get our logo onto the invoices?"
    ticket = desk.write(desk.customer(), body, subject="Third attempt")

    note = desk.note(ticket)

    assert note.startswith("Briefing")
    assert "“Put your logo on invoices” seems to be what is asked for" in note
    state = state_of(deployment, ticket)
    assert state is not None
    assert state.version is not None
    assert deployment.world.drafts.get(state.key, state.version) is None


def test_the_stored_reason_names_rules_and_evidence_and_replays_to_the_same_decision(
    deployment: Deployment, desk: Desk
) -> None:
    ticket = desk.write(desk.customer(), OUTRAGE, subject="Still waiting")
    desk.note(ticket)

    reason = reason_of(TicketKey(desk="zendesk", id=ticket), deployment.world)

    assert reason is not None
    assert reason["replay"] == "same"
    rules = {rule["id"]: rule for rule in reason["decision"]["rules"]}
    assert "unhappy_customer" in rules
    assert rules["unhappy_customer"]["evidence"] in OUTRAGE


def test_a_second_message_replaces_the_draft_and_a_bounded_ticket_stays_bounded(
    deployment: Deployment, desk: Desk
) -> None:
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")
    desk.note(ticket)
    desk.call("POST", f"/tickets/{ticket}/customer-reply", {"body": OUTRAGE})
    eventually(lambda: len(desk.notes(ticket)) == 2)
    desk.call("POST", f"/tickets/{ticket}/customer-reply", {"body": "Where can I download my invoices as PDF?"})
    eventually(lambda: len(desk.notes(ticket)) == 3)

    first, second, third = desk.notes(ticket)

    assert first.startswith("Draft reply")
    assert second.startswith("Briefing")
    assert "replaces" in second
    assert third.startswith("Briefing")
    assert "firstline_draft" not in desk.ticket(ticket)["tags"]


def test_a_webhook_delivered_twice_makes_one_note(deployment: Deployment, desk: Desk) -> None:
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")
    desk.note(ticket)

    for delivery in desk.call("GET", f"/deliveries?ticket_id={ticket}")["deliveries"]:
        desk.call("POST", f"/deliveries/{delivery['id']}/again", {"new_invocation": True})
    desk.call("POST", "/deliveries/settle", {"timeout": 30})
    _drained(deployment)

    assert len(desk.notes(ticket)) == 1


def test_a_forged_webhook_is_refused_and_a_broken_one_is_parked_with_its_reason(
    deployment: Deployment, desk: Desk
) -> None:
    parked = deployment.world.parked()

    forged = desk.call("POST", "/deliveries/raw", {"body": "{}", "signature": "bad", "wait": True})["delivery"]
    broken = desk.call("POST", "/deliveries/raw", {"body": '{"type": "zen:ev', "signature": "good", "wait": True})

    assert [attempt["status"] for attempt in forged["attempts"]] == [401]
    assert broken["delivery"]["status"] == "delivered"
    eventually(lambda: deployment.world.parked() == parked + 1)


def test_a_ticket_close_to_its_deadline_is_raised_on_the_desk_and_recorded_once(
    deployment: Deployment, desk: Desk
) -> None:
    enterprise = desk.customer(plan="enterprise", mrr=4000)
    opened = (datetime.now(UTC) - timedelta(minutes=46)).isoformat()
    ticket = desk.write(enterprise, "Who looks after our workspace on your side?", created_at=opened)
    desk.note(ticket)

    def warned() -> bool:
        deployment.world.invoke("sla_scan", {})
        state = state_of(deployment, ticket)
        return state is not None and DueKind.WARNING in state.fired

    eventually(warned)
    deployment.world.invoke("sla_scan", {})

    seen = desk.ticket(ticket)
    assert "firstline_sla_warning" in seen["tags"]
    assert seen["priority"] in ("high", "urgent")
    state = state_of(deployment, ticket)
    assert state is not None
    assert state.fired == ("at_50", DueKind.WARNING)
    assert state.due is not None
    assert state.due.kind is DueKind.BREACH


def test_a_ticket_whose_webhook_was_lost_is_found_by_asking_the_desk(deployment: Deployment, desk: Desk) -> None:
    desk.call("PUT", "/export-lag", {"seconds": 0})
    desk.call("PUT", "/delivery", {"drop_next": 10})
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")
    desk.call("PUT", "/delivery", {"drop_next": 0})
    assert state_of(deployment, ticket) is None

    deployment.world.invoke("reconcile", {})

    assert desk.note(ticket).startswith("Draft reply")


def test_an_agents_answer_stops_the_clock_and_the_report_counts_it(deployment: Deployment, desk: Desk) -> None:
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")
    desk.note(ticket)
    desk.call("POST", f"/tickets/{ticket}/agent-reply", {"agent": "ada@lumenboard.example", "body": "Here you are."})

    def answered() -> bool:
        state = state_of(deployment, ticket)
        return state is not None and state.first_response_at is not None and response_clock(state) is None

    eventually(answered)
    answer = deployment.world.invoke("report", {"week": "running"})

    assert answer["tickets"] >= 1
    page = deployment.world.archive.get(answer["path"])
    assert page is not None
    assert b"First response" in page


def test_customers_come_in_by_a_signed_list_and_a_bad_row_is_kept_apart(deployment: Deployment, desk: Desk) -> None:
    world = deployment.world
    url = url_of(world)
    secret = changed_secret(world, rotate=False, remove=False)
    assert secret is not None
    mail = f"import{time.time_ns()}@example.com"
    body = json.dumps({"customers": [{"email": mail, "plan": "enterprise", "mrr": 7200}, {"email": "nobody"}]}).encode()

    def post(**headers: str) -> tuple[int, Any]:
        answer = urllib3.request("POST", url, body=body, headers=headers, timeout=30, retries=False)
        return answer.status, answer.json()

    assert post()[0] == 401
    status, told = post(**sign(body, secret, datetime.now(UTC)))

    assert (status, told["imported"], told["left_out"]) == (200, 1, 1)
    profile = world.customer_book.profile(mail)
    assert profile is not None
    assert (profile.plan, profile.mrr) == ("enterprise", 7200.0)
    assert [row.place for row in world.rows_aside.kept()] == [2]


def test_beside_a_ticket_the_page_shows_its_clocks_and_why_it_stands_where_it_stands(
    deployment: Deployment, desk: Desk
) -> None:
    ticket = desk.write(desk.customer(), QUESTION, subject="Invoices as PDF")
    desk.note(ticket)

    page = urllib3.request("GET", f"{deployment.sandbox_url}/tickets/{ticket}", timeout=30, retries=False).data.decode()

    assert 'aria-label="Clocks"' in page
    assert "240 min" in page
    assert "in the order of deadlines" in page


def test_no_function_can_reach_what_its_role_does_not_name(deployment: Deployment) -> None:
    """The draft role reads no desk secret and fills no queue: IAM says so, not we.

    That it writes to its own partition alone is a condition which the emulator does not evaluate; the template's test
    holds it.
    """
    name = deployment.outputs["draft_function"]
    role = boto3.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    taken = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")["Credentials"]
    session = boto3.Session(
        aws_access_key_id=taken["AccessKeyId"],
        aws_secret_access_key=taken["SecretAccessKey"],
        aws_session_token=taken["SessionToken"],
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        session.client("secretsmanager").get_secret_value(SecretId="firstline/zendesk/api")
    with pytest.raises(ClientError, match="AccessDenied"):
        session.client("sqs").send_message(QueueUrl=deployment.outputs["EventsQueueUrl"], MessageBody="{}")


def test_our_user_never_wrote_to_a_customer(desk: Desk) -> None:
    report = desk.call("GET", "/report")

    assert report["violations"] == []
    assert json.dumps(report["requests"]).count("POST /api/v2/tickets ") == 0


def _drained(deployment: Deployment) -> None:
    """Wait until no event waits on the queue or is being worked on."""
    queue = boto3.client("sqs")

    def empty() -> bool:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = deployment.outputs["EventsQueueUrl"]
        found = queue.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return all(int(found[name]) == 0 for name in names)

    eventually(empty)
