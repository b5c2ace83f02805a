"""A shared secret in a header: nobody without it gets in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.freshdesk.signature import SIGNATURE, FreshdeskSignature
from shared.domain.errors import SignatureRefused
from shared.runtime.signatures import signature_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRET = "Zq3-of_thirty-two-random-bytes-and-more"
BODY = b'{"event":"ticket_updated","ticket_id":"7"}'


def verify(given: str | None, *secrets: str, body: bytes = BODY, now: datetime = NOW):
    headers = {"content-type": "application/json"} | ({} if given is None else {SIGNATURE: given})
    return FreshdeskSignature().verify(headers, body, secrets or (SECRET,), now)


def test_the_secret_lets_a_webhook_in():
    assert verify(SECRET).id
    assert verify(SECRET).event == ""


def test_it_is_the_signature_that_the_product_uses():
    assert isinstance(signature_of("freshdesk"), FreshdeskSignature)


@pytest.mark.parametrize(
    "given", [SECRET + "x", SECRET[:-1], SECRET.lower(), SECRET.upper(), f" {SECRET}", f"{SECRET} ", "é" * 40, "null"]
)
def test_anything_but_the_very_secret_is_refused(given: str):
    with pytest.raises(SignatureRefused, match="does not hold"):
        verify(given)


@pytest.mark.parametrize("given", [None, ""])
def test_a_missing_secret_is_refused_and_the_header_named(given: str | None):
    with pytest.raises(SignatureRefused, match=SIGNATURE):
        verify(given)


@pytest.mark.parametrize("given", [f"{SECRET},{SECRET}", f"{SECRET}, {SECRET}", f"wrong, {SECRET}", f"{SECRET}, wrong"])
def test_a_header_sent_twice_is_refused(given: str):
    with pytest.raises(SignatureRefused):
        verify(given)


@pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
def test_without_a_secret_of_ours_nobody_gets_in(secrets: tuple[str, ...]):
    for given in ("x", SECRET):
        with pytest.raises(SignatureRefused):
            FreshdeskSignature().verify({SIGNATURE: given}, BODY, secrets, NOW)


def test_an_empty_secret_among_good_ones_lets_nobody_in():
    with pytest.raises(SignatureRefused):
        verify("", "", SECRET)


def test_while_secrets_change_both_are_good():
    assert verify(SECRET, "the-next-one", SECRET).id
    assert verify(SECRET, SECRET, "the-last-one").id


def test_a_refusal_tells_no_secret():
    with pytest.raises(SignatureRefused) as refused:
        verify("guessed-secret")
    assert SECRET not in str(refused.value)
    assert "guessed" not in str(refused.value)


def test_two_messages_announced_by_the_same_bytes_are_two_deliveries():
    first, second = verify(SECRET), verify(SECRET, now=NOW + timedelta(seconds=1))
    assert first.id != second.id


def test_two_tickets_announced_in_one_moment_are_two_deliveries():
    assert verify(SECRET).id != verify(SECRET, body=BODY.replace(b"7", b"8")).id
