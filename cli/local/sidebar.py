"""What a desk's page shows beside a ticket: its clocks and its place, told by the product while it runs here.

A process of its own (`python -m cli.local.sidebar`), as an app in a real desk's sidebar would be: the desk asks by
address and shows what it is told. Labels, times and reasons; never a customer's words.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from cli.explain import reason_of
from cli.local.process import adopt
from cli.world import World
from shared.domain.errors import FirstlineError
from shared.domain.ticket import TicketKey

HOST = "127.0.0.1"
_SHOWN = ("clocks", "rank", "desk_sla", "watched", "time_zone")


def beside(key: TicketKey, world: World) -> dict[str, Any] | None:
    """The sidebar of a ticket, or None for one that is not known."""
    told = reason_of(key, world)
    if told is None:
        return None
    decision = told["decision"] or {}
    decided = {name: decision.get(name) for name in ("rank", "rank_reasons", "agent", "agent_reasons")}
    return {**{name: told[name] for name in _SHOWN}, "decided": decided}


def serve(world: World, listener: socket.socket) -> None:
    """Answer `GET /{desk}/tickets/{id}` until told to end."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    def ticket(request: Request) -> JSONResponse:
        try:
            told = beside(TicketKey(desk=request.path_params["desk"], id=request.path_params["id"]), world)
        except FirstlineError as error:
            return JSONResponse({"error": str(error)}, 503)
        return JSONResponse(told) if told else JSONResponse({"error": "not known yet"}, 404)

    app = Starlette(routes=[Route("/{desk}/tickets/{id}", ticket)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.run(sockets=[listener])


def start_sidebar(folder: Path, outputs: dict[str, str], environment: dict[str, str]) -> dict[str, Any]:
    """Start it and answer its `url` and `pid`. It loads while others work: an address to ask is there at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind((HOST, 0))
        listener.listen(16)
        port = listener.getsockname()[1]
        with (folder / "sidebar.log").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli.local.sidebar", str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                env=os.environ | environment,
                pass_fds=[listener.fileno()],
                start_new_session=True,  # Ctrl-C is for us; we end it ourselves
            )
    assert process.stdin is not None  # it was asked for as a pipe
    with process.stdin as told:
        told.write(json.dumps(outputs).encode())
    return {"url": f"http://{HOST}:{port}", "pid": adopt(process)}


def main() -> None:
    """Serve on an inherited socket; the stack's outputs come by standard input."""
    outputs = json.load(sys.stdin)
    listener = socket.socket(fileno=int(sys.argv[1]))
    # uvicorn ends in good order and then raises the signal again: that is how we were told to end, not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt):
        serve(World(outputs), listener)


if __name__ == "__main__":
    main()
