"""The command line. Each command loads what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from cli.ending import ended_like_ctrl_c

_COMMANDS = {
    "check": "cli.check:check",
    "up": "cli.up:up",
    "down": "cli.up:down",
    "status": "cli.up:status",
    "demo": "cli.demo.command:demo",
    "connect": "cli.connect:connect",
    "doctor": "cli.doctor:doctor",
    "explain": "cli.explain:explain",
    "publish": "cli.publish:publish",
    "report": "cli.report:report",
    "resolutions": "cli.resolutions:resolutions",
    "replay": "cli.replay.command:replay",
    "train": "cli.train:train",
    "tune": "cli.tune:tune",
    "predict": "cli.predict:predict",
    "bench": "cli.bench.command:bench",
}
_GROUPS = {"evaluate": "cli.evaluate:app", "customers": "cli.customers:app"}


class _Lazy(TyperGroup):
    """A group whose commands are imported when they are named."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, in the order of a first encounter."""
        return [*_COMMANDS, *_GROUPS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and wrap one command."""
        if cmd_name in _COMMANDS:
            one = typer.Typer(add_completion=False)
            one.command(cmd_name)(_load(_COMMANDS[cmd_name]))
            return typer.main.get_command(one)
        if cmd_name in _GROUPS:
            return typer.main.get_command(_load(_GROUPS[cmd_name]))
        return None


def _load(target: str) -> Any:
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


app = typer.Typer(
    cls=_Lazy,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Firstline behind the support desk.",
)


@app.callback()
def main(context: typer.Context) -> None:
    """Reads, classifies and routes every support ticket, and prepares the first answer where that is right."""
    context.with_resource(ended_like_ctrl_c())
