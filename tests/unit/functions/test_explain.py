"""What `firstline explain` says of a ticket: clocks, place and person, each with its reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cli import explain
from cli.draft_story import CLAIMS, OUTCOMES, REASONS
from cli.explain import _say, reason_of
from cli.local.sidebar import beside
from shared.domain.claims import Claim
from shared.domain.observation import Outcome, Sentiment
from shared.domain.resolution import FactName, NoDraft
from shared.domain.ticket import DeskClock, Stands, Target
from shared.ports.knowledge import Match
from tests.unit.domain.samples import seen
from tests.unit.functions.test_draft_wording import asking, said
from tests.unit.functions.test_sla_scan import WARNS
from tests.unit.functions.world import ANN, EXPORT


@pytest.fixture(autouse=True)
def _at_the_worlds_time(world, monkeypatch):
    """What is explained is explained as of the world's clock."""
    monkeypatch.setattr(explain, "now", world.clock)


def test_clocks_place_and_person_are_told_with_their_reasons(world, capsys):
    id = world.arrives()
    world.triage(id)
    world.clock.now = WARNS + timedelta(minutes=1)
    world.scan()

    told = reason_of(world.key(id), world)
    assert told["replay"] == "same"
    assert told["rank"]["reasons"][0] == "top: its last warning has passed"
    assert told["decision"]["rank_reasons"][0] == "in the order of deadlines"
    assert told["decision"]["agent_reasons"][-1] == "carries 0 of 10000, was given 0 this week"
    [clock] = told["clocks"]
    assert (clock["target"], clock["minutes"], clock["fired"]) == ("first_response", 240, ["warning"])
    assert [stage["stage"] for stage in told["stages"]] == ["warning"]

    assert clock["used_minutes"] == 181
    assert [(one["name"], one["recorded"]) for one in clock["stages"]] == [("warning", True), ("breach", False)]
    assert told["desk_sla"] == {"told": [], "differences": []}

    _say(told)
    said = " ".join(capsys.readouterr().out.split())
    assert "its last warning has passed" in said
    assert "240 min" in said


def test_beside_a_ticket_stands_why_and_none_of_the_customers_words(world):
    id = world.arrives("Where are my unmistakable words?")
    world.triage(id)
    told = beside(world.key(id), world)
    assert [one["target"] for one in told["clocks"]] == ["first_response"]
    assert told["rank"]["reasons"] == told["decided"]["rank_reasons"]
    assert "unmistakable" not in str(told)
    assert beside(world.key("404"), world) is None


def test_a_difference_to_the_desks_own_sla_is_told_and_stands_in_the_alert(world, capsys):
    theirs = DeskClock(
        target=Target.FIRST_RESPONSE,
        metric="first_reply_time",
        stands=Stands.RUNNING,
        due_at=WARNS + timedelta(hours=3),
    )
    id = world.arrives()
    world.triage(id)
    world.desk.counts(id, theirs)
    world.clock.now = WARNS
    world.scan()

    [difference] = reason_of(world.key(id), world)["desk_sla"]["differences"]
    assert difference["minutes"] == 120
    _say(reason_of(world.key(id), world))
    said = "The desk's own SLA differs: first response (first_reply_time on the desk): due"
    assert said in " ".join(capsys.readouterr().out.split())
    assert any(line.startswith(said) for line in world.alerts.sent[-1].lines)


def told_of_draft(world, id: str) -> list[str]:
    return reason_of(world.key(id), world)["drafting"]["in_words"]


def prepared(world, *texts: str, **more) -> str:
    id = world.arrives(*texts, **more)
    world.prepare(world.ref(id))
    return id


def test_a_draft_is_told_with_the_answers_that_were_looked_at(world, capsys):
    other = EXPORT.model_copy(update={"id": "import-csv", "title": "Import a file"})
    world.knowledge.matches.append(Match(resolution=other, fit=0.1))
    id = prepared(world)
    first, *rest = told_of_draft(world, id)
    assert first == "There is a draft, made from “Export a board as CSV”."
    assert "fit 0.90: was taken" in rest[0]
    assert "“Import a file” (import-csv), fit 0.10: is too far off" in rest[1]
    _say(reason_of(world.key(id), world))
    assert "was taken" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("match", "said"),
    [
        (Match(resolution=EXPORT, fit=0.1), "is too far off; it would count from"),
        (
            Match(resolution=EXPORT, fit=0.9, rival=0.9, against="It broke."),
            "nearer to what it is not for: “It broke.”",
        ),
        (Match(resolution=EXPORT.model_copy(update={"valid_until": date(2026, 2, 1)}), fit=0.9), "does not hold on"),
        (Match(resolution=EXPORT.model_copy(update={"plans": ("enterprise",)}), fit=0.9), "customer's plan"),
        (
            Match(resolution=EXPORT.model_copy(update={"facts": tuple(FactName)}), fit=0.9),
            "needs what nobody knows: company, renewal date, invoice number",
        ),
    ],
)
def test_a_missing_draft_is_told_with_what_stood_between(world, match, said):
    world.knowledge.matches = [match]
    lines = told_of_draft(world, prepared(world))
    assert lines[0].startswith("There is no draft: ")
    assert said in lines[1]


def test_an_approved_wording_that_fails_the_check_is_told_sentence_by_sentence(world):
    wrong = EXPORT.model_copy(update={"body": "Hello {customer_name}, CALL US RIGHT NOW about the board!!"})
    world.knowledge.matches = [Match(resolution=wrong, fit=0.9)]
    lines = told_of_draft(world, prepared(world))
    assert lines[0] == f"There is no draft: {REASONS[NoDraft.CHECK_FAILED]}."
    assert any("its tone is wrong: “CALL US RIGHT NOW”" in line for line in lines)


def test_what_the_model_was_refused_for_is_told_claim_by_claim():
    world = asking(said("Hello {customer_name},", "Open the board for $5 and choose Export."))
    lines = told_of_draft(world, prepared(world))
    assert lines[0].startswith("There is a draft")
    assert "  - the amount “$5” stands in no approved answer" in lines
    assert any("was not shown" in line for line in lines)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.ANSWERED])
def test_every_failure_of_the_model_is_told_in_words(outcome):
    lines = told_of_draft(world := asking(outcome), prepared(world))
    assert any(OUTCOMES[outcome] in line for line in lines)


def test_every_reason_claim_and_outcome_has_its_words():
    assert (REASONS.keys(), CLAIMS.keys(), OUTCOMES.keys()) == (set(NoDraft), set(Claim), set(Outcome))


def test_a_switched_off_and_a_bounded_ticket_say_so(world):
    world.policies.switch_drafting(on=False)
    assert told_of_draft(world, prepared(world)) == [f"There is no draft: {REASONS[NoDraft.SWITCHED_OFF]}."]
    world.policies.switch_drafting(on=True)
    world.engine.sees = seen(sentiment=Sentiment.FRUSTRATED)
    assert "the boundary keeps this one with a person" in told_of_draft(world, prepared(world))[0]


def test_what_a_draft_lacks_of_the_approved_answer_is_told(world):
    body = "Hi {customer_name},\n\n[when asked: how many]\nYou have {seats} seats.\n\nOpen the board[[ of {company}]]."
    more = "\n\n[when asked: firewall]\nAllow port 443.\n\nBye"
    marked = EXPORT.model_copy(update={"gaps": (FactName.SEATS,), "body": body + more})
    world.knowledge.matches = [Match(resolution=marked, fit=0.9)]
    customer = ANN.model_copy(update={"company": "", "seats": None})
    lines = told_of_draft(world, prepared(world, "How many boards may I export, and how?", customer=customer))
    assert "Left out, for the request does not speak of it: firewall." in lines
    assert "Left out, for nobody knows the fact: company." in lines
    assert "To be filled in by the agent, for nobody knows it: seats." in lines
