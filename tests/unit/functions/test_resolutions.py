"""`firstline resolutions`, on what ingest has kept of agents' answers."""

from __future__ import annotations

import sys

import pytest

from cli import resolutions
from cli.resolutions import _say, document_of
from shared.domain.draft_use import MISSED_TAG
from shared.domain.resolution import Draft
from tests.unit.functions.test_draft_use import answers
from tests.unit.functions.world import ANN, World

TITLES = {"export-csv": "Export a board as CSV", "invoice-copy": "A copy of an invoice"}
LARGE = "Large boards take a few minutes longer than small ones."
BEN = ANN.model_copy(update={"id": "42", "name": "Ben Okoro", "email": "ben@example.org", "company": "Kestrel Foods"})


@pytest.fixture
def world():
    return World()


@pytest.fixture(autouse=True)
def _at_the_worlds_time(world, monkeypatch):
    monkeypatch.setattr(resolutions, "now", world.clock)


def drafted(world, customer) -> str:
    id = world.arrives(customer=customer)
    ref = world.ref(id)
    assert world.prepare(ref) == "agent_with_draft"
    world.write_back(ref)
    return id


def draft_of(world, id: str) -> Draft:
    return world.drafts.get(world.key(id), world.state(id).version)


def told(world) -> dict:
    return document_of(world.facts, world.drafts, TITLES, weeks=4)


def test_before_anybody_answered_it_says_so(world, capsys):
    drafted(world, ANN)
    document = told(world)
    assert document["answered"] == 0
    assert [row["drafted"] for row in document["resolutions"]] == [1]
    _say(document)
    assert "Nothing yet: no ticket with a draft was answered" in capsys.readouterr().out


def test_edits_are_counted_and_what_both_added_is_suggested(world, capsys):
    for customer in (ANN, BEN):
        id = drafted(world, customer)
        answers(world, id, f"{draft_of(world, id).text} {LARGE}")
    document = told(world)
    (row,) = document["resolutions"]
    assert (row["id"], row["title"], row["answered"], row["edited"]) == ("export-csv", "Export a board as CSV", 2, 2)
    assert row["mean_edit"] == round(10 / 18, 4)
    assert row["suggestions"] == [{"text": LARGE, "times": 2, "customers": 2}]
    assert document["never_drafted"] == ["invoice-copy"]
    _say(document)
    said = " ".join(capsys.readouterr().out.split())
    assert "edited on average 56%: revise" in said
    assert f"agents keep adding “{LARGE}” (2 replies to 2 customers)" in said


def test_a_sentence_that_names_the_customer_a_colleague_or_the_agent_is_not_even_stored(world):
    agent = world.rules.agents[0].name
    id = drafted(world, BEN)
    more = (
        "Your colleagues at Kestrel Foods know this already.",
        "Tell Ben that it works on every device now.",
        f"Best wishes from your friend {agent}.",
        LARGE,
    )
    answers(world, id, " ".join([draft_of(world, id).text, *more]))
    assert draft_of(world, id).sent.added == (LARGE,)


def test_a_reply_with_a_telephone_number_is_read_without_the_library_that_knows_their_shapes(world, monkeypatch):
    # It is in the layer of those who ask a model; ingest has another one.
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    id = drafted(world, BEN)
    answers(world, id, f"{draft_of(world, id).text} Call us on +44 1632 960 118 whenever it suits you. {LARGE}")
    assert draft_of(world, id).sent.added == (LARGE,)


def test_two_people_of_one_company_are_one_customer(world):
    for name in ("Ben Okoro", "Cleo Park"):
        id = drafted(world, BEN.model_copy(update={"id": name, "name": name, "email": f"{name[:3]}@example.org"}))
        answers(world, id, f"{draft_of(world, id).text} {LARGE}")
    assert told(world)["resolutions"][0]["suggestions"] == []


def test_additions_of_before_anybody_looked_for_names_are_not_shown(world):
    for customer in (ANN, BEN):
        id = drafted(world, customer)
        answers(world, id, f"{draft_of(world, id).text} {LARGE}")
        draft = draft_of(world, id)
        old = draft.model_copy(update={"sent": draft.sent.model_copy(update={"whose": ""})})
        world.drafts.put(world.key(id), world.state(id).version, old)
    assert told(world)["resolutions"][0]["suggestions"] == []


def test_a_draft_out_of_place_is_told_beside_its_answer(world):
    id = drafted(world, ANN)
    world.clock.forward(minutes=1)
    world.desk.edit(id, tags=frozenset({*world.ticket(id).tags, MISSED_TAG}))
    answers(world, id, draft_of(world, id).text)
    assert [(row["missed"], row["as_is"]) for row in told(world)["resolutions"]] == [(1, 1)]


def test_what_lies_before_the_weeks_asked_for_does_not_count(world):
    id = drafted(world, ANN)
    answers(world, id, draft_of(world, id).text)
    world.clock.forward(days=40)
    assert told(world)["resolutions"] == []
