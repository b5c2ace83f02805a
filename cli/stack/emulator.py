"""MiniStack as a process of its own, listening on this machine only."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cli.stack.tools import EMULATOR_PYTHON, required

REGION = "us-east-1"
LAUNCHER = Path(__file__).with_name("ministack_launcher.py")
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_children: dict[int, subprocess.Popen[bytes]] = {}  # those started by this very process, which has to reap them
# What a process needs to run at all. Nothing else goes in: Lambdas inherit the emulator's environment.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE")


class EmulatorFailed(Exception):
    """The emulator did not start; the message says where its log is."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator.

    Attributes:
        access_key, secret_key: of its root user, made for this run.
    """

    pid: int
    port: int
    folder: str
    access_key: str
    secret_key: str

    @property
    def endpoint(self) -> str:
        """Where every AWS API is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What boto3 and the CDK need to talk to it, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
        }


def start_emulator(folder: Path) -> Emulator:
    """Start an emulator with IAM enforced on a free port, its files in a folder, and wait until it answers.

    Raises:
        EmulatorFailed: it ended, or did not answer within a minute.
        ToolMissing: it is not installed.
    """
    scratch = folder / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    access_key, secret_key = f"LOCAL{secrets.token_hex(6).upper()}", secrets.token_urlsafe(24)
    log = folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [required(EMULATOR_PYTHON), "-P", LAUNCHER],
            env=_environment(port, scratch, access_key, secret_key),
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the command line, which stops the emulator last of all
        )
    _children[process.pid] = process
    emulator = Emulator(process.pid, port, str(folder), access_key, secret_key)
    deadline = time.monotonic() + _START_SECONDS
    while not _answers(emulator):
        if process.poll() is not None or time.monotonic() > deadline:
            stop_emulator(emulator)
            raise EmulatorFailed(f"the AWS emulator did not start; see {log}")
        time.sleep(0.05)
    return emulator


def stop_emulator(emulator: Emulator) -> bool:
    """End the emulator and the Lambdas it runs, and remove what they unpacked; False when it was gone already."""
    was_there = is_running(emulator)
    if was_there:
        _end(emulator.pid)
    child = _children.pop(emulator.pid, None)
    if child is not None:
        child.poll()
    shutil.rmtree(Path(emulator.folder) / "scratch", ignore_errors=True)
    return was_there


def is_running(emulator: Emulator) -> bool:
    """Whether the process of this record lives, and is an emulator: process ids are used again."""
    command = Path(f"/proc/{emulator.pid}/cmdline")
    if Path("/proc/self").exists():
        return command.exists() and b"ministack" in command.read_bytes()
    return _answers(emulator)


def _environment(port: int, scratch: Path, access_key: str, secret_key: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "MINISTACK_REGION": REGION,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "STATE_DIR": str(scratch / "state"),
        "S3_DATA_DIR": str(scratch / "s3"),
        "LOG_LEVEL": "INFO",
        "OPENBLAS_NUM_THREADS": "1",  # a Lambda of ours has one core, too
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(emulator: Emulator) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{emulator.endpoint}/_ministack/ready", timeout=2) as answer:
            return isinstance(json.load(answer), dict)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def _end(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            os.killpg(pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.05)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
