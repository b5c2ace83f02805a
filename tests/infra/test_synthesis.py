"""The stack synthesises for both targets, checked by cdk-nag, and only the target's own things differ."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.stack.tools import ROOT, node
from tests.infra.template import Template

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("infra")]

LOOSE_QUEUE = """
import sys
from aws_cdk import aws_sqs as sqs
from infra.app import STACK, build_app
app = build_app(context={"target": "local"}, outdir=sys.argv[1])
sqs.Queue(app.node.find_child(STACK), "Loose")
app.synth()
"""


def without_the_targets_own(template: Template) -> dict[str, Any]:
    resources = copy.deepcopy(template.document["Resources"])
    for resource in resources.values():
        properties = resource.get("Properties", {})
        for own in ("Architectures", "Runtime", "CompatibleRuntimes"):
            properties.pop(own, None)
        for asset in ("Code", "Content"):
            if isinstance(properties.get(asset), dict):
                properties[asset].pop("S3Bucket", None)
        if resource["Type"] == "AWS::Lambda::LayerVersion":
            properties.pop("Content")
    return dict(resources)


def test_the_targets_differ_in_interpreter_platform_and_layers_alone(aws: Template, local: Template) -> None:
    assert without_the_targets_own(aws) == without_the_targets_own(local)


def test_aws_runs_arm64_and_python_3_13(aws: Template) -> None:
    kinds = {(properties["Runtime"], *properties["Architectures"]) for properties in aws.functions.values()}
    assert kinds == {("python3.13", "arm64")}


def test_the_emulator_runs_its_own_interpreter(local: Template) -> None:
    runtimes = {properties["Runtime"] for properties in local.functions.values()}
    assert runtimes == {f"python3.{sys.version_info.minor}"}


@pytest.mark.timeout(300)
def test_a_finding_that_nobody_gave_a_reason_for_stops_the_synthesis(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOSE_QUEUE, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "JSII_NODE": str(node()), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "AwsSolutions-SQS3" in done.stdout + done.stderr


def test_nothing_of_the_templates_names_this_machine(aws: Template) -> None:
    text = (aws.assembly / "Firstline.template.json").read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert "127.0.0.1" not in text
