"""Who works at Lumen Board, the company whose desk this is, and some of its customers. All invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GROUPS = ("Billing", "Technical", "Product", "Customer care", "Front desk")
INTEGRATION_EMAIL = "firstline@lumenboard.example"


@dataclass(frozen=True)
class Agent:
    """Somebody who answers customers."""

    name: str
    email: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Customer:
    """Somebody who writes; `fields` are what the company knows of them."""

    name: str
    email: str
    company: str | None
    fields: dict[str, Any]


AGENTS = (
    Agent("Ada Brandt", "ada@lumenboard.example", ("Billing",)),
    Agent("Bruno Salgado", "bruno@lumenboard.example", ("Billing", "Customer care")),
    Agent("Chidi Okafor", "chidi@lumenboard.example", ("Technical",)),
    Agent("Dana Whitfield", "dana@lumenboard.example", ("Technical", "Front desk")),
    Agent("Emeka Lim", "emeka@lumenboard.example", ("Technical", "Billing")),
    Agent("Farah Nassar", "farah@lumenboard.example", ("Technical", "Product")),
    Agent("Goran Petrov", "goran@lumenboard.example", ("Customer care", "Front desk")),
    Agent("Hana Mori", "hana@lumenboard.example", ("Customer care", "Front desk", "Product")),
    Agent("Isabel Fuentes", "isabel@lumenboard.example", ("Technical", "Front desk", "Product")),
    Agent("Jae Park", "jae@lumenboard.example", ("Technical", "Front desk")),
)


def _facts(plan: str, mrr: float, signed_up: str) -> dict[str, Any]:
    return {"plan": plan, "mrr": mrr, "signed_up": signed_up}


CUSTOMERS = (
    Customer("Ines Carvalho", "ines@brightkiln.example", "Brightkiln Ceramics", _facts("business", 249, "2022-05-11")),
    Customer("Tom Ashworth", "tom@ashworthlegal.example", "Ashworth Legal", _facts("enterprise", 1450, "2021-02-03")),
    Customer("Mei Tanaka", "mei@paperlantern.example", "Paper Lantern Studio", _facts("team", 79, "2026-08-19")),
    Customer("Oskar Lindqvist", "oskar@fjordcycle.example", "Fjord Cycle Works", _facts("starter", 19, "2026-10-30")),
    Customer("Priya Raman", "priya@ramanfreelance.example", None, _facts("free", 0, "2026-11-02")),
    Customer("Lucas Weber", "lucas@weberbau.example", "Weber Bau GmbH", _facts("business", 310, "2023-09-27")),
    Customer("Amara Diallo", "amara@sahelcoffee.example", "Sahel Coffee", _facts("team", 95, "2024-03-15")),
    Customer("Jonas Meyer", "jonas@kitewerk.example", "Kitewerk", _facts("starter", 19, "2025-12-01")),
    Customer("Sofia Rinaldi", "sofia@rinaldivents.example", "Rinaldi Events", _facts("enterprise", 2100, "2020-06-22")),
    Customer("Ben Osei", "ben@oseiplumbing.example", "Osei Plumbing", _facts("team", 79, "2026-09-08")),
    Customer("Clara Novak", "clara@example.org", None, {}),
)
