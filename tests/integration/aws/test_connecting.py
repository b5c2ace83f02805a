"""Every adapter as a Lambda gets it: from the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.adapters import boto
from shared.adapters.dynamodb.drafts import DynamoDraftStore
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.loads import DynamoLoadBook
from shared.adapters.dynamodb.marks import DynamoMarkStore
from shared.adapters.dynamodb.policies import DynamoPolicyStore
from shared.adapters.dynamodb.tickets import DynamoTicketStore
from shared.adapters.s3.archive import S3Archive
from shared.adapters.secretsmanager.secrets import SecretReader
from shared.adapters.ses.mailer import SesMailer
from shared.adapters.sns.alerts import SnsAlerts
from shared.adapters.sqs.queue import SqsEventQueue
from shared.adapters.stepfunctions.workflow import StepFunctionsWorkflow
from shared.domain.errors import StoreUnavailable
from shared.domain.ticket import TicketKey
from shared.ports.delivery import Alert, Mail
from tests.contracts.test_event_queue import an_event
from tests.contracts.test_workflow import WAITS
from tests.emulator import Emulator

pytestmark = pytest.mark.integration
KEY = TicketKey(desk="zendesk", id="1")
DAY = datetime(2026, 11, 24, tzinfo=UTC).date()


@pytest.fixture(autouse=True)
def in_environment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The environment of a Lambda in the emulator, and no client from elsewhere."""
    for name, value in emulator.environment.items():
        monkeypatch.setenv(name, value)
    built = []
    build = boto.build
    monkeypatch.setattr(boto, "build", lambda service, **options: built.append(build(service, **options)) or built[-1])
    boto.client.cache_clear()
    yield
    boto.client.cache_clear()
    for client in built:
        client.close()


class TestConnecting:
    def test_every_store_reaches_its_table(self, emulator: Emulator) -> None:
        name = emulator.table_name()
        assert DynamoTicketStore.connect(name).get(KEY) is None
        assert DynamoDraftStore.connect(name).get(KEY, "v1") is None
        assert DynamoPolicyStore.connect(name).drafting_is_on()
        assert DynamoFactLog.connect(name).between(DAY, DAY) == []
        assert DynamoLoadBook.connect(name).open_tickets(["a@example.com"]) == {}
        assert DynamoMarkStore.connect(name).get("zendesk") is None

    def test_stores_on_one_table_share_a_client(self) -> None:
        assert boto.client("dynamodb") is boto.client("dynamodb")

    def test_every_carrier_reaches_its_service(self, emulator: Emulator) -> None:
        events = emulator.queue_url()
        SqsEventQueue.connect(events).put(an_event())
        assert len(emulator.messages(events)) == 1
        StepFunctionsWorkflow.connect(emulator.state_machine(WAITS)).start(KEY, "v1", "p")
        topic = emulator.client("sns").create_topic(Name=emulator.name("topic"))["TopicArn"]
        SnsAlerts.connect(topic).send(Alert(id="a", audience="manager", subject="s", lines=("l",)))
        emulator.client("sesv2").create_email_identity(EmailIdentity="reports@example.com")
        mail = Mail(recipients=("m@example.com",), subject="s", html="<p>h</p>", text="t")
        assert SesMailer.connect("reports@example.com").send(mail)
        assert S3Archive.connect(emulator.bucket()).get("knowledge/index.json") is None
        secret = emulator.name("secret")
        emulator.client("secretsmanager").create_secret(Name=secret, SecretString='{"a": 1}')
        assert SecretReader.connect().read(secret) == {"a": 1}

    def test_a_service_that_nobody_serves_is_unavailable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        boto.client.cache_clear()
        with pytest.raises(StoreUnavailable, match="TICKET#zendesk#1 STATE"):
            DynamoTicketStore.connect("any").get(KEY)


class TestVisibility:
    def test_a_postponed_message_stays_hidden_and_another_moment_brings_it_back(self, emulator: Emulator) -> None:
        url = emulator.queue_url()
        queue = SqsEventQueue.connect(url)
        queue.put(an_event())
        (message,) = emulator.messages(url)
        queue.extend_visibility(message["ReceiptHandle"], 100_000.0)
        assert emulator.messages(url) == []
        queue.extend_visibility(message["ReceiptHandle"], 0.0)
        assert [again["MessageId"] for again in emulator.messages(url)] == [message["MessageId"]]
