"""Setting Request Tracker 5 up: our custom fields by REST2; what REST2 cannot make is a click, with words to paste."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from cli.desks.setup import FIELDS, VIEW, Connected, Credential, Finding
from shared.adapters.desk_http import DeskHttp
from shared.adapters.requesttracker.api import Api, Page, one_of
from shared.adapters.requesttracker.desk import REST
from shared.adapters.requesttracker.signature import SIGNATURE
from shared.domain.errors import DeskAccessLost, DeskRefused, FirstlineError

_TAGS = "Firstline tags"
_LOOKUP = "RT::Queue-RT::Ticket"
_ZONE = "UTC"
_AGAIN = "run `firstline connect requesttracker` again"
HINT = """\
my @all = @{ $self->TicketObj->TransactionBatch || [] };
@all = ($self->TransactionObj) unless @all;
require JSON; require LWP::UserAgent; require Digest::SHA;
my $body = JSON::encode_json({
    ticket => $self->TicketObj->id, transaction => $all[-1]->id, actor => $all[-1]->Creator,
    types => [map { $_->Type } @all],
});
my $signed = Digest::SHA::hmac_sha256_base64($body, RT->Config->Get('FirstlineSecret'));
$signed .= '=' while length($signed) % 4;
LWP::UserAgent->new(timeout => 3)->post(
    RT->Config->Get('FirstlineAddress'), 'Content-Type' => 'application/json', 'X-Firstline-Signature' => $signed,
    Content => $body);
1;
"""
"""The commit code of a scrip that tells us at once. It has no retry and no queue, so polling stays what counts."""


def _connected(account: Mapping[str, Any]) -> Api:
    address = str(account["base_url"]).rstrip("/") + REST
    http = DeskHttp.connect(address, clock=lambda: datetime.now(UTC), reason=lambda body: "")
    return Api(http, str(account["token"]))


class RequestTrackerSetup:
    """See `Setup`.

    Args:
        reach: makes the API of an account without calling it.
    """

    name = "requesttracker"
    credentials: tuple[Credential, ...] = (
        Credential("base_url", "Address of Request Tracker, such as https://rt.acme.example", secret=False),
        Credential("token", "Token of a user of its own (Logged in as > Settings > Auth Tokens)"),
        Credential("tags_field", "Custom field that holds tags (several values)", secret=False, default=_TAGS),
        Credential("hint_secret", "Secret of the scrip that tells at once; empty: found by polling only", default=""),
    )
    permissions: tuple[str, ...] = (
        "a privileged user of its own for the token, so that its writes are told apart from people's",
        "on every queue that is triaged: SeeQueue, ShowTicket, ShowTicketComments, CommentOnTicket, ModifyTicket, "
        "ReassignTicket, SeeCustomField, ModifyCustomField; nothing that lets it correspond (ReplyToTicket)",
        "on every queue of the policy: CreateTicket (a ticket is moved only to where it might have been created)",
        "ModifySelf, so that its times can be UTC",
        "only while it is connected: AdminCustomField and AssignCustomFields, or make the fields by hand",
    )
    on_top = "the priority, and the saved search “Firstline: on top” sorted by the field “Firstline rank”"

    def __init__(self, reach: Callable[[Mapping[str, Any]], Api] = _connected) -> None:
        self._reach = reach

    def connect(self, account: Mapping[str, str], webhook_url: str, *, before: Connected | None = None) -> Connected:
        """See `Setup.connect`. The saved search and the scrip are left to do by hand."""
        user = _user_of(account["token"])
        api = self._reach(account)
        if str(_me(api, user).get("id")) != user:
            raise DeskAccessLost("the token's user cannot be read", status=401, permission="a valid token")
        _set_clock(api, user)
        tags = account.get("tags_field") or _TAGS
        created: list[str] = []
        missing = _make_fields(api, tags, created)
        api.close()
        kept = before.signing_secrets[0] if before else ""
        secret = account.get("hint_secret") or kept or secrets.token_urlsafe(32)
        return Connected(
            api={
                "base_url": account["base_url"].rstrip("/"),
                "token": account["token"],
                "integration_user_id": user,
                "fields": FIELDS,
                "tags_field": tags,
            },
            signing_secrets=(secret,),
            created=tuple(created),
            clicks=(*missing, *_clicks(account["base_url"].rstrip("/"), webhook_url, bool(account.get("hint_secret")))),
        )

    def examine(self, api: Mapping[str, Any], webhook_url: str) -> tuple[Finding, ...]:
        """See `Setup.examine`. A scrip cannot be seen by REST2; the test event shows that its way is open."""
        desk, user = self._reach(api), str(api.get("integration_user_id"))
        try:
            told = _me(desk, user)
        except FirstlineError as error:
            remedy = "check that the token has not expired and its user is enabled, then connect again with a new one"
            return (Finding(what="sign-in", ok=False, says=str(error), remedy=remedy),)
        zone = str(told.get("Timezone") or "")
        titles = (*api.get("fields", {}).values(), str(api.get("tags_field")))
        findings = (
            Finding(what="sign-in", ok=True, says=f"as {told.get('Name', user)}"),
            Finding(
                what="time zone",
                ok=zone == _ZONE,
                says=f"of its user: {zone or 'none'}; searches are read in it",
                remedy=f"set it to {_ZONE} (Settings > About me), or {_AGAIN}",
            ),
            _tried("permission to read tickets", lambda: _reads(desk), "give its user SeeQueue and ShowTicket"),
            _tried(
                "custom fields",
                lambda: ", ".join(sorted(set(titles) - _fields(desk, titles).keys())),
                f"make them, apply them to every queue, and give its user SeeCustomField; or {_AGAIN}",
            ),
        )
        desk.close()
        return tuple(findings)

    def remove(self, api: Mapping[str, Any], webhook_url: str) -> tuple[str, ...]:
        """See `Setup.remove`. The fields are disabled, which keeps what tickets hold in them."""
        desk = self._reach(api)
        removed = []
        for title, id in _fields(desk, (*FIELDS.values(), _TAGS)).items():
            desk.write("DELETE", f"/customfield/{id}", {})
            removed.append(f"custom field “{title}”")
        desk.close()
        return tuple(removed)

    def probe(self, ticket_id: str, *, secret: str, now: datetime) -> tuple[dict[str, str], bytes]:
        """See `Setup.probe`. The time is in the body, so that a second probe is no repetition of the first."""
        stamp = now.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"ticket": int(ticket_id), "types": ["Status"], "at": stamp}).encode()
        digest = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
        return {"content-type": "application/json", SIGNATURE: digest}, body


def _user_of(token: str) -> str:
    """A token names its user: version, number of the user, the secret itself."""
    parts = token.split("-")
    if len(parts) != 3 or not parts[1].isdecimal():
        raise DeskRefused("this is no token of Request Tracker 5 (1-<user>-<letters>)", status=0)
    return parts[1]


def _me(api: Api, user: str) -> dict[str, Any]:
    """What the desk tells of the token's own user; it may always see itself."""
    told: dict[str, Any] = api.get(f"/user/{user}").body
    return told


def _set_clock(api: Api, user: str) -> None:
    """Where it may not, `examine` says so: the desk answers 200 either way."""
    if _me(api, user).get("Timezone") != _ZONE:
        try:
            api.write("PUT", f"/user/{user}", {"Timezone": _ZONE})
        except DeskRefused:
            return


def _fields(api: Api, titles: tuple[str, ...]) -> dict[str, str]:
    """Ids of the tickets' custom fields that there are, by title."""
    query = (("fields", "Name,LookupType"), one_of("Name", titles))
    rows = (row for page in api.pages("/customfields", query, Page) for row in page.items)
    return {row["Name"]: str(row["id"]) for row in rows if row.get("LookupType") == _LOOKUP}


def _make_fields(api: Api, tags: str, created: list[str]) -> tuple[str, ...]:
    """Make what is missing and apply it to every queue; what the desk lets us not make is a click."""
    wanted = dict.fromkeys(FIELDS.values(), "FreeformSingle") | {tags: "FreeformMultiple"}
    known = _fields(api, tuple(wanted))
    clicks = []
    for title, kind in wanted.items():
        if title in known:
            continue
        try:
            api.write("POST", "/customfield", {"Name": title, "Type": kind, "Queue": 0})
            created.append(f"custom field “{title}”")
        except DeskRefused:
            many = "Enter one value" if kind == "FreeformSingle" else "Enter multiple values"
            clicks.append(f"Admin > Custom Fields > Create: “{title}”, for Tickets, type “{many}”, applied globally")
    return tuple(clicks)


def _clicks(base_url: str, webhook_url: str, hints: bool) -> tuple[str, ...]:
    search = urlencode(
        {"Query": "Status = '__Active__'", "OrderBy": f"CustomField.{{{FIELDS['rank']}}}", "Order": "ASC"}
    )
    clicks = [
        f"open {base_url}/Search/Build.html?{search} and save it as “{VIEW}”, for everybody; put it on the dashboard"
    ]
    if hints:
        clicks += [
            f"in RT_SiteConfig.pm: Set($FirstlineAddress, '{webhook_url}'); Set($FirstlineSecret, '<the secret>');",
            "Admin > Scrips > Create: condition “On Transaction”, action “User Defined”, template “Blank”, stage "
            f"“Batch”, applied globally; preparation code `1;`, commit code:\n{HINT}",
        ]
    return tuple(clicks)


def _reads(api: Api) -> str:
    """What is wrong; nothing where it may search, even if it finds nothing."""
    api.get("/tickets", (("query", "id > 0"), ("per_page", 1)))
    return ""


def _tried(what: str, look: Callable[[], str], remedy: str) -> Finding:
    """A look that answers what is wrong, or nothing."""
    try:
        wrong = look()
    except FirstlineError as error:
        wrong = str(error)
    return Finding(what=what, ok=not wrong, says=wrong, remedy=remedy if wrong else "")
