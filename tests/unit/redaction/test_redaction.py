"""Personal data go out as placeholders and come back as they were; what the request is about stays."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.adapters.redaction.numbers import luhn, mod97
from shared.adapters.redaction.redactor import PatternRedactor
from shared.domain.redaction import PLACEHOLDER, Redacted
from shared.ports.redactor import Redactor
from tests.unit.redaction.seeded import tickets

REDACTOR: Redactor = PatternRedactor()


def redacted(text: str, *names: str) -> str:
    return REDACTOR.redact(text, names=names).text


def plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@pytest.mark.parametrize("ticket", tickets(), ids=lambda ticket: "")
def test_nothing_of_a_ticket_s_personal_data_leaves_and_all_of_it_comes_back(ticket):
    done = REDACTOR.redact(ticket.text, names=(ticket.name,))

    for secret in ticket.secrets:
        assert secret not in done.text
        digits = re.sub(r"\D", "", secret)
        assert len(digits) < 8 or digits[-6:] not in re.sub(r"\D", "", done.text)
    words = set(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", plain(done.text)))
    ends = {plain(part) for part in (ticket.name.split()[0], ticket.name.split()[-1])}
    # "will", "mark" and the like, in lower case, are words.
    assert not (ends - {"will", "mark", "rose", "brown", "king", "costa", "weiss"}) & words
    assert done.restore(done.text) == ticket.text


@pytest.mark.parametrize(
    "text",
    [
        "Order 4711-2026-000123 has not arrived.",
        "INV-20540 and INV-20541 are the same.",
        "Invoice 20231234567 is missing.",
        "Our order number is 0012345678, placed on 01.12.2026.",
        "Bestellnummer 0171234567 fehlt.",
        "We paid 1,234.56 EUR on 2026-11-25 at 14:30:15.",
        "Wir haben 12.345,67 € am 25.11.2026 überwiesen, nicht 12 345,67.",
        "The meeting is on 12/11/2026 or 12-11-26.",
        "Version 2.10.3 and v1.2.3.4 of the app, build 20261125.",
        "Ticket #1234567890123456 is a duplicate.",
        "14,500 contacts, 9,000 arrived, 63 % of 100,000,000.",
        "Rooms 101-117, shelves 0815, size 210 x 297 x 45.",
        "Error 0x80070057 in module std::vector, line 12:30.",
        "ISBN 978-3-16-148410-0 is on the card.",
        "Tracking 1Z999AA10123456784, parcel JJD000390007827.",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "b7a1c2d3-1111-4222-8333-444455556666 is the board's id.",
        "We are 7 people since 2019, 2020 and 2021; plan 3 x 12 months.",
        "The time is 10:15 to 11:45, 2026-11-25T10:15:00Z.",
        "1234 5678 9012 3456 is no card: its check digit is wrong.",
        "DE00 1234 5678 9012 3456 78 is no IBAN either.",
        "Please charge 49.00 for 10 seats, 490.00 in all.",
        "Article 4000123456789 costs 12.50.",
        "Paragraph 5.3.2.1 of the terms",
        "Write to us at the end of the month @ noon.",
    ],
)
def test_order_numbers_amounts_dates_and_versions_are_left_alone(text: str):
    assert redacted(text, "Ann Chen") == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail ann.o'neil+x@sub.firm.co.uk.", "Mail [EMAIL_1]."),
        ("a@b.example, a@b.example and c@b.example", "[EMAIL_1], [EMAIL_1] and [EMAIL_2]"),
        ("müller@müller.example", "[EMAIL_1]"),
        ("card 4111-1111-1111-1111, exp 12/27", "card [CARD_1], exp 12/27"),
        ("amex 378282246310005", "amex [CARD_1]"),
        ("IBAN gb82west12345698765432 ok", "IBAN [IBAN_1] ok"),
        ("DE89 3704 0044 0532 0130 00 und dann", "[IBAN_1] und dann"),
        ("our VAT id is ATU12345678", "our VAT id is [TAX_1]"),
        ("USt-IdNr. DE 123 456 789", "USt-IdNr. [TAX_1]"),
        ("Steuernummer 93/815/08152", "Steuernummer [TAX_1]"),
        ("EIN 12-3456789, SSN 123-45-6789", "EIN [TAX_1], SSN [TAX_2]"),
        ("DNI 12345678Z y NIE X1234567L", "DNI [TAX_1] y NIE [TAX_2]"),
        ("CPF 123.456.789-09", "CPF [TAX_1]"),
        ("codice fiscale RSSMRA85T10A562S", "codice fiscale [TAX_1]"),
        ("from 10.0.0.7 and 2001:db8::8a2e:370:7334", "from [IP_1] and [IP_2]"),
        ("::ffff:192.0.2.128 is me", "[IP_1] is me"),
        ("call 912 345 678 please", "call [PHONE_1] please"),
        ("Tel.: 030/901820-0", "Tel.: [PHONE_1]"),
        ("(020) 7946 0018", "[PHONE_1]"),
        ("+4930901820", "[PHONE_1]"),
        ("WhatsApp +55 11 91234-5678", "WhatsApp [PHONE_1]"),
    ],
)
def test_each_kind_has_its_placeholder(text: str, expected: str):
    assert redacted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I am Ann Chen.", "I am [NAME_1]."),
        ("ANN CHEN, ann, Chen", "[NAME_1], [NAME_2], [NAME_3]"),
        ("Ann and Ann", "[NAME_1] and [NAME_1]"),
        ("Ann M. Chen wrote", "[NAME_1] wrote"),
        ("Annabel and Chenille are others", "Annabel and Chenille are others"),
        ("Ann's board", "[NAME_1]'s board"),
    ],
)
def test_a_name_is_found_whole_and_by_its_ends(text: str, expected: str):
    assert redacted(text, "Ann Chen") == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("José García", "jose garcia here, JOSÉ", "[NAME_1] here, [NAME_2]"),
        ("Jose Garcia", "José García", "[NAME_1]"),
        ("Jürgen Weiß", "Weiss, WEISS, weiss", "[NAME_1], [NAME_2], weiss"),
        ("Will Mark", "I will mark it. Will", "I will mark it. [NAME_1]"),
        ("Mark Grant", "please mark the grant, Mark", "please mark the grant, [NAME_1]"),
        ("Maria de la Cruz", "la casa de Maria", "la casa de [NAME_1]"),
        ("", "nobody", "nobody"),
        ("  ", "nobody", "nobody"),
        ("Dr. Eva-Maria O'Neil", "Eva-Maria, O'NEIL", "[NAME_1], [NAME_2]"),
        ("Łukasz Żak", "lukasz zak", "[NAME_1]"),
    ],
)
def test_a_name_is_found_in_any_case_and_accent_but_a_word_is_a_word(name: str, text: str, expected: str):
    assert redacted(text, name) == expected


def test_a_placeholder_that_stands_in_the_text_already_is_nobody_s():
    text = "[EMAIL_1] and [NAME_2] stay, ann@x.example and Ann and Chen do not"
    done = REDACTOR.redact(text, names=("Ann Chen",))

    assert done.text == "[EMAIL_1] and [NAME_2] stay, [EMAIL_2] and [NAME_1] and [NAME_3] do not"
    assert done.restore(done.text) == text
    assert done.restore("Dear [NAME_1], see [EMAIL_1]") == "Dear Ann, see [EMAIL_1]"


def test_an_answer_written_with_placeholders_gets_its_values_back_and_made_up_ones_are_told():
    done = REDACTOR.redact("I am Ann, ann@x.example", names=("Ann Chen",))
    answer = "Hello [NAME_1], we wrote to [EMAIL_1] and [EMAIL_7]."

    assert done.restore(answer) == "Hello Ann, we wrote to ann@x.example and [EMAIL_7]."
    assert done.unknown(answer) == ("[EMAIL_7]",)


def test_what_was_taken_out_shows_in_no_repr():
    assert "ann@x.example" not in repr(REDACTOR.redact("ann@x.example"))


VALUES = ["ann@x.example", "4111111111111111", "DE89370400440532013000", "+49 30 901820", "0171 2345678", "10.0.0.7"]
OTHERS = [
    "[EMAIL_1]",
    "[NAME_1]",
    "[",
    "]",
    "Ann",
    "chen",
    "DE123456789",
    " ",
    "\n",
    "é",
    "ß",
    "\u0301",
    "İ",
    "ﬁ",
    "-",
    "1",
]
PIECES = st.sampled_from([*VALUES, *OTHERS, ", ", "tel "])


@example("DE123456789é4111111111111111")
@example("DE89 ٣٧٠٤ ٠٠٤٤ ٠٥٣٢ ٠١٣٠ ٠٠ ٤١١١١١١١١١١١١١١١")
@given(st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=300)))
def test_what_is_taken_out_always_comes_back_and_taking_out_again_finds_nothing_but_the_same(text: str):
    done = REDACTOR.redact(text, names=("Ann Chen", "Élodie Müller"))

    assert done.restore(done.text) == text
    assert REDACTOR.redact(text, names=("Ann Chen", "Élodie Müller")) == done
    assert all(PLACEHOLDER.fullmatch(placeholder) for placeholder in done.originals)


@given(st.lists(st.sampled_from(["a@b.example", "c@d.example"]), max_size=20))
def test_the_same_value_has_the_same_placeholder(values: list[str]):
    done = REDACTOR.redact(" , ".join(values))
    assert len(done.originals) == len(set(values))


STRANGE = ("1", "1 ", "a@", "a.", ":", "1:", "+1 ", "DE1", "0/", "A1", "tel 1", "@a.", "tax id ", "4-", "(0", "DE89 ")


@pytest.mark.parametrize("piece", STRANGE)
def test_strange_texts_are_read_in_bounded_time(piece: str):
    redacted("+49 30 901820", "Ann Chen")
    began = process_time()
    redacted(piece * (50_000 // len(piece)), "Ann Chen")
    assert process_time() - began < 3


def test_check_digits():
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert not luhn("0000000000000000")
    assert mod97("GB82 WEST 1234 5698 7654 32")
    assert not mod97("GB83 WEST 1234 5698 7654 32")
    assert not mod97("GB82 WEST 1234 5698 7654 3")


def test_loading_the_redactor_does_not_load_libphonenumber():
    script = "import sys, shared.adapters.redaction.redactor; print('phonenumbers' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "False"


def test_a_redacted_text_is_frozen():
    with pytest.raises(AttributeError):
        Redacted("", {}).text = "other"  # type: ignore[misc]
