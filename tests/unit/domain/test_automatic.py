"""Mail that no person wrote, and mail that only looks like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.domain.automatic import AutomaticKind, automatic_kind

DATA = Path(__file__).parents[2] / "data"


def rows(name: str):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text().splitlines()]


def kind(row, *, with_headers: bool):
    headers = {name.lower(): value for name, value in row["headers"].items()} if with_headers else {}
    return automatic_kind(sender=row["from"], subject=row["subject"], headers=headers)


def test_with_its_headers_all_automatic_mail_is_recognised():
    missed = [row["id"] for row in rows("automatic") if kind(row, with_headers=True) is None]
    assert missed == []


def test_without_headers_sender_and_subject_still_give_absence_notes_and_bounces_away():
    told = {"out_of_office", "bounce", "read_receipt"}
    missed = [row["id"] for row in rows("automatic") if row["kind"] in told and kind(row, with_headers=False) is None]
    # "Re: How did we do?" could be anybody's.
    assert missed == ["au03"]


@pytest.mark.parametrize("with_headers", [True, False])
def test_nothing_that_a_person_wrote_is_taken_for_automatic(with_headers):
    taken = [row["subject"] for row in rows("automatic_lookalikes") if kind(row, with_headers=with_headers)]
    assert taken == []


def test_the_kinds_are_told_apart():
    kinds = {"out_of_office": set(), "bounce": set(), "newsletter": set(), "list_mail": set(), "ticket_ack": set()}
    for row in rows("automatic"):
        if row["kind"] in kinds:
            kinds[row["kind"]].add(kind(row, with_headers=True))
    assert kinds["out_of_office"] == {AutomaticKind.AUTO_REPLY}
    assert AutomaticKind.BOUNCE in kinds["bounce"]
    assert AutomaticKind.BULK in kinds["newsletter"] & kinds["list_mail"]


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply",
        "automatic reply to customers: how do I set it up?",
        "Out of office replies are broken: help",
        "Undeliverable invoices",
        "Delivery Status Notification in the log",
        "FAILURE NOTICE on the dashboard",
        "Abwesenheitsnotiz einrichten",
    ],
)
def test_a_subject_about_automatic_mail_is_a_persons(subject):
    assert automatic_kind(sender="ann@example.com", subject=subject) is None


@pytest.mark.parametrize("value", ["no", "No", "no; by=person"])
def test_a_header_that_says_not_automatic_is_believed(value):
    assert automatic_kind(sender="a@b.example", subject="Hi", headers={"auto-submitted": value}) is None
