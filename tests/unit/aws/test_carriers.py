"""What leaves for SNS and SES, and how seldom a secret is read."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.secretsmanager.secrets import KEPT_FOR, SecretReader
from shared.adapters.ses.mailer import as_message
from shared.adapters.sns.alerts import SnsAlerts
from shared.adapters.sqs.queue import SqsEventQueue
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.ports.delivery import Alert, Mail, Picture
from tests.unit.aws.test_envelope import an_event


class Recorder:
    """A client that remembers what it was asked and answers what it was told."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._answers = answers

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append((operation, request))
            return self._answers.get(operation, {})

        return call


class Refusing:
    """A client that refuses everything with one code."""

    def __init__(self, code: str) -> None:
        self._error = ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")

    def get_secret_value(self, **request: Any) -> Any:
        raise self._error


class TestAlerts:
    def sent(self, **changes: Any) -> dict[str, Any]:
        sns = Recorder()
        values = {"id": "a1", "audience": "manager", "subject": "s", "lines": ("one", "two"), "link": "https://l"}
        SnsAlerts(sns, "arn:topic").send(Alert(**values | changes))
        ((_, request),) = sns.asked
        return request

    @given(st.text(max_size=300))
    def test_every_subject_is_one_that_sns_takes(self, subject: str) -> None:
        taken = self.sent(subject=subject)["Subject"]
        assert 0 < len(taken) <= 100
        assert taken.isascii()
        assert taken.isprintable()

    def test_a_subject_stays_readable_without_its_accents(self) -> None:
        sent = self.sent(subject="Müller’s ticket — breach\n in 5 min")
        assert sent["Subject"] == "Muller's ticket - breach in 5 min"

    def test_the_message_ends_with_the_link_and_the_id(self) -> None:
        assert self.sent()["Message"] == "s\none\ntwo\n\nhttps://l\n\nAlert a1"
        assert self.sent(link="")["Message"] == "s\none\ntwo\n\nAlert a1"


class TestMail:
    MAIL = Mail(
        recipients=("a@example.com", "b@example.com"),
        subject="Monday\r\nBcc: everyone@example.com",
        html='<img src="cid:volume">',
        text="plain",
        pictures=(Picture(name="volume", png=b"\x89PNG"),),
    )

    def test_pictures_hang_on_the_html_that_shows_them(self) -> None:
        message = as_message(self.MAIL, "f@example.com")
        assert message.get_content_type() == "multipart/alternative"
        plain, related = message.iter_parts()
        assert plain.get_content_type() == "text/plain"
        assert related.get_content_type() == "multipart/related"
        html, picture = related.iter_parts()
        assert html.get_content_type() == "text/html"
        assert (picture.get_content_type(), picture["Content-ID"]) == ("image/png", "<volume>")
        assert picture.get_content() == b"\x89PNG"

    def test_a_subject_cannot_add_a_header(self) -> None:
        message = as_message(self.MAIL, "f@example.com")
        assert message["Bcc"] is None
        assert message["Subject"] == "Monday Bcc: everyone@example.com"

    def test_lines_end_as_mail_wants_them(self) -> None:
        sent = as_message(self.MAIL, "f@example.com").as_bytes()
        assert sent.count(b"\n") == sent.count(b"\r\n")


class TestSecrets:
    def test_a_secret_is_read_once_until_it_may_have_changed(self) -> None:
        client, elapsed = Recorder(get_secret_value={"SecretString": '{"a": 1}'}), [0.0]
        reader = SecretReader(client, elapsed=lambda: elapsed[0])
        for moment in (0.0, KEPT_FOR - 1):
            elapsed[0] = moment
            assert reader.read("s") == {"a": 1}
        assert len(client.asked) == 1
        elapsed[0] = KEPT_FOR
        reader.read("s")
        reader.read("other")
        assert len(client.asked) == 3

    @pytest.mark.parametrize("content", ["hunter2", "[1]", "", '"hunter2"'])
    def test_one_that_holds_no_object_is_refused_and_not_quoted(self, content: str) -> None:
        reader = SecretReader(Recorder(get_secret_value={"SecretString": content}))
        with pytest.raises(StoredItemCorrupt) as caught:
            reader.read("firstline/zendesk/api")
        assert str(caught.value) == "the secret firstline/zendesk/api holds no JSON object"

    @pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException", "InvalidRequestException"])
    def test_one_that_need_not_exist_is_none_where_it_is_not_there_or_not_for_us(self, code: str) -> None:
        assert SecretReader(Refusing(code)).read_if_there("firstline/llm") is None

    def test_one_that_need_not_exist_is_still_waited_for_when_aws_fails(self) -> None:
        with pytest.raises(StoreUnavailable):
            SecretReader(Refusing("InternalServiceError")).read_if_there("firstline/llm")

    def test_one_that_has_to_exist_and_is_kept_from_us_is_our_own_mistake(self) -> None:
        with pytest.raises(ClientError):
            SecretReader(Refusing("AccessDeniedException")).read("firstline/zendesk/api")


class TestQueue:
    @pytest.mark.parametrize(("asked", "hidden"), [(0.2, 1), (30.0, 30), (100_000.0, 900), (-5.0, 0)])
    def test_a_message_is_hidden_for_whole_seconds_and_never_too_long(self, asked: float, hidden: int) -> None:
        sqs = Recorder()
        SqsEventQueue(sqs, "events").extend_visibility("handle", asked)  # type: ignore[arg-type]
        assert sqs.asked[0][1]["VisibilityTimeout"] == hidden

    @pytest.mark.parametrize("reason", ["", "\x00\n", "a" * 10_000, "too\x08 late"])
    def test_every_reason_is_one_that_sqs_takes(self, reason: str) -> None:
        sqs = Recorder()
        SqsEventQueue(sqs, "events", "parked").park(an_event(b"x"), reason)  # type: ignore[arg-type]
        taken = sqs.asked[0][1]["MessageAttributes"]["reason"]["StringValue"]
        assert 0 < len(taken) <= 500
        assert taken.isprintable()

    def test_who_has_nowhere_to_park_is_told_so(self) -> None:
        with pytest.raises(ValueError, match="without a queue to park on"):
            SqsEventQueue(Recorder(), "events").park(an_event(b"x"), "why")  # type: ignore[arg-type]
