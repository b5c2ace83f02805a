"""Setting Freshdesk up: our ticket fields and two automation rules by its API, a saved view by hand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from cli.desks.freshdesk_rules import ADMIN, AGAIN, NOT_TOLD, RULES, made, removed_rules, rules_stand
from cli.desks.looking import tried
from cli.desks.setup import FIELDS, SUCCESS_VIEW, VIEW, Connected, Credential, Finding
from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.freshdesk.api import KEY, PAGE_SIZE, FreshdeskApi, error_code, has_more
from shared.adapters.freshdesk.events import UPDATED
from shared.adapters.freshdesk.signature import HEADER
from shared.domain.errors import FirstlineError
from shared.domain.writing import TAG_CUSTOMER_SUCCESS

_FIELDS_PATH = "/admin/ticket_fields"
# Updates and lists of tickets a minute, by what the whole account may ask for.
_LANES = {200: (80, 20), 400: (160, 100), 700: (280, 200), 1_000: (400, 300), 2_000: (800, 400)}
# A fresh account's own statuses. They can be renamed, so it is the name that counts.
_WAITS = {"waiting on customer": "pending", "waiting on third party": "hold"}


class FreshdeskSetup:
    """See `Setup`."""

    name = "freshdesk"
    credentials: tuple[Credential, ...] = (
        Credential("base_url", "Address of the account, such as https://acme.freshdesk.com", secret=False),
        Credential("api_key", "API key of an agent of its own (Profile settings > View API key)"),
    )
    permissions: tuple[str, ...] = (
        "an agent of its own, so that its notes are told apart; ticket scope: global access",
        "its role: Administrator (ticket fields, automation rules, and the lists of agents and groups are theirs)",
        "plan Growth or above: without one there is no API and no webhook",
    )
    on_top = "priority, and the saved view “Firstline: on top” sorted by it; the field “Firstline rank” to be read"

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """See `Setup.connect`. The view is left to be made by hand, and a rule that the desk does not take."""
        api = _api(account)
        answer = api.get("/agents/me", needs=KEY)
        created: list[str] = []
        kept = before.signing_secrets[0] if before and before.signing_secrets else None
        secret = kept or secrets.token_urlsafe(32)
        stored = {
            "base_url": account["base_url"].rstrip("/"),
            "api_key": account["api_key"],
            "integration_user_id": str(answer.body["id"]),
            "fields": {name: _field(api, title, created) for name, title in FIELDS.items()},
            "waits": _waits(api),
            "language": _language(api),
            "limits": _limits(answer),
        }
        clicks = [step for rule in RULES for step in made(api, rule, webhook_url, secret, kept is not None, created)]
        api.close()
        return Connected(api=stored, signing_secrets=(secret,), created=tuple(created), clicks=(*clicks, *_CLICKS))

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """See `Setup.examine`."""
        desk = _api(api)
        try:
            agent = desk.get("/agents/me", needs=KEY).body
        except FirstlineError as error:
            remedy = "check the agent's API key and that the agent is active, then connect again"
            return (Finding(what="sign-in", ok=False, says=str(error), remedy=remedy),)
        own = str(agent["id"]) == str(api.get("integration_user_id"))
        findings = (
            Finding(what="sign-in", ok=True, says=f"as {(agent.get('contact') or {}).get('name', agent['id'])}"),
            Finding(
                what="integration user",
                ok=own,
                says="the agent whose notes we take for our own",
                remedy="" if own else f"the key belongs to another agent now: {AGAIN}",
            ),
            tried("permission to read tickets", lambda: _reads(desk, "/tickets"), "give it global access", who=_WHO),
            tried("permission to list groups", lambda: _reads(desk, "/groups"), "make it an administrator", who=_WHO),
            tried("permission to list agents", lambda: _reads(desk, "/agents"), "make it an administrator", who=_WHO),
            tried("ticket fields", lambda: _missing_fields(desk, api.get("fields", {})), AGAIN, who=_WHO),
            rules_stand(desk, webhook_url),
        )
        desk.close()
        return findings

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`. The view was made by hand, and stays until somebody removes it so."""
        desk = _api(api)
        removed = removed_rules(desk, webhook_url)
        for field in list(_listed(desk, _FIELDS_PATH)):
            if field.get("label") in FIELDS.values():
                desk.send("DELETE", f"{_FIELDS_PATH}/{field['id']}", needs=ADMIN)
                removed.append(f"ticket field “{field['label']}”")
        desk.close()
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`. Nothing is signed; the secret goes along."""
        body = json.dumps({"event": UPDATED, "ticket_id": ticket_id}).encode()
        return {"content-type": "application/json", HEADER.lower(): secret}, body


_WHO = "the key's agent"
_CLICKS = (
    "Tickets > filters: status “All unresolved”, sort by Priority; save as “" + VIEW + "”, visible to all agents; "
    "what must come first has priority High or Urgent, and the tag firstline_urgent",
    f"for customer success: the same with the tag {TAG_CUSTOMER_SUCCESS}, saved as “{SUCCESS_VIEW}”",
)


def _api(account: Mapping[str, Any]) -> FreshdeskApi:
    http = DeskHttp.connect(account["base_url"], clock=lambda: datetime.now(UTC), reason=error_code)
    return FreshdeskApi(http, api_key=account["api_key"])


def _limits(answer: Answer) -> dict[str, int]:
    """What the account may ask for in a minute, as each answer tells; what of that for tickets goes by the plan."""
    told = answer.headers.get("x-ratelimit-total", "")
    if not told.isdecimal() or not int(told):
        return {}
    total = int(told)
    updates, lists = _LANES.get(total, (max(total * 2 // 5, 1), max(total // 10, 1)))
    return {"requests": total, "updates": updates, "lists": lists}


def _waits(api: FreshdeskApi) -> dict[str, str]:
    """The account's own statuses that mean waiting, by number; none of them where the desk does not tell."""
    answer = api.get("/ticket_fields", expect=NOT_TOLD)
    fields = answer.body if answer.status not in NOT_TOLD else []
    choices = next((one.get("choices") for one in fields if one.get("type") == "default_status"), None)
    named = choices.items() if isinstance(choices, dict) else ()
    told = ((number, str(names[0] if isinstance(names, list) and names else names)) for number, names in named)
    return {number: _WAITS[name.casefold()] for number, name in told if name.casefold() in _WAITS}


def _language(api: FreshdeskApi) -> str:
    """The account's first language, in which its articles are told."""
    answer = api.get("/settings/helpdesk", expect=NOT_TOLD)
    told = answer.body.get("primary_language") if answer.status not in NOT_TOLD else None
    return str(told)[:2].lower() if isinstance(told, str) and len(told) > 1 else "en"


# ---- fields


def _listed(api: FreshdeskApi, path: str) -> Iterator[dict[str, Any]]:
    """Every row of a list."""
    number = 1
    while True:
        answer = api.get(path, (("page", number), ("per_page", PAGE_SIZE)), needs=ADMIN)
        yield from answer.body
        if not has_more(answer):
            return
        number += 1


def _field(api: FreshdeskApi, title: str, created: list[str]) -> str:
    """The desk's name of a field of ours: made from its title, with a number of the account's behind it."""
    known = next((field for field in _listed(api, _FIELDS_PATH) if field.get("label") == title), None)
    if known is None:
        wish = {
            "label": title,
            "label_for_customers": title,
            "type": "custom_text",
            "customers_can_edit": False,
            "displayed_to_customers": False,
        }
        known = api.send("POST", _FIELDS_PATH, wish, needs=ADMIN).body
        created.append(f"ticket field “{title}”")
    return str(known["name"])


def _missing_fields(api: FreshdeskApi, fields: Mapping[str, str]) -> str:
    there = {str(field.get("name")) for field in _listed(api, _FIELDS_PATH)}
    missing = sorted(FIELDS.get(name, name) for name, theirs in fields.items() if theirs not in there)
    return f"not there any more: {', '.join(missing)}" if missing else ""


def _reads(api: FreshdeskApi, path: str) -> str:
    api.get(path, (("per_page", 1),))
    return ""
