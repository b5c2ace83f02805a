"""What importing a handler costs: nobody loads a library that only others need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Of botocore, Powertools needs a small part at once; boto3 and the rest come with the first client.
HEAVY = frozenset(
    {"openai", "httpx2", "numpy", "scipy", "sklearn", "matplotlib", "mjml", "py3langid", "boto3", "urllib3"}
)
WITH_MODEL = frozenset({"classify", "draft", "brief", "sync_knowledge"})
NEVER = frozenset({"cli", "infra", "sandbox", "training", "tests", "aws_cdk", "typer", "rich", "starlette", "pytest"})
SCRIPT = """
import importlib, json, sys
before, told = set(sys.modules), {}
for name in sys.argv[1:]:
    importlib.import_module(f"functions.{name}.handler")
    told[name] = sorted({module.split(".")[0] for module in set(sys.modules) - before})
print(json.dumps(told))
"""
NAMES = frozenset(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))


def loaded_by(names: frozenset[str]) -> dict[str, set[str]]:
    """What is loaded after each of these handlers was imported, by a fresh interpreter without an environment."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, *sorted(names)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {name: set(packages) for name, packages in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.mark.parametrize(
    ("names", "allowed"),
    [(NAMES - WITH_MODEL, frozenset()), (WITH_MODEL, frozenset({"numpy"}))],
    ids=["without a model", "with the model"],
)
def test_importing_a_handler_loads_only_what_it_needs_at_once_and_reads_no_environment(names, allowed):
    told = loaded_by(names)

    assert told.keys() == names
    for name, packages in told.items():
        assert "aws_lambda_powertools" in packages
        assert not packages & (HEAVY - allowed | NEVER), name


ASKED = """
import json, sys
sys.modules["openai"] = None  # importing it fails from here on
from shared.adapters.openai_chat.reader import ChatReader
from shared.runtime.second_reader import OfSecret, reader_of
connected = OfSecret(lambda: {"model": "m"}, reader_of)()
print(json.dumps([connected.version.model, "httpx2" in sys.modules]))
"""


def test_connecting_the_second_reader_loads_no_client_before_somebody_asks_it():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ASKED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == ["m", False]


def test_openai_is_imported_in_one_module_which_no_handler_loads_by_itself():
    sources = [path for room in ("functions", "shared") for path in (ROOT / room).rglob("*.py")]
    importing = [path.relative_to(ROOT).as_posix() for path in sources if "import openai" in path.read_text()]
    assert importing == ["shared/adapters/openai_chat/wire.py"]
