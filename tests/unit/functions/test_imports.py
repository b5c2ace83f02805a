"""What importing a handler costs: nobody loads a library that only others need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# Of botocore, Powertools needs a small part at once; boto3 and the rest come with the first client.
HEAVY = ("openai", "numpy", "scipy", "sklearn", "matplotlib", "mjml", "py3langid", "boto3", "urllib3")
MAY_LOAD = {"classify": {"numpy"}, "draft": {"numpy"}, "sync_knowledge": {"numpy"}}
NEVER = ("cli", "infra", "sandbox", "training", "tests", "aws_cdk", "typer", "rich", "starlette", "pytest")
SCRIPT = """
import importlib, json, sys
before = set(sys.modules)
importlib.import_module("functions.%s.handler")
print(json.dumps(sorted(name.split(".")[0] for name in set(sys.modules) - before)))
"""


def loaded_by(name: str) -> set[str]:
    """The top-level packages that importing a handler loads, asked of a fresh interpreter without an environment."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT % name],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py")))
def test_importing_a_handler_loads_nothing_that_is_not_its_own_and_needs_no_environment(name):
    loaded = loaded_by(name)

    assert loaded & set(HEAVY) <= MAY_LOAD.get(name, set())
    assert not loaded & set(NEVER)
    assert "aws_lambda_powertools" in loaded
