"""Setting Intercom up: our attributes by its API; webhook, view and teams by hand, since no API makes them."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cli.desks.looking import tried
from cli.desks.setup import FIELDS, SUCCESS_VIEW, VIEW, Connected, Credential, Finding
from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.intercom.api import ADMINS, IntercomApi, error_code, wait_told
from shared.adapters.intercom.directory import ATTRIBUTES, read_attributes
from shared.adapters.intercom.events import MATTERS
from shared.adapters.intercom.signature import SIGNATURE
from shared.domain.errors import DeskAccessLost, FirstlineError
from shared.domain.writing import TAG_CUSTOMER_SUCCESS

API_URL = "https://api.intercom.io"
_REGIONS = {"EU": "https://api.eu.intercom.io", "AU": "https://api.au.intercom.io"}
# This desk's own priority can be read and not set: ours is an attribute like the others, and a tag for views to go by.
TITLES = {**FIELDS, "priority": "Firstline priority"}
_AGAIN = "run `firstline connect intercom` again"
_MAKE = "the permission to create conversation attributes"


class IntercomSetup:
    """See `Setup`."""

    name = "intercom"
    credentials: tuple[Credential, ...] = (
        Credential("base_url", "Address of the API", secret=False, default=API_URL),
        Credential("access_token", "Access token (Developer Hub > your app > Configure > Authentication)"),
        Credential("client_secret", "Client secret (Developer Hub > your app > Basic information)"),
        Credential(
            "admin_email",
            "Mail address of the teammate that notes come from; empty: the app's",
            secret=False,
            default="",
        ),
    )
    permissions: tuple[str, ...] = (
        "a private app with: Read conversations, Write conversations, Read tags, Write tags, Read admins, "
        "Read one user and one company, Read and list users and companies, Read and list articles",
        "for this command alone: to create and archive conversation attributes",
        "a teammate of its own with an inbox seat, so that our notes are told apart from people's",
    )
    on_top = f"the view “{VIEW}” (conversations with the tag `firstline_urgent`), longest waiting first"

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """See `Setup.connect`. The webhook, the view and the teams are left to be made by hand."""
        base_url = account.get("base_url") or API_URL
        api = _api({"base_url": base_url, "access_token": account["access_token"]})
        answer = api.get("/me", needs=ADMINS)
        app = answer.body["app"]
        own = _teammate(api, account.get("admin_email") or "", str(answer.body["id"]))
        created: list[str] = []
        _make_attributes(api, created)
        api.close()
        stored = {
            "base_url": _REGIONS.get(str(app.get("region", "")).upper(), base_url) if base_url == API_URL else base_url,
            "access_token": account["access_token"],
            "app_id": str(app["id_code"]),
            "integration_user_id": own,
            "fields": TITLES,
            "limits": _limits(answer),
        }
        return Connected(
            api=stored,
            signing_secrets=(account["client_secret"],),
            created=tuple(created),
            clicks=_clicks(webhook_url),
        )

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """See `Setup.examine`. Whether the webhook stands no API tells."""
        desk = _api(api)
        try:
            me = desk.get("/me", needs=ADMINS).body
            teammates = {str(one["id"]): one for one in _admins(desk)}
        except FirstlineError as error:
            remedy = "check the app's access token and its permissions in the Developer Hub, then connect again"
            return (Finding(what="sign-in", ok=False, says=str(error), remedy=remedy),)
        own = teammates.get(str(api.get("integration_user_id")))
        workspace = str(me["app"]["id_code"]) == str(api.get("app_id"))
        findings = (
            Finding(what="sign-in", ok=True, says=f"as {me.get('name', me['id'])}"),
            Finding(
                what="workspace",
                ok=workspace,
                says="the one whose events we take",
                remedy="" if workspace else f"the token is of another workspace: {_AGAIN}",
            ),
            Finding(
                what="integration user",
                ok=own is not None,
                says="the teammate whose writes we take for our own",
                remedy="" if own else f"that teammate is gone; name another: {_AGAIN}",
            ),
            tried(
                "permission to read conversations", lambda: _searches(desk), "tick “Read conversations”", who="the app"
            ),
            tried("attributes", lambda: _missing(desk), _AGAIN, who="the app"),
            Finding(what="webhook", ok=True, says=f"this desk does not tell; it has to lead to {webhook_url}"),
        )
        desk.close()
        return findings

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`. Attributes are archived; webhook and view were made by hand, and are removed so."""
        desk = _api(api)
        titles = {title.casefold() for title in TITLES.values()}
        removed = []
        for one in read_attributes(desk):
            if one.name.casefold() in titles:
                desk.send("DELETE", f"{ATTRIBUTES}/{one.id}", {}, needs=_MAKE)
                removed.append(_said(one.name))
        desk.close()
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`. Its id makes a second probe another notification than the first."""
        notification = {
            "type": "notification_event",
            "id": f"notif_firstline-doctor-{now.timestamp():.6f}",
            "topic": "conversation.user.replied",
            "created_at": int(now.timestamp()),
            "data": {"type": "notification_event_data", "item": {"type": "conversation", "id": ticket_id}},
        }
        body = json.dumps(notification).encode()
        digest = hmac.digest(secret.encode(), body, "sha1").hex()
        return {"content-type": "application/json", SIGNATURE: f"sha1={digest}"}, body


def _clicks(webhook_url: str) -> tuple[str, ...]:
    topics = ", ".join(sorted(MATTERS))
    return (
        f"Developer Hub > your app > Configure > Webhooks: endpoint URL {webhook_url}, topics {topics}; save. "
        "The same page says when Intercom has suspended it: press “Set live” there",
        f"Inbox > Views > New view “{VIEW}”: tag is firstline_urgent, state is open; sort by longest waiting",
        f"Inbox > Views > New view “{SUCCESS_VIEW}”: tag is {TAG_CUSTOMER_SUCCESS}, state is open",
        "Settings > Teams: one team for each queue of the policy, of its name",
    )


def _api(account: Mapping[str, Any]) -> IntercomApi:
    http = DeskHttp.connect(account["base_url"], clock=lambda: datetime.now(UTC), reason=error_code, wait=wait_told)
    return IntercomApi(http, access_token=account["access_token"])


def _limits(answer: Answer) -> dict[str, int]:
    """What the app may ask for in ten seconds, taken as the limit of a minute.

    Our share is counted by the minute and may be used up at once; so it never passes the window that the desk counts.
    """
    told = answer.headers.get("x-ratelimit-limit", "")
    return {"requests": int(told)} if told.isdecimal() and int(told) else {}


def _admins(api: IntercomApi) -> list[dict[str, Any]]:
    return [one for one in api.get("/admins", needs=ADMINS).body["admins"] if one]


def _teammate(api: IntercomApi, email: str, otherwise: str) -> str:
    """The teammate of an address, or the one that the token acts as.

    Raises:
        DeskAccessLost: nobody has that address.
    """
    if not email.strip():
        return otherwise
    for one in _admins(api):
        if str(one.get("email", "")).casefold() == email.strip().casefold():
            return str(one["id"])
    raise DeskAccessLost("no teammate has the given mail address", status=404, permission="a teammate of its own")


def _make_attributes(api: IntercomApi, created: list[str]) -> None:
    """Make those that are not there."""
    known = {one.name.casefold() for one in read_attributes(api)}
    for title in TITLES.values():
        if title.casefold() not in known:
            api.send("POST", ATTRIBUTES, {"name": title, "data_type": "string"}, needs=_MAKE)
            created.append(_said(title))


def _said(title: str) -> str:
    return f"conversation attribute “{title}”"


def _searches(api: IntercomApi) -> str:
    query = {"field": "state", "operator": "=", "value": "open"}
    api.send("POST", "/conversations/search", {"query": query, "pagination": {"per_page": 1}})
    return ""


def _missing(api: IntercomApi) -> str:
    """What is not there any more, or there twice: then the desk refuses to write it."""
    names = [one.name.casefold() for one in read_attributes(api)]
    wrong = [title for title in TITLES.values() if names.count(title.casefold()) != 1]
    return f"missing, or there twice: {', '.join(wrong)}" if wrong else ""
