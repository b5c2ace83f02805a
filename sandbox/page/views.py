"""What each page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.desk import Desk
from sandbox.inbox.records import Article, Change, Message, Role, Ticket
from sandbox.inbox.text import readable
from sandbox.inbox.times import iso
from sandbox.listing import listed, one_ticket
from sandbox.page.beside import beside
from sandbox.page.presenting import ago, badge, chips, draft_text, due, initials, note_kind, place_words, span, words

SHOWS = {
    "all": "Everything", "draft": "Draft ready", "briefing": "Briefing", "untriaged": "Untriaged",
    "key": "Key customers",
}  # fmt: skip
KEY_CUSTOMER = "firstline_customer_success"
NO_QUEUE = "No queue"
LONGEST_LIST = 200


@dataclass(frozen=True)
class Choice:
    """What the inbox was asked to show."""

    queue: str = ""
    show: str = "all"
    status: str = "open"
    words: str = ""

    def fits(self, row: dict[str, Any], text: str) -> bool:
        """Whether a row is wanted."""
        done = row["status"] in ("solved", "closed")
        if done is not (self.status == "done") and self.status != "any":
            return False
        if self.queue and (row["group"] or NO_QUEUE) != self.queue:
            return False
        return self._shows(badge(row)[0], row) and self.words.casefold() in text.casefold()

    def _shows(self, kind: str, row: dict[str, Any]) -> bool:
        return (
            self.show not in SHOWS
            or self.show == "all"
            or kind == self.show
            or (self.show == "key" and KEY_CUSTOMER in row["tags"])
            or (self.show == "untriaged" and kind == "handover")
        )


def inbox_view(desk: Desk, choice: Choice) -> dict[str, Any]:
    """The inbox page."""
    now, rows = desk.settings.clock(), listed(desk)
    answered = answered_tickets(desk)
    open_rows = [row for row in rows if row["status"] not in ("solved", "closed")]
    queues = Counter(row["group"] or NO_QUEUE for row in open_rows)
    shows = Counter(badge(row)[0] for row in open_rows)
    shows["untriaged"] += shows.pop("handover", 0)
    shows["key"] = sum(KEY_CUSTOMER in row["tags"] for row in open_rows)
    names = [group.name for group in desk.inbox.people.groups()] + ([NO_QUEUE] if queues[NO_QUEUE] else [])
    wanted = [row for row in rows if choice.fits(row, f"{row['id']} {row['subject']} {row['requester']}")]
    return {
        "choice": choice,
        "found": len(wanted),
        "rows": [_row(row, now, row["id"] in answered) for row in wanted[:LONGEST_LIST]],
        "queues": [(name, queues[name]) for name in names],
        "shows": [(key, word, len(open_rows) if key == "all" else shows[key]) for key, word in SHOWS.items()],
        "open": len(open_rows),
    }


def _row(row: dict[str, Any], now: datetime, answered: bool) -> dict[str, Any]:
    kind, word = badge(row)
    return {
        **row,
        "chips": chips(row),
        "badge": kind,
        "badge_word": word,
        "due": due(row, now, answered=answered),
        "initials": initials(row["assignee_name"] or ""),
        "urgent": "firstline_urgent" in row["tags"],
        "why": place_words(row),
    }


def answered_tickets(desk: Desk) -> set[int]:
    """Tickets whose newest public message is a person's answer."""
    found = desk.store.rows(
        "SELECT ticket_id FROM messages JOIN people ON people.id = author_id"
        " WHERE messages.id IN (SELECT MAX(id) FROM messages WHERE public AND NOT draft GROUP BY ticket_id)"
        " AND role != ?", Role.CUSTOMER,
    )  # fmt: skip
    return {row["ticket_id"] for row in found}


def pulse(desk: Desk) -> dict[str, Any]:
    """The figures in the head of every page."""
    report = desk.report()
    rows = [row for row in listed(desk) if row["status"] not in ("solved", "closed")]
    kinds = Counter(badge(row)[0] for row in rows)
    sent = report["deliveries"]
    return {
        "open": len(rows),
        "draft": kinds["draft"],
        "briefing": kinds["briefing"],
        "untriaged": kinds["untriaged"] + kinds["handover"],
        "delivered": sent["delivered"],
        "waiting": sent["pending"] + sent["held"],
        "failed": sent["failed"] + sent["skipped"] + sent["dropped"],
        "violations": len(report["violations"]),
    }


def ticket_view(desk: Desk, ticket: Ticket, use: int | None = None) -> dict[str, Any]:
    """The page of one ticket; `use` is the note whose draft goes into the reply box."""
    now = desk.settings.clock()
    row = _row(one_ticket(desk, ticket), now, ticket.id in answered_tickets(desk))
    messages = desk.inbox.tickets.messages(ticket.id)
    latest = next((one.id for one in reversed(messages) if _is_ours(desk, one) and note_kind(one)), None)
    shown = [_message(desk, one, now, latest) for one in messages]
    answered = max((one["id"] for one in shown if one["side"] == "agent"), default=0)
    rating = desk.inbox.tickets.rating(ticket.id)
    return {
        "row": row,
        "messages": shown,
        "reply": next((one["draft"] for one in shown if one["id"] == use), _in_reply_box(desk, ticket)),
        "agents": desk.inbox.people.with_roles({Role.AGENT}),
        "facts": _facts(row),
        "history": [line for change in reversed(desk.inbox.tickets.history(ticket.id)) for line in _told(desk, change)],
        "rating": rating,
        "draft_stands": latest is not None and latest > answered,
        "closed": ticket.status == "closed",
        "done": ticket.status in ("solved", "closed"),
        "opened": ago(ticket.created_at, now),
        "beside": beside(desk.sidebar.ask(ticket.id), now),
    }


def _in_reply_box(desk: Desk, ticket: Ticket) -> str:
    """The newest draft that somebody left in the reply box."""
    return next((draft.body for draft in reversed(desk.inbox.tickets.drafts(ticket.id))), "")


def _is_ours(desk: Desk, message: Message) -> bool:
    return message.author_id == desk.inbox.integration_user_id


def _message(desk: Desk, message: Message, now: datetime, latest: int | None) -> dict[str, Any]:
    author = desk.inbox.people.get(message.author_id)
    kind = note_kind(message) if _is_ours(desk, message) else ""
    side = "customer" if not author.is_staff else "agent" if message.public else "note"
    return {
        "id": message.id,
        "author": author.name,
        "initials": initials(author.name),
        "side": side,
        "kind": kind,
        "ours": _is_ours(desk, message),
        "current": message.id == latest,
        # A customer's words are shown as text; a note's HTML went through the allow-list when it was written.
        "text": message.body if side == "customer" else None,
        "html": message.html,
        "draft": draft_text(message) if kind == "draft" else "",
        "attachments": [str(file.get("file_name", "file")) for file in message.attachments],
        "when": ago(message.created_at, now),
        "at": iso(message.created_at),
        "channel": str(message.channel),
    }


def _facts(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Firstline's fields without those that are shown elsewhere."""
    elsewhere = ("Firstline rank", "Firstline first response due")
    return [
        (words(title.removeprefix("Firstline ")), words(value))
        for title, value in row["fields"].items()
        if title not in elsewhere
    ]


def _told(desk: Desk, change: Change) -> list[dict[str, Any]]:
    """A change in lines: who, what, when."""
    actor = desk.inbox.people.get(change.actor_id)
    lines = []
    for move in change.moves:
        text = _sentence(desk, move.kind, move.name, move.previous, move.current)
        if text:
            lines.append({"who": actor.name, "what": text, "when": ago(change.at, desk.settings.clock())})
    return lines


def _sentence(desk: Desk, kind: str, name: str, previous: Any, current: Any) -> str:
    match kind:
        case "created":
            return "opened the ticket"
        case "message":
            return "wrote"
        case "draft":
            return "left a draft in the reply box"
        case "reworded":
            return "changed the words of a message"
        case "tags":
            added, gone = sorted(set(current) - set(previous)), sorted(set(previous) - set(current))
            return ", ".join([f"+{tag}" for tag in added] + [f"−{tag}" for tag in gone])
        case "rating":
            return f"rated: {current}"
        case "field":
            return f"{words(name.removesuffix('_id')).lower()}: {_name(desk, name, current)}"
        case "value":
            title = {field.id: field.title for field in desk.inbox.fields.all()}.get(int(name), name)
            return f"{title.removeprefix('Firstline ')}: {'—' if current is None else current}"
    return kind


def _name(desk: Desk, name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name == "group_id":
        return desk.inbox.people.group(value).name
    return desk.inbox.people.get(value).name if name in ("assignee_id", "requester_id") else str(value)


def help_view(desk: Desk) -> dict[str, Any]:
    """The help centre's list: sections with their articles."""
    sections: dict[str, list[Article]] = {}
    for article in desk.inbox.articles():
        sections.setdefault(article.section, []).append(article)
    return {"sections": sections}


def article_view(desk: Desk, article: Article) -> dict[str, Any]:
    """A page of the help centre."""
    return {"article": article, "body": readable(article.body), "updated": iso(article.updated_at)[:10]}


def deliveries_view(desk: Desk) -> dict[str, Any]:
    """The newest deliveries."""
    now = desk.settings.clock()
    rows = [
        {
            "id": one.id,
            "event": one.parcel.type.removeprefix("zen:event-type:ticket.") or "raw body",
            "ticket_id": one.parcel.ticket_id,
            "kind": one.parcel.kind,
            "status": str(one.status),
            "tries": len(one.attempts),
            "answer": (one.attempts[-1]["status"] or one.attempts[-1]["error"]) if one.attempts else "",
            "took": f"{one.seconds * 1000:.0f} ms" if one.seconds is not None else "",
            "when": ago(one.created_at, now),
        }
        for one in desk.journal.find(limit=200)
    ]
    return {"rows": rows, "counts": desk.journal.counts(), "violations": desk.inbox.violations(), "span": span}
