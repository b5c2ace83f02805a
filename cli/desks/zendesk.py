"""Setting Zendesk up: our ticket fields, the webhook, and a view with the tickets on top. Safe to run twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.zendesk.desk import error_code
from shared.domain.record import Record

WEBHOOK = "Firstline"
VIEW = "Firstline: on top"
FIELDS = {
    "category": ("Firstline category", "text"),
    "urgency": ("Firstline urgency", "text"),
    "sentiment": ("Firstline sentiment", "text"),
    "service_failure": ("Firstline service failure", "text"),
    "owner": ("Firstline owner", "text"),
    "rank": ("Firstline rank", "integer"),
    "rank_reason": ("Firstline rank reason", "text"),
    "first_response_due": ("Firstline first response due", "text"),
}
# Only what can bring a new message or a new state: each event is one delivery.
SUBSCRIPTIONS = tuple(
    f"zen:event-type:ticket.{event}"
    for event in ("created", "comment_added", "status_changed", "marked_as_spam", "soft_deleted", "merged")
)


class Account(Record):
    """How to sign in: an OAuth client of the account that may use client credentials."""

    base_url: str
    client_id: str
    client_secret: str


class Connected(Record):
    """What has to be stored: the secret for the API and the one that webhooks are signed with."""

    api: dict[str, Any]
    signing_secret: str
    created: tuple[str, ...]


def connect(account: Account, webhook_url: str) -> Connected:
    """Create on the desk what is not there yet, and answer the secrets to store."""
    admin = _Admin(account)
    created: list[str] = []
    fields = {name: _field(admin, title, kind, created) for name, (title, kind) in FIELDS.items()}
    webhook = _webhook(admin, webhook_url, created)
    _view(admin, fields["rank"], created)
    secret = admin.get(f"/api/v2/webhooks/{webhook}/signing_secret").body["signing_secret"]["secret"]
    user = admin.get("/api/v2/users/me").body["user"]["id"]
    api = {**account.model_dump(), "integration_user_id": str(user), "fields": fields}
    return Connected(api=api, signing_secret=secret, created=tuple(created))


class _Admin:
    """The account's API for as long as one token lasts."""

    def __init__(self, account: Account) -> None:
        self._http = DeskHttp.connect(account.base_url, clock=lambda: datetime.now(UTC), reason=error_code)
        grant = {"grant_type": "client_credentials", "scope": "read write"}
        credentials = {"client_id": account.client_id, "client_secret": account.client_secret}
        token = self._http.send("POST", "/oauth/tokens", body={**grant, **credentials}).body["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Answer:
        return self._http.send("GET", path, headers=self._headers)

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        return self._http.send("POST", path, body=body, headers=self._headers)

    def delete(self, path: str) -> Answer:
        return self._http.send("DELETE", path, headers=self._headers)


def _field(admin: _Admin, title: str, kind: str, created: list[str]) -> int:
    for field in admin.get("/api/v2/ticket_fields").body["ticket_fields"]:
        if field["title"] == title:
            return int(field["id"])
    made = admin.post("/api/v2/ticket_fields", {"ticket_field": {"type": kind, "title": title, "active": True}})
    created.append(f"ticket field “{title}”")
    return int(made.body["ticket_field"]["id"])


def _webhook(admin: _Admin, url: str, created: list[str]) -> str:
    for webhook in admin.get("/api/v2/webhooks").body["webhooks"]:
        if webhook["name"] != WEBHOOK:
            continue
        if webhook["endpoint"] == url and set(webhook["subscriptions"]) == set(SUBSCRIPTIONS):
            return str(webhook["id"])
        admin.delete(f"/api/v2/webhooks/{webhook['id']}")
    wanted = {
        "name": WEBHOOK,
        "status": "active",
        "endpoint": url,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": list(SUBSCRIPTIONS),
    }
    made = admin.post("/api/v2/webhooks", {"webhook": wanted})
    created.append(f"webhook “{WEBHOOK}”")
    return str(made.body["webhook"]["id"])


def _view(admin: _Admin, rank_field: int, created: list[str]) -> None:
    if any(view["title"] == VIEW for view in admin.get("/api/v2/views").body["views"]):
        return
    view = {
        "title": VIEW,
        "all": [{"field": "status", "operator": "less_than", "value": "solved"}],
        "output": {
            "columns": ["subject", "requester", "group", "assignee", str(rank_field)],
            "sort_by": str(rank_field),
            "sort_order": "asc",
        },
    }
    admin.post("/api/v2/views", {"view": view})
    created.append(f"view “{VIEW}”")
