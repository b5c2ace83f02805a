#!/bin/sh
# The whole product on a helpdesk that nobody here wrote: Request Tracker 5 from Debian's packages, with a fresh database
# in .tracker, its mail gateway and REST2. First what the connector promises (the same scenarios as for every desk), then
# customers' mails all the way through the deployed stack. Everything that is started is stopped again.
set -eu

cd "$(dirname "$0")/.."
server=/usr/share/request-tracker5/libexec/rt-server

if [ ! -x "$server" ] || ! command -v rt-mailgate-5 >/dev/null || ! perl -MStarlet -e 1 2>/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Request Tracker 5 is missing: apt-get install request-tracker5 rt5-db-sqlite rt5-standalone starlet" >&2
        exit 1
    fi
    echo "installing Request Tracker 5 (about a minute)" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        request-tracker5 rt5-clients rt5-db-sqlite rt5-standalone starlet >&2
fi

export FIRSTLINE_TRACKER="${FIRSTLINE_TRACKER:-.tracker}"
.venv/bin/python tools/desks.py -k requesttracker
.venv/bin/python -m pytest tests/tracker "$@"
