#!/bin/sh
# Writes requirements/*.txt from requirements/*.in. The big lock comes first and binds the smaller ones to its versions.
set -eu
cd "$(dirname "$0")/../requirements"
uv=../.venv/bin/uv
compile() { "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade "$@"; }

compile dev.in -o dev.txt
for lock in base ai topics report infra bootstrap; do
    compile "$lock.in" -c dev.txt -o "$lock.txt"
done
# `make live` has a server of its own.
compile live.in -o live.txt
# The emulator pins its own botocore and shares an environment with nobody.
compile emulator.in -o emulator.txt
