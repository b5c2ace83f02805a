"""Bringing the stack up on this machine, and finding it again."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from cli.stack.assembly import assembly
from cli.stack.assets import publish
from cli.stack.emulator import REGION, Emulator, is_running, start_emulator, stop_emulator
from cli.stack.tools import CDK, ROOT, node, required, run

STACK = "Firstline"
Say = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A deployed stack on this machine.

    Attributes:
        outputs: the stack's outputs; `ApiUrl` can be reached from here, and `<name>_function` names each function.
        seconds: how long its parts took to come up.
    """

    emulator: Emulator
    outputs: dict[str, str]
    seconds: dict[str, float]

    @property
    def endpoint(self) -> str:
        """Where every AWS API is reached."""
        return self.emulator.endpoint

    @property
    def environment(self) -> dict[str, str]:
        """What boto3 needs to talk to it."""
        return self.emulator.environment


def start(*, say: Say = lambda text: None, desks: Sequence[str] = ("zendesk",)) -> Running:
    """Start the emulator and deploy the stack for these desks into it; one that runs already is stopped first.

    Raises:
        EmulatorFailed, CommandFailed, ToolMissing: and nothing is left running.
    """
    stop()
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = {}
    with ThreadPoolExecutor(max_workers=1) as side:
        starting = side.submit(_timed, seconds, "emulator", lambda: start_emulator(home))
        try:
            made = _timed(seconds, "synth", lambda: assembly(desks=desks))
        except BaseException:
            stop_emulator(starting.result())
            raise
        emulator = starting.result()
    try:
        say(f"the stack is synthesised ({seconds['synth']:.1f} s); deploying it")
        outputs = _timed(seconds, "deploy", lambda: _deploy(emulator, made, home))
    except BaseException:
        stop_emulator(emulator)
        raise
    running = Running(emulator, outputs, seconds)
    record = _record()
    record.touch(mode=0o600)
    record.write_text(json.dumps(asdict(running), indent=2), encoding="utf-8")
    return running


def find() -> Running | None:
    """The stack that runs on this machine, if one does."""
    if not _record().exists():
        return None
    document = json.loads(_record().read_text(encoding="utf-8"))
    running = Running(Emulator(**document["emulator"]), document["outputs"], document["seconds"])
    return running if is_running(running.emulator) else None


def stop() -> bool:
    """Stop it; False when nothing ran."""
    running = find()
    _record().unlink(missing_ok=True)
    return stop_emulator(running.emulator) if running else False


def _home() -> Path:
    return Path(os.environ.get("FIRSTLINE_HOME", ROOT / ".firstline")) / "stack"


def _record() -> Path:
    return _home() / "stack.json"


def _deploy(emulator: Emulator, made: Path, home: Path) -> dict[str, str]:
    publish(emulator, made, STACK)
    answers = home / "outputs.json"
    command: list[str | Path] = [
        node(),
        required(CDK),
        "deploy",
        STACK,
        "--app",
        made,
        "--require-approval",
        "never",
        "--method",
        "direct",
    ]
    command += ["--outputs-file", answers, "--no-notices", "--no-version-reporting", "--progress", "events", "--ci"]
    environment = {**emulator.environment, "CDK_DISABLE_CLI_TELEMETRY": "true", "AWS_CONFIG_FILE": os.devnull}
    run(command, environment=environment, log=home / "deploy.log")
    _reserve_concurrency(emulator, made)
    return _named(json.loads(answers.read_text(encoding="utf-8"))[STACK], emulator)


def _reserve_concurrency(emulator: Emulator, made: Path) -> None:
    """What the template says of each function's concurrency: the emulator's CloudFormation leaves it out."""
    import boto3  # slow to load, so it waits until something is deployed

    session = boto3.Session(emulator.access_key, emulator.secret_key, region_name=REGION)
    stacks = session.client("cloudformation", endpoint_url=emulator.endpoint)
    functions = session.client("lambda", endpoint_url=emulator.endpoint)
    template = json.loads((made / f"{STACK}.template.json").read_text(encoding="utf-8"))
    limits = {
        name: resource["Properties"]["ReservedConcurrentExecutions"]
        for name, resource in template["Resources"].items()
        if "ReservedConcurrentExecutions" in resource.get("Properties", {})
    }
    for resource in stacks.describe_stack_resources(StackName=STACK)["StackResources"]:
        limit = limits.get(resource["LogicalResourceId"])
        if limit is not None:
            name = resource["PhysicalResourceId"]
            functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=limit)


def _named(outputs: dict[str, str], emulator: Emulator) -> dict[str, str]:
    """The outputs, with an API that this machine can reach and functions under their own names."""
    api = (urlsplit(outputs["ApiUrl"]).hostname or "").split(".")[0]
    named = {**outputs, "ApiUrl": f"{emulator.endpoint}/_aws/execute-api/{api}/$default"}
    for name, value in outputs.items():
        if name.endswith("Function"):
            snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Function")).lower()
            named[f"{snake}_function"] = value
    return named


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    began = time.monotonic()
    done = work()
    seconds[name] = round(time.monotonic() - began, 2)
    return done
