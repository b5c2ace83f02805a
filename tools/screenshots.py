"""Takes the README's pictures from a running demo: start `make demo` in one terminal, run this in another."""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from cli.demo.story import read_lines
from cli.local.deployment import Deployment, find, home

_IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
_BRIEFED = ("r028", "firstline_briefing")  # a valued customer about to leave, and a promise that was not kept
_DRAFTED = ("r024", "firstline_draft")  # a calm question of two parts, and an approved answer to both
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def _browser() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        sys.exit("no Chromium found; install it, then run this again")
    return found


def _ticket(deployment: Deployment, request: str, tag: str) -> str:
    """The ticket of one of the story's requests, with what its picture is to show."""
    subject = next(one["subject"] for one in read_lines("requests.jsonl") if one["id"] == request)
    fits = (one for one in deployment.desk.call("GET", "/tickets")["tickets"] if one["subject"] == subject)
    found = next(fits, None)
    if found is None or tag not in found["tags"]:
        what = "is not on the desk" if found is None else f"has no tag {tag}"
        sys.exit(f"the ticket “{subject}” ({request}) {what}; name another request in this file")
    return str(found["id"])


def _shoot(page: Page, url: str, name: str, *, height: int) -> None:
    page.set_viewport_size({"width": 1180, "height": height})
    page.goto(url)
    page.screenshot(path=_IMAGES / f"{name}.png")


def _shoot_note(page: Page, url: str, name: str) -> None:
    """A ticket down to the end of its note."""
    page.set_viewport_size({"width": 1180, "height": 1000})
    page.goto(url)
    box = page.locator(".message.draft, .message.briefing").last.bounding_box()
    assert box is not None  # the ticket was chosen for its note
    clip = {"x": 0, "y": 0, "width": 1180, "height": box["y"] + box["height"] + 24}
    page.screenshot(path=_IMAGES / f"{name}.png", full_page=True, clip=clip)


def _shoot_report(browser: Browser, url: str) -> None:
    """The report on a wide screen in the light, and on a phone in the dark; only what is read, in few colours."""
    for name, width, scheme, clip in (
        ("report", 1200, "light", {"x": 285, "y": 0, "width": 630, "height": 1400}),
        ("report-phone", 360, "dark", {"x": 0, "y": 0, "width": 360, "height": 1400}),
    ):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page.goto(url)
        taken = page.screenshot(full_page=True, clip=clip)
        Image.open(BytesIO(taken)).quantize(96).save(_IMAGES / f"{name}.png", optimize=True)
        page.close()


def _shoot_demo(browser: Browser, deployment: Deployment) -> None:
    url = deployment.sandbox_url
    briefed, drafted = _ticket(deployment, *_BRIEFED), _ticket(deployment, *_DRAFTED)
    page = browser.new_page(device_scale_factor=1)
    _shoot(page, url, "inbox", height=820)
    _shoot_note(page, f"{url}/tickets/{briefed}", "briefing")
    _shoot_note(page, f"{url}/tickets/{drafted}", "draft")


def main() -> None:
    """Inbox, briefing and draft of a running demo; with `report` as argument the last demo's report alone."""
    deployment = find()
    alone = sys.argv[1:] == ["report"]
    report = home() / "report.html"
    if deployment is None and not alone:
        sys.exit(
            "no demo runs; start `make demo` in another terminal first, or give `report` for the last one's report"
        )
    if alone and not report.exists():
        sys.exit("no demo has written a report here yet; run `make demo ARGS=--once` first")
    _IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=_FLAGS)
        if deployment is not None and not alone:
            _shoot_demo(browser, deployment)
        if report.exists():
            _shoot_report(browser, report.as_uri())
        browser.close()


if __name__ == "__main__":
    main()
