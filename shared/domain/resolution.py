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
from shared.domain.tailoring import tailored, unmarked, whole
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
        facts: what must be known about the customer, or there is no draft; one that only a passage needs, if it stays.
        gaps: facts that an agent fills in where nobody knows them: a marked gap stands in their place.
        plans: the plans it holds for; empty for all.
        not_for: requests that look alike but need another answer, for matching against.
        links: addresses that the wording names.
        page: where customers read the same, if anywhere.
        before_sending: what the agent has to do first, because the wording says that it was done.
        body: the wording in Markdown, with facts in braces and the marks of `tailoring`.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Sentence
    language: str = Field(pattern=r"^[a-z]{2}$")
    category: Category
    intents: tuple[Sentence, ...] = Field(min_length=1)
    facts: tuple[FactName, ...] = ()
    gaps: tuple[FactName, ...] = ()
    plans: tuple[str, ...] = ()
    not_for: tuple[Sentence, ...] = ()
    valid_from: date
    valid_until: date | None = None
    owner: Sentence
    links: tuple[str, ...] = ()
    page: str = ""
    before_sending: tuple[Sentence, ...] = ()
    body: Sentence

    @model_validator(mode="after")
    def _body_uses_its_facts(self) -> Resolution:
        listed = {fact.value for fact in (*self.facts, *self.gaps)}
        known = {fact.value for fact in FactName}
        stray = (set(_PLACEHOLDER.findall(unmarked(self.body))) - listed) | (
            set(_PLACEHOLDER.findall(self.body)) - known
        )
        if stray:
            named = ", ".join(f"{{{fact}}}" for fact in sorted(stray))
            remedy = "add it there or to `gaps`, or put [[ and ]] around what needs it"
            raise ValueError(f"the body uses {named}, which `facts` does not list; {remedy}")
        if set(_PLACEHOLDER.sub("", self.body)) & set("{}"):
            raise ValueError("the body has a brace that is no placeholder; write it without braces")
        return self

    @model_validator(mode="after")
    def _a_gap_is_not_required(self) -> Resolution:
        both = sorted(set(self.facts) & set(self.gaps))
        if both:
            raise ValueError(f"gaps lists {both[0]}, which `facts` lists too; leave it in one of the two")
        return self

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Resolution:
        if self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from; set it to the last day on which the wording holds")
        return self

    @property
    def full_wording(self) -> str:
        """All that it may say, without marks."""
        return whole(self.body)

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


class Cut(Record):
    """What an approved answer lost on its way to a draft.

    Attributes:
        not_asked: the names of passages that nobody asked about.
        unknown: facts that a part which was left out would have needed.
    """

    not_asked: tuple[str, ...] = ()
    unknown: tuple[FactName, ...] = ()


def suited(resolution: Resolution, facts: Mapping[FactName, str], asked: str) -> tuple[Resolution, Cut]:
    """A resolution with what meets a request and what is known of the customer, and without marks.

    Args:
        facts: those that are known of the customer.
        asked: all that the customer wrote.
    """
    known = {fact.value for fact in facts}
    left = tailored(resolution.body, asked, resolution.language, known, facts.get(FactName.PLAN))
    cut = Cut(not_asked=left.left_out, unknown=tuple(FactName(name) for name in left.unknown))
    return resolution.model_copy(update={"body": left.text}), cut


def facts_in(resolution: Resolution) -> tuple[FactName, ...]:
    """The facts that a wording names, in its order."""
    return tuple(FactName(name) for name in dict.fromkeys(_PLACEHOLDER.findall(resolution.body)))


def missing_facts(resolution: Resolution, facts: Mapping[FactName, str], asked: str = "") -> tuple[FactName, ...]:
    """What a resolution needs for a request and nobody knows. What only a passage needs is missed only if it stays."""
    needed = set(facts_in(suited(resolution, facts, asked)[0])) | set(resolution.facts) - set(facts_in(resolution))
    return tuple(name for name in resolution.facts if name in needed and name not in facts)


def fill(suited: Resolution, facts: Mapping[FactName, str]) -> str:
    """An approved wording with the customer's facts in place, as plain text: a reply box shows no Markdown.

    Args:
        suited: without marks.

    Raises:
        KeyError: a required fact is missing; ask `missing_facts` first.
    """
    known = with_gaps(suited, facts)
    return filled(suited.body, {name: known[name] for name in facts_in(suited)})


def with_gaps(resolution: Resolution, facts: Mapping[FactName, str]) -> dict[FactName, str]:
    """The facts, and for those that the resolution may leave open a gap to fill in: `[invoice number]`."""
    return {name: gap(name) for name in resolution.gaps} | dict(facts)


def gap(name: FactName) -> str:
    """What stands in a draft for a fact that an agent has to fill in."""
    return f"[{name.value.replace('_', ' ')}]"


def open_gaps(text: str) -> tuple[FactName, ...]:
    """The gaps of a draft that are to be filled in."""
    return tuple(name for name in FactName if gap(name) in text)


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
        before_sending: what the agent has to do before this may be sent: a gap to fill in, a grave ticket to read, what
            the wording says was done.
        check: what the agent should look at before sending.
        cut: what the approved answer holds beyond this.
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
    before_sending: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    cut: Cut = Cut()
    made_at: Instant
    sources: tuple[Source, ...] = ()
    confidence: str = ""
    wording: Wording = Wording.APPROVED
    asked: Asked | None = None
    refused: None = Field(default=None, exclude=True)  # drafts that were stored earlier carry it, always empty
    sent: Sent | None = None
