"""What alerts, mail, files and secrets promise."""

from __future__ import annotations

import json
import urllib.request
from typing import Any, Protocol

import pytest

from shared.adapters.s3.archive import S3Archive
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.adapters.ses.mailer import SesMailer
from shared.adapters.sns.alerts import SnsAlerts
from shared.domain.errors import StoredItemCorrupt
from shared.ports.delivery import Alert, Alerts, Archive, Mail, Mailer, Picture
from tests.emulator import Emulator
from tests.fakes.delivery import InMemoryAlerts, InMemoryArchive, InMemoryMailer, InMemorySecrets

SENDER = "Firstline <firstline@example.com>"


class HeardAlerts(Protocol):
    """Alerts, and what a subscriber hears: audience and text."""

    @property
    def alerts(self) -> Alerts: ...

    def heard(self) -> list[tuple[str, str]]: ...


class AlertsInMemory:
    def __init__(self) -> None:
        self.alerts = InMemoryAlerts()

    def heard(self) -> list[tuple[str, str]]:
        return [(alert.audience, alert.model_dump_json()) for alert in self.alerts.sent]


class AlertsOnSns:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator, self._queue = emulator, emulator.queue_url()
        self.alerts = SnsAlerts(emulator.client("sns"), emulator.topic_into(self._queue))

    def heard(self) -> list[tuple[str, str]]:
        notices = [json.loads(message["Body"]) for message in self._emulator.messages(self._queue)]
        return [(n["MessageAttributes"]["audience"]["Value"], f"{n['Subject']}\n{n['Message']}") for n in notices]


class TestAlerts:
    @pytest.fixture(params=["memory", pytest.param("sns", marks=pytest.mark.integration)])
    def staged(self, request: pytest.FixtureRequest) -> HeardAlerts:
        if request.param == "memory":
            return AlertsInMemory()
        return AlertsOnSns(request.getfixturevalue("emulator"))

    def test_its_audience_hears_everything_that_it_says(self, staged: HeardAlerts) -> None:
        alert = Alert(
            id="zendesk/1:breach:v1",
            audience="manager",
            subject="Breach in 15 minutes",
            lines=("plan team", "queue billing"),
            link="https://desk.example/1",
        )
        staged.alerts.send(alert)
        ((audience, text),) = staged.heard()
        assert audience == "manager"
        for said in (alert.id, alert.subject, *alert.lines, alert.link):
            assert said in text

    def test_a_subject_of_any_length_and_script_is_sent(self, staged: HeardAlerts) -> None:
        staged.alerts.send(Alert(id="a1", audience="on_call", subject="Ünïcode — 東京\n" * 30, lines=()))
        assert [audience for audience, _ in staged.heard()] == ["on_call"]


class ReadMail(Protocol):
    """A mailer, and what its recipients read: recipients, subject, HTML and text."""

    @property
    def mailer(self) -> Mailer: ...

    def read(self) -> list[tuple[tuple[str, ...], str, str, str]]: ...


class MailInMemory:
    def __init__(self) -> None:
        self.mailer = InMemoryMailer()

    def read(self) -> list[tuple[tuple[str, ...], str, str, str]]:
        return [(mail.recipients, mail.subject, mail.html, mail.text) for mail in self.mailer.sent]


class MailOnSes:
    def __init__(self, emulator: Emulator) -> None:
        self._url = f"{emulator.url}/_ministack/ses/messages"
        sesv2 = emulator.client("sesv2")
        sesv2.create_email_identity(EmailIdentity="firstline@example.com")
        self._before = len(self._all())
        self.mailer = SesMailer(sesv2, SENDER)

    def _all(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(self._url) as answer:
            by_account = json.load(answer)["messages"]
        return [message for messages in by_account.values() for message in messages]

    def read(self) -> list[tuple[tuple[str, ...], str, str, str]]:
        new = self._all()[self._before :]
        return [(tuple(m["To"]), m["Subject"], m["BodyHtml"].strip(), m["BodyText"].strip()) for m in new]


class TestMailer:
    @pytest.fixture(params=["memory", pytest.param("ses", marks=pytest.mark.integration)])
    def staged(self, request: pytest.FixtureRequest) -> ReadMail:
        return MailInMemory() if request.param == "memory" else MailOnSes(request.getfixturevalue("emulator"))

    @pytest.mark.parametrize("pictures", [(), (Picture(name="volume", png=b"\x89PNG\r\n"),)], ids=["plain", "pictures"])
    def test_every_recipient_reads_both_parts(self, staged: ReadMail, pictures: tuple[Picture, ...]) -> None:
        mail = Mail(
            recipients=("a@example.com", "b@example.com"),
            subject="Monday report — week 47",
            html='<p>Vórlage</p><img src="cid:volume">',
            text="Vórlage",
            pictures=pictures,
        )
        message_id = staged.mailer.send(mail)
        assert message_id
        assert staged.read() == [(mail.recipients, mail.subject, mail.html, mail.text)]

    def test_every_mail_has_its_own_id(self, staged: ReadMail) -> None:
        mail = Mail(recipients=("a@example.com",), subject="s", html="<p>h</p>", text="t")
        assert staged.mailer.send(mail) != staged.mailer.send(mail)


class TestArchive:
    @pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.integration)])
    def archive(self, request: pytest.FixtureRequest) -> Archive:
        if request.param == "memory":
            return InMemoryArchive()
        emulator: Emulator = request.getfixturevalue("emulator")
        return S3Archive(emulator.client("s3"), emulator.bucket())

    def test_a_missing_file_is_none(self, archive: Archive) -> None:
        assert archive.get("reports/2026-W47.html") is None

    def test_a_file_comes_back_and_can_be_replaced(self, archive: Archive) -> None:
        archive.put("reports/2026-W47.html", b"<p>1</p>", "text/html")
        archive.put("reports/2026-W47.html", b"\x00\xff" * 100_000, "text/html")
        assert archive.get("reports/2026-W47.html") == b"\x00\xff" * 100_000
        assert archive.get("reports") is None

    def test_a_file_that_is_there_is_not_stored_once_more(self, archive: Archive) -> None:
        assert archive.put_once("reports/2026-W47.sending.json", b"one", "application/json")
        assert not archive.put_once("reports/2026-W47.sending.json", b"two", "application/json")
        assert archive.get("reports/2026-W47.sending.json") == b"one"


class ReadsSecrets(Protocol):
    def read(self, name: str) -> dict[str, Any]: ...


class TestSecrets:
    @pytest.fixture(params=["memory", pytest.param("secretsmanager", marks=pytest.mark.integration)])
    def named(self, request: pytest.FixtureRequest) -> tuple[ReadsSecrets, str]:
        """A reader, and the name of the one secret there is."""
        content = {"secrets": ["old", "new"]}
        if request.param == "memory":
            return InMemorySecrets({"firstline/zendesk/webhook": content}), "firstline/zendesk/webhook"
        emulator: Emulator = request.getfixturevalue("emulator")
        client, name = emulator.client("secretsmanager"), f"firstline/{emulator.name('desk')}/webhook"
        client.create_secret(Name=name, SecretString=json.dumps(content))
        return SecretReader(client), name

    def test_a_secret_is_read_whole(self, named: tuple[ReadsSecrets, str]) -> None:
        reader, name = named
        assert reader.read(name) == {"secrets": ["old", "new"]}

    def test_a_secret_that_nobody_stored_is_named(self, named: tuple[ReadsSecrets, str]) -> None:
        reader, _ = named
        with pytest.raises(StoredItemCorrupt, match="firstline/nobody/api"):
            reader.read("firstline/nobody/api")
