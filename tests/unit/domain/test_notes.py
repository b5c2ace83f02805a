"""Thank-you notes and spam open nothing; a customer is never taken for either.

The corpora are our own; the halves called held out were written before the patterns and put aside.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest

from shared.domain.automatic import AutomaticKind
from shared.domain.conversation import is_thanks, is_waiting, machine_wrote, newest_request, requests
from shared.domain.facts import FactKind
from shared.domain.intake import take_in
from shared.domain.spam import looks_like_spam
from shared.domain.thanks import asks, only_thanks
from shared.domain.ticket import Customer, EarlierTicket, Role, TicketStatus
from tests.unit.domain.test_intake import NOON, POLICY, message, ticket

DATA = Path(__file__).parents[2] / "data"
STRANGER = Customer(id="9", email="x@unknown.example")


def rows(*names: str) -> list[dict]:
    return [json.loads(line) for name in names for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


NOTES = rows("notes", "notes_held_out")
LOOKALIKES = rows("note_lookalikes", "note_lookalikes_held_out", "automatic_lookalikes", "calm_complaints")
LOOKALIKES += rows("injection_lookalikes", "injection_lookalikes_held_out")
each_note = pytest.mark.parametrize("row", NOTES, ids=lambda row: row["id"])


@each_note
def test_a_note_is_told_by_its_words(row):
    assert only_thanks(row["body"]) == (row["kind"] == "thanks")
    assert looks_like_spam(row["subject"], row["body"]) == (row["kind"] == "spam")


@pytest.mark.parametrize("row", LOOKALIKES, ids=lambda row: row["id"])
def test_a_customer_is_taken_for_neither(row):
    assert not only_thanks(row["body"])
    assert not looks_like_spam(row["subject"], row["body"])


NO_THANKS = (
    "",
    "ok",
    "👍",
    "no",
    "done",
    "perfect",
    "Ann",
    "ta-da",
    "thanksgiving",
    "No thanks",
    "> Thanks\n\nIt fails",
)
NOT_ONLY = ("Thanks 2", "thanks @Ada", "Thank you?", "Thanks, Monday", "thanks. Yes.", "Danke, ja", "Merci, oui")
LONGER = (
    "thanks!!! NOT",
    "Thanks\nhttps://x.example/file",
    "Thanks\n\nPS the invoice is still wrong",
    "Thanks,\nplease call me",
    "Thanks, works. Best regards\nTom\nPlease also refund May.",
    "Thank you\n\nRegards\nAnn\nCan you call me",
    "Thank you\n\nRegards\nAnn\nrefund the rest",
    "Thanks!\n> Did you restart?\nYes, and it still fails.",
    "Thanks\n\nOn 16 Nov 2026, Ada wrote:\n> Is it gone?\n\nNo, it is not.",
    "Thanks\n--\nit fails again",
    "Thanks\n-- \nIt fails again",
    "Thanks 👎",
    "Danke 😡",
    "Thanks!\n" + "> quoted\n" * 1_000 + "but it fails",
    "thanks " * 200,
    "thank you\n" * 500,
)


@pytest.mark.parametrize("text", [*NO_THANKS, *NOT_ONLY, *LONGER], ids=range(34))
def test_one_word_more_makes_it_a_request(text: str):
    assert not only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks! 👍🏽",
        "Merci 🙏",
        "Thanks!\n\nSent from my iPhone",
        "Thank you\n-- \nTom Reyes\nIT, Halden Logistics\n+44 20 7946 0018\ntom@halden.example",
        "Thanks!\n\nOn 16 Nov 2026, Ada wrote:\n> Is it gone?",
        "Thanks!\n\nFrom: Ada <ada@x.example>\nSent: Monday\n\nPlease open the settings. Does it work?",
        "> Please open the settings.\n\nThank you, Ada!",
    ],
    ids=range(7),
)
def test_signatures_quotes_and_glad_faces_say_nothing_more(text: str):
    assert only_thanks(text)


def answered(thanks: str = "Thanks!", answer: str = "Please open the settings.", *later, **changes):
    """A question, an answer, and the customer's next message."""
    reply = message(2, Role.AGENT, at=1, text=answer)
    return ticket(message(1), reply, message(3, at=2, text=thanks), *later, **changes)


def test_thanks_for_an_answer_start_no_clock_and_no_triage():
    before = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    after = take_in(before, answered(at=2), policy=POLICY, now=NOON + timedelta(minutes=1))

    assert newest_request(answered()).id == "1"
    assert not is_waiting(answered())
    assert not after.triage
    assert after.state.due is None
    assert after.state.version == "1"
    assert {fact.kind for fact in after.facts} == {FactKind.FIRST_RESPONSE}


def test_thanks_for_a_solved_ticket_leave_it_solved_and_a_question_behind_them_takes_it_up_again():
    solved = ticket(message(1), message(2, Role.AGENT, at=1), status=TicketStatus.SOLVED, at=2)
    state = take_in(None, solved, policy=POLICY, now=NOON + timedelta(seconds=3)).state
    thanked = ticket(message(1), message(2, Role.AGENT, at=1), message(3, at=60, text="Thank you!"), at=60)
    intake = take_in(state, thanked, policy=POLICY, now=NOON + timedelta(seconds=61))

    assert (intake.triage, intake.facts, intake.state.due) == (False, (), None)
    assert intake.state.reopened_at is None
    assert intake.state.solved_at == state.solved_at
    messages = (*thanked.messages, message(4, at=90, text="It broke again"))
    asked = thanked.model_copy(update={"messages": messages, "updated_at": NOON + timedelta(seconds=90)})
    again = take_in(intake.state, asked, policy=POLICY, now=NOON + timedelta(seconds=91))

    assert again.triage
    assert again.state.reopened_at == NOON + timedelta(seconds=90)
    assert [fact.kind for fact in again.facts] == [FactKind.REOPENED]


def test_thanks_are_a_request_where_nobody_has_answered_or_the_answer_asked_something():
    assert newest_request(ticket(message(1), message(2, at=1, text="Thanks!"))).id == "2"
    assert newest_request(ticket(message(1, text="Thank you very much"))).id == "1"
    assert newest_request(answered("Perfect, thanks!", "Shall we refund you 20 euros?")).id == "3"
    assert newest_request(answered("Thanks!", "Done. Is there anything else we can help with?")).id == "1"
    note = ticket(message(1), message(2, Role.AGENT, at=1, public=False), message(3, at=2, text="Thanks!"))
    assert newest_request(note).id == "3"


def test_a_question_that_nobody_answered_still_waits_behind_thanks():
    look = answered("And the other board?", "Here you are.", message(4, at=3, text="Thanks!"))
    assert newest_request(look).id == "3"
    assert is_waiting(look)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("Done.", False),
        ("Shall we?", True),
        ("Noch weitere Fragen?", False),
        ("¿Algo más? ¿Quiere un reembolso?", True),
        ("See https://x.example/?", False),
        ("x" * 9_000, True),
    ],
)
def test_whether_an_answer_asks(answer: str, asked: bool):
    assert asks(answer) is asked


SPAM = next(row for row in NOTES if row["kind"] == "spam")


def test_spam_from_a_stranger_starts_nothing_and_is_counted_apart():
    look = ticket(message(1, text=SPAM["body"]), subject=SPAM["subject"], customer=STRANGER)
    intake = take_in(None, look, policy=POLICY, now=NOON)

    assert machine_wrote(look, look.messages[0]) is AutomaticKind.SPAM
    assert (intake.triage, intake.state.due, intake.state.clock, intake.state.version) == (False, None, None, None)
    assert [fact.detail["machine"] for fact in intake.facts if fact.kind is FactKind.AUTOMATIC] == ["spam"]


@pytest.mark.parametrize(
    "known",
    [
        {"customer": STRANGER.model_copy(update={"plan": "team"})},
        {"customer": STRANGER.model_copy(update={"signed_up": NOON.date()})},
        {"customer": STRANGER.model_copy(update={"seats": 3})},
        {"earlier": (EarlierTicket(id="1", subject="", status=TicketStatus.SOLVED, created_at=NOON),)},
        {"channel": "chat"},
    ],
)
def test_whoever_the_company_knows_sends_no_spam(known):
    look = ticket(message(1, text=SPAM["body"]), subject=SPAM["subject"], **{"customer": STRANGER, **known})
    assert newest_request(look).id == "1"


def test_what_a_stranger_writes_below_spam_is_a_request():
    look = ticket(message(1, text=SPAM["body"]), message(2, at=1, text=SPAM["body"]), customer=STRANGER)
    assert [one.id for one in requests(look)] == ["2"]


def test_headers_tell_a_machine_where_the_desk_gives_them():
    plain = message(1, text="I am away until Monday.")
    told = plain.model_copy(update={"headers": {"auto-submitted": "auto-replied"}})

    assert newest_request(ticket(plain)).id == "1"
    assert newest_request(ticket(told)) is None
    # A person's own mail below it is one.
    assert newest_request(ticket(told, message(2, at=1))).id == "2"


def test_only_a_customer_thanks():
    thanks = [message(id, Role.AGENT, at=id, text="Thank you!") for id in (2, 3)]
    look = ticket(message(1), *thanks)
    assert not any(is_thanks(look, one) for one in look.messages)


STRANGE = (
    "thanks ",
    "thanks\n",
    "regards ",
    "On 1 ",
    "merci, ",
    "Thanks Ada ",
    "hi Ann Ann ",
    "> ",
    "seo ",
    "dank sehr ",
)


@pytest.mark.parametrize("piece", STRANGE)
def test_strange_notes_are_read_in_bounded_time(piece: str):
    only_thanks("thanks")
    looks_like_spam("", "seo")
    began = process_time()
    for size in (400, 4_000, 100_000):
        only_thanks(piece * (size // len(piece)))
        looks_like_spam("", piece * (size // len(piece)))
        asks((piece + "?") * (size // len(piece)))
    assert process_time() - began < 1
