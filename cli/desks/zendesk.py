"""Setting Zendesk up: our ticket fields, the webhook, and a view with the tickets on top."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cli.desks.setup import FIELDS, SUCCESS_VIEW, VIEW, WEBHOOK, Connected, Credential, Finding
from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.zendesk.desk import error_code
from shared.adapters.zendesk.signature import INVOCATION, SIGNATURE, TIMESTAMP
from shared.domain.errors import FirstlineError
from shared.domain.writing import TAG_CUSTOMER_SUCCESS

# Only what can bring a new message or a new state: each event is one delivery.
SUBSCRIPTIONS = tuple(
    f"zen:event-type:ticket.{event}"
    for event in ("created", "comment_added", "status_changed", "marked_as_spam", "soft_deleted", "merged")
)
_KINDS = {"rank": "integer"}
_CONDITIONS: dict[str, list[dict[str, str]]] = {
    VIEW: [],
    SUCCESS_VIEW: [{"field": "current_tags", "operator": "includes", "value": TAG_CUSTOMER_SUCCESS}],
}
_FIELDS_PATH, _HOOKS_PATH, _VIEWS_PATH = "/api/v2/ticket_fields", "/api/v2/webhooks", "/api/v2/views"


class ZendeskSetup:
    """See `Setup`."""

    name = "zendesk"
    credentials: tuple[Credential, ...] = (
        Credential("base_url", "Address of the account, such as https://acme.zendesk.com", secret=False),
        Credential("client_id", "OAuth client's unique identifier (Admin Center > Apps > OAuth clients)", secret=False),
        Credential("client_secret", "OAuth client's secret (confidential client, shown once)"),
    )
    permissions: tuple[str, ...] = (
        "OAuth client: confidential, grant client_credentials, scope `read write`",
        "its user: an administrator (the incremental export and webhooks are for administrators only)",
    )
    on_top = "priority, and the view “Firstline: on top” sorted by the field “Firstline rank”"

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """See `Setup.connect`. Nothing is left to do by hand."""
        admin = _Admin(account)
        created: list[str] = []
        fields = {name: _field(admin, name, title, created) for name, title in FIELDS.items()}
        webhook = _webhook(admin, webhook_url, created)
        _views(admin, fields["rank"], created)
        secret = admin.get(f"{_HOOKS_PATH}/{webhook}/signing_secret").body["signing_secret"]["secret"]
        user = admin.get("/api/v2/users/me").body["user"]["id"]
        # The export tells its own limit, and by it whether the account has the High Volume add-on.
        admin.get(f"/api/v2/incremental/tickets/cursor?start_time={_a_while_ago()}")
        login = {name: account[name] for name in ("base_url", "client_id", "client_secret")}
        return Connected(
            api={**login, "integration_user_id": str(user), "fields": fields, "limits": admin.limits()},
            signing_secrets=(secret,),
            created=tuple(created),
        )

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """See `Setup.examine`."""
        again = "run `firstline connect zendesk` again"
        try:
            admin = _Admin(api)
            user = admin.get("/api/v2/users/me").body["user"]
        except FirstlineError as error:
            remedy = "check that the OAuth client exists and is confidential, then connect again with its secret"
            return (Finding(what="sign-in", ok=False, says=str(error), remedy=remedy),)
        findings = [Finding(what="sign-in", ok=True, says=f"as {user.get('name', user['id'])}")]
        findings.append(
            Finding(
                what="integration user",
                ok=str(user["id"]) == str(api.get("integration_user_id")),
                says="the user whose writes we take for our own",
                remedy=f"the OAuth client acts as another user now: {again}",
            )
        )
        tries: dict[str, tuple[Callable[[], bool], str]] = {
            "permission to read tickets": (
                lambda: bool(admin.get("/api/v2/tickets?page[size]=1")),
                "give the client the scope `read`",
            ),
            "permission to export": (
                lambda: bool(admin.get(f"/api/v2/incremental/tickets/cursor?start_time={_a_while_ago()}")),
                "make the client's user an administrator",
            ),
            "ticket fields": (
                lambda: {str(id) for id in api.get("fields", {}).values()} <= _ids(admin, _FIELDS_PATH),
                again,
            ),
            "webhook": (lambda: _stands(admin, webhook_url), again),
            "views": (
                lambda: _CONDITIONS.keys() <= {view["title"] for view in admin.get(_VIEWS_PATH).body["views"]},
                again,
            ),
        }
        return (*findings, *(_tried(what, look, remedy) for what, (look, remedy) in tries.items()))

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`."""
        admin = _Admin(api)
        removed: list[str] = []
        for hook in admin.get(_HOOKS_PATH).body["webhooks"]:
            if hook["name"] == WEBHOOK and hook["endpoint"] == webhook_url:
                admin.delete(f"{_HOOKS_PATH}/{hook['id']}")
                removed.append(f"webhook “{WEBHOOK}”")
        for view in admin.get(_VIEWS_PATH).body["views"]:
            if view["title"] in _CONDITIONS:
                admin.delete(f"{_VIEWS_PATH}/{view['id']}")
                removed.append(f"view “{view['title']}”")
        titles = set(FIELDS.values())
        for field in admin.get(_FIELDS_PATH).body["ticket_fields"]:
            if field["title"] in titles:
                admin.delete(f"{_FIELDS_PATH}/{field['id']}")
                removed.append(f"ticket field “{field['title']}”")
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`."""
        stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {"type": "zen:event-type:ticket.created", "time": stamp, "subject": f"zen:ticket:{ticket_id}"}
        body = json.dumps({**event, "detail": {"id": ticket_id}}).encode()
        digest = hmac.digest(secret.encode(), stamp.encode() + body, "sha256")
        delivery = f"firstline-doctor-{now.timestamp():.6f}"
        signed = {SIGNATURE: base64.b64encode(digest).decode(), TIMESTAMP: stamp, INVOCATION: delivery}
        return {"content-type": "application/json", **signed}, body


class _Admin:
    """The account's API for as long as one token lasts; notices the limits that answers tell."""

    _HIGH_VOLUME_EXPORTS = 30

    def __init__(self, account: Mapping[str, Any]) -> None:
        self._http = DeskHttp.connect(account["base_url"], clock=lambda: datetime.now(UTC), reason=error_code)
        grant = {"grant_type": "client_credentials", "scope": "read write"}
        credentials = {name: account[name] for name in ("client_id", "client_secret")}
        token = self._http.send("POST", "/oauth/tokens", body={**grant, **credentials}).body["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self._told = {"requests": 200, "exports": 10}

    def limits(self) -> dict[str, int]:
        """Calls a minute by lane. Nothing tells that of updates: 100; 300 with the add-on that raises exports to 30."""
        high_volume = self._told["exports"] >= self._HIGH_VOLUME_EXPORTS
        return {**self._told, "updates": 300 if high_volume else 100}

    def get(self, path: str) -> Answer:
        answer = self._http.send("GET", path, headers=self._headers)
        told = {"requests": answer.headers.get("x-rate-limit", "")}
        told["exports"] = answer.headers.get("zendesk-ratelimit-incremental-exports", "").partition(";")[0]
        numbers = {lane: text.removeprefix("total=") for lane, text in told.items()}
        self._told |= {lane: int(number) for lane, number in numbers.items() if number.isdecimal()}
        return answer

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        return self._http.send("POST", path, body=body, headers=self._headers)

    def delete(self, path: str) -> Answer:
        return self._http.send("DELETE", path, headers=self._headers)


def _a_while_ago() -> int:
    """A start that the export takes: in epoch seconds, and not within its last minutes."""
    return int(datetime.now(UTC).timestamp()) - 600


def _tried(what: str, look: Callable[[], bool], remedy: str) -> Finding:
    try:
        ok, says = look(), ""
    except FirstlineError as error:
        ok, says = False, str(error)
    return Finding(what=what, ok=ok, says=says, remedy="" if ok else remedy)


def _ids(admin: _Admin, path: str) -> set[str]:
    return {str(one["id"]) for one in admin.get(path).body[path.rpartition("/")[2]]}


def _stands(admin: _Admin, url: str) -> bool:
    """Whether our webhook leads to this address, wants the right events, and is switched on."""
    hooks = admin.get(_HOOKS_PATH).body["webhooks"]
    return any(_is_right(hook, url) and hook.get("status") == "active" for hook in hooks)


def _is_right(hook: Mapping[str, Any], url: str) -> bool:
    subscribed = set(hook["subscriptions"]) == set(SUBSCRIPTIONS)
    return bool(hook["name"] == WEBHOOK and hook["endpoint"] == url and subscribed)


def _field(admin: _Admin, name: str, title: str, created: list[str]) -> int:
    for field in admin.get(_FIELDS_PATH).body["ticket_fields"]:
        if field["title"] == title:
            return int(field["id"])
    wish = {"type": _KINDS.get(name, "text"), "title": title, "active": True}
    made = admin.post(_FIELDS_PATH, {"ticket_field": wish})
    created.append(f"ticket field “{title}”")
    return int(made.body["ticket_field"]["id"])


def _webhook(admin: _Admin, url: str, created: list[str]) -> str:
    for webhook in admin.get(_HOOKS_PATH).body["webhooks"]:
        if webhook["name"] != WEBHOOK:
            continue
        if _is_right(webhook, url):
            return str(webhook["id"])
        admin.delete(f"{_HOOKS_PATH}/{webhook['id']}")
    wanted = {
        "name": WEBHOOK,
        "status": "active",
        "endpoint": url,
        "http_method": "POST",
        "request_format": "json",
        "subscriptions": list(SUBSCRIPTIONS),
    }
    made = admin.post(_HOOKS_PATH, {"webhook": wanted})
    created.append(f"webhook “{WEBHOOK}”")
    return str(made.body["webhook"]["id"])


def _views(admin: _Admin, rank_field: int, created: list[str]) -> None:
    """What comes first, and the tickets of customers of high value; both in the order of rank."""
    known = {view["title"] for view in admin.get(_VIEWS_PATH).body["views"]}
    for title, condition in _CONDITIONS.items():
        if title in known:
            continue
        view = {
            "title": title,
            "all": [{"field": "status", "operator": "less_than", "value": "solved"}, *condition],
            "output": {
                "columns": ["subject", "requester", "group", "assignee", str(rank_field)],
                "sort_by": str(rank_field),
                "sort_order": "asc",
            },
        }
        admin.post(_VIEWS_PATH, {"view": view})
        created.append(f"view “{title}”")
