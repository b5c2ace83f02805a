"""Freshdesk's automation rules of ours: made, looked for, and put into clicks where the desk does not take them.

How a rule that sends a webhook is spelled, Freshdesk's reference does not say. So a rule that we make is read again
from the desk's answer, taken away if it is not what we asked for, and then a person is told how to click it together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cli.desks.setup import WEBHOOK, Finding
from cli.desks.storing import PREFIX
from shared.adapters.freshdesk.api import FreshdeskApi
from shared.adapters.freshdesk.events import CREATED, UPDATED
from shared.adapters.freshdesk.signature import HEADER
from shared.domain.errors import FirstlineError

ADMIN = "an agent with the role Administrator"
NOT_TOLD = frozenset({400, 403, 404, 405, 422})
AGAIN = "run `firstline connect freshdesk` again"
_ON_CREATION, _ON_UPDATE = 1, 4
_AGENT_OR_REQUESTER = 3


class Rule(NamedTuple):
    """An automation rule of ours.

    Attributes:
        kind: the desk's number for rules that run on the same occasion.
        event: its name in what it sends.
        tab: where it is found among the desk's automations.
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
        """What it is called on the desk."""
        return f"{WEBHOOK}: {self.event.replace('_', ' ')}"

    @property
    def path(self) -> str:
        """Where rules of its kind are listed and made."""
        return f"/automations/{self.kind}/rules"

    @property
    def template(self) -> str:
        """The body. Customers' words have no place in it: a quotation mark among them would break it."""
        return json.dumps({"event": self.event, "ticket_id": "{{ticket.id}}"})


RULES = (
    Rule(_ON_CREATION, CREATED, "Ticket Creation", (), "condition “Priority is any of Low, Medium, High, Urgent”"),
    Rule(
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


def _listed_rules(api: FreshdeskApi, rule: Rule) -> list[dict[str, Any]] | None:
    """The rules of a kind; None where the desk does not tell."""
    answer = api.get(rule.path, expect=NOT_TOLD, needs=ADMIN)
    rules = answer.body.get("rules") if isinstance(answer.body, dict) else None
    return rules if isinstance(rules, list) and answer.status not in NOT_TOLD else None


def made(api: FreshdeskApi, rule: Rule, url: str, secret: str, kept: bool, created: list[str]) -> Iterator[str]:
    """Make a rule where it is not there; what a person has to do where the desk does not let us."""
    answer = api.get(rule.path, expect=NOT_TOLD, needs=ADMIN)
    if answer.status in NOT_TOLD:
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
    told = api.send("POST", rule.path, _wish(rule, url, secret), expect=NOT_TOLD, needs=ADMIN)
    if told.status in NOT_TOLD or not isinstance(told.body, dict):
        yield _by_hand(rule, url)
    elif not _is_right(told.body, rule, url, secret, kept=False):
        api.send("DELETE", f"{rule.path}/{told.body['id']}", needs=ADMIN)
        yield _by_hand(rule, url)
    else:
        created.append(f"automation rule “{rule.name}”")
        for old in known:
            api.send("DELETE", f"{rule.path}/{old['id']}", needs=ADMIN)


def _wish(rule: Rule, url: str, secret: str) -> dict[str, Any]:
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


def _is_right(one: Mapping[str, Any], rule: Rule, url: str, secret: str, kept: bool) -> bool:
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


def removed_rules(api: FreshdeskApi, url: str) -> list[str]:
    """Take ours away, as far as they lead to this address; their names."""
    removed = []
    for rule in RULES:
        for one in _listed_rules(api, rule) or ():
            if one.get("name") == rule.name and _leads_to(one, url):
                api.send("DELETE", f"{rule.path}/{one['id']}", needs=ADMIN)
                removed.append(f"automation rule “{rule.name}”")
    return removed


def rules_stand(api: FreshdeskApi, url: str) -> Finding:
    """Whether both rules are there and active. What they miss is found by polling."""
    try:
        rules = {rule.tab: _listed_rules(api, rule) for rule in RULES}
    except FirstlineError as error:
        return Finding(what="webhook", ok=False, says=str(error), remedy=AGAIN)
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
    remedy = f"{AGAIN} and follow its clicks" if missing else ""
    return Finding(what="webhook", ok=not missing, says="; ".join(missing), remedy=remedy)


def _by_hand(rule: Rule, url: str) -> str:
    """The rule as clicks. The secret is not said, it would stay in somebody's terminal."""
    return (
        f"Admin > Workflows > Automations > {rule.tab} > New rule “{rule.name}”: {rule.clicked}; action “Trigger "
        f"webhook”: POST {url}, custom header “{HEADER}” with the secret stored under {PREFIX}/freshdesk/webhook, "
        f"encoding JSON, content Advanced: {rule.template}"
    )
