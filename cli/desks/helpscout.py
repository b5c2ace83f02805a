"""Setting Help Scout up: the webhook by its API; the fields of its inboxes by hand, since no API makes them."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cli.desks.looking import tried
from cli.desks.setup import FIELDS, SUCCESS_VIEW, WEBHOOK, Connected, Credential, Finding
from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.helpscout.api import EDIT, HelpScoutApi, error_code, wait_told
from shared.adapters.helpscout.events import MATTERS
from shared.adapters.helpscout.signature import EVENT, SIGNATURE
from shared.domain.errors import FirstlineError
from shared.domain.writing import TAG_CUSTOMER_SUCCESS

API_URL, DOCS_URL = "https://api.helpscout.net", "https://docsapi.helpscout.net"
# This desk has no priority of its own: it is a field like ours, and a tag for folders to go by.
TITLES = {**FIELDS, "priority": "Firstline priority"}
_LONGEST_SECRET = 40
_HOOKS = "/v2/webhooks"
_AGAIN = "run `firstline connect helpscout` again"
_USER = "the app's user"


class HelpScoutSetup:
    """See `Setup`."""

    name = "helpscout"
    credentials: tuple[Credential, ...] = (
        Credential("base_url", "Address of the API", secret=False, default=API_URL),
        Credential("client_id", "App ID (Your profile > My apps > Create app)", secret=False),
        Credential("client_secret", "App secret (shown with the App ID)"),
        Credential(
            "docs_key", "Docs API key (Your profile > Authentication > API keys); empty without Docs", default=""
        ),
        Credential("docs_language", "Language of the Docs articles, two letters", secret=False, default="en"),
    )
    permissions: tuple[str, ...] = (
        "a user of its own for the app, with access to every inbox that is triaged, so that its writes are told apart",
        "that user: an administrator, or an account that allows to edit threads (drafts are reworded in place)",
        "Docs API key: “Docs: create new, edit settings & collections”; only for help-centre articles",
    )
    on_top = "the tag `firstline_urgent` in a folder of its own, and the field “Firstline priority” with its tag"

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """See `Setup.connect`. Fields and the folder are left to be made by hand."""
        base_url = account.get("base_url") or API_URL
        login = {"base_url": base_url, "client_id": account["client_id"], "client_secret": account["client_secret"]}
        api = _api(login)
        answer = api.get("/v2/users/me")
        user = answer.body
        created: list[str] = []
        secret = _webhook(api, webhook_url, _kept_secret(before), created)
        stored = {
            **login,
            "integration_user_id": str(user["id"]),
            "fields": TITLES,
            "docs_url": account.get("docs_url") or (DOCS_URL if base_url == API_URL else f"{base_url}/docs"),
            "docs_key": account.get("docs_key") or "",
            "docs_language": account.get("docs_language") or "en",
            "limits": _limits(answer),
        }
        clicks = (*_fields_to_make(api), *_CLICKS)
        api.close()
        return Connected(api=stored, signing_secrets=(secret,), created=tuple(created), clicks=clicks)

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """See `Setup.examine`."""
        desk = _api(api)
        try:
            user = _me(desk)
        except FirstlineError as error:
            remedy = "check that the app exists and that the user who made it is active, then connect again"
            return (Finding(what="sign-in", ok=False, says=str(error), remedy=remedy),)
        own = str(user["id"]) == str(api.get("integration_user_id"))
        says = f"as {user.get('firstName', '')} {user.get('lastName', '')}".strip()
        findings = [
            Finding(what="sign-in", ok=True, says=says),
            Finding(
                what="integration user",
                ok=own,
                says="the user whose writes we take for our own",
                remedy="" if own else f"the app acts as another user now: {_AGAIN}",
            ),
            _may_edit(user),
            tried(
                "permission to read conversations", lambda: _reads(desk), "give the user access to an inbox", who=_USER
            ),
            tried("webhook", lambda: _hook_stands(desk, webhook_url), _AGAIN, who=_USER),
            tried(
                "inbox fields", lambda: _none_missing(desk), "add them under Manage > Inbox > Custom fields", who=_USER
            ),
        ]
        desk.close()
        return tuple(findings)

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`. Fields and folders were made by hand, and stay until somebody removes them so."""
        desk = _api(api)
        removed = []
        for hook in _hooks(desk):
            if hook["url"] == webhook_url and hook.get("label") == WEBHOOK:
                desk.send("DELETE", f"{_HOOKS}/{hook['id']}", {})
                removed.append(f"webhook “{WEBHOOK}”")
        desk.close()
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`. The time is in the body, so that a second probe is no repetition of the first."""
        stamp = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"id": int(ticket_id), "userUpdatedAt": stamp}).encode()
        digest = base64.b64encode(hmac.digest(secret.encode(), body, "sha1")).decode()
        return {"content-type": "application/json", SIGNATURE: digest, EVENT: "convo.status"}, body


_CLICKS = (
    "in each inbox: Workflows > New > automatic, condition “tag is firstline_urgent”, action “move to folder”, "
    "folder “Firstline: on top”; sort it by waiting longest",
    f"for customer success: another such workflow, condition “tag is {TAG_CUSTOMER_SUCCESS}”, folder “{SUCCESS_VIEW}”",
    "if teams answer from one inbox only: rename or add inboxes so that each queue of the policy has one of its name",
)


def _api(account: Mapping[str, Any]) -> HelpScoutApi:
    def now() -> datetime:
        return datetime.now(UTC)

    http = DeskHttp.connect(account["base_url"], clock=now, reason=error_code, wait=wait_told)
    return HelpScoutApi(http, client_id=account["client_id"], client_secret=account["client_secret"], clock=now)


def _limits(answer: Answer) -> dict[str, int]:
    """What the account may ask for in a minute, as each answer tells; a write counts twice."""
    told = answer.headers.get("x-ratelimit-limit-minute", "")
    return {"requests": int(told)} if told.isdecimal() else {}


def _me(api: HelpScoutApi) -> dict[str, Any]:
    user: dict[str, Any] = api.get("/v2/users/me").body
    return user


def _listed(api: HelpScoutApi, path: str, name: str) -> list[dict[str, Any]]:
    """Every row of a list."""
    rows: list[dict[str, Any]] = []
    number = 1
    while True:
        body = api.get(path, [("page", number)]).body
        rows += (body.get("_embedded") or {}).get(name, [])
        if number >= (body.get("page") or {}).get("totalPages", 1):
            return rows
        number += 1


def _hooks(api: HelpScoutApi) -> list[dict[str, Any]]:
    return _listed(api, _HOOKS, "webhooks")


def _webhook(api: HelpScoutApi, url: str, kept: str | None, created: list[str]) -> str:
    """The secret of the webhook that leads to this address; it is made, or set right, where it is not.

    The desk does not tell a secret again: one that we do not know is replaced.
    """
    ours = [hook for hook in _hooks(api) if hook.get("label") == WEBHOOK or hook["url"] == url]
    right = next((hook for hook in ours if _is_right(hook, url)), None)
    if right is not None and kept is not None:
        return kept
    secret = kept or secrets.token_urlsafe(_LONGEST_SECRET)[:_LONGEST_SECRET]
    wish = {
        "url": url,
        "events": sorted(MATTERS),
        "secret": secret,
        "label": WEBHOOK,
        "notification": False,
        "payloadVersion": "V2",
    }
    if ours:
        # All of it anew, which switches a disabled one on again as well.
        api.send("PUT", f"{_HOOKS}/{ours[0]['id']}", wish)
    else:
        api.send("POST", _HOOKS, wish)
        created.append(f"webhook “{WEBHOOK}”")
    return secret


def _kept_secret(before: Connected | None) -> str | None:
    return before.signing_secrets[0] if before and before.signing_secrets else None


def _is_right(hook: Mapping[str, Any], url: str) -> bool:
    wanted = set(hook.get("events", ())) == MATTERS and not hook.get("notification")
    return bool(hook["url"] == url and wanted and hook.get("state") == "enabled")


def _hook_stands(api: HelpScoutApi, url: str) -> str:
    hooks = [hook for hook in _hooks(api) if hook["url"] == url]
    if not hooks:
        return "none leads to this address"
    if all(hook.get("state") != "enabled" for hook in hooks):
        return "the desk switched it off, because its deliveries failed too often; what was missed is found by polling"
    return "" if any(_is_right(hook, url) for hook in hooks) else "it does not send the events that are needed"


def _reads(api: HelpScoutApi) -> str:
    api.get("/v2/conversations", [("status", "all")])
    return ""


def _none_missing(api: HelpScoutApi) -> str:
    return "; ".join(_fields_to_make(api))


def _fields_to_make(api: HelpScoutApi) -> tuple[str, ...]:
    """What has to be added by hand, one inbox each."""
    steps = []
    for inbox in _listed(api, "/v2/mailboxes", "mailboxes"):
        fields = _listed(api, f"/v2/mailboxes/{inbox['id']}/fields", "fields")
        known = {str(field["name"]).casefold() for field in fields}
        missing = [title for title in TITLES.values() if title.casefold() not in known]
        if missing:
            titles = ", ".join(f"“{title}”" for title in missing)
            steps.append(f"inbox “{inbox['name']}”: Manage > Inbox > Custom fields: add {titles} (single line)")
    return tuple(steps)


def _may_edit(user: Mapping[str, Any]) -> Finding:
    role = str(user.get("role", ""))
    ok = role in ("owner", "admin")
    says = f"its role is {role}; " + ("it may" if ok else "only where the account allows it to everybody")
    return Finding(
        what="permission to edit threads",
        ok=ok,
        says=says,
        remedy="" if ok else f"drafts that no longer fit are reworded, which takes {EDIT}",
    )
