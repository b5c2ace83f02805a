"""Tickets with made-up personal data in them, the same ones each time; numbers have right check digits."""

from __future__ import annotations

import random
from dataclasses import dataclass

FIRST = ("José", "Anna", "Björn", "Chloé", "Dieter", "Élodie", "Fátima", "Giulia", "Hanneke", "Ingrid", "Jürgen")
FIRST += ("Łukasz", "Maud", "Noor", "Oisín", "Søren", "Zoë", "Will", "Mark", "Rose")
LAST = ("García", "Müller", "O'Brien", "Lefèvre", "Ångström", "Kowalska", "Núñez", "Ferrari", "Jansen-Smit", "Weiß")
LAST += ("Szczęsny", "Öztürk", "Brown", "King", "Costa")
IBAN_SHAPES = {
    "DE": "d" * 18,
    "FR": "d" * 23,
    "ES": "d" * 20,
    "NL": "aaaa" + "d" * 10,
    "GB": "aaaa" + "d" * 14,
    "IT": "a" + "d" * 22,
    "PT": "d" * 21,
    "AT": "d" * 16,
}
SAID = (
    "Hello, this is {name}. You can reach me at {email} or {phone}. The account to pay back to is {iban}.",
    "Guten Tag, hier {name}. Meine IBAN lautet {iban}, Karte {card}. Rückruf bitte unter {phone}. Gruß, {first}",
    "Bonjour, {name} à l'appareil. Notre numéro de TVA : {vat}. Écrivez à {email}, merci. {last}",
    "hi {first} here, card {card} was declined from {ip}, my mail is {email}",
    "Hola, soy {name}; NIF {nif}. Mi teléfono es {phone}. Gracias, {upper}",
    "Ciao, sono {name}, partita IVA {vat}. IP: {ip}, {ip6}. Tel. {phone}",
    "Beste, met {name}. Ons btw-nummer is {vat} en het rekeningnummer {iban}.\n\n{name}\n{email} | {phone}",
    "Olá, {lower} aqui, o cartão {card} e o IBAN {iban} são meus. Contacto: {phone}",
)


@dataclass(frozen=True)
class Seeded:
    """A ticket's text, who wrote it, and everything in it that must not leave."""

    text: str
    name: str
    secrets: tuple[str, ...]


def tickets(count: int = 200) -> list[Seeded]:
    chance = random.Random(20_261_125)
    return [_ticket(chance) for _ in range(count)]


def _ticket(chance: random.Random) -> Seeded:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    name = f"{first} {last}"
    kept = {
        "email": chance.choice(["{0}.{1}@mail.example", "{1}_{0}+x@sub.firm.example", "{0}@firm.co.example"])
        .format("anna", "mueller")
        .replace("anna", f"a{chance.randrange(10**4)}"),
        "phone": _phone(chance),
        "iban": _spaced(_iban(chance), chance),
        "card": _spaced(_card(chance), chance),
        "vat": _vat(chance),
        "nif": _nif(chance),
        "ip": ".".join(str(chance.randrange(1, 255)) for _ in range(4)),
        "ip6": ":".join(f"{chance.randrange(1, 65535):x}" for _ in range(8)),
    }
    said = " ".join(chance.sample(SAID, 2))
    names = {"name": name, "first": first, "last": last, "upper": name.upper(), "lower": name.lower()}
    secrets = [value for key, value in kept.items() if f"{{{key}}}" in said]
    return Seeded(said.format(**kept, **names), name, tuple(secrets))


def luhn_digit(digits: str) -> str:
    total = sum(
        value - 9 * (value > 9)
        for value in (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    )
    return str(-total % 10)


def _card(chance: random.Random) -> str:
    start, length = chance.choice([("4", 16), ("51", 16), ("37", 15), ("6011", 16)])
    digits = start + "".join(chance.choices("0123456789", k=length - len(start) - 1))
    return digits + luhn_digit(digits)


def _iban(chance: random.Random) -> str:
    country = chance.choice(sorted(IBAN_SHAPES))
    account = "".join(
        chance.choice("0123456789" if shape == "d" else "ABCDEFGHKLMNPRST") for shape in IBAN_SHAPES[country]
    )
    rest = int("".join(str(int(character, 36)) for character in f"{account}{country}00")) % 97
    return f"{country}{98 - rest:02d}{account}"


def _spaced(value: str, chance: random.Random) -> str:
    if chance.random() < 0.4:
        return value
    return " ".join(value[at : at + 4] for at in range(0, len(value), 4))


def _phone(chance: random.Random) -> str:
    def d(count: int) -> str:
        return "".join(chance.choices("123456789", k=count))

    return chance.choice(
        [
            f"+49 30 {d(7)}",
            f"0171 {d(7)}",
            f"+33 1 {d(2)} {d(2)} {d(2)} {d(2)}",
            f"01 {d(2)} {d(2)} {d(2)} {d(2)}",
            f"+44 (0)20 7946 {d(4)}",
            f"020 7946 {d(4)}",
            f"(212) 555-{d(4)}",
            f"+1 212-555-{d(4)}",
            f"+34 6{d(2)} {d(3)} {d(3)}",
            f"+351 9{d(8)}",
            f"0039 02 {d(7)}",
            f"06-{d(8)}",
            f"+48 {d(3)}-{d(3)}-{d(3)}",
        ]
    )


def _vat(chance: random.Random) -> str:
    digits = "".join(chance.choices("123456789", k=12))
    return chance.choice(
        [
            f"DE{digits[:9]}",
            f"FR {digits[:2]} {digits[2:11]}",
            f"ATU{digits[:8]}",
            f"NL{digits[:9]}B{digits[:2]}",
            f"IT{digits[:11]}",
            f"ESB{digits[:8]}",
            f"GB {digits[:3]} {digits[3:7]} {digits[7:9]}",
            f"PL {digits[:10]}",
            f"BE 0{digits[:9]}",
            f"CHE-{digits[:3]}.{digits[3:6]}.{digits[6:9]}",
        ]
    )


def _nif(chance: random.Random) -> str:
    number = chance.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"
