"""Who gave an answer: most desks tell a name, and reports need an address."""

from __future__ import annotations

import pytest

from shared.domain.answering import answered_by
from shared.domain.ticket import DeskFields, Message, Role
from tests.unit.domain.samples import policy
from tests.unit.domain.test_intake import NOON, ticket

ADA, BEN = (
    policy().agents[0].model_copy(update={"email": f"{name.lower()}@x.example", "name": f"{name} Brandt"})
    for name in ("Ada", "Ben")
)
TEAM = (ADA, BEN)


def by(author, address=""):
    return Message(id="2", role=Role.AGENT, author=author, address=address, public=True, text="Here you are.", at=NOON)


def held_by(assignee):
    return ticket(fields=DeskFields(assignee=assignee))


@pytest.mark.parametrize(
    ("author", "agent"),
    [
        (ADA.name, ADA.email),
        (ADA.name.upper(), ADA.email),
        ("New@Example.com", "new@example.com"),
        ("", "ben@x.example"),
    ],
)
def test_the_author_goes_before_the_assignee(author, agent):
    assert answered_by(by(author), held_by("ben@x.example"), TEAM) == agent


def test_an_address_goes_before_a_name():
    assert answered_by(by("Ada Brandt", "Ben@x.example"), held_by(None), TEAM) == "ben@x.example"


def test_a_name_that_two_share_says_nothing():
    twin = ADA.model_copy(update={"email": "other@x.example"})
    assert answered_by(by(ADA.name), held_by("ben@x.example"), (*TEAM, twin)) == "ben@x.example"


def test_nobody_knows_who_answered_a_ticket_that_nobody_holds():
    assert answered_by(by("A stranger"), held_by(None), TEAM) == ""
