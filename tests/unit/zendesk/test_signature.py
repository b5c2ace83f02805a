from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.zendesk.signature import INVOCATION, SIGNATURE, TIMESTAMP, ZendeskSignature
from shared.domain.errors import SignatureRefused

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "dGhpcyBpcyBhIHNlY3JldA=="
BODY = '{"type":"zen:event-type:ticket.created","detail":{"id":"1","subject":"für dich"}}'.encode()


def signed(body: bytes = BODY, *, secret: str = SECRET, stamp: str = "2026-11-23T12:00:00Z") -> dict[str, str]:
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return {SIGNATURE: base64.b64encode(digest).decode(), TIMESTAMP: stamp, INVOCATION: "01HXINVOCATION"}


def verify(headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> str:
    return ZendeskSignature().verify(headers, body, secrets, NOW).id


def test_a_genuine_webhook_is_known_by_its_invocation_id():
    assert verify(signed()) == "01HXINVOCATION"


def test_the_documented_scheme_gives_a_known_signature():
    # printf '%s' '2024-04-17T17:18:10Z{}' | openssl dgst -sha256 -hmac secret -binary | base64
    headers = {
        SIGNATURE: "3YV6Avm/tESEWw8ED2jKelhw90voJIU2usiN8o2ZurQ=",
        TIMESTAMP: "2024-04-17T17:18:10Z",
        INVOCATION: "1",
    }
    now = datetime(2024, 4, 17, 17, 18, 10, tzinfo=UTC)
    assert ZendeskSignature().verify(headers, b"{}", ("secret",), now).id == "1"


@pytest.mark.parametrize("position", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_changed_byte_is_refused(position):
    changed = bytearray(BODY)
    changed[position] ^= 1
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(), bytes(changed))


def test_a_signature_of_body_then_timestamp_is_refused():
    stamp = "2026-11-23T12:00:00Z"
    digest = hmac.new(SECRET.encode(), BODY + stamp.encode(), hashlib.sha256).digest()
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify({SIGNATURE: base64.b64encode(digest).decode(), TIMESTAMP: stamp})


def test_another_secret_is_refused_and_neither_secret_is_told():
    with pytest.raises(SignatureRefused) as refused:
        verify(signed(secret="another-secret"))
    assert SECRET not in str(refused.value)
    assert "another-secret" not in str(refused.value)


def test_during_a_rotation_both_secrets_are_good():
    secrets = ("the-next-one", SECRET)
    assert verify(signed(), secrets=secrets) == verify(signed(secret="the-next-one"), secrets=secrets)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_genuine(secrets):
    with pytest.raises(SignatureRefused, match="no webhook secret"):
        verify(signed(secret=""), secrets=secrets)


def test_an_empty_secret_beside_a_real_one_opens_no_door():
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(secret=""), secrets=("", SECRET))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_tolerated(seconds):
    stamp = (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert verify(signed(stamp=stamp)) == "01HXINVOCATION"


@pytest.mark.parametrize(("seconds", "reason"), [(-301, "older than"), (301, "from the future")])
def test_beyond_five_minutes_a_genuine_signature_is_refused(seconds, reason):
    stamp = (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with pytest.raises(SignatureRefused, match=reason):
        verify(signed(stamp=stamp))


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_header_is_named(name, value):
    headers = {key: text for key, text in signed().items() if key != name} | (
        {name: value} if value is not None else {}
    )
    with pytest.raises(SignatureRefused, match=f"{name} is missing"):
        verify(headers)


@pytest.mark.parametrize("signature", ["not base64!", "c2hvcnQ=", "ü", "a" * 44, "=" * 44])
def test_a_malformed_signature_is_refused(signature):
    with pytest.raises(SignatureRefused, match=SIGNATURE):
        verify(signed() | {SIGNATURE: signature})


@pytest.mark.parametrize("name", [SIGNATURE, TIMESTAMP])
def test_a_header_sent_twice_is_refused(name):
    headers = signed()
    with pytest.raises(SignatureRefused, match=name):
        verify(headers | {name: f"{headers[name]},{headers[name]}"})


@pytest.mark.parametrize(
    "stamp",
    ["yesterday", "2026-11-23", "2026-11-23T12:00:00", "1763899200", "2026-13-45T99:00:00Z", "٢٠٢٦-11-23T12:00:00Z"],
)
def test_a_timestamp_that_is_no_time_with_a_zone_is_refused_however_well_it_is_signed(stamp):
    with pytest.raises(SignatureRefused, match=TIMESTAMP):
        verify(signed(stamp=stamp))


def test_fractions_of_a_second_and_offsets_are_times_too():
    assert verify(signed(stamp="2026-11-23T13:00:00.250+01:00")) == "01HXINVOCATION"


def test_an_absent_body_is_signed_as_the_empty_string():
    assert verify(signed(b""), b"") == "01HXINVOCATION"


@pytest.mark.parametrize("invocation", [None, "", "two,ids", "x" * 200, "../etc"])
def test_without_a_usable_invocation_id_the_same_body_has_the_same_id(invocation):
    headers = {key: text for key, text in signed().items() if key != INVOCATION}
    if invocation is not None:
        headers[INVOCATION] = invocation
    assert verify(headers) == hashlib.sha256(BODY).hexdigest()


def test_receive_loads_nothing_heavy_for_it():
    code = (
        "import sys; import shared.adapters.zendesk.signature; "
        "watched = ('pydantic', 'urllib3', 'json', 'email', 'shared'); "
        "print(*sorted(name for name in sys.modules if name.split('.')[0] in watched))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == [
        "shared",
        "shared.adapters",
        "shared.adapters.zendesk",
        "shared.adapters.zendesk.signature",
        "shared.domain",
        "shared.domain.delivery",
        "shared.domain.errors",
    ]
