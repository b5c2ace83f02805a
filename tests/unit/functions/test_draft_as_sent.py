"""A draft that is sent as it is: what was asked about and is known, and beneath it what an agent has to decide."""

from __future__ import annotations

import pytest

from shared.domain.choosing import DraftStory
from shared.domain.claims import Claim
from shared.domain.note import draft_note
from shared.domain.observation import Sentiment, ServiceFailure
from shared.domain.resolution import Cut, Draft, FactName, Resolution, Wording
from shared.domain.wording import Paragraph
from shared.ports.knowledge import Match
from tests.fakes.draft_writer import ScriptedWriter
from tests.unit.domain.samples import ASKING, policy, seen
from tests.unit.functions.world import ANN, EXPORT, World


@pytest.fixture
def world() -> World:
    return World()


SEATS = EXPORT.model_copy(
    update={
        "gaps": (FactName.SEATS,),
        "page": "https://help.example/seats",
        "body": "Hello {customer_name},\n\n[when asked: how many]\nYou have {seats} seats.\n\nInvite people under "
        "Members[[ of {company}]].\n\n[when asked: firewall]\nAllow port 443.\n\nBest regards",
    }
)


def drafted_from(world: World, resolution: Resolution, text: str, *, fit: float = 0.9, **customer) -> Draft | None:
    world.knowledge.matches = [Match(resolution=resolution, fit=fit)]
    ref = world.ref(world.arrives(text, customer=ANN.model_copy(update=customer)))
    world.prepare(ref)
    return world.drafts.get(ref.key, ref.version)


def test_a_draft_holds_what_was_asked_about_and_says_what_was_left_out(world):
    made = drafted_from(world, SEATS, "How do I add people?", company="")
    assert made.text == "Hello Ann,\n\nInvite people under Members.\n\nBest regards"
    assert made.cut == Cut(not_asked=("how many", "firewall"), unknown=(FactName.COMPANY,))
    assert made.check == ()
    assert made.confidence.endswith("; read it once, then send it")
    assert made.sources[0].link == "https://help.example/seats"
    story = world.drafts.story(world.key("1001"), world.state("1001").version)
    assert (story.cut, story.gaps) == (made.cut, ())


@pytest.mark.parametrize("name", ["{plan}", "", "https://evil.example/x"])
def test_a_customer_whose_name_is_none_is_greeted_without_it_where_the_answer_allows_that(world, name):
    greets = EXPORT.model_copy(
        update={"facts": (), "body": "Hello[[ {customer_name}]],\n\nopen the board and choose Export.\n\nBye"}
    )
    made = drafted_from(world, greets, "How do I export a board?", name=name)
    assert made.text.startswith("Hello,\n\nopen")
    assert made.cut.unknown == (FactName.CUSTOMER_NAME,)


def test_a_gap_is_named_first_and_the_draft_is_called_not_complete(world):
    made = drafted_from(world, SEATS, "How many people may we add?", company="Bright Ltd", seats=None)
    assert "You have [seats] seats.\n\nInvite people under Members of Bright Ltd." in made.text
    assert made.before_sending == ("Fill in [seats]: nobody told us, so the draft has a gap there",)
    assert made.check == ("Filled in: company Bright Ltd",)
    assert made.confidence.startswith("not complete: fill in [seats] first; apart from that high")
    story = world.drafts.story(world.key("1001"), world.state("1001").version)
    assert story.gaps == (FactName.SEATS,)


def test_a_fact_that_is_known_leaves_no_gap(world):
    made = drafted_from(world, SEATS, "How many people may we add?", company="", seats=7)
    assert "You have 7 seats." in made.text
    assert made.before_sending == ()
    assert made.confidence.startswith("high")


def test_a_required_fact_is_only_missed_where_its_passage_stays(world):
    needs = SEATS.model_copy(update={"gaps": (), "facts": (FactName.CUSTOMER_NAME, FactName.SEATS)})
    assert drafted_from(world, needs, "How do I add people?", seats=None) is not None
    assert drafted_from(world, needs, "How many people may we add?", seats=None) is None


def test_an_open_ticket_with_the_same_question_is_called_so_and_one_without_a_subject_by_its_words(world):
    world.triage(world.arrives("How do I export my board to a file?", subject=""))
    world.triage(world.arrives("Our invoice of May names the wrong street.", subject=""))
    world.clock.forward(hours=1)
    made = drafted_from(world, EXPORT, "How do I export my board to a file?")
    assert made.check == (
        "The same question: #1001, open; one answer is enough",
        "Other open tickets of this customer: #1002 “Our invoice of May names the wrong street.”",
    )


def test_of_many_open_tickets_three_are_named(world):
    for place in range(5):
        world.triage(world.arrives("My invoice is wrong.", subject=f"Invoice {place}"))
    world.clock.forward(hours=1)
    made = drafted_from(world, EXPORT, "How do I export my board to a file?")
    assert made.check[0].count("#") == 3
    assert made.check[0].endswith("; and 2 more")


def test_an_open_ticket_in_which_they_threaten_to_leave_is_read_first(world):
    world.triage(world.arrives("We will cancel and take this to our lawyer.", subject="INV-20633 / charge-back"))
    world.clock.forward(minutes=5)
    made = drafted_from(world, EXPORT, "How do I export my board to a file?")
    words = "We will cancel and take this to our lawyer."
    assert made.before_sending == (f"Read #1001 first: “INV-20633 / charge-back”, still open. There: “{words}”",)
    assert made.check == ()
    assert made.confidence.startswith("high")
    assert made.confidence.endswith("; do first what stands above")


PASSED_ON = "Pass the idea on to the product team: the answer says that it was done."


def earlier_ticket(world: World, subject: str, **observed) -> None:
    """A ticket of the same customer that is still open."""
    calm, world.engine.sees = world.engine.sees, seen(**observed)
    world.triage(world.arrives("Please look at invoice INV-20471.", subject=subject))
    world.engine.sees = calm
    world.clock.forward(minutes=5)


def test_an_open_ticket_with_a_broken_promise_is_read_first_however_calm(world):
    earlier_ticket(world, "The call of Tuesday", failure=ServiceFailure.BROKEN_PROMISE)
    made = drafted_from(world, EXPORT, "How do I export my board to a file?")
    assert [line[:20] for line in made.before_sending] == ["Read #1001 first: “T"]


def test_an_unhappy_open_ticket_is_read_first_and_a_calm_report_of_a_failure_is_told_before_the_others(world):
    earlier_ticket(world, "Storage", sentiment=Sentiment.FRUSTRATED)
    earlier_ticket(world, "Duplicate payment", failure=ServiceFailure.BILLING_ERROR)
    earlier_ticket(world, "Dark theme")
    made = drafted_from(world, EXPORT, "How do I export my board to a file?")
    assert [line[:17] for line in made.before_sending] == ["Read #1001 first:"]
    others = "#1002 “Duplicate payment”, which reports a failure; #1003 “Dark theme”"
    assert made.check == (f"Other open tickets of this customer: {others}",)


def test_what_an_answer_says_was_done_is_to_be_done_after_a_gap_and_a_grave_ticket(world):
    nobody_knows = ANN.model_copy(update={"company": "Bright Ltd", "seats": None})
    world.triage(world.arrives("We will take this to our lawyer.", subject="Claim", customer=nobody_knows))
    world.clock.forward(minutes=5)
    told = SEATS.model_copy(update={"before_sending": (PASSED_ON,)})
    made = drafted_from(world, told, "How many people may we add?", company="Bright Ltd", seats=None)
    gap, grave, deed = made.before_sending
    assert (gap[:15], grave[:16], deed) == ("Fill in [seats]", "Read #1001 first", PASSED_ON)
    assert made.confidence.endswith("; do first what stands above")
    shown = draft_note(made, version="1", replaces=False)
    (listed,) = [block for block in shown.blocks if block.title == "Check before sending"]
    assert listed.lines == (gap, grave, deed, "Filled in: company Bright Ltd")


def test_a_model_that_takes_another_answer_leaves_no_deed_untold():
    world = World(policy(llm={**ASKING, "words_drafts": True}))
    world.scripted = ScriptedWriter((Paragraph(text="Hello {customer_name}, open Export.", sources=("export-csv",)),))
    world.writer = lambda: world.scripted
    made = drafted_from(
        world, SEATS.model_copy(update={"before_sending": (PASSED_ON,)}), "How do I add people?", company="Bright Ltd"
    )
    assert made.before_sending == (PASSED_ON,)


@pytest.mark.parametrize(("fit", "grade", "step"), [
    (0.9, "high: ", "; do first what stands above"),
    (0.72, "fair: ", "; read question and answer once more; do first what stands above"),
])  # fmt: skip
def test_no_grade_says_send_where_something_has_to_be_done_first(world, fit, grade, step):
    told = EXPORT.model_copy(update={"before_sending": (PASSED_ON,)})
    made = drafted_from(world, told, "How do I export a board?", fit=fit)
    assert made.confidence.startswith(grade)
    assert made.confidence.endswith(step)
    assert "send it" not in made.confidence


def test_what_is_listed_beneath_a_draft_is_looked_at_before_it_is_sent(world):
    told = EXPORT.model_copy(update={"body": "Hello[[, we have {account_email}]].\n\nChoose Export."})
    made = drafted_from(world, told, "How do I export a board?")
    assert made.check == (f"Filled in: account email {ANN.email} (is it the one they sign in with?)",)
    assert made.confidence.endswith("; look at what stands above, then send it")


def test_a_draft_of_before_deeds_were_told_still_loads(world):
    made = drafted_from(world, EXPORT, "How do I export a board?")
    stored = made.model_dump(mode="json", exclude={"before_sending"})
    assert Draft.model_validate(stored) == made


def worded(says: str, text: str, **customer) -> tuple[World, Draft | None]:
    """A draft where a language model words what it is told to."""
    world = World(policy(llm={**ASKING, "words_drafts": True}))
    parts = tuple(Paragraph(text=part, sources=("export-csv",)) for part in says.split("\n\n"))
    world.scripted = ScriptedWriter(parts)
    world.writer = lambda: world.scripted
    return world, drafted_from(world, SEATS, text, **customer)


def test_a_model_is_given_what_is_left_and_cannot_bring_back_what_nobody_asked_about():
    world, made = worded("Hello {customer_name},\n\nAllow port 443.", "How do I add people?")
    ((assignment, _),) = world.scripted.given
    assert "port" not in assignment.sources[0].text
    assert made.wording is Wording.APPROVED
    assert Claim.NUMBER in {one.claim for one in made.asked.objections}


def test_a_model_may_keep_a_gap_and_may_not_fill_it():
    asked = "How many people may we add?"
    _, kept = worded(
        "Hello {customer_name},\n\nYou have {seats} seats. Invite people under Members.", asked, seats=None
    )
    assert kept.wording is Wording.ADAPTED
    assert "[seats] seats" in kept.text
    assert kept.before_sending[0].startswith("Fill in [seats]")
    _, filled = worded("Hello {customer_name},\n\nYou have 12 seats. Invite under Members.", asked, seats=None)
    assert filled.wording is Wording.APPROVED


def test_a_story_of_before_answers_were_cut_still_loads():
    stored = {"at": "2026-11-01T12:00Z", "language": "en", "fits_at": 0.5, "margin": 0.1}
    told = DraftStory.model_validate(stored)
    assert (told.cut, told.gaps) == (Cut(), ())
