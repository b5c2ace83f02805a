"""Mail to colleagues, with pictures inside."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from shared.adapters.boto import client, code_of, translated
from shared.domain.errors import StoreUnavailable
from shared.ports.delivery import Mail


class SesMailer:
    """`Mailer` on SES."""

    def __init__(self, sesv2: Any, sender: str) -> None:
        self._client = sesv2
        self._sender = sender

    @classmethod
    def connect(cls, sender: str) -> SesMailer:
        """The mailer of a verified sender."""
        return cls(client("sesv2"), sender)

    def send(self, mail: Mail) -> str:
        """Send a mail and answer SES's message id.

        Raises:
            StoreUnavailable: SES throttles, fails or refuses; a sender that is not verified yet may be tomorrow.
        """
        from botocore.exceptions import ClientError

        message = as_message(mail, self._sender).as_bytes()
        try:
            with translated("send a mail"):
                answer = self._client.send_email(
                    FromEmailAddress=self._sender,
                    Destination={"ToAddresses": list(mail.recipients)},
                    Content={"Raw": {"Data": message}},
                )
        except ClientError as error:
            raise StoreUnavailable(f"send a mail: {code_of(error)}") from error
        return str(answer["MessageId"])


def as_message(mail: Mail, sender: str) -> EmailMessage:
    """A mail as MIME: plain text, or HTML together with the pictures that it shows."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(mail.recipients)
    message["Subject"] = " ".join(mail.subject.split())  # a line break would end the headers
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, EmailMessage)  # the alternative added just now
    for picture in mail.pictures:
        html.add_related(
            picture.png,
            maintype="image",
            subtype="png",
            cid=f"<{picture.name}>",
            filename=f"{picture.name}.png",
            disposition="inline",
        )
    return message
