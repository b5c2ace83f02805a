"""Request Tracker's tickets found by polling and triaged by the deployed stack, everything written through REST2."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.utils import make_msgid, parseaddr
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest
from typer.testing import CliRunner

from cli.local.deployment import ROOT, Deployment, bring_down, bring_up
from cli.main import app
from cli.playbook import read_playbook
from shared.adapters.desk_text import plain_text
from shared.domain.intake import response_clock
from shared.domain.policy import Policy
from shared.domain.ticket import TicketKey
from shared.domain.ticket_state import TicketState
from tests.tracker.asked import FOLDER
from tests.tracker.server import Tracker, running_tracker

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

MAYA = "maya@lindt-studio.example"
QUESTION = "Hello, our accountant needs the invoices of this year. Where can I download them as PDF? Thank you, Maya"
OUTRAGE = (
    "This is the third time I write about this and nobody answers. You charged us twice again. "
    "I am furious, I want my money back today or I cancel our subscription and go to your competitor."
)
KNOWN = {
    "email": MAYA,
    "real_name": "Maya Lindt",
    "company": "Lindt Studio",
    "fields": {"Plan": "team", "MRR": "240", "Signed up": "2026-09-01"},
}


@pytest.fixture(scope="session")
def policy() -> Policy:
    reading = read_playbook(ROOT / "playbook", today=datetime.now(UTC).date())
    assert reading.playbook is not None
    return reading.playbook.policy


@pytest.fixture(scope="session")
def tracker(policy: Policy) -> Iterator[Tracker]:
    assert FOLDER is not None
    queues = [queue.group for queue in policy.queues]
    agents = [agent.email for agent in policy.agents]
    with running_tracker(FOLDER / "e2e", queues=queues, agents=agents, customers=(KNOWN,)) as running:
        yield running


@pytest.fixture(scope="session")
def deployment(tracker: Tracker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """The whole product, deployed into the emulator with IAM enforced, with Request Tracker as its only desk."""
    login = {"base_url": tracker.url, "token": tracker.our_token}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRSTLINE_HOME", str(tmp_path_factory.mktemp("firstline")))
        try:
            yield bring_up(print, (), elsewhere={"requesttracker": login})
        finally:
            bring_down()


def eventually(look: Callable[[], Any], *, seconds: float = 120.0) -> Any:
    """The first truthy answer within some seconds."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > deadline:
            assert found, "it did not happen in time"
            return found
        time.sleep(0.3)


class Team:
    """What customers and agents do, and what an agent sees."""

    def __init__(self, tracker: Tracker, deployment: Deployment, agents: list[str]) -> None:
        self.tracker = tracker
        self.deployment = deployment
        self.agents = agents
        self.someone = agents[0]

    def mails(self, subject: str, body: str, sender: str = MAYA) -> None:
        """A customer's mail, by the program that the company's mail server starts for each."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "support@desk.example", subject
        mail["Message-ID"] = make_msgid(domain="mail.example")
        mail.set_content(body)
        self.tracker.mail(mail.as_bytes())

    def opens(self, subject: str, body: str) -> str:
        self.mails(subject, body)
        return self.tracker.newest_ticket()

    def sees(self, path: str) -> Any:
        return self.tracker.call(self.someone, "GET", path)

    def edits(self, id: str, **wish: Any) -> None:
        self.tracker.call(self.someone, "PUT", f"/ticket/{id}", wish)

    def answers(self, id: str, text: str) -> None:
        said = {"Content": text, "ContentType": "text/plain"}
        self.tracker.call(self.someone, "POST", f"/ticket/{id}/correspond", said)

    def polls(self) -> dict[str, Any]:
        """Let the deployed reconcile function ask the desk, and wait until nothing is under way."""
        found = self.deployment.world.invoke("reconcile", {})["desks"][0]
        self._drained()
        return dict(found)

    def transactions(self, id: str) -> list[dict[str, Any]]:
        query = urlencode({"fields": "Type,Creator,Field,NewValue", "fields[Creator]": "EmailAddress", "per_page": 100})
        return list(self.sees(f"/ticket/{id}/history?{query}&orderby=id&order=ASC")["items"])

    def notes(self, id: str) -> list[str]:
        """The texts of the comments, oldest first."""
        comments = [one["id"] for one in self.transactions(id) if one["Type"] == "Comment"]
        return [plain_text(self._content(comment)) for comment in comments]

    def note(self, id: str) -> str:
        return str(eventually(lambda: self.notes(id))[0])

    def values(self, id: str, title: str) -> list[str]:
        fields = self.sees(f"/ticket/{id}")["CustomFields"]
        return next(list(field["values"]) for field in fields if field["name"] == title)

    def state(self, id: str) -> TicketState | None:
        return self.deployment.world.tickets.get(TicketKey(desk="requesttracker", id=id))

    def _content(self, transaction: str) -> str:
        parts = self.sees(f"/transaction/{transaction}/attachments?fields=Content,ContentType")["items"]
        return "".join(part["Content"] for part in parts if part["ContentType"].startswith("text/"))

    def _drained(self) -> None:
        queue = boto3.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self.deployment.outputs["EventsQueueUrl"]

        def empty() -> bool:
            found = queue.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return all(int(found[name]) == 0 for name in names)

        eventually(empty)


@pytest.fixture(scope="session")
def team(tracker: Tracker, deployment: Deployment, policy: Policy) -> Team:
    return Team(tracker, deployment, [agent.email for agent in policy.agents])


def test_a_customers_mail_is_found_by_polling_and_gets_note_priority_owner_and_tags(team: Team, policy: Policy) -> None:
    ticket = team.opens("Charged twice AGAIN", OUTRAGE)
    assert team.state(ticket) is None

    assert team.polls()["queued"] >= 1
    note = team.note(ticket)
    eventually(lambda: "firstline_briefing" in team.values(ticket, "Firstline tags"))

    assert note.startswith("Briefing")
    assert "Lindt Studio" in note
    seen = team.sees(f"/ticket/{ticket}?{urlencode({'fields[Owner]': 'EmailAddress', 'fields[Queue]': 'Name'})}")
    assert int(seen["Priority"]) >= 100
    assert seen["Owner"]["EmailAddress"] in team.agents
    assert seen["Queue"]["Name"] in {queue.group for queue in policy.queues}
    assert {"firstline", "firstline_urgent"} <= set(team.values(ticket, "Firstline tags"))
    (category,) = team.values(ticket, "Firstline category")
    assert category in {category for queue in policy.queues for category in queue.categories}
    assert seen["Status"] == "new"


def test_a_question_with_an_approved_answer_gets_its_draft_in_a_note_that_no_customer_sees(team: Team) -> None:
    ticket = team.opens("Invoices as PDF", QUESTION)
    team.polls()

    note = team.note(ticket)

    assert note.startswith("Draft reply")
    assert "Maya" in note
    assert "{" not in note
    assert {"firstline", "firstline_draft"} <= set(team.values(ticket, "Firstline tags"))


def test_a_second_poll_doubles_nothing(team: Team) -> None:
    ticket = team.opens("Invoices of last year", QUESTION)
    team.polls()
    team.note(ticket)
    eventually(lambda: (state := team.state(ticket)) and state.noted)
    before = team.transactions(ticket)

    for _ in range(3):
        team.polls()

    time.sleep(2)
    assert [one["id"] for one in team.transactions(ticket)] == [one["id"] for one in before]
    assert len(team.notes(ticket)) == 1


def test_a_persons_later_edit_survives_the_next_version(team: Team) -> None:
    ticket = team.opens("Invoices for the accountant", QUESTION)
    team.polls()
    team.note(ticket)
    eventually(lambda: (state := team.state(ticket)) and state.noted)
    holder = team.sees(f"/ticket/{ticket}")["Owner"]["id"]
    other = next(agent for agent in team.agents if agent != holder)
    team.edits(
        ticket, Priority=10, Owner=other, CustomFields={"Firstline tags": ["firstline", "firstline_draft", "vip"]}
    )

    team.mails(f"[desk.example #{ticket}] Re: Invoices for the accountant", OUTRAGE)
    team.polls()
    eventually(lambda: len(team.notes(ticket)) == 2)
    eventually(lambda: "firstline_briefing" in team.values(ticket, "Firstline tags"))

    seen = team.sees(f"/ticket/{ticket}")
    assert (int(seen["Priority"]), seen["Owner"]["id"]) == (10, other)
    assert "vip" in team.values(ticket, "Firstline tags")
    assert "firstline_draft" not in team.values(ticket, "Firstline tags")
    assert "replaces" in team.notes(ticket)[1]


def test_an_agents_reply_stops_the_clock(team: Team) -> None:
    ticket = team.opens("Where are the invoices", QUESTION)
    team.polls()
    team.note(ticket)
    state = team.state(ticket)
    assert state is not None
    assert response_clock(state) is not None

    team.answers(ticket, "You find them under Settings > Billing.")
    team.polls()

    def answered() -> bool:
        state = team.state(ticket)
        return state is not None and state.first_response_at is not None and response_clock(state) is None

    eventually(answered)


def test_urgent_tickets_are_on_top_of_the_saved_search(team: Team) -> None:
    tickets = [team.opens("Can I export a board", QUESTION), team.opens("Still no refund", OUTRAGE)]
    team.polls()
    for ticket in tickets:
        eventually(lambda ticket=ticket: team.values(ticket, "Firstline rank"))

    query = {"query": "Status = '__Active__'", "orderby": "CustomField.{Firstline rank}", "order": "ASC"}
    order = [str(one["id"]) for one in team.sees(f"/tickets?{urlencode(query)}&per_page=100")["items"]]

    ranks = [team.values(id, "Firstline rank") for id in order]
    ranked = [int(rank[0]) for rank in ranks if rank]
    assert ranked == sorted(ranked)
    assert order.index(tickets[1]) < order.index(tickets[0])


def firstline(*words: str) -> tuple[int, Any]:
    """Run a command on the deployment; its status and its JSON document."""
    ran = CliRunner().invoke(app, [*words, "--json"])
    return ran.exit_code, json.loads(ran.stdout)


@pytest.mark.usefixtures("team")
def test_doctor_finds_everything_in_order_and_follows_a_signed_event_to_its_end() -> None:
    status, told = firstline("doctor", "requesttracker")

    assert [finding for finding in told["requesttracker"] if not finding["ok"]] == []
    assert status == 0


@pytest.mark.usefixtures("team")
def test_connecting_again_makes_nothing_and_prints_what_no_api_makes(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "BASE_URL": tracker.url,
        "TOKEN": tracker.our_token,
        "TAGS_FIELD": "Firstline tags",
        "HINT_SECRET": "chosen",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"FIRSTLINE_REQUESTTRACKER_{name}", value)

    status, told = firstline("connect", "requesttracker")

    assert (status, told["created"]) == (0, [])
    assert any("Firstline: on top" in click for click in told["clicks"])
    assert not any(secret in click for click in told["clicks"] for secret in ("chosen", tracker.our_token))


def test_our_user_commented_and_never_corresponded_nor_changed_a_status(team: Team) -> None:
    ours = [one for id in _all_tickets(team) for one in team.transactions(id) if _by_us(one)]

    assert {"Comment", "CustomField", "Set"} <= {one["Type"] for one in ours}
    assert not {"Correspond", "Create", "Status"} & {one["Type"] for one in ours}


def test_no_customer_was_mailed_a_word_of_ours(tracker: Tracker) -> None:
    to_customers = [mail for mail in tracker.sent_mails() if _goes_to(mail, MAYA)]

    assert to_customers, "Request Tracker acknowledges what it receives"
    for mail in to_customers:
        words = mail.as_string() + str(mail.get_payload(decode=True) or b"")
        assert "firstline" not in words.lower()
        assert "Briefing" not in words


def _all_tickets(team: Team) -> list[str]:
    return [str(one["id"]) for one in team.sees(f"/tickets?{urlencode({'query': 'id > 0'})}&per_page=100")["items"]]


def _by_us(transaction: dict[str, Any]) -> bool:
    return bool(transaction["Creator"]["EmailAddress"] == "firstline@desk.example")


def _goes_to(mail: Message, address: str) -> bool:
    named = [parseaddr(one)[1] for name in ("To", "Cc", "Bcc") for one in str(mail.get(name, "")).split(",")]
    return address in named
