"""Alerts through the topic, where chat and pager listen, and by mail to whom they are addressed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from shared.ports.delivery import Alert, Alerts, Mail, Mailer


class TopicAndMail:
    """`Alerts` that go both ways.

    The topic counts: a mail that could not be sent, such as for a sender that nobody has confirmed, is counted and
    holds up no stage and no decision.

    Args:
        unsent: called for each mail that was not taken.
    """

    def __init__(self, topic: Alerts, mailer: Mailer, unsent: Callable[[], None]) -> None:
        self._topic = topic
        self._mailer = mailer
        self._unsent = unsent

    def send(self, alert: Alert) -> None:
        """Publish an alert, then mail it."""
        self._topic.send(alert)
        if not alert.to:
            return
        try:
            self._mailer.send(mail_of(alert))
        except Exception:  # whatever SES says: the alert is out
            self._unsent()


def mail_of(alert: Alert) -> Mail:
    """An alert as a mail: its lines, the link, and the id by which a reader knows a repetition."""
    link = f'<p><a href="{escape(alert.link)}">{escape(alert.link)}</a></p>' if alert.link else ""
    lines = "".join(f"<li>{_line(line)}</li>" for line in alert.lines)
    foot = f'<p style="color:#777">Alert {escape(alert.id)}</p>'
    return Mail(
        recipients=alert.to,
        subject=alert.subject,
        html=f"<p><strong>{escape(alert.subject)}</strong></p><ul>{lines}</ul>{link}{foot}",
        text="\n".join((alert.subject, "", *alert.lines, "", alert.link, f"Alert {alert.id}")),
    )


def _line(line: str) -> str:
    """A line, as a link where it is nothing else."""
    shown = escape(line)
    is_link = line.startswith(("https://", "http://")) and " " not in line
    return f'<a href="{shown}">{shown}</a>' if is_link else shown
