"""What a deployment chooses, read from the CDK's context and the playbook."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

if TYPE_CHECKING:
    from constructs import Node

ROOT = Path(__file__).resolve().parent.parent
EMULATOR_PYTHON = ROOT / ".emulator" / "bin" / "python"
POLICY = ROOT / "playbook" / "policy.yaml"
SECRET_PREFIX = "firstline"
LLM_SECRET = f"{SECRET_PREFIX}/llm"
CUSTOMERS_SECRET = f"{SECRET_PREFIX}/customers/webhook"
DEFAULT_SENDER = "firstline@example.com"


class Target(StrEnum):
    """Where the stack is going: the interpreter and platform of the Lambdas follow from it, and nothing else."""

    AWS = "aws"
    LOCAL = "local"


class OptionInvalid(Exception):
    """A context value or the playbook does not say what the stack needs to know."""


@dataclass(frozen=True)
class Options:
    """The choices of one deployment.

    Attributes:
        desks: the connected desks, each with its own webhook path and secrets.
        report_sender: the address the Monday report comes from; it becomes an SES identity.
        time_zone: the company's IANA time zone, which schedules follow.
        emulator_python: the interpreter that runs the Lambdas when the target is local.
    """

    target: Target
    desks: tuple[str, ...]
    report_sender: str
    time_zone: str
    emulator_python: Path

    @property
    def runtime(self) -> str:
        """The Lambda runtime's name."""
        return "python3.13" if self.target is Target.AWS else f"python3.{sys.version_info.minor}"


def company_time_zone(policy: Path = POLICY) -> str:
    """The `company.time_zone` of the playbook.

    Raises:
        OptionInvalid: the file is missing, or the zone is.
    """
    if not policy.is_file():
        raise OptionInvalid(f"{policy} is missing; schedules need its company.time_zone")
    document = yaml.safe_load(policy.read_text(encoding="utf-8"))
    company = document.get("company") if isinstance(document, dict) else None
    zone = company.get("time_zone") if isinstance(company, dict) else None
    try:
        return ZoneInfo(str(zone)).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise OptionInvalid(
            f"{policy}: company.time_zone is {zone!r}; write an IANA name such as Europe/Berlin"
        ) from error


def read_options(node: Node, *, time_zone: str | None = None) -> Options:
    """Read the context values `target`, `desks`, `report_sender` and `emulator_python`.

    Raises:
        OptionInvalid: a value is not one of those allowed.
    """
    given = node.try_get_context("target") or Target.AWS
    if given not in list(Target):
        raise OptionInvalid(f"context target is {given!r}; it is one of {', '.join(Target)}")
    desks = node.try_get_context("desks") or ["zendesk"]
    names = tuple(desks.split(",") if isinstance(desks, str) else desks)
    for desk in names:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", desk):
            raise OptionInvalid(f"context desks holds {desk!r}; a desk's name is lower case, such as zendesk")
    return Options(
        target=Target(given),
        desks=names,
        report_sender=str(node.try_get_context("report_sender") or DEFAULT_SENDER),
        time_zone=time_zone or company_time_zone(),
        emulator_python=Path(node.try_get_context("emulator_python") or EMULATOR_PYTHON),
    )
