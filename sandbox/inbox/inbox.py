"""The inbox as a whole, and what the product's rules forbid in it."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.inbox import rows, seeds
from sandbox.inbox.articles import ARTICLES
from sandbox.inbox.errors import NotThere
from sandbox.inbox.fields import Documents, Fields
from sandbox.inbox.people import People
from sandbox.inbox.records import Article, Change, Channel, Role
from sandbox.inbox.store import Store
from sandbox.inbox.tickets import Tickets
from sandbox.inbox.times import epoch
from sandbox.settings import Clock


@dataclass(frozen=True)
class Violation:
    """Something that must never happen in this desk."""

    kind: str
    ticket_id: int | None
    at: float
    detail: str


class Inbox:
    """Everything that the desk knows."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.people = People(store, clock)
        self.fields = Fields(store, clock)
        self.documents = Documents(store, clock)
        self.tickets = Tickets(store, self.people, self.fields, clock)
        self.tickets.listen(self._watch)
        self._seed()

    def reset(self) -> None:
        """Forget everything and start as a new desk."""
        with self.store.transaction():
            self.store.clear()
            self._seed()

    def articles(self) -> list[Article]:
        """The help centre, by id."""
        return [rows.to_article(row) for row in self.store.rows("SELECT * FROM articles ORDER BY id")]

    def article(self, article_id: int) -> Article:
        """One of them. Raises NotThere."""
        row = self.store.row("SELECT * FROM articles WHERE id = ?", article_id)
        if row is None:
            raise NotThere(f"article {article_id}")
        return rows.to_article(row)

    def violations(self) -> list[Violation]:
        """What must never happen and did."""
        found = self.store.rows("SELECT kind, ticket_id, at, detail FROM violations ORDER BY id")
        return [Violation(*row) for row in found]

    @property
    def integration_user_id(self) -> int:
        """The user behind the API's credentials."""
        return self.people.find(seeds.INTEGRATION_EMAIL).id

    def _watch(self, change: Change) -> None:
        """Nothing that the integration user writes may reach a customer."""
        message = change.message
        if message is None or not message.public or message.draft:
            return
        by_us = self.integration_user_id in (change.actor_id, message.author_id) or change.channel is Channel.API
        # Through the API a ticket may be opened in its customer's name; everything else there speaks for the company.
        for_a_customer = change.moves[0].kind == "created" and not self.people.get(message.author_id).is_staff
        if by_us and not for_a_customer:
            self.store.insert(
                "violations", kind="public_message", ticket_id=change.ticket.id, at=change.at,
                detail=f"message {message.id} went to the customer",
            )  # fmt: skip

    def _seed(self) -> None:
        with self.store.transaction():
            if self.store.row("SELECT 1 FROM people LIMIT 1") is not None:
                return
            groups = {name: self.people.add_group(name).id for name in seeds.GROUPS}
            self.people.add("Firstline", seeds.INTEGRATION_EMAIL, role=Role.ADMIN)
            for agent in seeds.AGENTS:
                person = self.people.add(agent.name, agent.email, role=Role.AGENT)
                for name in agent.groups:
                    self.people.join(person.id, groups[name])
            for customer in seeds.CUSTOMERS:
                self.people.add(
                    customer.name, customer.email, organization=customer.company, fields=customer.fields,
                    created_at=epoch(customer.fields.get("signed_up") or "2024-01-01"),
                )  # fmt: skip
            for article in ARTICLES:
                at = epoch(article.updated)
                self.store.insert(
                    "articles", title=article.title, body=article.body, section=article.section, created_at=at,
                    updated_at=at,
                )  # fmt: skip
