"""From a ticket as it stands to our state: the same however often and in whatever order we look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversation import newest_request, request_of, waiting_messages
from shared.domain.errors import StillWriting
from shared.domain.facts import FactKind
from shared.domain.intake import gone, outdated, take_in
from shared.domain.ticket import (
    Customer,
    DeskFields,
    DeskTicket,
    Message,
    Role,
    TicketKey,
    TicketStatus,
)
from tests.unit.domain.samples import policy

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
POLICY = policy()


def message(id: int, role: Role = Role.CUSTOMER, *, at: float = 0, public: bool = True, text: str = "words") -> Message:
    """A message so many seconds after noon."""
    return Message(id=str(id), role=role, public=public, text=text, at=NOON + timedelta(seconds=at))


def ticket(*messages: Message, at: float = 0, **changes) -> DeskTicket:
    """A ticket that was last updated so many seconds after noon."""
    values = {
        "key": TicketKey(desk="zendesk", id="7"),
        "subject": "Subject",
        "channel": "email",
        "status": TicketStatus.OPEN,
        "fields": DeskFields(),
        "created_at": NOON,
        "updated_at": NOON + timedelta(seconds=at),
        "stamp": str(at),
        "messages": messages,
        "customer": Customer(id="41", email="ann@example.com", plan="team"),
    }
    return DeskTicket.model_validate({**values, **changes})


def fold(looks, now=NOON + timedelta(days=1)):
    """What ingest stores after looks at a ticket in this order, and the facts it records."""
    state, facts = None, {}
    for look in looks:
        if outdated(look, state):
            continue
        intake = take_in(state, look, policy=POLICY, now=now)
        state = intake.state
        facts |= {(fact.kind, fact.at): fact for fact in intake.facts}
    return state, facts


def test_the_same_look_twice_changes_nothing():
    look = ticket(message(1), message(2, Role.AGENT, at=60), message(3, at=120), at=120, rating="good")
    first = take_in(None, look, policy=POLICY, now=NOON + timedelta(hours=1))
    second = take_in(first.state, look, policy=POLICY, now=NOON + timedelta(hours=2))

    assert second.state == first.state
    assert second.facts == ()


STORY = [
    ticket(message(1)),
    ticket(message(1), message(2, at=0), at=0),
    ticket(message(1), message(2), message(3, Role.AGENT, at=90), at=90),
    ticket(message(1), message(2), message(3, Role.AGENT, at=90), message(4, at=200), at=200),
    ticket(
        message(1), message(2), message(3, Role.AGENT, at=90), message(4, at=200), message(5, Role.AGENT, at=300),
        at=300, status=TicketStatus.SOLVED,
    ),
]  # fmt: skip


@given(st.lists(st.sampled_from(STORY), max_size=8))
def test_looks_in_any_order_and_number_end_with_the_newest(looks):
    state, _ = fold([*looks, STORY[-1]])
    alone, _ = fold([STORY[-1]])

    assert state == alone


@given(st.permutations(STORY[:4]))
def test_the_version_never_goes_back(looks):
    versions = [0]
    state = None
    for look in looks:
        if not outdated(look, state):
            state = take_in(state, look, policy=POLICY, now=NOON + timedelta(days=1)).state
            versions.append(int(state.version))
    assert versions == sorted(versions)


@given(first=st.integers(1, 100_000), late=st.integers(0, 100_000), answer=st.integers(1, 100_000))
def test_the_verdict_does_not_depend_on_when_we_looked(first, late, answer):
    """Whether we saw the ticket before its answer or only after it: a breach is a breach by the recorded times."""
    answered = ticket(message(1), message(2, Role.AGENT, at=answer), at=answer)
    seen_before = take_in(None, ticket(message(1)), policy=POLICY, now=NOON + timedelta(seconds=min(first, answer)))
    looked_at = NOON + timedelta(seconds=answer + late)
    facts = [
        {fact.kind for fact in take_in(before, answered, policy=POLICY, now=looked_at).facts}
        for before in (None, seen_before.state)
    ]

    in_time = answer <= 4 * 3600
    assert all((FactKind.SLA_BREACH in kinds) is not in_time for kinds in facts)


def test_times_from_the_future_are_clamped_to_now():
    state = take_in(None, ticket(message(1, at=999), at=999), policy=POLICY, now=NOON).state

    assert state.version_at == NOON


def test_a_ticket_without_a_customers_message_waits_for_nothing():
    intake = take_in(None, ticket(message(1, Role.AGENT)), policy=POLICY, now=NOON)

    assert not intake.triage
    assert (intake.state.version, intake.state.clock, intake.state.due) == (None, None, None)


def test_a_conversation_that_an_agent_began_starts_its_clock_with_the_customer():
    look = ticket(message(1, Role.AGENT), message(2, at=7200), at=7200)
    state = take_in(None, look, policy=POLICY, now=NOON + timedelta(hours=3)).state

    assert state.clock.started_at == NOON + timedelta(hours=2)


def test_only_the_first_look_says_what_the_fields_were_before_us():
    first = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    later = take_in(first, ticket(message(1), at=60, fields=DeskFields(priority="urgent")), policy=POLICY, now=NOON)

    assert later.state.seen == DeskFields()


def test_a_bounded_ticket_stays_so_until_it_is_over():
    state = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state.model_copy(update={"bounded": True})
    assert take_in(state, ticket(message(1), message(2, at=60), at=60), policy=POLICY, now=NOON).state.bounded

    solved = ticket(message(1), at=90, status=TicketStatus.SOLVED)
    assert not take_in(state, solved, policy=POLICY, now=NOON).state.bounded


def test_a_chat_settles_twenty_seconds_after_its_newest_message():
    look = ticket(message(1), message(2, at=10), at=10, channel="chat")

    with pytest.raises(StillWriting) as waits:
        take_in(None, look, policy=POLICY, now=NOON + timedelta(seconds=12))
    assert waits.value.retry_after == 18
    assert take_in(None, look, policy=POLICY, now=NOON + timedelta(seconds=30)).triage


def test_a_chat_from_the_future_waits_twenty_seconds_and_not_longer():
    look = ticket(message(1, at=500), at=500, channel="chat")

    with pytest.raises(StillWriting) as waits:
        take_in(None, look, policy=POLICY, now=NOON)
    assert waits.value.retry_after == 20


def test_a_mail_does_not_wait_for_more():
    assert take_in(None, ticket(message(1)), policy=POLICY, now=NOON).triage


def test_what_waits_is_what_came_since_the_last_public_answer():
    look = ticket(
        message(1), message(2, Role.AGENT, at=1), message(3, at=2), message(4, Role.AGENT, at=3, public=False),
        message(5, Role.US, at=4, public=False), message(6, at=5),
    )  # fmt: skip

    assert [one.id for one in waiting_messages(look)] == ["3", "6"]


def test_what_was_written_before_the_ticket_was_over_does_not_wait():
    look = ticket(message(1), message(2, at=60))

    assert [one.id for one in waiting_messages(look, since=NOON + timedelta(seconds=60))] == ["2"]
    # A reopening without a new message: the newest one is what it is about.
    assert [one.id for one in waiting_messages(look, since=NOON + timedelta(days=1))] == ["2"]


def test_the_subject_speaks_only_for_the_first_message():
    def same(text: str, channel: str) -> str:
        return text

    assert request_of(ticket(message(1, text="a"), message(2, at=1, text="b")), same).subject == "Subject"
    answered = ticket(message(1), message(2, Role.AGENT, at=1), message(3, at=2, text="c"))
    assert request_of(answered, same).subject == ""
    assert request_of(answered, same).text == "c"


def test_a_private_message_of_a_customer_is_no_version():
    look = ticket(message(1), message(2, at=1, public=False))

    assert newest_request(look).id == "1"


def test_a_ticket_that_is_gone_runs_no_clock():
    state = take_in(None, ticket(message(1)), policy=POLICY, now=NOON).state
    after = gone(state, now=NOON + timedelta(hours=1))

    assert after.status is TicketStatus.GONE
    assert after.due is None
    assert after.solved_at == NOON + timedelta(hours=1)
