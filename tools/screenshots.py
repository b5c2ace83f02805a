"""Takes the README's pictures from a running demo: start `make demo` in one terminal, run this in another."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from cli.local.deployment import Deployment, find, home

_IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def _browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("no Chromium found; install it, then run this again")
    return found


def _ticket(deployment: Deployment, tag: str, customer: str) -> dict[str, Any]:
    """A ticket with a tag, by choice the one of a customer whose case shows most."""
    tickets = [one for one in deployment.desk.call("GET", "/tickets")["tickets"] if tag in one["tags"]]
    named = [one for one in tickets if customer in str(one["requester"])]
    return (named or tickets)[0]


def _shoot(page: Page, url: str, name: str, *, height: int) -> None:
    page.set_viewport_size({"width": 1180, "height": height})
    page.goto(url)
    page.screenshot(path=_IMAGES / f"{name}.png")


def main() -> None:
    """Four pictures: inbox, briefing, draft, report."""
    deployment = find()
    if deployment is None:
        sys.exit("no demo runs; start `make demo` in another terminal first")
    _IMAGES.mkdir(parents=True, exist_ok=True)
    url = deployment.sandbox_url
    briefed = _ticket(deployment, "firstline_urgent", "Eleanor Whitby")
    drafted = _ticket(deployment, "firstline_draft", "Hannah Kessler")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=_FLAGS)
        page = browser.new_page(device_scale_factor=1)
        _shoot(page, url, "inbox", height=820)
        _shoot(page, f"{url}/tickets/{briefed['id']}", "briefing", height=1220)
        _shoot(page, f"{url}/tickets/{drafted['id']}", "draft", height=1000)
        report = home() / "report.html"
        if report.exists():
            _shoot(page, report.as_uri(), "report", height=1200)
        browser.close()


if __name__ == "__main__":
    main()
