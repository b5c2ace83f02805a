"""Request Tracker 5 from Debian's packages as a process of its own: free port, fresh database, stopped at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import urllib3

PACKAGES = "/usr/share/request-tracker5"
_PEOPLE = Path(__file__).with_name("people.pl")
_START_SECONDS = 60.0
_OURS = "firstline@desk.example"
_AGENT_RIGHTS = (
    "SeeQueue ShowTicket ShowTicketComments CreateTicket ReplyToTicket CommentOnTicket ModifyTicket DeleteTicket "
    "OwnTicket TakeTicket ReassignTicket SeeCustomField ModifyCustomField"
)
# What `firstline connect requesttracker` says that its token must be allowed, and no more.
_OUR_RIGHTS = (
    "SeeQueue ShowTicket ShowTicketComments CommentOnTicket ModifyTicket ReassignTicket SeeCustomField "
    "ModifyCustomField CreateTicket ModifySelf AdminCustomField AssignCustomFields"
)
_CONFIGURATION = """\
Set($rtname, 'desk.example');
Set($Organization, 'desk.example');
Set($CorrespondAddress, 'support@desk.example');
Set($CommentAddress, 'support-comment@desk.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, %(port)d);
Set($WebBaseURL, 'http://127.0.0.1:%(port)d');
Set($WebPath, '');
Set($WebSecureCookies, 0);
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '%(folder)s/rt.db');
Set($Timezone, '%(zone)s');
Set($MailCommand, 'sendmailpipe');
Set($SendmailPath, '%(folder)s/sendmail');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'warning');
Set($FirstlineAddress, '%(hint_url)s');
Set($FirstlineSecret, '%(hint_secret)s');
$RT::MasonDataDir = '%(folder)s/mason';
$RT::MasonSessionDir = '%(folder)s/sessions';
1;
"""
_SENDMAIL = '#!/bin/sh\nexec cat >"%(folder)s/mail/$(date +%%s%%N)-$$"\n'


@dataclass(frozen=True)
class Tracker:
    """A running Request Tracker, and what people do on it.

    Attributes:
        tokens: of those who have one, by mail address.
    """

    url: str
    folder: Path
    tokens: Mapping[str, str]

    @property
    def our_token(self) -> str:
        """Of the user that the product acts as."""
        return self.tokens[_OURS]

    def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A person's call of REST2; what a page of theirs would do."""
        content = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"token {self.tokens[who]}", "Content-Type": "application/json", **headers}
        with urllib3.PoolManager(retries=False, timeout=20) as http:
            answer = http.request(method, f"{self.url}/REST/2.0{path}", body=content, headers=sent)
        assert answer.status < 300, (method, path, answer.status, answer.data[:300])
        return json.loads(answer.data) if answer.data.strip() else None

    def mail(self, text: bytes, *, queue: str = "Support") -> None:
        """Deliver a mail as the company's mail server would, through the mail gateway."""
        command = ["rt-mailgate-5", "--queue", queue, "--action", "correspond", "--url", f"{self.url}/"]
        subprocess.run(command, input=text, check=True, timeout=60, env={"PATH": os.environ["PATH"], "NO_PROXY": "*"})

    def post_mail(self, text: bytes) -> None:
        """What the mail gateway's program does, without starting it."""
        fields = {"SessionType": "REST", "queue": "Support", "action": "correspond", "message": text.decode()}
        with urllib3.PoolManager(retries=False, timeout=30) as http:
            answer = http.request("POST", f"{self.url}/REST/1.0/NoAuth/mail-gateway", fields=fields)
        assert answer.data == b"ok\n", answer.data[:300]

    def newest_ticket(self) -> str:
        """Its number."""
        found = self.call(_OURS, "GET", "/tickets?query=id>0&orderby=id&order=DESC&per_page=1")
        return str(found["items"][0]["id"])

    def sent_mails(self) -> list[Message]:
        """Every mail that it has sent, oldest first."""
        return [message_from_bytes(path.read_bytes()) for path in sorted((self.folder / "mail").iterdir())]


@contextmanager
def running_tracker(
    folder: Path,
    *,
    queues: Sequence[str],
    agents: Sequence[str],
    customers: Sequence[Mapping[str, Any]] = (),
    hint: tuple[str, str] = ("", ""),
    scrip: str = "",
    zone: str = "America/New_York",
) -> Iterator[Tracker]:
    """Run one, with these queues besides `Support`, where mail arrives.

    Args:
        folder: thrown away and made anew.
        customers: known before they write: `email`, `real_name`, `company`, `fields`.
        hint: address and secret for a scrip of ours.
        scrip: what it does, if there is one.
        zone: of the whole installation; not UTC, as most are not.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("mail", "mason", "sessions", "conf.d"):
        (folder / part).mkdir(parents=True)
    folder, port = folder.resolve(), _free_port()
    told = {"port": port, "folder": str(folder), "zone": zone, "hint_url": hint[0], "hint_secret": hint[1]}
    (folder / "RT_SiteConfig.pm").write_text(_CONFIGURATION % told, encoding="utf-8")
    (folder / "sendmail").write_text(_SENDMAIL % told, encoding="utf-8")
    (folder / "sendmail").chmod(0o755)
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ},
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "conf.d"),
        "NO_PROXY": "*",
    }
    _run(["rt-setup-database-5", "--action", "init", "--skip-create", "--force"], environment, folder)
    wanted = {
        "scrip": scrip,
        "queues": ["Support", *queues],
        "customer_fields": ["Plan", "MRR", "Signed up"],
        "people": [
            {"email": _OURS, "real_name": "Firstline", "rights": _OUR_RIGHTS.split(), "token": 1},
            *({"email": email, "rights": _AGENT_RIGHTS.split(), "token": 1} for email in agents),
            *customers,
        ],
    }
    tokens = json.loads(_run(["perl", f"-I{PACKAGES}/lib", str(_PEOPLE)], environment, folder, json.dumps(wanted)))
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [
                f"{PACKAGES}/libexec/rt-server",
                *["--server", "Starlet", "--max-workers", "3", "--host", "127.0.0.1", "--port"],
                str(port),
            ],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its workers with it; Ctrl-C is for us, and we stop it
        )
    tracker = Tracker(f"http://127.0.0.1:{port}", folder, tokens)
    try:
        _wait(process, tracker)
        yield tracker
    finally:
        _stop(process)


def _run(command: Sequence[str], environment: Mapping[str, str], folder: Path, given: str = "") -> str:
    done = subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, f"{command[0]} failed in {folder}: {done.stderr[-2_000:]}{done.stdout[-500:]}"
    return done.stdout


def _wait(process: subprocess.Popen[bytes], tracker: Tracker) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with suppress(urllib3.exceptions.HTTPError):
            tracker.call(_OURS, "GET", "/rt")
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"it did not start: {(tracker.folder / 'server.log').read_text()[-2_000:]}")
        time.sleep(0.2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
