"""The CDK application: `python -m infra.app` writes the cloud assembly.

Context: `target` (aws or local), `desks` (names, comma separated), `report_sender`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import App, CliCredentialsStackSynthesizer, Validations
from cdk_nag import AwsSolutionsChecks

from infra.layers import build_layers, platform_of
from infra.options import Target, read_options
from infra.stack import FirstlineStack

STACK = "Firstline"
# The emulator needs no bootstrap stack: a bucket for the assets is enough where the caller's own credentials deploy.
LOCAL_ASSETS = "firstline-assets"


def build_app(*, context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """The application with its one stack, checked by cdk-nag when it is synthesised."""
    app = App(context=context, outdir=outdir, analytics_reporting=False)
    options = read_options(app.node)
    layers = build_layers(platform_of(options.target, options.emulator_python))
    local = CliCredentialsStackSynthesizer(file_assets_bucket_name=LOCAL_ASSETS)
    synthesizer = local if options.target is Target.LOCAL else None
    stack = FirstlineStack(app, STACK, options=options, layers=layers, synthesizer=synthesizer)
    Validations.of(stack).add_plugins(AwsSolutionsChecks(stack))
    return app


if __name__ == "__main__":
    build_app().synth()
