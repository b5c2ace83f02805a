"""The internal note: what an agent reads on the desk."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.boundary import Owner
from shared.domain.briefing import brief
from shared.domain.case import Known
from shared.domain.decision import decide
from shared.domain.note import (
    BRIEFING_HEADING,
    DRAFT_HEADING,
    HAND_OVER_HEADING,
    BlockKind,
    briefing_note,
    draft_note,
    hand_over_note,
    marker,
)
from shared.domain.observation import Sentiment
from shared.domain.resolution import Cut, Draft, FactName, Source
from shared.domain.ticket import Customer
from tests.unit.domain.samples import NOON, inputs, policy, seen

DRAFT = Draft(
    resolution="plan-change",
    title="Change the plan",
    text="Hi Ada,\n\nhere is how.\n",
    language="en",
    fit=0.8,
    links=("https://help.example/plan",),
    check=("plan: team",),
    made_at=NOON,
    sources=(Source(id="plan-change", title="Change the plan", link="https://help.example/plan"),),
)


def briefed():
    decision = decide(inputs(seen(sentiment=Sentiment.FRUSTRATED)), policy())
    return brief(decision, Known(customer=Customer(id="1", name="Ada")), no_draft=None, made_at=NOON)


def text_of(note) -> str:
    return "\n".join(line for block in note.blocks for line in (block.title, *block.lines))


@given(version=st.text(min_size=1, max_size=30), replaces=st.booleans())
def test_every_note_begins_with_its_heading_and_ends_with_its_mark(version, replaces):
    notes = {
        DRAFT_HEADING: draft_note(DRAFT, version=version, replaces=replaces),
        BRIEFING_HEADING: briefing_note(briefed(), version=version, replaces=replaces),
        HAND_OVER_HEADING: hand_over_note(version=version, failed_at="route"),
    }
    for heading, note in notes.items():
        assert note.blocks[0].kind is BlockKind.HEADING
        assert note.blocks[0].lines == (heading,)
        assert note.blocks[-1].lines == (f"Firstline · {marker(version)}",)
        assert note.marker == marker(version)
        assert all(block.lines for block in note.blocks)


def test_the_marks_of_two_versions_differ():
    assert marker("1") != marker("2")


def test_a_draft_is_shown_whole_with_what_it_rests_on_and_what_to_check():
    note = draft_note(DRAFT, version="v", replaces=False)
    [quote] = [block for block in note.blocks if block.kind is BlockKind.QUOTE]
    assert quote.lines == ("Hi Ada,", "", "here is how.")
    assert "Approved answer: Change the plan (playbook: plan-change; https://help.example/plan)" in text_of(note)
    assert "plan: team" in text_of(note)
    assert note.owner is Owner.AGENT_WITH_DRAFT


def test_an_agent_is_told_what_of_the_approved_answer_was_left_out():
    cut = Cut(not_asked=("firewall", "single sign-on"), unknown=(FactName.RENEWAL_DATE,))
    note = draft_note(DRAFT.model_copy(update={"cut": cut}), version="v", replaces=False)
    assert "Left out of it, not asked about: firewall, single sign-on; not known: renewal date" in text_of(note)
    assert "Left out" not in text_of(draft_note(DRAFT, version="v", replaces=False))


def test_a_draft_of_before_its_sources_were_kept_is_still_shown():
    note = draft_note(DRAFT.model_copy(update={"sources": ()}), version="v", replaces=False)
    assert "Approved answer: Change the plan (playbook: plan-change)" in text_of(note)


def test_a_briefing_quotes_the_customer_and_has_nothing_to_send():
    note = briefing_note(briefed(), version="v", replaces=False)
    assert note.owner is Owner.AGENT_WITH_BRIEFING
    assert "how it is said" in text_of(note)
    assert DRAFT_HEADING not in text_of(note)


def test_only_a_renewed_note_says_that_it_replaces_the_earlier_one():
    for make, content in ((draft_note, DRAFT), (briefing_note, briefed())):
        assert "replaces the earlier note" in text_of(make(content, version="v", replaces=True))
        assert "replaces the earlier note" not in text_of(make(content, version="v", replaces=False))


def test_a_ticket_that_triage_could_not_finish_says_where_it_stopped():
    note = hand_over_note(version="v", failed_at="write_back")
    assert "write_back" in text_of(note)
    assert note.owner is Owner.AGENT_WITH_BRIEFING
