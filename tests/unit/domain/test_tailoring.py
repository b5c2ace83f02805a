"""An approved answer is cut to what was asked and known, by marks that its owner can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.tailoring import faults, tailored, whole

BROWSERS = """Hi {customer_name},

We support Chrome and Firefox.

[when asked: firewall, port, single sign-on]
Please allow port 443.

Best regards"""


def cut(body: str, request: str, *known: str, language: str = "en", plan: str | None = "team"):
    return tailored(body, request, language, known, plan)


@pytest.mark.parametrize(
    ("request_", "stays"),
    [
        ("Which browsers do you support?", False),
        ("What do we open in our FIREWALL?", True),
        ("Which ports are needed?", True),
        ("Is there a portal for partners in Portugal?", False),
        ("We use single sign on, what else?", True),
        ("A single person wants to sign", False),
    ],
)
def test_a_marked_paragraph_stays_only_if_the_request_speaks_of_it(request_, stays):
    left = cut(BROWSERS, request_)
    assert ("port 443" in left.text) is stays
    assert left.left_out == (() if stays else ("firewall",))
    assert "[when" not in left.text
    assert "\n\n\n" not in left.text


@pytest.mark.parametrize(
    ("language", "phrase", "request_"),
    [
        ("de", "Empfänger", "Wo trage ich einen weiteren EMPFAENGER oder Empfängers Adresse ein?"),
        ("de", "Firewall", "Welche Firewallregeln brauchen wir?"),
        ("fr", "export", "Comment marche l'export ?"),
        ("es", "contraseña", "He olvidado la contrasena"),
        ("en", "don't arrive", "the mails dont arrive"),
    ],
)
def test_words_are_found_whatever_their_case_accents_and_endings(language, phrase, request_):
    body = f"Hi\n\nA.\n\n[when asked: {phrase}]\nB.\n\nBye"
    assert "B." in cut(body, request_, language=language).text


STEPS = """To do it:

1. Open the page.
[when asked: rates]
2. Set rates.
   They hold at once.
3. Save.

Bye"""


def test_a_mark_above_a_list_item_holds_for_that_item_and_the_rest_is_counted_anew():
    assert cut(STEPS, "How?").text == "To do it:\n\n1. Open the page.\n2. Save.\n\nBye"
    assert "2. Set rates.\n   They hold at once.\n3. Save." in cut(STEPS, "What of rates?").text


def test_a_list_that_nothing_was_taken_from_keeps_its_numbers():
    body = "First:\n\n1. a\n\n2. b\n\nThen:\n\n4. c\n5. d"
    assert whole(body).count("1.") == 2
    plain = "First:\n\n1. a\n\n2. b\n\nThen:\n\n1. c\n2. d"
    assert whole(plain) == plain


EITHER = """Hi

[either: to annual, once a year]
At once.

[either: to monthly, from annual]
At the end of the period[[, which is {renewal_date}]].

Bye"""


@pytest.mark.parametrize(
    ("request_", "left_out"),
    [
        ("We would like to pay once a year.", ("to monthly",)),
        ("How do I go from annual to monthly billing?", ("to annual",)),
        ("Where is the billing period?", ()),
        ("To annual now, and to monthly later?", ()),
    ],
)
def test_of_alternatives_those_stay_that_are_asked_about_and_all_of_them_in_doubt(request_, left_out):
    assert cut(EITHER, request_).left_out == left_out


def test_a_part_that_needs_an_unknown_fact_is_left_out_and_named_and_stays_where_it_is_known():
    unknown = cut(EITHER, "from annual to monthly please")
    assert "period." in unknown.text
    assert unknown.unknown == ("renewal_date",)
    known = cut(EITHER, "from annual to monthly please", "renewal_date")
    assert "period, which is {renewal_date}." in known.text
    assert known.unknown == ()


def test_what_a_passage_needs_is_not_missed_where_the_passage_is_left_out():
    assert cut(EITHER, "We pay once a year from now on").unknown == ()


PLANS = "Hi\n\nThe limits:\n\n[for plan: team]\n- Team: 60\n[for plan: business, enterprise]\n- Larger: 300\n\nBye"


@pytest.mark.parametrize(
    ("plan", "request_", "told"),
    [
        ("team", "Hi team, what is our limit?", ("60",)),
        ("enterprise", "Hi team, what is our limit?", ("300",)),
        ("team", "What would it be on the Business plan?", ("60", "300")),
        (None, "What is the limit?", ("60", "300")),
    ],
)
def test_what_is_for_a_plan_stays_for_its_customers_and_for_who_names_it(plan, request_, told):
    left = cut(PLANS, request_, plan=plan)
    assert tuple(one for one in ("60", "300") if one in left.text) == told
    assert left.left_out == ()


def test_the_whole_wording_has_every_passage_and_no_mark():
    assert whole(EITHER) == ("Hi\n\nAt once.\n\nAt the end of the period, which is {renewal_date}.\n\nBye")


@given(st.text(alphabet="ab []{}:,\n-1.", max_size=60), st.text(max_size=30))
def test_no_body_and_no_request_makes_tailoring_fail(body, request_):
    left = cut(body, request_)
    assert "\n\n\n" not in left.text
    assert len(left.text) <= len(body)
    faults(body, "en")


@given(st.text(max_size=60))
def test_an_answer_without_marks_is_told_as_it_is(request_):
    body = "Hi,\n\n1. Open **Settings**.\n2. Save.\n\n- a [link](https://x.example)\n\nBye"
    assert cut(body, request_).text == whole(body) == body


@pytest.mark.parametrize(
    ("body", "line", "fault"),
    [
        ("Hi\n\nA.\n\n[when asked: ]\nB.\n\nBye", 4, "names no word"),
        ("Hi\n\nA.\n\n[when asked: ?!]\nB.\n\nBye", 4, "names no word"),
        ("Hi\n\nA.\n\n[when asked: port]\n\nB.\n\nBye", 4, "no paragraph below"),
        ("Hi\n\nA.\n\nBye\n[when asked: port]", 5, "no paragraph below"),
        ("Hi\n\nA.\n\n[when asked: port]\n[when asked: proxy]\nB.\n\nBye", 4, "no paragraph below"),
        ("Hi\n\n[when asked: port]\nB.\n\nBye", 2, "nothing is left"),
        ("Hi\n\nA.\n\n[either: port]\nB.\n\nBye", 4, "only one has it"),
        ("Hi\n\nA.\n\n[if asked: port]\nB.\n\nBye", 4, "no mark that is known"),
        ("Hi\n\nA.\n\n[when asked port]\nB.\n\nBye", 4, "no mark that is known"),
        ("Hi\n\nA[[, of course]].\n\nBye", 2, "names no fact"),
        ("Hi\n\nA[[, of {seats}.\n\nBye", 2, "stand alone"),
        ("Hi\n\nA, of {seats}]].\n\nBye", 2, "stand alone"),
        ("Hi\n\nA[[, of {seats}.\n\nB]].\n\nBye", 2, "does not end"),
        ("Hi\n\n[[You have {seats} seats.]]\n\nBye", 0, "nothing is left"),
    ],
)
def test_a_wrong_mark_is_named_with_its_line(body, line, fault):
    found = faults(body, "en")
    assert [(one.line, fault in one.fault) for one in found] == [(line, True)]
    assert found[0].remedy


@pytest.mark.parametrize("body", [BROWSERS, STEPS, EITHER, PLANS, "Hi,\n\nsee [this](https://x.example)\n\nBye"])
def test_sound_marks_have_no_faults(body):
    assert faults(body, "en") == []
