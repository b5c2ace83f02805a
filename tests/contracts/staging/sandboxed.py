"""A connector on the sandbox desk, set up as an account of ours would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from cli.desks.registry import SETUPS
from cli.desks.setup import Connected
from sandbox.running import RunningSandbox
from shared.runtime.desks import CONNECT
from shared.runtime.signatures import signature_of
from tests.contracts.staging.staged import AGENT, QUEUES, Sent, Traits
from tests.sandbox.receiver import Post, Receiver, receiving

_ANN = {
    "name": "Ann Chen",
    "email": "ann.chen@contract.example",
    "plan": "business",
    "mrr": 249,
    "signed_up": "2023-04-01",
    "organization": "Acme",
}


class Sandboxed:
    """See `Staged`. A desk's own module derives from this and says where the desk differs."""

    name: str
    traits: Traits
    sign_in = r"/oauth"
    """Paths that are not counted when trouble is ordered."""

    def __init__(self, sandbox: RunningSandbox, connected: Connected, receiver: Receiver) -> None:
        self.sandbox = sandbox
        self.api = connected.api
        self.secret = connected.signing_secrets[0]
        self.signature = signature_of(self.name)
        self.desk = CONNECT[self.name](connected.api, QUEUES)
        self._receiver = receiver

    @classmethod
    @contextmanager
    def on(cls, sandbox: RunningSandbox) -> Iterator[Sandboxed]:
        """Empty the desk and set it up; several scenarios may follow each other on it."""
        sandbox.control("POST", "/reset")
        sandbox.control("POST", "/customers", _ANN)
        with receiving() as receiver:
            login = sandbox.control("GET", "/seeds")["desks"][cls.name]
            staged = cls(sandbox, SETUPS[cls.name].connect(login, receiver.url), receiver)
            sandbox.control("POST", "/by-hand", {"desk": cls.name, "webhook_url": receiver.url})
            yield staged
            staged.desk.close()

    @property
    def posts(self) -> list[Post]:
        """Every webhook that has arrived, in order."""
        return self._receiver.posts

    @contextmanager
    def scene(self) -> Iterator[Sandboxed]:
        """One scenario; looks afterwards whether a customer was written to."""
        # Webhooks wait until somebody listens.
        self.sandbox.control("PUT", "/delivery", {"hold": True})
        yield self
        self.sandbox.control("DELETE", "/faults")
        self.sandbox.control("DELETE", "/deliveries")
        self._receiver.posts.clear()
        report = self.sandbox.control("GET", "/report")
        assert report["ok"], report["violations"]
        assert report["ignored_fields"] == 0

    def opens(self, *texts: str, subject: str = "A question", channel: str = "email") -> str:
        first, *others = texts
        wish = {"customer": _ANN["email"], "subject": subject, "body": first, "channel": channel}
        return self._open(wish | {"messages": [{"body": text} for text in others]})

    def stranger_opens(self, text: str) -> str:
        self.sandbox.control("POST", "/customers", {"email": "who@contract.example"})
        return self._open({"customer": "who@contract.example", "subject": "", "body": text})

    def _open(self, wish: dict[str, Any]) -> str:
        return str(self.sandbox.control("POST", "/tickets", wish)["ticket"]["id"])

    def customer_writes(self, ticket_id: str, text: str, *, attachments: Iterable[str] = ()) -> None:
        files = [{"file_name": name, "content_type": "image/png", "size": 3} for name in attachments]
        self._act(ticket_id, "customer-reply", body=text, attachments=files)

    def agent_writes(self, ticket_id: str, text: str, *, public: bool = True) -> None:
        self._act(ticket_id, "agent-reply", body=text, public=public)

    def tags(self, ticket_id: str, tags: Iterable[str]) -> None:
        self._edit(ticket_id, tags=sorted(tags))

    def sets_priority(self, ticket_id: str, priority: str) -> None:
        self._edit(ticket_id, priority=priority)

    def assigns(self, ticket_id: str) -> None:
        self._edit(ticket_id, group="Billing", assignee=AGENT)

    def solves(self, ticket_id: str) -> None:
        self._act(ticket_id, "solve")

    def locks(self, ticket_id: str) -> None:
        self._act(ticket_id, "close")

    def rates(self, ticket_id: str, rating: str) -> None:
        self._act(ticket_id, "rate", score=rating)

    def deletes(self, ticket_id: str) -> None:
        self.sandbox.control("DELETE", f"/tickets/{ticket_id}")

    def files_as_spam(self, ticket_id: str) -> None:
        self._act(ticket_id, "spam")

    def drafts(self, ticket_id: str) -> list[str]:
        return []

    def listens(self) -> None:
        self.sandbox.control("POST", "/deliveries/release", {})

    def delivered(self) -> list[Sent]:
        assert self.sandbox.control("POST", "/deliveries/settle", {"timeout": 20})["settled"]
        return [Sent(post.headers, post.body) for post in self._receiver.posts]

    def of_another_account(self) -> bytes | None:
        return None

    def refuses(self, status: int, *, retry_after: float | None = None) -> None:
        self._fault(action="status", status=status, retry_after=retry_after)

    def breaks_off(self, *, after: int) -> None:
        # The sandbox meets faults in order: those that go through are delayed by nothing.
        if after > 1:
            self._fault(methods=True, action="delay", seconds=0, count=after - 1)
        self._fault(methods=True, action="hangup", when="after")

    def _fault(self, *, methods: bool = False, **wish: Any) -> None:
        path = rf"^/{self.name}/(?!.*{self.sign_in.lstrip('/')})"
        writing = {"method": "PUT|POST|PATCH|DELETE"} if methods else {}
        self.sandbox.control("POST", "/faults", {"count": 1, "path": path, **writing, **wish})

    def _act(self, ticket_id: str, what: str, **wish: Any) -> None:
        self.sandbox.control("POST", f"/tickets/{ticket_id}/{what}", {"agent": AGENT, **wish})

    def _edit(self, ticket_id: str, **wish: Any) -> None:
        self.sandbox.control("PATCH", f"/tickets/{ticket_id}", {"agent": AGENT, **wish})
