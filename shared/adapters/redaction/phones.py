"""Phone numbers: libphonenumber says which shapes are numbers somewhere; words in front of one say it as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.adapters.redaction.spans import Span

_COUNTRIES = ("GB", "DE", "FR", "IT", "NL", "AT", "CH", "BE", "IE")
"""Whose national numbers begin with 0; elsewhere a number without a word in front of it could be anything."""

_SHAPE = re.compile(r"(?<![\w.,/-])(?:\+|00|\(?0)(?:[ ./()-]{0,3}\d){6,16}(?![\w])")
_AMERICAN = re.compile(r"(?<![\w.,/-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w-])")
_NAMED = re.compile(
    r"\b(?:tel|telephone|telefon|teléfono|telefone|telefono|telefoon|telefonisch|phone|mobile|mobil|móvil|telemóvel|cellulare"
    r"|cell|portable|gsm|fax|handy|whatsapp|call|ring|reach|anrufen|erreichbar|appele[rz]|joindre|llam\w{1,5}|lig\w{1,4}"
    r"|chiam\w{1,5}|bel|bereikbaar|telefonnummer|nummer|number|rufnummer|durchwahl|ext)\b"
    r"[^\d\n+(]{0,24}?(\(?\+?\(?\d(?:[ ./()-]{0,3}\d){5,15})(?![\w])",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}[./ -]\d{1,2}[./ -](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}")
_ORDER = re.compile(
    r"\b(?:order|invoice|ticket|case|customer|account|reference|rechnung\w*|bestell\w*|kunden\w*|auftrag\w*|facture|commande"
    r"|pedido|factura|ordine|fattura|factuur)\b[^\d\n]{0,24}$",
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[Span]:
    """Every phone number: international, national where the shape is one, and whatever is called one."""
    for found in _SHAPE.finditer(text):
        if _is_date(found.group()) or _ORDER.search(text, max(0, found.start() - 48), found.start()):
            continue
        if _international(found.group()) or _national(found.group()):
            yield Span(found.start(), found.end(), "PHONE")
    yield from (Span(found.start(), found.end(), "PHONE") for found in _AMERICAN.finditer(text))
    for found in _NAMED.finditer(text):
        named_otherwise = _ORDER.search(text, max(0, found.start(1) - 48), found.start(1))
        if not named_otherwise and not _is_date(found[1]):
            yield Span(found.start(1), found.end(1), "PHONE")


def _is_date(shape: str) -> bool:
    return _DATE.fullmatch(shape.strip()) is not None


def _international(shape: str) -> bool:
    return shape.startswith("+") or (shape.startswith("00") and len(re.sub(r"\D", "", shape)) >= 10)


def _national(shape: str) -> bool:
    """Whether it is a possible number in one of the countries, and grouped like one or valid as it stands.

    Lent numbers for films and examples are possible and not valid; people group any number by spaces, dates by dots.
    """
    import phonenumbers

    digits = re.sub(r"\D", "", shape)
    grouped = re.search(r"\d[ /()-]{1,3}\d", shape) is not None and 9 <= len(digits) <= 12
    for country in _COUNTRIES:
        try:
            number = phonenumbers.parse(shape, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) or (grouped and phonenumbers.is_possible_number(number)):
            return True
    return False
