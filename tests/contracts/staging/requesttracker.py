"""The Request Tracker connector on a real Request Tracker 5, set up as one of a company's would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from cli.desks.requesttracker import HINT, RequestTrackerSetup
from shared.adapters.desk_http import DeskHttp
from shared.adapters.requesttracker.desk import REST, DeskSecret, RequestTrackerDesk
from shared.adapters.requesttracker.reading import PRIORITIES
from shared.adapters.requesttracker.signature import SIGNATURE
from shared.runtime.signatures import signature_of
from tests.contracts.staging.staged import AGENT, QUEUES, Sent, Traits
from tests.sandbox.receiver import Receiver, receiving
from tests.tracker.server import Tracker, running_tracker

_ANN = {
    "email": "ann.chen@contract.example",
    "real_name": "Ann Chen",
    "company": "Acme",
    "fields": {"Plan": "business", "MRR": "249", "Signed up": "2023-04-01"},
}
_SECRET = "of-the-scrip-and-long-enough"


class Troubled:
    """A transport with trouble on order in front of the real one."""

    def __init__(self) -> None:
        self.real = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2.0, read=20.0))
        self.refusal: tuple[int, float | None] | None = None
        self.writes_left: int | None = None

    def request(self, method: str, url: str, **more: Any) -> urllib3.BaseHTTPResponse:
        if self.refusal is not None:
            status, retry_after = self.refusal
            self.refusal = None
            headers = {} if retry_after is None else {"Retry-After": str(int(retry_after))}
            return urllib3.HTTPResponse(body=b'{"message": "zanzibar"}', status=status, headers=headers)
        answer = self.real.request(method, url, **more)
        if method != "GET" and self.writes_left is not None:
            self.writes_left -= 1
            if self.writes_left == 0:
                self.writes_left = None
                raise urllib3.exceptions.ProtocolError("the answer was lost")
        return answer

    def clear(self) -> None:
        self.real.clear()


class RequestTracker:
    """See `Staged`. No chats, ratings, help centre or locks; deleted tickets are in no list."""

    traits = Traits(
        header=SIGNATURE,
        can_lock=False,
        polls_deleted=False,
        tells_chats=False,
        rates=False,
        tells_response=False,
        has_help_centre=False,
    )
    secret = _SECRET

    def __init__(self, tracker: Tracker, api: Mapping[str, Any], receiver: Receiver) -> None:
        self.tracker = tracker
        self.signature = signature_of("requesttracker")
        self._own_user_id = str(api["integration_user_id"])
        self._receiver = receiver
        self._trouble = Troubled()

        def now() -> datetime:
            return datetime.now(UTC)

        http = DeskHttp(f"{api['base_url']}{REST}", transport=self._trouble, clock=now)
        self.desk = RequestTrackerDesk(http, secret=DeskSecret.model_validate(api), groups=QUEUES, clock=now)

    @classmethod
    @contextmanager
    def on(cls, folder: Path) -> Iterator[RequestTracker]:
        """Start one and set it up; the scenarios follow each other on it."""
        with (
            receiving() as receiver,
            running_tracker(
                folder,
                queues=tuple(QUEUES),
                agents=(AGENT,),
                customers=(_ANN,),
                hint=(receiver.url, _SECRET),
                scrip=HINT,
            ) as tracker,
        ):
            account = {"base_url": tracker.url, "token": tracker.our_token, "hint_secret": _SECRET}
            staged = cls(tracker, RequestTrackerSetup().connect(account, receiver.url).api, receiver)
            yield staged
            staged.desk.close()

    @contextmanager
    def scene(self) -> Iterator[RequestTracker]:
        """One scenario; looks afterwards whether our user wrote to a customer."""
        self._receiver.posts.clear()
        yield self
        self._trouble.refusal = self._trouble.writes_left = None
        asked = f'[{{"field":"Type","value":"Correspond"}},{{"field":"Creator","value":"{self._own_user_id}"}}]'
        assert self.tracker.call(AGENT, "GET", f"/transactions?{urlencode({'query': asked})}")["count"] == 0

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        first, *others = texts
        self._mails(str(_ANN["email"]), subject, first)
        id = self.tracker.newest_ticket()
        for text in others:
            self.customer_writes(id, text)
        return id

    def stranger_opens(self, text: str) -> str:
        self._mails("who@contract.example", "", text)
        return self.tracker.newest_ticket()

    def customer_writes(self, ticket_id: str, text: str, *, attachments: Iterable[str] = ()) -> None:
        self._mails(str(_ANN["email"]), f"[desk.example #{ticket_id}] Re: A question", text, attachments)

    def _mails(self, sender: str, subject: str, text: str, attachments: Iterable[str] = ()) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Message-ID"] = sender, "support@desk.example", make_msgid(domain="x.example")
        mail["Subject"] = subject
        mail.set_content(text, cte="base64")
        for name in attachments:
            mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename=name)
        self.tracker.post_mail(mail.as_bytes())

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        said = {"Content": text, "ContentType": "text/plain"}
        self.tracker.call(AGENT, "POST", f"/ticket/{ticket_id}/{'correspond' if public else 'comment'}", said)

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None:
        self._edit(ticket_id, CustomFields={"Firstline tags": sorted(tags)})

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        self._edit(ticket_id, Priority=PRIORITIES[priority])

    def assigns(self, ticket_id: str) -> None:
        self._edit(ticket_id, Queue="Billing", Owner=AGENT)

    def solves(self, ticket_id: str) -> None:
        self._edit(ticket_id, Status="resolved")

    def locks(self, ticket_id: str) -> None:
        raise NotImplementedError("every ticket here takes comments")

    def rates(self, ticket_id: str, rating: str) -> None:
        """Nobody asks customers for one here."""

    def deletes(self, ticket_id: str) -> None:
        self._edit(ticket_id, Status="deleted")

    def files_as_spam(self, ticket_id: str) -> None:
        self._edit(ticket_id, Status="deleted")

    def drafts(self, ticket_id: str) -> list[str]:
        return []

    def listens(self) -> None:
        self._receiver.posts.clear()

    def delivered(self) -> list[Sent]:
        """A scrip runs within the request: what it told has arrived when the request is answered."""
        return [Sent(post.headers, post.body) for post in self._receiver.posts]

    def of_another_account(self) -> bytes | None:
        return None

    def refuses(self, status: int, *, retry_after: float | None = None) -> None:
        self._trouble.refusal = (status, retry_after)

    def breaks_off(self, *, after: int) -> None:
        self._trouble.writes_left = after

    def _edit(self, ticket_id: str, **wish: Any) -> None:
        self.tracker.call(AGENT, "PUT", f"/ticket/{ticket_id}", wish)
