"""Setting Freshdesk up: our ticket fields and two automation rules by its API, a saved view by hand.

How a rule that sends a webhook is spelled, Freshdesk's reference does not say. So a rule that we make is read again
from the desk's answer, taken away if it is not what we asked for, and then a person is told how to click it together.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from cli.desks.looking import tried
from cli.desks.setup import FIELDS, VIEW, WEBHOOK, Connected, Credential, Finding
from cli.desks.storing import PREFIX
from shared.adapters.desk_http import Answer, DeskHttp
from shared.adapters.freshdesk.api import KEY, PAGE_SIZE, FreshdeskApi, error_code, has_more
from shared.adapters.freshdesk.events import CREATED, UPDATED
from shared.adapters.freshdesk.signature import HEADER
from shared.domain.errors import FirstlineError

_FIELDS_PATH = "/admin/ticket_fields"
_ADMIN = "an agent with the role Administrator"
_AGAIN = "run `firstline connect freshdesk` again"
_ON_CREATION, _ON_UPDATE = 1, 4
_AGENT_OR_REQUESTER = 3
_NO_RULES = frozenset({400, 403, 404, 405, 422})
# Updates and lists of tickets a minute, by what the whole account may ask for.
_LANES = {200: (80, 20), 400: (160, 100), 700: (280, 200), 1_000: (400, 300), 2_000: (800, 400)}
# A fresh account's own statuses. They can be renamed, so it is the name that counts.
_WAITS = {"waiting on customer": "pending", "waiting on third party": "hold"}


class _Rule(NamedTuple):
    """An automation rule of ours.

    Attributes:
        kind: the desk's number of rules that run at the same time.
        events: what sets it off; none of it is caused by what this product writes.
        clicked: the same for a person who clicks it together.
    """

    kind: int
    event: str
    tab: str
    events: tuple[Mapping[str, str], ...]
    clicked: str

    @property
    def name(self) -> str:
        return f"{WEBHOOK}: {self.event.replace('_', ' ')}"

    @property
    def path(self) -> str:
        return f"/automations/{self.kind}/rules"

    @property
    def template(self) -> str:
        """The body. Customers' words have no place in it: a quotation mark among them would break it."""
        return json.dumps({"event": self.event, "ticket_id": "{{ticket.id}}"})


_RULES = (
    _Rule(_ON_CREATION, CREATED, "Ticket Creation", (), "condition “Priority is any of Low, Medium, High, Urgent”"),
    _Rule(
        _ON_UPDATE,
        UPDATED,
        "Ticket Updates",
        (
            {"field_name": "reply_sent"},
            {"field_name": "note_type", "value": "public"},
            {"field_name": "status", "from": "--", "to": "--"},
            {"field_name": "customer_feedback", "value": "--"},
        ),
        "performed by “Agent or requester”; any of the events “Reply is sent”, “Note is added: Public”, "
        "“Status is changed from any to any”, “Customer feedback is received”",
    ),
)


class FreshdeskSetup:
    """See `Setup`."""

    name = "freshdesk"
    credentials = (
        Credential("base_url", "Address of the account, such as https://acme.freshdesk.com", secret=False),
        Credential("api_key", "API key of an agent of its own (Profile settings > View API key)"),
    )
    permissions = (
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
        clicks = [step for rule in _RULES for step in _made(api, rule, webhook_url, secret, kept is not None, created)]
        api.close()
        return Connected(api=stored, signing_secrets=(secret,), created=tuple(created), clicks=(*clicks, _CLICK))

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
                remedy="" if own else f"the key belongs to another agent now: {_AGAIN}",
            ),
            tried("permission to read tickets", lambda: _reads(desk, "/tickets"), "give it global access", who=_WHO),
            tried("permission to list groups", lambda: _reads(desk, "/groups"), "make it an administrator", who=_WHO),
            tried("permission to list agents", lambda: _reads(desk, "/agents"), "make it an administrator", who=_WHO),
            tried("ticket fields", lambda: _missing_fields(desk, api.get("fields", {})), _AGAIN, who=_WHO),
            _rules_stand(desk, webhook_url),
        )
        desk.close()
        return findings

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`. The view was made by hand, and stays until somebody removes it so."""
        desk = _api(api)
        removed = []
        for rule in _RULES:
            for one in _listed_rules(desk, rule) or ():
                if one.get("name") == rule.name and _leads_to(one, webhook_url):
                    desk.send("DELETE", f"{rule.path}/{one['id']}", needs=_ADMIN)
                    removed.append(f"automation rule “{rule.name}”")
        for field in list(_listed(desk, _FIELDS_PATH)):
            if field.get("label") in FIELDS.values():
                desk.send("DELETE", f"{_FIELDS_PATH}/{field['id']}", needs=_ADMIN)
                removed.append(f"ticket field “{field['label']}”")
        desk.close()
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`. Nothing is signed; the secret goes along."""
        body = json.dumps({"event": UPDATED, "ticket_id": ticket_id}).encode()
        return {"content-type": "application/json", HEADER.lower(): secret}, body


_WHO = "the key's agent"
_CLICK = (
    "Tickets > filters: status “All unresolved”, sort by Priority; save as “" + VIEW + "”, visible to all agents; "
    "what must come first has priority High or Urgent, and the tag firstline_urgent"
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
    answer = api.get("/ticket_fields", expect=_NO_RULES)
    fields = answer.body if answer.status not in _NO_RULES else []
    choices = next((one.get("choices") for one in fields if one.get("type") == "default_status"), None)
    named = choices.items() if isinstance(choices, dict) else ()
    told = ((number, str(names[0] if isinstance(names, list) and names else names)) for number, names in named)
    return {number: _WAITS[name.casefold()] for number, name in told if name.casefold() in _WAITS}


def _language(api: FreshdeskApi) -> str:
    """The account's first language, in which its articles are told."""
    answer = api.get("/settings/helpdesk", expect=_NO_RULES)
    told = answer.body.get("primary_language") if answer.status not in _NO_RULES else None
    return str(told)[:2].lower() if isinstance(told, str) and len(told) > 1 else "en"


# ---- fields


def _listed(api: FreshdeskApi, path: str) -> Iterator[dict[str, Any]]:
    """Every row of a list."""
    number = 1
    while True:
        answer = api.get(path, (("page", number), ("per_page", PAGE_SIZE)), needs=_ADMIN)
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
        known = api.send("POST", _FIELDS_PATH, wish, needs=_ADMIN).body
        created.append(f"ticket field “{title}”")
    return str(known["name"])


def _missing_fields(api: FreshdeskApi, fields: Mapping[str, str]) -> str:
    there = {str(field.get("name")) for field in _listed(api, _FIELDS_PATH)}
    missing = sorted(FIELDS.get(name, name) for name, theirs in fields.items() if theirs not in there)
    return f"not there any more: {', '.join(missing)}" if missing else ""


# ---- rules


def _listed_rules(api: FreshdeskApi, rule: _Rule) -> list[dict[str, Any]] | None:
    """The rules of a kind; None where the desk does not tell."""
    answer = api.get(rule.path, expect=_NO_RULES, needs=_ADMIN)
    rules = answer.body.get("rules") if isinstance(answer.body, dict) else None
    return rules if isinstance(rules, list) and answer.status not in _NO_RULES else None


def _made(api: FreshdeskApi, rule: _Rule, url: str, secret: str, kept: bool, created: list[str]) -> Iterator[str]:
    """Make a rule where it is not there; what a person has to do where the desk does not let us."""
    answer = api.get(rule.path, expect=_NO_RULES, needs=_ADMIN)
    if answer.status in _NO_RULES:
        yield _by_hand(rule, url)
        return
    known = [one for one in answer.body.get("rules", []) if one.get("name") == rule.name]
    if any(_is_right(one, rule, url, secret, kept) for one in known):
        return
    if rule.kind == _ON_CREATION and (answer.body.get("meta") or {}).get("cascading_rules") is False:
        # Ours fits every ticket: first in line it would keep the others from running, last it would never run.
        yield "Admin > Workflows > Automations > Ticket Creation: switch to “Execute all matching rules”, not the first"
        yield _by_hand(rule, url)
        return
    made = api.send("POST", rule.path, _wish(rule, url, secret), expect=_NO_RULES, needs=_ADMIN)
    if made.status in _NO_RULES or not isinstance(made.body, dict):
        yield _by_hand(rule, url)
    elif not _is_right(made.body, rule, url, secret, kept=False):
        api.send("DELETE", f"{rule.path}/{made.body['id']}", needs=_ADMIN)
        yield _by_hand(rule, url)
    else:
        created.append(f"automation rule “{rule.name}”")
        for old in known:
            api.send("DELETE", f"{rule.path}/{old['id']}", needs=_ADMIN)


def _wish(rule: _Rule, url: str, secret: str) -> dict[str, Any]:
    whatever = {
        "resource_type": "ticket",
        "field_name": "priority",
        "operator": "in",
        "value": [1, 2, 3, 4],
    }
    action = {
        "field_name": "trigger_webhook",
        "request_type": "POST",
        "url": url,
        "custom_headers": {HEADER: secret},
        "content": {"content_type": "JSON", "content_layout": "advanced", "body": rule.template},
    }
    on_update = {"performer": {"type": _AGENT_OR_REQUESTER}, "events": list(rule.events)} if rule.events else {}
    return {
        "name": rule.name,
        "active": True,
        "conditions": [{"name": "condition_set_1", "match_type": "all", "properties": [whatever]}],
        "actions": [action],
        **on_update,
    }


def _is_right(one: Mapping[str, Any], rule: _Rule, url: str, secret: str, kept: bool) -> bool:
    """Whether a rule does what ours shall do, as far as the desk shows it.

    Args:
        kept: the secret is the one of an earlier run: where the desk shows none, the rule may well hold it.
    """
    if not one.get("active") or one.get("name") != rule.name or not _leads_to(one, url):
        return False
    action = next(action for action in one["actions"] if action.get("url") == url)
    headers = action.get("custom_headers")
    shown = headers.get(HEADER) if isinstance(headers, dict) else None
    if not isinstance(shown, str) or "*" in shown:
        return kept
    return shown == secret and (kept or rule.template in json.dumps(action).replace('\\"', '"'))


def _leads_to(one: Mapping[str, Any], url: str) -> bool:
    actions = one.get("actions")
    return isinstance(actions, list) and any(isinstance(it, dict) and it.get("url") == url for it in actions)


def _rules_stand(api: FreshdeskApi, url: str) -> Finding:
    """Whether both rules are there and active. What they miss is found by polling."""
    try:
        rules = {rule.tab: _listed_rules(api, rule) for rule in _RULES}
    except FirstlineError as error:
        return Finding(what="webhook", ok=False, says=str(error), remedy=_AGAIN)
    if None in rules.values():
        says = (
            f"the desk does not show its rules by API: see under Automations whether both “{WEBHOOK}: ...” are active"
        )
        return Finding(what="webhook", ok=True, says=says)
    missing = [
        f"no active rule under “{tab}” leads to this address"
        for tab, known in rules.items()
        if not any(one.get("active") and _leads_to(one, url) for one in known or ())
    ]
    remedy = f"{_AGAIN} and follow its clicks" if missing else ""
    return Finding(what="webhook", ok=not missing, says="; ".join(missing), remedy=remedy)


def _by_hand(rule: _Rule, url: str) -> str:
    """The rule as clicks. The secret is not said, it would stay in somebody's terminal."""
    return (
        f"Admin > Workflows > Automations > {rule.tab} > New rule “{rule.name}”: {rule.clicked}; action “Trigger "
        f"webhook”: POST {url}, custom header “{HEADER}” with the secret stored under {PREFIX}/freshdesk/webhook, "
        f"encoding JSON, content Advanced: {rule.template}"
    )


def _reads(api: FreshdeskApi, path: str) -> str:
    api.get(path, (("per_page", 1),))
    return ""
