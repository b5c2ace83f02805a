"""The synthesised stack for this machine, kept until something it is made of changes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.stack.tools import EMULATOR_PYTHON, ROOT, node, required, run

FOLDER = ROOT / ".firstline" / "assembly"
_SOURCES = ("functions", "shared", "infra")
_FILES = (
    "cdk.json",
    "playbook/policy.yaml",
    *(f"requirements/{lock}.txt" for lock in ("base", "ai", "report", "infra")),
)
_KEPT = 2


def assembly() -> Path:
    """The cloud assembly of the checkout as it is now, synthesised if there is none.

    Raises:
        CommandFailed: the CDK application, or cdk-nag, refused.
        ToolMissing: `make setup` has not been run.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _alone():
        target = FOLDER / _digest()
        if not (target / "manifest.json").exists():
            _synthesise(target)
            _forget_old(target)
    target.touch()
    return target


def _synthesise(target: Path) -> None:
    draft = target.with_name(f"{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    context = {"target": "local", "emulator_python": str(required(EMULATOR_PYTHON))}
    environment = {
        "CDK_OUTDIR": str(draft),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "JSII_NODE": str(node()),
        "PYTHONPATH": str(ROOT),
    }
    run([sys.executable, "-m", "infra.app"], environment=environment, log=FOLDER / "synth.log")
    draft.rename(target)


def _digest() -> str:
    """A hash of every file that the assembly is made of, and of the interpreter it is made for."""
    seen = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.platform}".encode())
    for path in _inputs():
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        seen.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return seen.hexdigest()[:20]


def _inputs() -> Iterator[Path]:
    yield from (ROOT / name for name in _FILES)
    for folder in _SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _forget_old(newest: Path) -> None:
    """Keep a few: another run may still be deploying one of them."""
    others = [path for path in FOLDER.iterdir() if path.is_dir() and path != newest]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time synthesises; the others find its result."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
