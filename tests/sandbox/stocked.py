"""A desk with a few tickets in every state that the page knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sandbox.client import ZendeskClient

FIELDS = {
    "category": "text", "urgency": "text", "sentiment": "text", "service failure": "text", "owner": "text",
    "rank": "integer", "first response due": "text",
}  # fmt: skip

DRAFT = (
    "<h3>Draft reply — check and send</h3><blockquote><p>Hello Ines,</p><p>the invoice for October was paid twice, on"
    " the 3rd and on the 5th. I have returned the second payment; it is back on your card within ten working days.</p>"
    "<p>Kind regards<br>Ada</p></blockquote><p><strong>Why this answer</strong></p><ul><li>Resolution: payment taken"
    " twice (0.83)</li><li>Customer since 11 May 2022, Business, $249 a month</li></ul>"
    "<p><small>Firstline · firstline:note:70000001</small></p>"
)
BRIEFING = (
    "<h3>Briefing — a person answers this one</h3><p>Broken promise · critical · may leave"
    "</p><p><strong>Customer:</strong> 4 earlier tickets, 1 open · health 40 of 100: spoke of leaving in the last 30"
    " days</p><p><strong>In their words</strong></p><blockquote><p>“I was promised it would not happen again.”</p>"
    "</blockquote><p><strong>They want:</strong> a call; by Wed 25 Nov</p><p><strong>How to answer</strong></p><ul><li>"
    "Begin by naming the word that was not kept, before any reason for it.</li><li>Say who keeps it now, and by when at"
    " the latest.</li></ul><p><small>Firstline · firstline:note:70000009</small></p>"
)


@dataclass(frozen=True)
class Told:
    """What Firstline would say of a ticket."""

    category: str
    urgency: str
    sentiment: str
    owner: str
    group: str
    agent: str
    minutes: int
    failure: str = "none"
    more_tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Sample:
    """A ticket and, unless it still waits, what Firstline said."""

    customer: str
    subject: str
    body: str
    channel: str = "email"
    told: Told | None = None
    extra: dict[str, Any] = field(default_factory=dict)


SAMPLES = (
    Sample("ines@brightkiln.example", "Charged twice in October",
           "Hello,\n\nour card statement shows two payments for the October invoice, on the 3rd and on the 5th."
           " Could you check and return one of them?\n\nThanks\nInes", told=Told(
               "billing", "standard", "neutral", "agent_with_draft", "Billing", "ada", 190, note=DRAFT)),
    Sample("sofia@rinaldivents.example", "We are leaving unless somebody calls me today",
           "This is the second outage in a month, right in the middle of our biggest event. I was promised it would"
           " not happen again. If nobody calls me today we move everything to another provider.", told=Told(
               "complaint", "critical", "at_risk", "agent_with_briefing", "Customer care", "goran", 12,
               "broken_promise", ("firstline_urgent", "firstline_customer_success"), BRIEFING)),
    Sample("lucas@weberbau.example", "Import fails with <script>alert('hi')</script> in the message",
           "The CSV import stops at row 412. The error says <b>unexpected</b> \"<script>alert('hi')</script>\".",
           "chat", Told("technical", "high", "frustrated", "agent_with_briefing", "Technical", "dana", -25,
                        "product_defect", ("firstline_urgent", "firstline_sla_breached"), BRIEFING)),
    Sample("mei@paperlantern.example", "How do I invite a client as a guest?",
           "Hi! I'd like a client to see one board but none of our prices. Is there a way?", "form", Told(
               "technical", "standard", "neutral", "agent_with_draft", "Technical", "chidi", 420, note=DRAFT)),
    Sample("amara@sahelcoffee.example", "It would be great to have recurring invoices per project",
           "We bill the same amount each month per project. Could the invoice be made by itself?", "form", Told(
               "feature_request", "standard", "neutral", "agent_with_draft", "Product", "farah", 900, note=DRAFT)),
    Sample("tom@ashworthlegal.example", "VAT number missing on the last three invoices",
           "Our accountants cannot book them like this. Please correct and send them again.", told=Told(
               "billing", "high", "neutral", "agent_with_briefing", "Billing", "bruno", 75, "billing_error",
               ("firstline_customer_success",), BRIEFING)),
    Sample("oskar@fjordcycle.example", "Kan inte logga in", "Hej, jag kan inte logga in sedan i morse. Kan ni hjälpa?"),
    Sample("clara@example.org", "", "hello??", "chat"),
)  # fmt: skip


def stock(client: ZendeskClient) -> list[int]:
    """Fill the desk; the tickets' ids in the order of SAMPLES."""
    fields = {}
    for name, kind in FIELDS.items():
        wish = {"ticket_field": {"title": f"Firstline {name}", "type": kind}}
        fields[name] = client.call("POST", "/ticket_fields", wish).body["ticket_field"]["id"]
    seeds = client.sandbox.control("GET", "/seeds")
    ids = []
    for sample in SAMPLES:
        ticket = {"customer": sample.customer, "subject": sample.subject, "body": sample.body}
        made = client.sandbox.control("POST", "/tickets", {**ticket, "channel": sample.channel, **sample.extra})
        ids.append(made["ticket"]["id"])
        if sample.told is not None:
            _tell(client, ids[-1], sample.told, fields, seeds)
    return ids


def _tell(client: ZendeskClient, ticket_id: int, told: Told, fields: dict[str, int], seeds: dict[str, Any]) -> None:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=told.minutes)
    band = 0 if "firstline_urgent" in told.more_tags else 1
    values = {
        "category": told.category, "urgency": told.urgency, "sentiment": told.sentiment, "owner": told.owner,
        "service failure": told.failure, "rank": band * 10**11 + int(due.timestamp()),
        "first response due": due.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    kind = "firstline_draft" if told.owner == "agent_with_draft" else "firstline_briefing"
    answer = client.put(
        ticket_id,
        comment={"html_body": told.note, "public": False},
        priority={"critical": "urgent", "high": "high", "standard": "normal"}[told.urgency],
        group_id=seeds["groups"][told.group],
        assignee_id=seeds["agents"][f"{told.agent}@lumenboard.example"],
        custom_fields=[{"id": fields[name], "value": value} for name, value in values.items()],
        tags=["firstline", kind, *told.more_tags],
    )
    assert answer.status == 200, answer.body
