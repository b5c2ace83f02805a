"""Alerts go through the topic and by mail; a mail that is not taken holds up nothing."""

from __future__ import annotations

from shared.domain.errors import StoreUnavailable
from shared.ports.delivery import Alert
from shared.runtime.alerting import TopicAndMail, mail_of
from tests.fakes.delivery import InMemoryAlerts, InMemoryMailer

ALERT = Alert(
    id="zendesk/7/v1/on_call", audience="on_call", subject="Needs a person now <7>", lines=("Labels: a & b",),
    link="https://desk.example/7", to=("a@example.com", "b@example.com"),
)  # fmt: skip


def test_an_alert_is_published_and_mailed_to_whom_it_is_addressed():
    topic, mailer, failed = InMemoryAlerts(), InMemoryMailer(), []
    both = TopicAndMail(topic, mailer, lambda: failed.append(1))
    both.send(ALERT)
    both.send(ALERT.model_copy(update={"to": ()}))
    assert len(topic.sent) == 2
    assert [mail.recipients for mail in mailer.sent] == [("a@example.com", "b@example.com")]
    assert failed == []


def test_a_mail_that_is_not_taken_is_counted_and_the_alert_is_out():
    topic, mailer, failed = InMemoryAlerts(), InMemoryMailer(), []
    mailer.fail_with = StoreUnavailable("nobody has confirmed the sender")
    TopicAndMail(topic, mailer, lambda: failed.append(1)).send(ALERT)
    assert (len(topic.sent), len(failed)) == (1, 1)


def test_the_mail_says_the_same_in_both_parts_and_escapes_what_it_shows():
    mail = mail_of(ALERT)
    for said in ("Alert zendesk/7/v1/on_call", "https://desk.example/7"):
        assert said in mail.text
        assert said in mail.html
    assert "a &amp; b" in mail.html
    assert "&lt;7&gt;" in mail.html


def test_a_line_that_is_a_link_can_be_clicked_and_one_that_only_holds_words_cannot():
    lines = ("https://desk.example/tickets/7?a=1&b=2", 'https://x" onclick="y and words', "<b>refund</b>")
    html = mail_of(ALERT.model_copy(update={"lines": lines})).html
    assert '<li><a href="https://desk.example/tickets/7?a=1&amp;b=2">' in html
    assert 'onclick="' not in html
    assert html.count("<a href") == 1 + bool(ALERT.link)
    assert "&lt;b&gt;refund" in html
