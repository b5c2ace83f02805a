"""The inbox's values in Zendesk's JSON."""

from __future__ import annotations

from typing import Any

from sandbox.inbox.inbox import Inbox
from sandbox.inbox.records import (
    Article,
    Channel,
    Field,
    Group,
    Message,
    Organization,
    Person,
    Rating,
    Role,
    Ticket,
)
from sandbox.inbox.times import iso

ACCOUNT_ID = 88_000_001
BRAND_ID = 360_000_001
ADDRESS = "support@lumenboard.example"
VIA = {
    Channel.EMAIL: "email",
    Channel.CHAT: "chat",
    Channel.FORM: "web",
    Channel.AGENT: "web",
    Channel.API: "api",
    Channel.MERGE: "web",
}
ROLES = {Role.CUSTOMER: "end-user", Role.AGENT: "agent", Role.ADMIN: "admin"}


class Shapes:
    """Zendesk's words for what the inbox holds; `root` is where the API lives."""

    def __init__(self, inbox: Inbox, root: str) -> None:
        self._inbox = inbox
        self._root = root

    def ticket(self, ticket: Ticket) -> dict[str, Any]:
        """A ticket."""
        rating = self._inbox.tickets.rating(ticket.id)
        values = [{"id": field.id, "value": ticket.values.get(field.id)} for field in self._inbox.fields.all()]
        requester = self._inbox.people.get(ticket.requester_id)
        return {
            "id": ticket.id,
            "url": f"{self._root}/tickets/{ticket.id}.json",
            "external_id": None,
            "via": self.via(ticket.channel, requester, ticket.follow_up_of),
            "created_at": iso(ticket.created_at),
            "updated_at": iso(ticket.updated_at),
            "generated_timestamp": int(ticket.generated_at),
            "type": ticket.kind,
            "subject": ticket.subject,
            "raw_subject": ticket.subject,
            "description": ticket.description,
            "priority": ticket.priority,
            "status": "deleted" if ticket.gone else ticket.status,
            "custom_status_id": None,
            "recipient": ADDRESS if ticket.channel is Channel.EMAIL else None,
            "requester_id": ticket.requester_id,
            "submitter_id": ticket.submitter_id,
            "assignee_id": ticket.assignee_id,
            "organization_id": ticket.organization_id,
            "group_id": ticket.group_id,
            "collaborator_ids": [],
            "follower_ids": [],
            "email_cc_ids": [],
            "problem_id": None,
            "has_incidents": False,
            "is_public": True,
            "due_at": None,
            "tags": list(ticket.tags),
            "custom_fields": values,
            "fields": values,
            "satisfaction_rating": _rated(ticket, rating),
            "ticket_form_id": None,
            "brand_id": BRAND_ID,
            "allow_channelback": False,
            "allow_attachments": True,
            "from_messaging_channel": False,
        }

    def via(self, channel: Channel, sender: Person, follow_up_of: int | None = None) -> dict[str, Any]:
        """Where something came from."""
        source: dict[str, Any] = {"from": {}, "to": {}, "rel": None}
        if channel is Channel.EMAIL:
            source["from"] = {"address": sender.email, "name": sender.name}
            source["to"] = {"address": ADDRESS, "name": "Lumen Board"}
        if channel is Channel.MERGE:
            source["rel"] = "merge"
        if follow_up_of is not None:
            source["rel"] = "follow_up"
            source["from"] = {**source["from"], "ticket_id": follow_up_of}
        return {"channel": VIA[channel], "source": source}

    def comment(self, message: Message) -> dict[str, Any]:
        """A comment."""
        author = self._inbox.people.get(message.author_id)
        return {
            "id": message.id,
            "type": "Comment",
            "author_id": message.author_id,
            "body": message.body,
            "html_body": f'<div class="zd-comment" dir="auto">{message.html}</div>',
            "plain_body": message.body,
            "public": message.public,
            "attachments": [self._attachment(message, n, file) for n, file in enumerate(message.attachments)],
            "audit_id": message.id + 10_000_000,
            "via": self.via(message.channel, author),
            "created_at": iso(message.created_at),
            "metadata": {"system": {}, "custom": {}},
        }

    def _attachment(self, message: Message, number: int, file: dict[str, Any]) -> dict[str, Any]:
        name = str(file.get("file_name", "file"))
        attachment_id = message.id * 10 + number
        return {
            "id": attachment_id,
            "file_name": name,
            "content_type": file.get("content_type", "application/octet-stream"),
            "size": file.get("size", 0),
            "content_url": f"{self._root}/attachments/{attachment_id}/{name}",
            "inline": False,
            "deleted": False,
        }

    def user(self, person: Person) -> dict[str, Any]:
        """A user."""
        groups = self._inbox.people.groups_of(person.id)
        return {
            "id": person.id,
            "url": f"{self._root}/users/{person.id}.json",
            "name": person.name,
            "email": person.email,
            "created_at": iso(person.created_at),
            "updated_at": iso(person.updated_at),
            "time_zone": "UTC",
            "locale": "en-US",
            "role": ROLES[person.role],
            "active": True,
            "verified": True,
            "suspended": False,
            "external_id": None,
            "phone": None,
            "notes": "",
            "details": "",
            "organization_id": person.organization_id,
            "default_group_id": groups[0] if groups else None,
            "tags": [],
            "user_fields": {"plan": None, "mrr": None, "signed_up": None} | person.fields
            if not person.is_staff
            else {},
        }

    def group(self, group: Group) -> dict[str, Any]:
        """A group."""
        at = iso(group.created_at)
        return {
            "id": group.id, "url": f"{self._root}/groups/{group.id}.json", "name": group.name, "description": "",
            "default": False, "deleted": False, "is_public": True, "created_at": at, "updated_at": at,
        }  # fmt: skip

    def membership(self, row: Any) -> dict[str, Any]:
        """Who is in which group."""
        at = iso(row["created_at"])
        default = self._inbox.people.groups_of(row["person_id"])[0] == row["group_id"]
        return {
            "id": row["id"], "url": f"{self._root}/group_memberships/{row['id']}.json", "user_id": row["person_id"],
            "group_id": row["group_id"], "default": default, "created_at": at, "updated_at": at,
        }  # fmt: skip

    def organization(self, organization: Organization) -> dict[str, Any]:
        """A customer's company."""
        at = iso(organization.created_at)
        return {
            "id": organization.id, "url": f"{self._root}/organizations/{organization.id}.json",
            "name": organization.name, "organization_fields": organization.fields, "tags": [], "domain_names": [],
            "created_at": at, "updated_at": at,
        }  # fmt: skip

    def field(self, field: Field) -> dict[str, Any]:
        """A custom ticket field."""
        shape = _field(self._root, field.id, field.title, field.kind, iso(field.created_at), removable=True)
        shape["description"] = field.description
        if field.kind == "tagger":
            shape["custom_field_options"] = [{"id": field.id * 100 + n, **opt} for n, opt in enumerate(field.options)]
        return shape

    def system_fields(self) -> list[dict[str, Any]]:
        """The fields that every account has."""
        kinds = {"Subject": "subject", "Description": "description", "Status": "status", "Type": "tickettype",
                 "Priority": "priority", "Group": "group", "Assignee": "assignee"}  # fmt: skip
        first = 359_001
        return [
            _field(self._root, first + n, title, kind, "2020-01-01T00:00:00Z", removable=False)
            for n, (title, kind) in enumerate(kinds.items())
        ]

    def rating(self, rating: Rating, ticket: Ticket) -> dict[str, Any]:
        """A satisfaction rating (the legacy kind)."""
        at = iso(rating.created_at)
        return {
            "id": rating.id, "url": f"{self._root}/satisfaction_ratings/{rating.id}.json",
            "ticket_id": rating.ticket_id, "assignee_id": ticket.assignee_id,
            "group_id": ticket.group_id, "requester_id": ticket.requester_id,
            "score": rating.score, "comment": rating.comment, "reason": None, "created_at": at, "updated_at": at,
        }  # fmt: skip

    def article(self, article: Article) -> dict[str, Any]:
        """A help centre article."""
        url = f"{self._root}/help_center/en-us/articles/{article.id}.json"
        page = f"{self._root.removesuffix('/api/v2')}/hc/en-us/articles/{article.id}"
        return {
            "id": article.id, "url": url, "html_url": page, "title": article.title, "name": article.title,
            "body": article.body, "locale": "en-us", "source_locale": "en-us", "draft": False, "outdated": False,
            "section_id": 4_900_000 + sum(map(ord, article.section)), "label_names": [article.section.lower()],
            "created_at": iso(article.created_at), "updated_at": iso(article.updated_at),
            "edited_at": iso(article.updated_at), "promoted": False, "position": 0, "vote_sum": 0, "vote_count": 0,
        }  # fmt: skip


def _field(root: str, field_id: int, title: str, kind: str, at: str | None, *, removable: bool) -> dict[str, Any]:
    return {
        "id": field_id, "url": f"{root}/ticket_fields/{field_id}.json", "type": kind, "title": title,
        "raw_title": title, "description": "", "active": True,
        "required": False, "tag": None, "removable": removable, "created_at": at,
        "updated_at": at,
    }  # fmt: skip


def _rated(ticket: Ticket, rating: Rating | None) -> dict[str, Any]:
    if rating is not None:
        return {"score": rating.score, "id": rating.id, "comment": rating.comment}
    return {"score": "offered" if ticket.status in ("solved", "closed") else "unoffered"}
