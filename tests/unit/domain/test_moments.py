"""Days that a text names, in seven languages, by the day on which it was said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.moments import is_ahead, named_day, sets_a_deadline

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by Friday", "2026-11-27"),
        ("Friday's audit", "2026-11-27"),
        ("on Wednesday", "2026-12-02"),
        ("within 48 hours", "2026-11-27"),
        ("within seven days", "2026-12-02"),
        ("the board meets on the 9th", "2026-12-09"),
        ("until 9 January", "2027-01-09"),
        ("on 12 November", "2026-11-12"),
        ("on 2026-12-01", "2026-12-01"),
        ("on the 3rd of this month", "2026-11-03"),
        ("before the end of the month", "2026-11-30"),
        ("bis zum 30.", "2026-11-30"),
        ("am 12.11.2026", "2026-11-12"),
        ("spätestens am Donnerstag", "2026-11-26"),
        ("innerhalb von zwei Wochen", "2026-12-09"),
        ("morgen", "2026-11-26"),
        ("dans trois jours", "2026-11-28"),
        ("d'ici vendredi", "2026-11-27"),
        ("antes del 3 de diciembre", "2026-12-03"),
        ("até sexta-feira", "2026-11-27"),
        ("entro due giorni", "2026-11-27"),
        ("volgende week", "2026-12-04"),
    ],
)
def test_a_day_is_found_by_its_name(text, day):
    assert named_day(text, WEDNESDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["", "Guten Morgen", "version 2.1.3", "it costs 12.50", "the 3rd time", "every friday"]
)
def test_what_names_no_day_has_none(text):
    assert named_day(text, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("text", "ahead", "firm"),
    [
        ("We need it by Friday", True, True),
        ("Wir brauchen es bis Montag", True, True),
        ("unless somebody answers today", True, True),
        ("our renewal comes up on 9 January", True, False),
        ("it has not worked since Thursday", False, False),
        ("the rota for today is on the boards", False, False),
        ("I wrote on 20 October", False, False),
        ("the offer of 9 February mentions it", False, False),
        ("you promised set-up within ten working days", False, False),
        ("I hereby set a deadline of the 30th", True, True),
        ("Die Ausschreibung endet am 9. Dezember", True, False),
        ("I have to do it by hand every friday", False, False),
    ],
)
def test_a_deadline_is_told_from_a_day_on_which_something_happened(text, ahead, firm):
    assert (is_ahead(text, WEDNESDAY), sets_a_deadline(text, WEDNESDAY)) == (ahead, firm)


@given(
    text=st.text(alphabet="0123456789./- thbyFridaeJnu", max_size=60), said=st.dates(date(1, 2, 1), date(9990, 1, 1))
)
def test_any_text_can_be_read(text, said):
    named_day(text, said)
    is_ahead(text, said)
