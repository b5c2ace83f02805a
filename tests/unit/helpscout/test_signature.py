from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.helpscout.signature import EVENT, SIGNATURE, HelpScoutSignature
from shared.domain.delivery import Delivery
from shared.domain.errors import SignatureRefused

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "a-secret_as/written=="
BODY = r'{"id":7,"subject":"für dich","_links":{"web":{"href":"https:\/\/x.example\/7"}}}'.encode()


def signed(body: bytes = BODY, *, secret: str = SECRET, event: str = "convo.created") -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha1).digest()
    return {SIGNATURE: base64.b64encode(digest).decode(), EVENT: event}


def verify(headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,)) -> Delivery:
    return HelpScoutSignature().verify(headers, body, secrets, NOW)


def test_a_genuine_webhook_tells_the_event_that_only_its_header_names():
    assert verify(signed()).event == "convo.created"


def test_the_documented_scheme_gives_a_known_signature():
    # printf '%s' '{"id":1}' | openssl dgst -sha1 -hmac secret -binary | base64
    assert verify({SIGNATURE: "pkq9ASkZdrNd69hwrROjDJQ0ODE=", EVENT: "convo.deleted"}, b'{"id":1}', ("secret",)).id


@pytest.mark.parametrize("position", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_changed_byte_is_refused(position: int):
    changed = bytearray(BODY)
    changed[position] ^= 1
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(), bytes(changed))


def test_the_same_json_written_anew_is_another_body():
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(), BODY.replace(b"\\/", b"/"))


def test_another_secret_is_refused_and_neither_secret_is_told():
    with pytest.raises(SignatureRefused) as refused:
        verify(signed(secret="another-secret"))
    assert SECRET not in str(refused.value)
    assert "another-secret" not in str(refused.value)


def test_the_secret_is_taken_as_it_is_written_and_not_decoded():
    secret = base64.b64encode(b"the real key").decode()
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(secret="the real key"), secrets=(secret,))


def test_during_a_rotation_both_secrets_are_good():
    secrets = ("the-next-one", SECRET)
    assert verify(signed(), secrets=secrets) == verify(signed(secret="the-next-one"), secrets=secrets)


@pytest.mark.parametrize("secrets", [(), ("",)])
def test_without_a_secret_nothing_is_genuine(secrets: tuple[str, ...]):
    with pytest.raises(SignatureRefused, match="no webhook secret"):
        verify(signed(secret=""), secrets=secrets)


def test_an_empty_secret_beside_a_real_one_opens_no_door():
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(secret=""), secrets=("", SECRET))


@pytest.mark.parametrize("name", [SIGNATURE, EVENT])
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_header_is_named(name: str, value: str | None):
    headers = {key: text for key, text in signed().items() if key != name}
    with pytest.raises(SignatureRefused, match=f"{name} is missing"):
        verify(headers | ({name: value} if value is not None else {}))


@pytest.mark.parametrize("form", ["hex", "HEX", "sha1="])
def test_a_signature_in_another_form_is_refused(form: str):
    digest = hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    told = {"hex": digest, "HEX": digest.upper(), "sha1=": f"sha1={digest}"}[form]
    with pytest.raises(SignatureRefused, match=SIGNATURE):
        verify(signed() | {SIGNATURE: told})


def test_base64_in_another_case_is_another_signature():
    with pytest.raises(SignatureRefused):
        verify(signed() | {SIGNATURE: signed()[SIGNATURE].swapcase()})


@pytest.mark.parametrize("signature", ["not base64!", "c2hvcnQ=", "ü", "a" * 28, "=" * 28, "A" * 5_000])
def test_a_malformed_signature_is_refused(signature: str):
    with pytest.raises(SignatureRefused):
        verify(signed() | {SIGNATURE: signature})


@pytest.mark.parametrize("name", [SIGNATURE, EVENT])
@pytest.mark.parametrize("comma", [",", ", "])
def test_a_header_sent_twice_is_refused(name: str, comma: str):
    headers = signed()
    with pytest.raises(SignatureRefused, match=name):
        verify(headers | {name: f"{headers[name]}{comma}{headers[name]}"})


@pytest.mark.parametrize("event", ["Convo.created", "convo created", "convo.created\n", "é", "x" * 81, "1"])
def test_an_event_s_name_that_is_none_is_refused(event: str):
    with pytest.raises(SignatureRefused, match=EVENT):
        verify(signed(event=event))


def test_a_delivery_is_known_again_by_what_it_says():
    assert verify(signed()).id == verify(signed()).id
    others = verify(signed(event="convo.status")), verify(signed(BODY + b" "), BODY + b" ")
    assert len({verify(signed()).id, *(other.id for other in others)}) == 3


def test_it_is_refused_by_no_age_because_nothing_says_when_it_was_signed():
    much_later = NOW + timedelta(days=400)
    assert HelpScoutSignature().verify(signed(), BODY, (SECRET,), much_later) == verify(signed())


def test_checking_a_signature_loads_nothing_heavy():
    heavy = {"pydantic", "urllib3", "boto3", "botocore"}
    code = f"import sys, shared.adapters.helpscout.signature; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
