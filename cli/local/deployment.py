"""Bringing the whole product up on this machine, and finding it again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import typer

from cli.desks.registry import SETUPS
from cli.desks.storing import store
from cli.local.process import stop_process
from cli.local.sandbox import Sandbox, start_sandbox
from cli.local.sidebar import start_sidebar
from cli.world import World
from shared.adapters.boto import client

ROOT = Path(__file__).resolve().parents[2]
Say = Callable[[str], None]


def home() -> Path:
    """Where a deployment keeps its logs and its record: `FIRSTLINE_HOME`, or `.firstline` in the checkout."""
    return Path(os.environ.get("FIRSTLINE_HOME", ROOT / ".firstline"))


def _record() -> Path:
    return home() / "deployment.json"


@dataclass(frozen=True)
class Deployment:
    """What runs on this machine and where it is reached.

    Attributes:
        sandboxes: by the desk's name, each with its `url` and `pid`: one inbox for each desk, with that desk's
            face connected.
        webhooks: by the desk's name, each with its `url` and its signing `secret`.
        sidebar: `url` and `pid` of what the inboxes show beside a ticket.
    """

    outputs: dict[str, str]
    environment: dict[str, str]
    aws_endpoint: str
    sandboxes: dict[str, dict[str, Any]]
    webhooks: dict[str, dict[str, str]]
    sidebar: dict[str, Any] = field(default_factory=dict)

    @property
    def desks(self) -> tuple[Sandbox, ...]:
        """The control API of each desk's sandbox."""
        return tuple(Sandbox(about["url"], name) for name, about in self.sandboxes.items())

    @property
    def desk(self) -> Sandbox:
        """The first desk's sandbox."""
        return self.desks[0]

    @property
    def sandbox_url(self) -> str:
        """The first desk's inbox."""
        return self.desk.url

    @property
    def world(self) -> World:
        """The stack's stores and functions, reached with the emulator's credentials."""
        os.environ.update(self.environment)
        return World(self.outputs)

    def document(self) -> dict[str, Any]:
        """What `--json` shows of it."""
        return {
            "api_url": self.outputs["ApiUrl"],
            "sandbox_url": self.sandbox_url,
            "sandboxes": {name: about["url"] for name, about in self.sandboxes.items()},
            "aws_endpoint": self.aws_endpoint,
            "table": self.outputs["TableName"],
            "webhooks": self.webhooks,
        }


def bring_up(
    say: Say,
    desks: Sequence[str] = ("zendesk",),
    *,
    limited: bool = True,
    elsewhere: Mapping[str, Mapping[str, Any]] | None = None,
) -> Deployment:
    """Start emulator and sandboxes, deploy the stack, connect the desks, publish the playbook.

    What was started is stopped again when a later part fails.

    Args:
        desks: those that a sandbox is started for.
        limited: whether we keep to a share of each desk's rate limits.
        elsewhere: credentials of desks that run already, by name.
    """
    from cli import stack

    bring_down()
    playbook = _playbook()
    with ThreadPoolExecutor(max_workers=1) as side:
        starting = [side.submit(start_sandbox, home(), name) for name in desks]
        say("starting the AWS emulator and deploying the stack into it")
        try:
            running = stack.start(say=say, desks=(*desks, *(elsewhere or {})))
            started = dict(zip(desks, [one.result() for one in starting], strict=True))
        except BaseException:
            for one in starting:
                if one.exception() is None:
                    stop_process(one.result()["pid"])
            stack.stop()
            raise
    api = running.outputs["ApiUrl"].rstrip("/")
    deployment = Deployment(
        outputs=dict(running.outputs),
        environment=dict(running.environment),
        aws_endpoint=running.endpoint,
        sandboxes={name: {"url": about["url"], "pid": about["pid"]} for name, about in started.items()},
        webhooks={name: {"url": f"{api}/webhooks/{name}", "secret": ""} for name in (*desks, *(elsewhere or {}))},
        sidebar=start_sidebar(home(), dict(running.outputs), dict(running.environment)),
    )
    _remember(deployment)
    client.cache_clear()  # clients of an earlier stack in this process know the wrong address
    try:
        logins = {name: about["desks"][name] for name, about in started.items()}
        return _set_up(deployment, logins | dict(elsewhere or {}), playbook, say, limited)
    except BaseException:
        bring_down()
        raise


def _set_up(
    deployment: Deployment, logins: dict[str, Mapping[str, Any]], playbook: Any, say: Say, limited: bool
) -> Deployment:
    """Connect the desks, publish the playbook, and start every function once."""
    world = deployment.world
    webhooks = {}
    for name, login in logins.items():
        say(f"connecting {name}: fields, webhook, view, secrets")
        url = deployment.webhooks[name]["url"]
        connected = SETUPS[name].connect(login, url)
        store(
            world, name, connected if limited else connected.model_copy(update={"api": {**connected.api, "limits": {}}})
        )
        webhooks[name] = {"url": url, "secret": connected.signing_secrets[0]}
        if name in deployment.sandboxes:
            desk = Sandbox(deployment.sandboxes[name]["url"], name)
            desk.call("POST", "/by-hand", {"desk": name, "webhook_url": url})  # what the set-up leaves to a person
            desk.call("PUT", "/sidebar", {"url": f"{deployment.sidebar['url']}/{name}/tickets/{{id}}"})
    say("publishing the playbook")
    world.policies.publish(playbook.policy)
    world.publish_resolutions(playbook.resolutions)
    world.invoke("sync_knowledge", {})
    say("starting each function once, so that the first ticket does not wait for it")
    _warm_up(world, next(iter(logins)))
    ready = replace(deployment, webhooks=webhooks)
    _remember(ready)
    return ready


def _remember(deployment: Deployment) -> None:
    _record().touch(mode=0o600)
    _record().write_text(json.dumps(asdict(deployment), indent=2), encoding="utf-8")


def _warm_up(world: World, desk: str) -> None:
    """Let every function load what it needs, with a ticket that nobody knows; a refusal warms as well as an answer."""
    unknown = {"desk": desk, "ticket_id": "0", "version": "0", "policy": "0"}
    events: dict[str, dict[str, Any]] = {
        "receive": {"pathParameters": {"desk": "nobody"}},
        "ingest": {"Records": []},
        **dict.fromkeys(("classify", "route", "draft", "brief", "write_back"), unknown),
    }

    def start(one: tuple[str, dict[str, Any]]) -> None:
        with suppress(RuntimeError):
            world.invoke(*one)

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(start, events.items()))


def bring_down() -> bool:
    """Stop whatever `bring_up` started; False when nothing ran."""
    from cli import stack

    deployment = find()
    if deployment is not None:
        for about in deployment.sandboxes.values():
            stop_process(about["pid"])
        if deployment.sidebar:
            stop_process(deployment.sidebar["pid"])
        _record().unlink(missing_ok=True)
    return stack.stop() or deployment is not None


def find() -> Deployment | None:
    """The deployment on this machine, if one was brought up."""
    if not _record().exists():
        return None
    return Deployment(**json.loads(_record().read_text(encoding="utf-8")))


def current_world() -> World:
    """The stores of the running deployment, or an exit that says how to get one."""
    deployment = find()
    if deployment is None:
        typer.echo("nothing runs on this machine; start it with `firstline up`", err=True)
        raise typer.Exit(1)
    return deployment.world


def _playbook() -> Any:
    from datetime import UTC, datetime

    from cli.playbook import read_playbook

    reading = read_playbook(ROOT / "playbook", today=datetime.now(UTC).date())
    if reading.playbook is None:
        for finding in reading.findings:
            typer.echo(str(finding), err=True)
        raise typer.Exit(1)
    return reading.playbook
