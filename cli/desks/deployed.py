"""The deployment that a command is about: the one on this machine, or a stack in the AWS account at hand."""

from __future__ import annotations

import re

import typer

from cli.local.deployment import find
from cli.world import World


def deployed_world(stack: str | None) -> World:
    """The world of a stack by its name, or of what runs on this machine; an exit that says how to get one."""
    here = find() if stack is None else None
    if here is not None:
        return here.world
    outputs = _outputs(stack or "Firstline")
    if outputs is None:
        message = (
            "nothing runs on this machine (`firstline up`), and the AWS account at hand has no such stack; "
            "deploy it, or name it with --stack"
        )
        typer.echo(message, err=True)
        raise typer.Exit(1)
    return World(outputs)


def _outputs(stack: str) -> dict[str, str] | None:
    """The outputs of a stack in the account, with functions under their own names; None where there is none."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = boto3.client("cloudformation").describe_stacks(StackName=stack)
    except (BotoCoreError, ClientError):
        return None
    outputs = {one["OutputKey"]: one["OutputValue"] for one in answer["Stacks"][0].get("Outputs", [])}
    functions = {name: value for name, value in outputs.items() if name.endswith("Function")}
    return outputs | {f"{_snake(name.removesuffix('Function'))}_function": value for name, value in functions.items()}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def webhook_url(world: World, desk: str) -> str:
    """Where a desk's webhooks go."""
    return f"{world.outputs['ApiUrl'].rstrip('/')}/webhooks/{desk}"
