"""POST /customers: who is let in, what is taken, and what becomes of a row that cannot be meant."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from cli.customer_file import read_customers
from cli.customer_webhook import SECRET, changed_secret, write_aside
from functions.import_customers.handler import Deps, lambda_handler
from shared.domain.customers import Profile
from shared.domain.delivery import MAX_BODY_BYTES, signing_secrets
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.domain.signed_import import SIGNATURE, TIMESTAMP, sign
from tests.fakes.stores import InMemoryCustomerBook, InMemoryRowsAside
from tests.unit.functions.lambdas import context, observer

NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
LIVE, NEXT = "import-secret", "import-secret-to-come"
ANN = {"email": "Ann@Example.com", "company": "Brandt", "plan": "team", "mrr": 96.5, "signed_up": "2022-03-14"}


class Door:
    """The handler with a book of customers behind it."""

    def __init__(self) -> None:
        self.book, self.aside = InMemoryCustomerBook(), InMemoryRowsAside()
        self.secrets: tuple[str, ...] | Exception = (LIVE,)

    def post(self, body: object, *, secret: str = LIVE, at: datetime = NOW, **changed: str):
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        headers = {name.title(): value for name, value in sign(raw, secret, at).items()} | changed
        return self.knock({"headers": headers, "body": base64.b64encode(raw).decode(), "isBase64Encoded": True})

    def knock(self, event):
        def secrets() -> tuple[str, ...]:
            if isinstance(self.secrets, Exception):
                raise self.secrets
            return self.secrets

        deps = Deps(secrets, "Europe/Berlin", self.book, self.aside, observer("import_customers"), lambda: NOW)
        answer = lambda_handler(event, context(), deps)
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize("wrap", [lambda rows: {"customers": rows}, list], ids=["an object", "a bare list"])
def test_customers_are_taken_and_dated_by_the_companys_day(door, wrap):
    assert door.post(wrap([ANN])) == (200, {"imported": 1, "replaced": 0, "left_out": 0, "reasons": []})
    assert door.book.profiles == {
        "ann@example.com": Profile(
            email="ann@example.com", company="Brandt", plan="team", mrr=96.5, signed_up=date(2022, 3, 14),
            as_of=date(2026, 11, 26),
        )
    }  # fmt: skip


def test_the_same_list_again_changes_nothing_and_keeps_a_bad_row_once(door):
    rows = [ANN, {"email": "nobody"}]
    assert door.post(rows) == door.post(rows)
    assert (len(door.book.profiles), len(door.aside.rows)) == (1, 1)


def test_of_several_rows_of_an_address_the_last_one_counts(door):
    status, told = door.post([ANN, {**ANN, "mrr": "1,234.50 "}, {"email": "ben@example.com"}])
    assert (status, told["imported"], told["replaced"]) == (200, 2, 1)
    assert door.book.profiles["ann@example.com"].mrr == 1234.5


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"email": "ann"}, "email"),
        ({}, "email field required"),
        ("ann@example.com", "is no object with names and values"),
        (None, "is no object"),
        ({**ANN, "mrr": "lots"}, "mrr 'lots' is no amount"),
        ({**ANN, "mrr": True}, "mrr 'True' is no amount"),
        ({**ANN, "mrr": [1]}, "mrr '[1]' is no amount"),
        ({**ANN, "mrr": -3}, "mrr lies outside"),
        ({**ANN, "mrr": float("nan")}, "mrr lies outside"),
        ({**ANN, "signed_up": "14.03.2022"}, "signed_up"),
        ({**ANN, "seats": -1}, "seats are below zero"),
        ({**ANN, "as_of": "2031-01-01"}, "as_of lies in the future"),
    ],
)
def test_a_row_that_cannot_be_meant_is_told_and_kept_apart_and_costs_no_other(door, row, reason):
    status, told = door.post([row, {"email": "ben@example.com"}])
    assert (status, told["imported"], told["left_out"]) == (200, 1, 1)
    assert told["reasons"][0]["row"] == 1
    assert reason in told["reasons"][0]["reason"]
    [kept] = door.aside.kept()
    assert (kept.place, kept.reason) == (1, told["reasons"][0]["reason"])


def test_a_list_of_which_nothing_could_be_taken_is_no_success(door):
    status, told = door.post([{"email": "x"}] * 150)
    assert (status, told["left_out"], len(told["reasons"])) == (422, 150, 100)
    assert len(door.aside.rows) == 150
    assert door.post([]) == (200, {"imported": 0, "replaced": 0, "left_out": 0, "reasons": []})


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"email,plan\na@b.example,team", "is no JSON"), (b"\xff\xfe{", "is no JSON"), (b"[" * 90_000, "is no JSON"),
     ({"rows": []}, "holds no list of customers"), ("text", "holds no list")],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_what_to_send(door, body, said):
    status, told = door.post(body)
    assert (status, told["error"]) == (400, "unreadable")
    assert said in told["message"]
    assert 'send {"customers": [{"email": ...}, ...]} as JSON' in told["message"]
    assert door.book.profiles == {}


def test_a_list_that_is_too_large_is_refused_with_what_to_do_and_after_its_signature(door):
    rows = [{"email": f"c{number}@example.com", "company": "x" * 200} for number in range(1500)]
    status, told = door.post(rows)
    assert (status, told["error"]) == (413, "body_too_large")
    assert f"more than {MAX_BODY_BYTES}; send the list in parts" in told["message"]
    assert door.post(rows, secret="a stranger's")[0] == 401


@pytest.mark.parametrize("seconds", [301, -301])
def test_an_old_or_future_signature_is_refused_and_one_within_five_minutes_is_not(door, seconds):
    status, told = door.post([ANN], at=NOW - timedelta(seconds=seconds))
    assert (status, told["message"]) == (401, "the signature is more than five minutes off; sign when you send")
    assert door.post([ANN], at=NOW - timedelta(seconds=seconds * 299 / 301))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [{SIGNATURE.title(): ""}, {SIGNATURE.title(): "AAAA"}, {TIMESTAMP.title(): ""}, {TIMESTAMP.title(): "noon"},
     {TIMESTAMP.title(): "9" * 40}, {TIMESTAMP.title(): "١٢٣"}, {TIMESTAMP.title(): "-5"}],
)  # fmt: skip
def test_what_does_not_prove_where_it_comes_from_is_refused(door, headers):
    assert door.post([ANN], **headers)[0] == 401
    assert door.book.profiles == {}


def test_one_byte_that_changed_on_the_way_is_noticed(door):
    body = json.dumps([ANN]).encode()
    headers = sign(body, LIVE, NOW)
    assert door.knock({"headers": headers, "body": body.decode().replace("96.5", "96.6")})[0] == 401
    assert door.knock({"headers": headers, "body": body.decode()})[0] == 200


def test_during_a_rotation_two_secrets_open_the_door(door):
    door.secrets = (NEXT, LIVE)
    assert [door.post([ANN], secret=one)[0] for one in (LIVE, NEXT, "another")] == [200, 200, 401]


def test_while_no_secret_is_set_nobody_is_let_in(door):
    door.secrets = ()
    assert door.post([ANN], secret="")[0] == 401
    assert door.post([ANN])[1]["message"] == "no webhook secret is set"


@pytest.mark.parametrize("trouble", [StoreUnavailable("throttled"), StoredItemCorrupt("no signing secret")])
def test_without_its_secret_the_sender_is_asked_to_send_again(door, trouble):
    door.secrets = trouble
    status, told = door.post([ANN])
    assert (status, told["error"]) == (503, "try_again")
    assert "secret" not in told["message"]


def test_a_table_that_fails_loses_no_row(door):
    door.book.fail_with = StoreUnavailable("throttled")
    assert door.post([ANN, {"email": "x"}])[0] == 503
    door.book.fail_with = None
    assert door.post([ANN, {"email": "x"}])[0] == 200
    assert (len(door.book.profiles), len(door.aside.rows)) == (1, 1)


def test_no_address_reaches_the_log(door, capsys):
    door.post([ANN, {"email": "not-an-address", "company": "Secret Ltd"}])
    logged = capsys.readouterr().out.casefold()
    assert "customersleftout" in logged
    assert not any(word in logged for word in ("example.com", "not-an-address", "secret ltd", "brandt"))


def test_rows_kept_apart_come_back_as_a_file_to_correct_and_to_import(door, tmp_path):
    door.post([{**ANN, "mrr": "lots", "customer since": "2021-01-01"}, "nonsense"])
    file = tmp_path / "aside.csv"
    write_aside(file, door.aside.kept())
    file.write_text(file.read_text().replace("lots", "12"))
    good, bad = read_customers(file, today=NOW.date())
    assert (good.profile.mrr, good.profile.signed_up) == (12.0, date(2021, 1, 1))
    assert "email" in bad.reason


class Vault:
    """Secrets in a dictionary."""

    def __init__(self, **secrets) -> None:
        self.held = {SECRET: {"secrets": []}} | secrets

    def read_secret(self, name):
        return self.held[name]

    def store_secret(self, name, content):
        self.held[name] = content


def test_a_secret_is_made_once_rotated_by_keeping_one_before_and_taken_away():
    vault = Vault()
    first = changed_secret(vault, rotate=False, remove=False)
    assert signing_secrets(vault.held[SECRET]) == (first,)
    assert changed_secret(vault, rotate=False, remove=False) is None
    second = changed_secret(vault, rotate=True, remove=False)
    third = changed_secret(vault, rotate=True, remove=False)
    assert signing_secrets(vault.held[SECRET]) == (third, second)
    assert changed_secret(vault, rotate=False, remove=True) is None
    assert vault.held[SECRET] == {"secrets": []}
