from __future__ import annotations

from datetime import timedelta

import pytest
import urllib3
from pydantic import BaseModel

from shared.adapters.desk_http import DeskHttp
from shared.domain.errors import DeskAccessLost, DeskConflict, DeskRateLimited, DeskRefused, DeskUnavailable
from tests.fakes.zendesk import Clock, Reply, ScriptedZendesk

PATH = "/api/v2/tickets/7"


def client(answer: Reply | Exception) -> tuple[DeskHttp, ScriptedZendesk]:
    account = ScriptedZendesk()
    account.script[f"GET {PATH}"] = answer
    return DeskHttp(
        "https://acme.example/zendesk/", transport=account, clock=Clock(), reason=lambda body: "Code"
    ), account


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, DeskRefused),
        (400, DeskRefused),
        (401, DeskAccessLost),
        (403, DeskAccessLost),
        (404, DeskRefused),
        (408, DeskUnavailable),
        (409, DeskConflict),
        (422, DeskRefused),
        (425, DeskUnavailable),
        (429, DeskRateLimited),
        (500, DeskUnavailable),
        (502, DeskUnavailable),
        (503, DeskUnavailable),
        (504, DeskUnavailable),
    ],
)
def test_every_status_is_one_of_our_errors(status, error):
    http, _ = client(Reply(status, {"error": "Code", "description": "the customer's words"}))
    with pytest.raises(error) as raised:
        http.send("GET", PATH, query=[("q", "words")])
    assert type(raised.value) is error
    assert str(raised.value) == f"GET {PATH}: answered {status} (Code)"
    assert getattr(raised.value, "status", status) == status


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("999999999", 86_400.0),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
        ("nan", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_desk_asks_for_is_told(status, header, seconds):
    http, _ = client(Reply(status, {}, {"Retry-After": header} if header else {}))
    with pytest.raises((DeskRateLimited, DeskUnavailable)) as raised:
        http.send("GET", PATH)
    assert raised.value.retry_after == seconds


@pytest.mark.parametrize(
    "failure",
    [
        urllib3.exceptions.ConnectTimeoutError(None, "secret-in-an-address"),
        urllib3.exceptions.ReadTimeoutError(None, None, "secret-in-an-address"),
        urllib3.exceptions.ProtocolError("Connection aborted.", "secret-in-an-address"),
        urllib3.exceptions.SSLError("secret-in-an-address"),
        urllib3.exceptions.DecodeError("secret-in-an-address"),
        ConnectionResetError("secret-in-an-address"),
    ],
)
def test_a_desk_that_does_not_answer_is_unavailable(failure):
    http, account = client(failure)
    with pytest.raises(DeskUnavailable) as raised:
        http.send("GET", PATH)
    assert "secret-in-an-address" not in str(raised.value)
    assert len(account.requests) == 1


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b'{"ticket":', b"\xff\xfe\xff", b"[" * 100_000])
def test_an_answer_that_is_not_json_is_no_answer(body):
    http, _ = client(Reply(200, body))
    with pytest.raises(DeskUnavailable, match="not JSON"):
        http.send("GET", PATH)


def test_an_error_s_body_need_not_be_json():
    http, _ = client(Reply(403, b"<html>forbidden</html>"))
    with pytest.raises(DeskRefused):
        http.send("GET", PATH)


def test_an_empty_answer_has_no_body():
    http, _ = client(Reply(204, b""))
    assert http.send("GET", PATH).body is None


def test_half_a_surrogate_pair_becomes_a_question_mark_and_a_whole_one_its_character():
    http, _ = client(Reply(200, rb'{"text":"a\ud83dz \uD83D\uDE00"}'))
    assert http.send("GET", PATH).body == {"text": "a?z \U0001f600"}


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Mon, 23 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 23 Nov 2026 11:59:00 GMT", timedelta(minutes=-1)),
        ("Mon, 23 Nov 2026 12:00:01 GMT", timedelta(0)),
        ("no date", timedelta(0)),
        (None, timedelta(0)),
    ],
)
def test_the_desk_s_clock_is_compared_with_ours(date, offset):
    http, _ = client(Reply(200, {}, {"Date": date} if date else {}))
    assert http.send("GET", PATH).offset == offset


def test_an_answer_of_another_shape_names_the_place_and_not_the_value():
    class Wire(BaseModel):
        number: int

    http, _ = client(Reply(200, {"number": "the customer's words"}))
    with pytest.raises(DeskUnavailable) as raised:
        http.send("GET", PATH).read(Wire)
    assert str(raised.value) == f"GET {PATH}: answered 200, but number is not as expected"


def test_query_and_headers_are_sent_as_given():
    http, account = client(Reply(200, {}))
    http.send("GET", PATH, query=[("role[]", "agent"), ("role[]", "admin"), ("page[size]", 100)], headers={"X": "1"})
    [request] = account.requests
    assert request.query == {"role[]": ["agent", "admin"], "page[size]": ["100"]}
    assert request.headers["X"] == "1"
    assert request.headers["Accept"] == "application/json"


def test_closing_closes_the_connections():
    http, account = client(Reply(200, {}))
    http.close()
    assert account.closed
