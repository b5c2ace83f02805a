"""The rendered mail: safe, complete, legible, and the same each time."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO

import pytest

from shared.adapters.report_page.page import MjmlReportPage
from shared.adapters.report_page.palette import DARK, LIGHT
from shared.adapters.report_page.sections import change
from shared.domain.facts import FactKind
from shared.domain.noise import Change
from shared.domain.report import Count, WeekReport
from shared.domain.report_numbers import queue_names
from tests.unit.report.stories import POLICY, a_week, counted, fact, listening, local, told

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7 * 7 }} &amp; "quoted"\r\nBcc: all@example.com'


def rendered(facts=None, names=None, **changes):
    report = counted(a_week() if facts is None else facts, **changes)
    return MjmlReportPage().render(report, queue_names(POLICY) if names is None else names)


class Elements(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def month():
    """A week with ratings in the one before, so that every chart has something to show."""
    return rendered()


def test_every_picture_has_an_alternative_text_with_its_numbers(month):
    alts = {image["src"]: image["alt"] or "" for image in Elements(month.html).all("img")}
    assert set(alts) == {
        f"cid:{name}-{ground}" for name in ("volume", "first-response", "satisfaction") for ground in ("light", "dark")
    }
    assert "Billing 3 (last week 1)" in alts["cid:volume-light"]
    assert "Billing median 20 min, 90% within 1h 00m" in alts["cid:first-response-light"]
    assert "week 47 50% of 2" in alts["cid:satisfaction-dark"]


def test_nothing_is_written_in_another_languages_escapes(month):
    assert "\\u{" not in month.html


def test_every_picture_that_is_shown_is_sent_and_the_reverse(month):
    shown = {(image["src"] or "").removeprefix("cid:") for image in Elements(month.html).all("img")}
    assert shown == {picture.name for picture in month.pictures}
    assert all(picture.png.startswith(b"\x89PNG") for picture in month.pictures)


def test_the_page_needs_nothing_beside_it(month):
    assert "cid:" not in month.page
    assert all((image["src"] or "").startswith("data:image/png;base64,") for image in Elements(month.page).all("img"))


def test_nothing_is_loaded_from_anywhere(month):
    elements = Elements(month.html)
    assert not [name for name, _ in elements.found if name in ("script", "link", "iframe", "object", "form")]
    assert "@import" not in month.html
    assert "url(" not in month.html


def test_the_mail_is_smaller_than_what_readers_clip(month):
    assert len(month.html.encode()) < 100_000


def test_the_mail_knows_the_dark_and_the_phone(month):
    assert "prefers-color-scheme: dark" in month.html
    assert 'name="color-scheme"' in month.html
    assert 'name="viewport"' in month.html
    assert Elements(month.html).all("html")[0]["lang"] == "en"


def test_tables_of_numbers_name_their_columns(month):
    assert {head["scope"] for head in Elements(month.html).all("th")} == {"col"}


def hostile():
    """Markup where a name is expected: company, queue, channel, category, rule, resolution."""
    facts = [*a_week(), *told("h1", local(18), channel=HOSTILE, category=HOSTILE, draft=HOSTILE)]
    facts += [
        *told("h2", local(18), briefed=("bounded", "<b>rule</b>")),
        fact("h3", FactKind.OPENED, local(18), channel="=HYPERLINK(1)"),
        fact("h3", FactKind.TRIAGED, local(18), category="billing", queue="<i>queue</i>"),
    ]
    return rendered(facts, {"billing": HOSTILE}, company={"name": HOSTILE, "time_zone": "Europe/Berlin"})


def test_markup_in_a_name_stays_text():
    page = hostile()
    elements = Elements(page.html)
    assert not elements.all("script")
    assert not [attributes for _, attributes in elements.found if "onerror" in attributes]
    assert not [name for name, _ in elements.found if name in ("b", "i")]
    assert any("<script>alert(1)</script>" in said for said in elements.said)
    assert any("&amp;" in said for said in elements.said)


def test_a_line_break_in_a_name_never_reaches_the_subject_or_a_line_of_the_text():
    page = hostile()
    assert "\n" not in page.subject
    assert "\r" not in page.subject
    assert not [line for line in page.text.splitlines() if line.startswith("Bcc:")]


def test_no_cell_of_the_table_is_a_formula():
    cells = [cell for row in csv.reader(StringIO(hostile().csv)) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]


def test_the_table_holds_the_numbers():
    rows = {tuple(row[1:4]): row[4] for row in csv.reader(StringIO(rendered().csv))}
    assert rows["volume", "billing", "tickets"] == "3"
    assert rows["first_response_minutes", "billing", "median"] == "20.0"
    assert rows["first_response_minutes", "complaint", "median"] == ""
    assert rows["satisfaction", "2026-W47", "share"] == "0.5"


def test_the_same_facts_give_the_same_mail(month):
    assert rendered() == month


def test_the_plain_part_says_the_same(month):
    text = month.text
    assert "6 tickets came in" in text
    assert "Billing" in text
    assert "0 of" not in text
    assert max(len(line) for line in text.splitlines()) <= 78


@pytest.mark.parametrize(
    "facts",
    [
        [],
        told("1", local(18)),
        told("1", local(18), answered=0, resolved=local(19), rated=(local(20), "bad")),
        told("1", local(10), answered=8 * 24 * 60),
    ],
    ids=["no ticket", "one ticket", "one of each", "only an answer"],
)
def test_a_week_with_next_to_nothing_in_it_still_makes_a_mail(facts):
    page = rendered(facts)
    assert "Week 47" in page.html
    assert "None" not in page.html + page.text
    assert "nan" not in page.text


def test_a_running_week_says_that_it_runs():
    page = rendered([listening(local(2, 9)), *told("1", local(16), answered=5)], cut_off=local(17))
    assert page.subject.startswith("Support in week 47 so far: 1 ticket")
    assert "Week 47, so far" in page.html
    assert "▲" not in page.html
    assert "▼" not in page.html


@pytest.mark.parametrize(
    ("tickets", "verdict", "shown"),
    [(5, Change.NOISE, "+2"), (1, Change.NOISE, "−2"), (30, Change.UP, "▲ +27"), (0, Change.DOWN, "▼ −3")],
)
def test_only_a_change_beyond_noise_gets_an_arrow(tickets, verdict, shown):
    count = Count(name="billing", tickets=tickets, share=None, before=3, average=3.0, change=verdict)
    assert change(count, partial=False) == shown


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_enough_contrast(palette):
    pairs = [
        (palette.ink, palette.card),
        (palette.soft, palette.card),
        (palette.soft, palette.ground),
        (palette.on_band, palette.band),
    ]
    for text, ground in pairs:
        lighter, darker = sorted((luminance(text), luminance(ground)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, f"{text} on {ground}"


def test_the_charting_library_is_loaded_only_when_a_chart_is_drawn():
    code = "import sys, functions.report.service, shared.adapters.report_page.page; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_many_queues_and_rules_do_not_make_a_long_mail():
    facts = [one for n in range(300) for one in told(f"{n}", local(16) + timedelta(minutes=n), channel=f"channel {n}")]
    assert len(rendered(facts).html.encode()) < 100_000


def test_names_of_any_length_do_not_make_a_long_mail_or_break_out_of_it():
    long = "Wide & Sons <b>" * 2_000
    flags = [
        fact(f"r{n}", FactKind.AT_RISK, local(18), customer=f"c{n}", company=long, plan=long, mrr="1.00", why=long)
        for n in range(9)
    ]
    html = rendered([*a_week(), *flags]).html
    assert len(html.encode()) < 100_000
    assert "<b>" not in html


def test_the_outcome_says_whether_the_promise_was_kept_or_that_nobody_measured():
    started = local(16, 9)
    facts = [listening(local(2, 9))]
    for n in range(14):
        at = int((started + timedelta(minutes=3 * n) - local(16, 8)).total_seconds() // 60)
        one = told(f"d{n}", local(16, 8), answered=at, draft="refund")
        facts += [with_agent(item, "ada") for item in one]
    assert "at most 3\N{NO-BREAK SPACE}min, which keeps what is promised (2 to 4)" in flat(rendered(facts).text)
    assert "Nobody measured the time before" in flat(rendered(facts).text)


def with_agent(item, agent):
    if item.kind is not FactKind.FIRST_RESPONSE:
        return item
    return item.model_copy(update={"detail": {**item.detail, "agent": agent, "used_draft": "as_is"}})


def flat(text):
    return text.replace("\n", " ")


@pytest.mark.parametrize(
    "junk", ["", "nan", "-1e999", "=1+1", HOSTILE, "\u202e\ud83d".encode("utf-16", "surrogatepass").hex()]
)
def test_whatever_facts_hold_the_report_is_made(junk):
    names = (
        "category",
        "queue",
        "channel",
        "customer",
        "agent",
        "opened_at",
        "used_draft",
        "rating",
        "resolution",
        "use",
    )
    more = (
        "distance",
        "version",
        "cause",
        "rules",
        "mrr",
        "score",
        "why",
        "company",
        "plan",
        "minutes",
        "micro_dollars",
    )
    detail = dict.fromkeys((*names, *more), junk)
    facts = [fact(f"{n}", kind, local(18, 10, n % 60), **detail) for n, kind in enumerate(FactKind)]
    facts += [fact("same", kind, local(18, 11), **detail) for kind in FactKind]
    report = counted([*a_week(), *facts])
    assert WeekReport.model_validate_json(report.canonical_json()) == report
    assert "<script" not in MjmlReportPage().render(report, {}).html
