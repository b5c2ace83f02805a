from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.adapters.intercom.reading import web_url
from shared.domain.errors import DeskUnavailable, TicketGone
from shared.domain.ticket import Customer, DeskFields, DeskTicket, Role, TicketStatus
from tests.fakes.intercom import (
    AGENT,
    AT,
    CONTACT,
    OTHER,
    OWN,
    READ,
    SEARCH,
    ScriptedIntercom,
    admin,
    conversation,
    desk_on,
    part,
    refused,
    rows,
    tag,
    user,
    workspace_with,
)
from tests.fakes.scripted import Reply


def fetched(*parts: Any, **changes: Any) -> DeskTicket:
    return desk_on(workspace_with(*parts, **changes)).fetch("7")


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(AT + seconds, UTC)


# ---- the ticket


def test_a_conversation_is_told_in_the_policy_s_words():
    ticket = fetched()
    assert (ticket.key.desk, ticket.key.id, ticket.subject, ticket.channel) == (
        "intercom",
        "7",
        "Charged <twice>",
        "email",
    )
    assert ticket.fields == DeskFields(priority="low", queue="billing", assignee="p52@example.com")
    assert (ticket.tags, ticket.custom) == ({"vip"}, {"category": "billing"})
    assert (ticket.status, ticket.created_at, ticket.updated_at) == (TicketStatus.OPEN, at(0), at(600))
    assert ticket.customer == Customer(id=CONTACT, name="Ann Chen", email="ann@example.com")
    assert ticket.link == "https://acme.example/intercom/a/inbox/acme1/inbox/conversation/7"


def test_the_version_of_the_api_and_the_token_go_with_every_request():
    workspace = workspace_with()
    desk = desk_on(workspace)
    desk.fetch("7")
    desk.changed_since(None)
    for request in workspace.requests:
        assert request.headers["Intercom-Version"] == "2.16"
        assert request.headers["Authorization"] == "Bearer s3cret-token"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("open", TicketStatus.OPEN),
        ("snoozed", TicketStatus.PENDING),
        ("closed", TicketStatus.SOLVED),
        ("something_new", TicketStatus.OPEN),
    ],
)
def test_states_in_our_words(state: str, status: TicketStatus):
    assert fetched(state=state).status is status


def test_a_closed_one_was_solved_when_it_was_last_closed_and_without_statistics_when_it_last_changed():
    assert fetched(state="closed", statistics={"last_close_at": AT + 500}).solved_at == at(500)
    assert fetched(state="closed").solved_at == at(600)
    assert fetched(statistics={"last_close_at": AT + 500}).solved_at is None


@pytest.mark.parametrize(
    ("rating", "told"), [(5, "good"), (4, "good"), (3, None), (2, "bad"), (1, "bad"), (None, None)]
)
def test_ratings_of_one_to_five_are_good_bad_or_neither(rating: int | None, told: str | None):
    assert fetched(conversation_rating={"rating": rating, "remark": "x"}).rating == told


@pytest.mark.parametrize(
    ("kind", "channel"),
    [("conversation", "chat"), ("email", "email"), ("whatsapp", "chat"), ("phone_call", "phone"), ("push", "chat")],
)
def test_channels(kind: str, channel: str):
    assert fetched(source={**conversation()["source"], "type": kind}).channel == channel


def test_a_chat_is_called_by_its_title():
    source = {**conversation()["source"], "type": "conversation", "subject": ""}
    assert fetched(source=source, title="Charged twice").subject == "Charged twice"


@pytest.mark.parametrize("nobody", [None, 0, "0", ""])
def test_nobody_is_told_as_null_or_as_zero(nobody: object):
    ticket = fetched(admin_assignee_id=nobody, team_assignee_id=nobody)
    assert (ticket.fields.queue, ticket.fields.assignee) == (None, None)


@pytest.mark.parametrize(
    ("native", "ours"), [("none", None), ("low", "low"), ("medium", "normal"), ("high", "high"), ("urgent", "urgent")]
)
def test_a_teammate_s_own_priority_goes_before_ours(native: str, ours: str | None):
    assert fetched(priority=native, custom_attributes={}, tags={"tags": []}).fields.priority == ours
    told = fetched(priority=native, custom_attributes={"firstline PRIORITY": "high"}).fields.priority
    assert told == (ours or "high")


def test_what_is_told_as_null_is_as_good_as_not_told():
    nothing = dict.fromkeys(
        ("tags", "contacts", "custom_attributes", "source", "conversation_parts", "statistics", "title", "priority")
    )
    ticket = fetched(**nothing)
    assert (ticket.subject, ticket.tags, ticket.custom, ticket.customer.id) == ("", frozenset(), {}, "")
    assert [message.text for message in ticket.messages] == [""]
    bare = {"body": None, "author": {**admin(AGENT), "from_ai_agent": None, "email": None}, "attachments": None}
    assert fetched({**part(1, user()), **bare}).messages[1].role is Role.AGENT


def test_a_deleted_conversation_is_gone():
    workspace = workspace_with()
    workspace.script[READ] = refused(404, "not_found")
    with pytest.raises(TicketGone):
        desk_on(workspace).fetch("7")


def test_an_answer_of_another_shape_is_no_conversation_and_is_not_quoted():
    workspace = workspace_with()
    workspace.script[READ] = Reply(body={**conversation(), "created_at": "zanzibar"})
    with pytest.raises(DeskUnavailable, match="created_at") as error:
        desk_on(workspace).fetch("7")
    assert "zanzibar" not in str(error.value)


@pytest.mark.parametrize(
    ("base_url", "page"),
    [
        ("https://api.intercom.io", "https://app.intercom.com"),
        ("https://api.eu.intercom.io", "https://app.eu.intercom.com"),
        ("https://api.au.intercom.io/", "https://app.au.intercom.com"),
        ("https://api.intercom.io.evil.example", "https://api.intercom.io.evil.example"),
        ("http://127.0.0.1:1/intercom", "http://127.0.0.1:1/intercom"),
    ],
)
def test_links_lead_to_the_region_s_inbox(base_url: str, page: str):
    assert web_url(base_url) == page


# ---- what was said


def test_what_opened_it_and_every_part_with_words_are_messages_with_their_roles():
    ticket = fetched(
        part(1, admin(AGENT), "I ask a colleague.", "note"),
        part(2, admin(AGENT), None, "assignment"),
        part(3, {"type": "bot", "id": "9", "name": "Fin"}, "Have you tried?"),
        part(4, admin(AGENT, from_ai_agent=True), "Let me see."),
        part(5, admin(AGENT), "We refunded it.", "close"),
        part(6, user(), "And again!", "open"),
        part(7, user(type="lead", id="x1"), "Me too"),
        part(8, admin(OWN), "A briefing", "note"),
    )
    assert [(m.role, m.public, m.text) for m in ticket.messages] == [
        (Role.CUSTOMER, True, "We paid twice."),
        (Role.AGENT, False, "I ask a colleague."),
        (Role.US, True, "Have you tried?"),
        (Role.US, True, "Let me see."),
        (Role.AGENT, True, "We refunded it."),
        (Role.CUSTOMER, True, "And again!"),
        (Role.CUSTOMER, True, "Me too"),
        (Role.US, False, "A briefing"),
    ]
    assert [m.id for m in ticket.messages][:2] == ["source-403918334", "1"]


def test_a_bot_s_answer_ends_nobody_s_waiting_for_a_person():
    ticket = fetched(part(1, {"type": "bot", "id": "9"}, "Have you tried?"))
    assert ticket.answered_after(ticket.messages[0]) is None


def test_somebody_of_whom_nobody_says_what_they_are_counts_as_a_customer():
    unknown = part(1, {"type": "participant", "id": "p1"}), part(2, {}), part(3, {}, "x", "note")
    messages = fetched({**part(4, user()), "author": None}, *unknown).messages[1:]
    assert [(m.role, m.public) for m in messages] == [
        (Role.CUSTOMER, True),
        (Role.CUSTOMER, True),
        (Role.US, False),
        (Role.CUSTOMER, True),
    ]


def test_a_public_message_in_our_name_is_a_person_s_who_uses_our_seat():
    message = fetched(part(1, admin(OWN), "Refunded.")).messages[1]
    assert (message.role, message.public) == (Role.AGENT, True)


def test_words_in_a_kind_of_part_that_nobody_knows_are_kept_for_agents_eyes():
    message = fetched(part(1, admin(AGENT), "x", "something_new")).messages[1]
    assert (message.role, message.public) == (Role.AGENT, False)


def test_a_redacted_message_and_one_without_words_stay_messages():
    messages = fetched(part(1, user(), None, redacted=True), part(2, user(), "")).messages
    assert [(m.role, m.text) for m in messages[1:]] == [(Role.CUSTOMER, ""), (Role.CUSTOMER, "")]


def test_an_outgoing_conversation_begins_with_the_agent_and_belongs_to_the_contact():
    ticket = fetched(part(1, user(), "Yes"), source={**conversation()["source"], "author": admin(AGENT)})
    assert [m.role for m in ticket.messages] == [Role.AGENT, Role.CUSTOMER]
    assert ticket.customer == Customer(id=CONTACT)


def test_of_several_contacts_whoever_wrote_first_is_the_customer():
    contacts = {"contacts": [{"type": "contact", "id": "colleague"}, {"type": "contact", "id": CONTACT}]}
    assert fetched(contacts=contacts).customer.id == CONTACT


def test_parts_come_oldest_first_in_whatever_order_they_are_told():
    assert [m.id for m in fetched(part(11, user()), part(2, user()), part(3, user())).messages[1:]] == ["2", "3", "11"]


def test_of_the_newest_five_hundred_parts_the_first_and_the_newest_messages_are_kept():
    parts = [part(n, user(), f"message {n}") for n in range(1, 501)]
    texts = [m.text for m in fetched(*parts).messages]
    assert texts == ["We paid twice.", *(f"message {n}" for n in (*range(1, 20), *range(321, 501)))]


def test_attachments_are_named():
    files = [{"type": "upload", "name": "a.png", "url": "https://x.example/secret"}]
    assert fetched(part(1, user(), attachments=files)).messages[1].attachments == ("a.png",)
    assert fetched(part(1, user(), attachments=None)).messages[1].attachments == ()


# ---- the stamp


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "closed"},
        {"updated_at": AT + 601},
        {"priority": "high"},
        {"admin_assignee_id": int(OTHER)},
        {"team_assignee_id": 0},
        {"tags": {"tags": [tag("vip")]}},
        {"custom_attributes": {"Order": "A-18"}},
        {"conversation_rating": {"rating": 1}},
        {"title": "x"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_every_edit_moves_the_stamp_even_within_one_second(changes: dict[str, Any]):
    assert fetched(**changes).stamp != fetched().stamp == fetched().stamp


def test_a_new_part_moves_the_stamp_and_the_order_of_tags_does_not():
    assert fetched(part(1, user())).stamp != fetched().stamp
    tags = list(reversed(conversation()["tags"]["tags"]))
    assert fetched(tags={"tags": tags}).stamp == fetched().stamp


# ---- the customer

CONTACT_LINE, COMPANIES = f"GET /contacts/{CONTACT}", f"GET /contacts/{CONTACT}/companies"


def known(contact: dict[str, Any], *companies: dict[str, Any], found: Any = None) -> ScriptedIntercom:
    workspace = workspace_with()
    workspace.script |= {
        CONTACT_LINE: Reply(
            body={"type": "contact", "id": CONTACT, "name": "Ann Chen", "email": "a@x.example", **contact}
        ),
        COMPANIES: Reply(body={"type": "list", "companies": list(companies)}),
        SEARCH: found or rows(),
    }
    return workspace


def customer(contact: dict[str, Any], *companies: dict[str, Any]) -> Customer:
    return desk_on(known(contact, *companies)).customer(CONTACT).customer


ACME = {
    "name": "Acme",
    "plan": {"type": "plan", "name": "business"},
    "monthly_spend": 249,
    "remote_created_at": 1_680_307_200,
    "custom_attributes": {"Seats": 12, "Renewal date": "2027-04-01"},
}


def test_plan_spend_and_since_when_are_the_company_s_standard_fields():
    told = customer({"signed_up_at": 1_700_000_000}, ACME)
    assert (told.company, told.plan, told.mrr, told.signed_up) == ("Acme", "business", 249.0, date(2023, 4, 1))
    assert (told.seats, told.renewal_date) == (12, date(2027, 4, 1))


def test_what_the_company_s_own_attributes_say_goes_before_them_and_the_person_s_before_both():
    told = customer({"custom_attributes": {"plan": "pro"}}, {**ACME, "custom_attributes": {"mrr": "99.5", "plan": "x"}})
    assert (told.plan, told.mrr) == ("pro", 99.5)


def test_of_somebody_without_a_company_the_day_of_signing_up_is_theirs():
    assert customer({"signed_up_at": 1_680_307_200}).signed_up == date(2023, 4, 1)
    assert customer({"signed_up_at": 1_680_307_200}, {"name": "Acme"}).signed_up is None


def test_a_spend_of_nothing_is_no_figure_and_nonsense_is_unknown():
    told = customer({"custom_attributes": {"signed_up": "soon", "seats": "many"}}, {"name": "Acme", "monthly_spend": 0})
    assert (told.mrr, told.plan, told.signed_up, told.seats) == (None, None, None, None)


def test_of_several_companies_the_one_that_pays_most_is_theirs():
    assert customer({}, {"name": "Small", "monthly_spend": 9}, ACME, {"name": "None"}).company == "Acme"


def test_earlier_conversations_are_searched_for_by_contact_and_sorted_here():
    earlier = [{**conversation(), "id": str(n), "created_at": AT - n, "state": "closed"} for n in (3, 1, 2)]
    workspace = known({}, found=rows(*earlier))
    tickets = desk_on(workspace).customer(CONTACT).tickets
    assert [one.id for one in tickets] == ["1", "2", "3"]
    assert {one.status for one in tickets} == {TicketStatus.SOLVED}
    assert workspace.bodies(SEARCH)[0]["query"] == {"field": "contact_ids", "operator": "=", "value": CONTACT}


@pytest.mark.parametrize("status", [403, 404])
def test_of_a_contact_that_was_merged_away_or_may_not_be_read_only_the_id_is_known(status: int):
    workspace = known({})
    workspace.script[CONTACT_LINE] = refused(status, "not_found")
    assert desk_on(workspace).customer(CONTACT).customer == Customer(id=CONTACT)


def test_what_may_not_be_read_costs_the_rest_nothing():
    workspace = known({}, found=refused(403, "api_plan_restricted"))
    workspace.script[COMPANIES] = refused(403, "api_plan_restricted")
    snapshot = desk_on(workspace).customer(CONTACT)
    assert (snapshot.customer.name, snapshot.customer.company, snapshot.tickets) == ("Ann Chen", "", ())
