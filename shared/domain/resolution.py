"""Approved answers, and the draft that one becomes when this customer's facts are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from shared.domain.draft_use import Sent
from shared.domain.observation import Category
from shared.domain.record import Instant, Record
from shared.domain.ticket import Customer
from shared.domain.wording import Asked

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_EMPHASIS = re.compile(r"\*\*(.+?)\*\*|`([^`\n]+)`")
_INVOICE_NUMBER = re.compile(r"\bINV-\d{3,10}\b")
# Braces would look like a broken placeholder, the others like a link or a paragraph of somebody else's.
_NO_PLAIN_FACT = re.compile(r"[{}<>\x00-\x1f\x7f]|://|\bwww\.|.{101}", re.IGNORECASE)
_RENEWS_WITHIN = timedelta(days=6 * 366)
_MOST_SEATS = 1_000_000

Sentence = Annotated[str, Field(pattern=r"\S")]


class FactName(StrEnum):
    """The customer's facts that an approved answer may use. The set is closed on purpose."""

    CUSTOMER_NAME = "customer_name"
    PLAN = "plan"
    COMPANY = "company"
    ACCOUNT_EMAIL = "account_email"
    RENEWAL_DATE = "renewal_date"
    SEATS = "seats"
    INVOICE_NUMBER = "invoice_number"


class Resolution(Record):
    """An answer in the company's approved wording.

    Attributes:
        intents: customers' sentences that it answers, for matching.
        facts: what must be known about the customer, or there is no draft.
        plans: the plans it holds for; empty for all.
        not_for: requests that look alike but need another answer, for matching against.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Sentence
    language: str = Field(pattern=r"^[a-z]{2}$")
    category: Category
    intents: tuple[Sentence, ...] = Field(min_length=1)
    facts: tuple[FactName, ...] = ()
    plans: tuple[str, ...] = ()
    not_for: tuple[Sentence, ...] = ()
    valid_from: date
    valid_until: date | None = None
    owner: Sentence
    links: tuple[str, ...] = ()
    body: Sentence

    @model_validator(mode="after")
    def _body_uses_its_facts(self) -> Resolution:
        used = set(_PLACEHOLDER.findall(self.body))
        stray = used - {fact.value for fact in self.facts}
        if stray:
            named = ", ".join(f"{{{fact}}}" for fact in sorted(stray))
            raise ValueError(f"the body uses {named}, which `facts` does not list; add it there or take it out")
        if set(_PLACEHOLDER.sub("", self.body)) & set("{}"):
            raise ValueError("the body has a brace that is no placeholder; write it without braces")
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Resolution:
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from; set it to the last day on which the wording holds")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether the wording is approved on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def holds_for(self, plan: str | None) -> bool:
        """Whether the wording is meant for a plan; an unknown plan fits only what holds for all."""
        return not self.plans or plan in self.plans


def facts_of(customer: Customer, text: str, *, today: date) -> dict[FactName, str]:
    """The facts known about a customer; the invoice number is the one in the customer's own text.

    Whatever does not read as a plain name or number (a link, a brace, a line break) counts as unknown: people
    write such things into their name to have a company mail them on. So does a number of seats that no company has,
    and a renewal that is over or lies years ahead: such a date was never kept up.
    """
    renewal, seats = customer.renewal_date, customer.seats
    renews = renewal is not None and timedelta() <= renewal - today <= _RENEWS_WITHIN
    first_name = customer.name.split()[0] if customer.name.split() else ""
    known = {
        FactName.CUSTOMER_NAME: first_name,
        FactName.PLAN: customer.plan or "",
        FactName.COMPANY: customer.company,
        FactName.ACCOUNT_EMAIL: customer.email,
        FactName.RENEWAL_DATE: renewal.isoformat() if renewal and renews else "",
        FactName.SEATS: str(seats) if seats and 0 < seats <= _MOST_SEATS else "",
        FactName.INVOICE_NUMBER: _only_invoice_number(text),
    }
    return {name: value for name, value in known.items() if value.strip() and not _NO_PLAIN_FACT.search(value)}


def _only_invoice_number(text: str) -> str:
    """The invoice number of a text, if it names exactly one."""
    numbers = set(_INVOICE_NUMBER.findall(text))
    return numbers.pop() if len(numbers) == 1 else ""


def missing_facts(resolution: Resolution, facts: Mapping[FactName, str]) -> tuple[FactName, ...]:
    """What a resolution needs and nobody knows."""
    return tuple(name for name in resolution.facts if name not in facts)


def fill(resolution: Resolution, facts: Mapping[FactName, str]) -> str:
    """The approved wording with the customer's facts in place, as plain text: a reply box shows no Markdown.

    Raises:
        KeyError: a required fact is missing; ask `missing_facts` first.
    """
    return filled(resolution.body, {name: facts[name] for name in resolution.facts})


def filled(text: str, facts: Mapping[FactName, str]) -> str:
    """A text with the facts that are given in place, without Markdown's marks. What is not given stays in braces."""

    def fact(found: re.Match[str]) -> str:
        name = found.group(1)
        return facts[FactName(name)] if name in facts else found.group()

    return _PLACEHOLDER.sub(fact, _EMPHASIS.sub(lambda found: found[1] or found[2], text))


class NoDraft(StrEnum):
    """Why there is no draft."""

    NO_RESOLUTION = "no_resolution"
    MISSING_FACT = "missing_fact"
    CHECK_FAILED = "check_failed"
    SWITCHED_OFF = "switched_off"


class Source(Record):
    """What a draft rests on: an approved answer, or an article beside it."""

    id: str
    title: str
    link: str = ""


class Wording(StrEnum):
    """Whose words a draft is in."""

    APPROVED = "approved"
    ADAPTED = "adapted"


class Draft(Record):
    """A first answer for an agent to check, edit and send.

    Attributes:
        resolution: the approved answer that fits best; of several, the first.
        fit: how well the resolution's intents match the request, 0 to 1.
        check: what the agent should look at before sending.
        sources: everything it rests on, the approved answers first.
        confidence: how sure the search is, in words.
        asked: the language model's part in the wording, shown or not.
        sent: what the agent answered in its place, once that is known.
    """

    resolution: str
    title: str
    text: str
    language: str
    fit: float
    links: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    made_at: Instant
    sources: tuple[Source, ...] = ()
    confidence: str = ""
    wording: Wording = Wording.APPROVED
    asked: Asked | None = None
    refused: None = Field(default=None, exclude=True)  # drafts that were stored earlier carry it, always empty
    sent: Sent | None = None
