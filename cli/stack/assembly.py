"""The synthesised stack, kept until something it is made of changes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
_KEPT = 3


def assembly(target: str = "local", desks: Sequence[str] = ("zendesk",)) -> Path:
    """The cloud assembly of the checkout as it is now, for `local` or `aws`, synthesised if there is none.

    Args:
        desks: the desks that the stack is for.

    Raises:
        CommandFailed: the CDK application, or cdk-nag, refused.
        ToolMissing: `make setup` has not been run.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _alone():
        made = FOLDER / f"{target}-{_digest(desks)}"
        if not (made / "manifest.json").exists():
            _synthesise(target, made, desks)
            _forget_old(target, made)
    made.touch()
    return made


def _synthesise(target: str, made: Path, desks: Sequence[str]) -> None:
    draft = made.with_name(f"{made.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    context = {"target": target, "emulator_python": str(required(EMULATOR_PYTHON)), "desks": ",".join(desks)}
    environment = {
        "CDK_OUTDIR": str(draft),
        "CDK_CONTEXT_JSON": json.dumps(context),
        "JSII_NODE": str(node()),
        "PYTHONPATH": str(ROOT),
    }
    with ThreadPoolExecutor(max_workers=1) as side:
        # Loading the CDK takes as long as building the layers, which the application would do only afterwards.
        layers = side.submit(_run, ["-m", "infra.layers", target], environment, FOLDER / "layers.log")
        _run(["-m", "infra.app"], environment, FOLDER / "synth.log")
        layers.result()
    draft.rename(made)


def _run(arguments: list[str], environment: dict[str, str], log: Path) -> None:
    run([sys.executable, *arguments], environment=environment, log=log)


def _digest(desks: Sequence[str]) -> str:
    """A hash of every file that the assembly is made of, of the interpreter it is made for, and of the desks."""
    seen = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.platform} {','.join(desks)}".encode())
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


def _forget_old(target: str, newest: Path) -> None:
    """Keep a few: another run may still be deploying one of them."""
    others = [path for path in FOLDER.glob(f"{target}-*") if path.is_dir() and path != newest]
    for path in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time synthesises; the others find its result."""
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
