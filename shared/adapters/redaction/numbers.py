# ruff: noqa: E501 (a table of shapes is harder to read when its rows are cut)
"""Cards, bank accounts, tax ids and addresses of machines: found by shape, believed by their check digits where they have any."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator

from shared.adapters.redaction.spans import Span

_EMAIL = re.compile(
    r"(?:mailto:)?[^\W_](?:[\w.+'’-]{0,62}[\w+-])?@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}\b"
)
_CARD = re.compile(r"(?<![\d.,-])[2-6](?:[ -]?\d){12,18}(?![\d-])")
_IBAN_BEGINS = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})\d{2}(?=[ -]?[A-Za-z0-9])")
# Whose numbers begin how, and how long they are (ISO/IEC 7812): an order number seldom fits and checks, too.
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|6\d{15,18}|5[06-8]\d{14,17}"
)
_IPV4 = re.compile(r"(?<![\w.])(?<!v )(?<!version )(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:\.\d{1,3}){0,3}(?:%\w{1,15})?(?![\w:])")

# Lengths by country, ISO 13616 registry. A country that is not here has no IBAN.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15), **dict.fromkeys(("BE",), 16), **dict.fromkeys(("DK", "FO", "FI", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19), **dict.fromkeys(("AT", "BA", "EE", "KZ", "XK", "LT", "LU"), 20),
    **dict.fromkeys(("HR", "LV", "LI", "CH"), 21), **dict.fromkeys(("BH", "BG", "CR", "GE", "DE", "IE", "ME", "RS", "GB", "VA"), 22),
    **dict.fromkeys(("GI", "IQ", "IL", "OM", "TL", "AE"), 23), **dict.fromkeys(("AD", "CZ", "MD", "PK", "RO", "SA", "SK", "ES", "SE", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25), **dict.fromkeys(("IS", "TR"), 26), **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "SV", "GT", "HU", "LB", "NI", "PL"), 28), **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU"), 30), **dict.fromkeys(("MT", "SC"), 31), "LC": 32, "RU": 33,
}  # fmt: skip

# VAT numbers as the EU's VIES states them, and the neighbours'. Digits may stand in groups.
_VAT = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"AT ?U(?:[ .]?\d){8}|BE ?[01](?:[ .]?\d){9}|BG(?: ?\d){9,10}|CY(?: ?\d){8} ?[A-Z]|CZ(?: ?\d){8,10}|DE(?:[ .]?\d){9}|(?:DK|FI|HU|LU|MT|SI)(?: ?\d){8}"
    r"|(?:EE|EL|PT)(?:[ .]?\d){9}|ES ?[A-Z0-9](?:[ .-]?\d){7} ?-?[A-Z0-9]|FR ?[A-HJ-NP-Z0-9]{2}(?: ?\d){9}|GB(?: ?\d){9}(?:(?: ?\d){3})?|XI(?: ?\d){9}|(?:HR|IT|LV)(?: ?\d){11}"
    r"|IE ?\d[A-Z0-9+*]\d{5}[A-Z]{1,2}|LT(?: ?\d){9}(?:(?: ?\d){3})?|NL(?: ?\d){9} ?B ?\d{2}|(?:PL|SK)(?:[ -]?\d){10}|RO(?: ?\d){6,10}|SE(?: ?\d){12}"
    r"|CHE[- ]?\d{3}\.?\d{3}\.?\d{3}(?: ?(?:MWST|TVA|IVA))?|NO ?\d{3} ?\d{3} ?\d{3} ?MVA"
    r")(?![A-Za-z0-9])"
)
# Tax and social security numbers that are told by their shape alone.
_SHAPES = re.compile(
    r"(?<![\w.-])(?:"
    r"\d{3}-\d{2}-\d{4}"  # United States, social security
    r"|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}"  # Brazil, CPF and CNPJ
    r"|\d{2,3}/\d{3}/\d{4,5}"  # Germany, Steuernummer
    r"|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"  # United Kingdom, national insurance
    r"|[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]"  # Italy, codice fiscale
    r")(?![\w-])"
)
_SPANISH = re.compile(r"(?<![A-Za-z0-9])([XYZ]?)(?:[ .-]?(\d{1,2}))[.]?(\d{3})[.]?(\d{3})[ -]?([A-Z])(?![A-Za-z0-9])")
_FRENCH_SECURITY = re.compile(r"(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)")
# What somebody calls a tax id is one.
_NAMED_TAX_ID = re.compile(
    r"\b(?:tax|vat|tin|ein|ssn|ust|steuer|umsatzsteuer|mwst|btw|tva|iva|p\.? ?iva|partita iva|nif|nie|cif|nip|nipc|pesel|cpf|cnpj|siret|siren|bsn|codice fiscale|contribuinte|matricule)"
    r"[ .-]{0,2}(?:identifi\w{0,14}|ident|id|nr|no|num\w{0,6}|núm\w{0,4}|code|nummer|number|registration)?(?:[ .-]{0,2}(?:nr|no|num\w{0,6}|nummer|number|id))?"
    r"(?: (?:is|ist|est|es|é|è|fiscal\w{0,3}|fiscale))?[ .:#=]{0,4}"
    r"((?:[A-Z]{2,3}[ -]?)?[A-Z]?\d(?:[./ -]?\d|[A-Z](?=\d)){5,15}[A-Z]{0,2})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:\d{1,2}[./-]){2}\d{2,4}|\d{4}-\d{2}-\d{2}")


def numbers(text: str) -> Iterator[Span]:
    """Everything here, the surest kinds first."""
    yield from (Span(found.start(), found.end(), "EMAIL") for found in _EMAIL.finditer(text))
    yield from _ibans(text)
    yield from _checked(_CARD, text, "CARD", _is_card)
    yield from _checked(_IPV4, text, "IP", _is_address)
    yield from _checked(_IPV6, text, "IP", _is_v6)
    yield from _tax_ids(text)


def _is_card(shape: str) -> bool:
    digits = _digits(shape)
    return _ISSUERS.fullmatch(digits) is not None and luhn(digits)


def luhn(digits: str) -> bool:
    """Whether the last digit of a card number is its check digit (ISO/IEC 7812-1), and it is not one digit throughout."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def mod97(iban: str) -> bool:
    """Whether an IBAN's check digits hold (ISO 7064, MOD 97-10) and its length is its country's."""
    told = "".join(iban.split()).replace("-", "").upper()
    if not told.isascii() or len(told) != _IBAN_LENGTHS.get(told[:2]):
        return False
    return int("".join(str(int(character, 36)) for character in told[4:] + told[:4])) % 97 == 1


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _checked(pattern: re.Pattern[str], text: str, kind: str, holds: Callable[[str], bool]) -> Iterator[Span]:
    yield from (Span(found.start(), found.end(), kind) for found in pattern.finditer(text) if holds(found.group()))


def _ibans(text: str) -> Iterator[Span]:
    """An IBAN ends where its country says: the words behind it look like more of it."""
    for begins in _IBAN_BEGINS.finditer(text):
        left = _IBAN_LENGTHS.get(begins[1].upper(), 0)
        end = begins.start()
        while left and end < len(text) and (text[end].isalnum() or text[end] in " -"):
            left -= text[end].isalnum()
            end += 1
        if not left and mod97(text[begins.start() : end]) and not text[end : end + 1].isalnum():
            yield Span(begins.start(), end, "IBAN")


def _is_address(shape: str) -> bool:
    """Paragraph 5.3.2.1 is none; the few addresses of that shape belong to nobody in particular."""
    if not re.search(r"\d{2}", shape.partition("/")[0]):
        return False
    try:
        ipaddress.IPv4Address(shape.partition("/")[0])
    except ValueError:
        return False
    return True


def _is_v6(shape: str) -> bool:
    if sum(character in "0123456789abcdefABCDEF" for character in shape) < 3:
        return False
    try:
        ipaddress.IPv6Address(shape)
    except ValueError:
        return False
    return True


def _tax_ids(text: str) -> Iterator[Span]:
    yield from (Span(found.start(), found.end(), "TAX") for found in _VAT.finditer(text))
    yield from _checked(_SHAPES, text, "TAX", lambda shape: not _DATE.fullmatch(shape))
    for found in _SPANISH.finditer(text):
        if _spanish_letter("".join(found.groups()[:4])) == found[5]:
            yield Span(found.start(), found.end(), "TAX")
    yield from _checked(_FRENCH_SECURITY, text, "TAX", _french_key)
    for found in _NAMED_TAX_ID.finditer(text):
        if not _DATE.fullmatch(found[1]):
            yield Span(found.start(1), found.end(1), "TAX")


def _spanish_letter(number: str) -> str:
    """The letter of a Spanish DNI or NIE: the number modulo 23, X, Y and Z counting as 0, 1 and 2."""
    plain = number.replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(plain) % 23] if len(plain) == 8 else ""


def _french_key(shape: str) -> bool:
    """Whether the last two digits of a French social security number are 97 less the rest modulo 97 (Corsica: 2A, 2B)."""
    told = "".join(shape.split()).replace("2A", "19").replace("2B", "18")
    return 97 - int(told[:13]) % 97 == int(told[13:])
