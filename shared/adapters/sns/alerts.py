"""Alerts to a topic, where chat, pager and mail subscribe."""

from __future__ import annotations

import unicodedata
from typing import Any

from shared.adapters.boto import client, translated
from shared.ports.delivery import Alert

_LONGEST_SUBJECT = 100  # ASCII characters, and no line break: a rule of SNS


class SnsAlerts:
    """`Alerts` on SNS. Subscriptions filter by the message attribute `audience`."""

    def __init__(self, sns: Any, topic_arn: str) -> None:
        self._client = sns
        self._topic = topic_arn

    @classmethod
    def connect(cls, topic_arn: str) -> SnsAlerts:
        """The alerts of a topic."""
        return cls(client("sns"), topic_arn)

    def send(self, alert: Alert) -> None:
        """Publish an alert to its audience."""
        with translated(f"alert {alert.id}"):
            self._client.publish(
                TopicArn=self._topic,
                Subject=_subject(alert.subject),
                Message=_body(alert),
                MessageAttributes={"audience": {"DataType": "String", "StringValue": alert.audience}},
            )


def _subject(text: str) -> str:
    """The nearest that SNS takes: accents fall off, other letters become a question mark."""
    dashes = text.replace("—", "-").replace("–", "-").replace("’", "'")
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", dashes) if not unicodedata.combining(letter))
    ascii_only = "".join(letter if letter.isascii() else "?" for letter in bare)
    one_line = " ".join("".join(letter if letter.isprintable() else " " for letter in ascii_only).split())
    return one_line[:_LONGEST_SUBJECT].strip() or "Firstline"


def _body(alert: Alert) -> str:
    """Lines, the link, and the id by which a reader knows a repetition."""
    parts = ["\n".join((alert.subject, *alert.lines)), alert.link, f"Alert {alert.id}"]
    return "\n\n".join(part for part in parts if part)
