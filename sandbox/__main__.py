"""Start a desk: `python -m sandbox --port 0 --data DIR`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path

from sandbox.desk import logins
from sandbox.running import HOST, listen, server_for
from sandbox.settings import PLANS, Settings


def main() -> None:
    """Say where it is, in one line of JSON, and serve until told to end."""
    args = _arguments()
    settings = Settings(
        data=args.data,
        limits=PLANS[args.plan],
        export_lag=args.export_lag,
        retry_delays=tuple(float(word) for word in args.retry_delays.split(",") if word),
        delivery_workers=args.workers,
        client_secret=args.client_secret,
    )
    listener = listen(args.port)
    server, desk = server_for(settings)
    port = listener.getsockname()[1]
    url = f"http://{HOST}:{port}"
    about = {
        "port": port,
        "url": url,
        "control_url": f"{url}/_sandbox",
        "desks": logins(desk, url),
        "integration_user_id": desk.inbox.integration_user_id,
    }
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    # uvicorn ends in good order and then raises the signal again: that is how we were told to end, not a failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _arguments() -> argparse.Namespace:
    defaults = Settings()
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A small help desk to try things against.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--data", type=Path, help="folder of its database; without it everything stays in memory")
    parser.add_argument("--plan", choices=sorted(PLANS), default="high_volume", help="rate limits of the API")
    parser.add_argument("--export-lag", type=float, default=defaults.export_lag, help="seconds")
    parser.add_argument("--retry-delays", default="1,3,9", help="seconds before each repeated webhook")
    parser.add_argument("--workers", type=int, default=defaults.delivery_workers, help="webhooks sent at once")
    parser.add_argument("--client-secret", default=defaults.client_secret)
    return parser.parse_args()


if __name__ == "__main__":
    main()
