"""Dependency layers: one zip per lock and platform, built by uv from hashed locks and kept until the lock changes.

`python -m infra.layers local` builds them by themselves, for instance beside a synthesis that is still loading the CDK.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.options import EMULATOR_PYTHON, ROOT, Target

LAYERS = ("base", "ai", "topics", "report")
CACHE = ROOT / ".firstline" / "layers"
RECIPE = "1"  # part of the cache's key: raise it when the way of building changes
EPOCH = (1980, 1, 1, 0, 0, 0)

# Never imported by a Lambda. Folders named `testing` stay: numpy and others import theirs.
_DROPPED_FOLDERS = frozenset({"__pycache__", "tests", "bin"})
# Started often enough for byte code to pay; the report runs once a week.
_COMPILED = frozenset({"base", "ai"})
# Large, and not loaded at a cold start: compiling these would cost more than it saves.
_NOT_COMPILED = r"/(openai|fontTools|f2py|backends|data_classes|event_handler)/"
_DROPPED_SUFFIXES = frozenset({".pyi", ".c", ".h", ".a", ".pxd", ".pyx"})


@dataclass(frozen=True)
class Platform:
    """The interpreter a layer is built for.

    Attributes:
        python: a version such as 3.13, or the path of the interpreter itself.
        triple: uv's name of a foreign platform; None is the machine that builds.
        compress: smaller to send, slower to unpack; the emulator unpacks it at every cold start.
        compile: carry byte code, which only the very same interpreter can use.
    """

    name: str
    python: str
    triple: str | None
    compress: bool
    compile: bool


def platform_of(target: Target, emulator_python: Path = EMULATOR_PYTHON) -> Platform:
    """The platform that the target's Lambdas run on."""
    if target is Target.AWS:
        return Platform("arm64-3.13", "3.13", "aarch64-manylinux_2_28", compress=True, compile=False)
    python = emulator_python
    if not python.exists():
        raise FileNotFoundError(f"{python} is missing; run `make setup`")
    version = f"{sys.implementation.cache_tag}-{sys.platform}"
    return Platform(f"local-{version}", str(python), None, compress=False, compile=True)


def lock_of(layer: str) -> Path:
    """The lock a layer is built from."""
    return ROOT / "requirements" / f"{layer}.txt"


def layer_hash(layer: str, platform: Platform) -> str:
    """What a layer's content depends on: its lock, its platform, and the recipe."""
    seen = hashlib.sha256(lock_of(layer).read_bytes())
    seen.update(f"{platform.name}|{platform.triple}|{RECIPE}".encode())
    return seen.hexdigest()[:20]


def build_layers(platform: Platform, layers: Iterable[str] = LAYERS) -> dict[str, Path]:
    """Build what is not there yet, side by side, and return the zips by layer."""
    names = tuple(layers)
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        return dict(zip(names, pool.map(lambda name: build_layer(name, platform), names), strict=True))


def build_layer(layer: str, platform: Platform) -> Path:
    """One layer as a zip whose bytes depend on the lock alone."""
    target = CACHE / f"{layer}-{platform.name}-{layer_hash(layer, platform)}.zip"
    CACHE.mkdir(parents=True, exist_ok=True)
    with _alone(target), tempfile.TemporaryDirectory(prefix=f"{layer}-", dir=CACHE) as folder:
        if not target.exists():
            _build(layer, platform, Path(folder)).replace(target)
    return target


def _build(layer: str, platform: Platform, folder: Path) -> Path:
    python = folder / "python"
    _install(lock_of(layer), python, platform)
    _strip(python)
    if platform.compile and layer in _COMPILED:
        _compile(python, platform)
    zipped = folder / "layer.zip"
    _zip(folder, python, zipped, compress=platform.compress)
    return zipped


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Whoever comes second waits, and finds the layer built."""
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def unpacked_size(zipped: Path) -> int:
    """Bytes that a zip takes once unpacked."""
    with zipfile.ZipFile(zipped) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv") or "uv"


def _install(lock: Path, target: Path, platform: Platform) -> None:
    interpreter = ["--python", platform.python]
    if platform.triple:
        interpreter = ["--python-version", platform.python, "--python-platform", platform.triple]
    command = [_uv(), "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += [*interpreter, "--target", str(target), "-r", str(lock)]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    subprocess.run(command, check=True, env=environment)


def _strip(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in _DROPPED_FOLDERS:
            shutil.rmtree(path)
        elif path.suffix in _DROPPED_SUFFIXES and path.is_file():
            path.unlink()


def _compile(folder: Path, platform: Platform) -> None:
    # Unpacking loses the files' times, so the byte code must not be checked against them.
    command = [platform.python, "-m", "compileall", "-q", "-q", "-j", "0", "-x", _NOT_COMPILED]
    subprocess.run([*command, "--invalidation-mode", "unchecked-hash", str(folder)], check=False)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _zip(root: Path, folder: Path, target: Path, *, compress: bool) -> None:
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method, compresslevel=6) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), EPOCH)
            entry.compress_type = method
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


if __name__ == "__main__":
    build_layers(platform_of(Target(sys.argv[1])))
