"""The stack on this machine: an AWS emulator with IAM enforced, and the CDK deployment in it.

running = stack.start(say=print)
running.endpoint, running.environment, running.outputs["ApiUrl"], running.outputs["report_function"]
stack.find()    # the one that runs, or None
stack.stop()    # True when there was one
"""

from __future__ import annotations

from cli.stack.emulator import EmulatorFailed
from cli.stack.running import Running, find, start, stop
from cli.stack.tools import CommandFailed, ToolMissing

__all__ = ["CommandFailed", "EmulatorFailed", "Running", "ToolMissing", "find", "start", "stop"]
