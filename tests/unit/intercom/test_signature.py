from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.intercom.signature import SIGNATURE, TOLERANCE, IntercomSignature
from shared.domain.delivery import Delivery
from shared.domain.errors import SignatureRefused

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "the-app-s-client-secret"
AT = int(NOW.timestamp())
BODY = json.dumps({"id": "notif_1", "topic": "conversation.user.replied", "created_at": AT, "x": "für dich"}).encode()


def signed(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return {SIGNATURE: f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"}


def verify(
    headers: dict[str, str], body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), now: datetime = NOW
) -> Delivery:
    return IntercomSignature().verify(headers, body, secrets, now)


def test_a_genuine_notification_is_known_by_its_own_id():
    assert verify(signed()) == Delivery(id="notif_1")


def test_the_documented_scheme_gives_a_known_signature():
    # printf '%s' '{"id":"notif_1"}' | openssl dgst -sha1 -hmac secret
    headers = {SIGNATURE: "sha1=23ab17fd7e0bd35f306fd0c278ddad5f04860abf"}
    assert verify(headers, b'{"id":"notif_1"}', ("secret",)).id == "notif_1"


def test_sent_again_it_has_another_body_and_the_same_id():
    again = json.dumps({**json.loads(BODY), "delivery_attempts": 2}).encode()
    assert again != BODY
    assert verify(signed(again), again) == verify(signed())


@pytest.mark.parametrize("id", [None, 7, "", "a b", "x" * 129, ["notif_1"]])
def test_without_an_id_it_is_known_by_its_body(id: object):
    bodies = [json.dumps({"id": id, "n": n}).encode() for n in (1, 2)]
    assert [verify(signed(body), body).id for body in bodies] == [hashlib.sha256(body).hexdigest() for body in bodies]


@pytest.mark.parametrize("body", [b"", b"no json", b"[" * 50_000, b"[]", b"\xff\xfe"])
def test_what_is_signed_and_cannot_be_read_is_for_others_to_complain_about(body: bytes):
    assert verify(signed(body), body).id == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("position", [0, len(BODY) // 2, len(BODY) - 1])
def test_one_changed_byte_is_refused(position: int):
    changed = bytearray(BODY)
    changed[position] ^= 1
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(), bytes(changed))


def test_the_same_json_written_anew_is_another_body():
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(), json.dumps(json.loads(BODY), ensure_ascii=False).encode())


def test_another_secret_is_refused_and_neither_secret_is_told():
    with pytest.raises(SignatureRefused, match="does not fit") as refused:
        verify(signed(secret="another-secret"))
    assert SECRET not in str(refused.value)
    assert "another-secret" not in str(refused.value)


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


@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_signature_is_named(value: str | None):
    with pytest.raises(SignatureRefused, match=f"{SIGNATURE} is missing"):
        verify({} if value is None else {SIGNATURE: value})


def test_hex_in_upper_case_is_not_how_the_desk_signs():
    digest = signed()[SIGNATURE].removeprefix("sha1=")
    assert digest != digest.upper()
    for told in (f"sha1={digest.upper()}", f"SHA1={digest}", f"sha1={digest[:-1]}{digest[-1].swapcase()}x"):
        with pytest.raises(SignatureRefused, match="lower-case hex"):
            verify({SIGNATURE: told})


@pytest.mark.parametrize("algorithm", ["sha256", "md5"])
def test_another_algorithm_is_refused(algorithm: str):
    digest = hmac.new(SECRET.encode(), BODY, algorithm).hexdigest()
    for name in (algorithm, "sha1"):
        with pytest.raises(SignatureRefused, match=SIGNATURE):
            verify({SIGNATURE: f"{name}={digest}"})


@pytest.mark.parametrize(
    "signature",
    ["sha1=", "sha1=xyz", "sha1=" + "g" * 40, " sha1=" + "0" * 40, "sha1=" + "0" * 40 + "\n", "0" * 40, "ü"],
)
def test_a_malformed_signature_is_refused(signature: str):
    with pytest.raises(SignatureRefused, match=SIGNATURE):
        verify({SIGNATURE: signature})


def test_without_its_prefix_a_genuine_digest_is_malformed():
    with pytest.raises(SignatureRefused, match="lower-case hex"):
        verify({SIGNATURE: signed()[SIGNATURE].removeprefix("sha1=")})


@pytest.mark.parametrize("comma", [",", ", "])
def test_a_header_sent_twice_is_refused(comma: str):
    given = signed()[SIGNATURE]
    for twice in (f"{given}{comma}{given}", f"wrong{comma}{given}"):
        with pytest.raises(SignatureRefused, match=SIGNATURE):
            verify({SIGNATURE: twice})


def test_what_is_older_than_any_delivery_of_the_desk_s_is_refused():
    assert verify(signed(), now=NOW + TOLERANCE).id
    with pytest.raises(SignatureRefused, match="older than three hours"):
        verify(signed(), now=NOW + TOLERANCE + timedelta(seconds=1))


def test_what_comes_from_the_future_is_refused():
    assert verify(signed(), now=NOW - TOLERANCE).id
    with pytest.raises(SignatureRefused, match="future"):
        verify(signed(), now=NOW - TOLERANCE - timedelta(seconds=1))


def test_age_is_judged_only_of_what_the_desk_really_sent():
    with pytest.raises(SignatureRefused, match="does not fit"):
        verify(signed(secret="wrong"), now=NOW + timedelta(days=9))


@pytest.mark.parametrize("at", [10**18, -(10**18)])
def test_a_time_outside_of_the_calendar_is_refused(at: int):
    body = json.dumps({"id": "notif_1", "created_at": at}).encode()
    with pytest.raises(SignatureRefused, match="calendar"):
        verify(signed(body), body)


@pytest.mark.parametrize("at", [None, "1", True, 1.5, []])
def test_a_time_that_is_none_is_no_reason_to_refuse(at: object):
    body = json.dumps({"id": "notif_1", "created_at": at}).encode()
    assert verify(signed(body), body).id == "notif_1"


def test_checking_a_signature_loads_nothing_heavy():
    heavy = {"pydantic", "urllib3", "boto3", "botocore"}
    code = f"import sys, shared.adapters.intercom.signature; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
