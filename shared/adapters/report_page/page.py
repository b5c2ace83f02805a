"""Renders the report: charts, mail, page, plain text and CSV."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from tempfile import gettempdir

from shared.adapters.report_page import benefit, desk, findings, layout, sections, work
from shared.adapters.report_page.numbers import as_csv
from shared.adapters.report_page.plain import plain
from shared.adapters.report_page.sections import Entries
from shared.domain.report import WeekReport
from shared.domain.report_words import days_of, headline
from shared.ports.delivery import Picture
from shared.ports.report_page import RenderedReport


class MjmlReportPage:
    """Mail and page from MJML, charts from matplotlib; both are loaded when the first report is rendered."""

    def render(
        self, report: WeekReport, queue_names: Mapping[str, str], links: Mapping[str, str] | None = None
    ) -> RenderedReport:
        """Render a report."""
        from mjml import mjml2html

        pictures = _charts(report)
        # An empty table of fonts: a mail that asks another server for one tells it who reads.
        html, page = (
            mjml2html(_source(report, queue_names, pictures, shown), disable_comments=True, fonts={})
            for shown in (links, None)
        )
        return RenderedReport(
            subject=_subject(report),
            html=html,
            text=plain(report, queue_names) + _links_in_words(links or {}),
            pictures=pictures,
            page=_self_contained(page, pictures),
            csv=as_csv(report),
        )

    def source(self, report: WeekReport, queue_names: Mapping[str, str]) -> str:
        """The mail as MJML, which the reference compiler can check as well."""
        return _source(report, queue_names, _charts(report), None)


def _source(
    report: WeekReport, queue_names: Mapping[str, str], pictures: Sequence[Picture], links: Mapping[str, str] | None
) -> str:
    body = list(_body(report, queue_names, {picture.name for picture in pictures}))
    preview = report.sentences[0] if report.sentences else ""
    linked = [layout.links(links)] if links else []
    return layout.document(title=_subject(report), preview=preview, body=[*body, *linked])


def _subject(report: WeekReport) -> str:
    return " ".join(f"{headline(report)} · {report.company}".split())


def _links_in_words(links: Mapping[str, str]) -> str:
    return "".join(f"\n{name}: {link}\n" for name, link in links.items())


def _charts(report: WeekReport) -> tuple[Picture, ...]:
    """The charts that have something to show."""
    # In a Lambda only the temporary folder is writable, and matplotlib keeps its list of fonts in a file.
    os.environ.setdefault("MPLCONFIGDIR", os.path.join(gettempdir(), "firstline-matplotlib"))  # noqa: PTH118
    from shared.adapters.report_page import charts

    found: list[Picture] = []
    if report.total.tickets:
        found += charts.volume("volume", report.categories)
    if report.first_response.wall.n:
        found += charts.first_response("first-response", report.first_response.by_category)
    if sum(week.good.n > 0 for week in report.satisfaction.trend) > 1:
        found += charts.satisfaction("satisfaction", report.satisfaction.trend)
    return tuple(found)


def _body(report: WeekReport, queue_names: Mapping[str, str], charts: set[str]) -> Iterator[str]:
    week = f"Week {report.week.number}"
    yield layout.band(
        title=f"{week}, so far" if report.partial else week,
        above=report.company,
        below=f"{days_of(report)} · support report",
    )
    yield layout.card("The week in short", layout.sentences(report.sentences))
    if report.total.tickets or report.first_response.wall.n:
        yield from _figures(report, queue_names, charts)
    yield layout.foot([*benefit.costs_note(report), *sections.small_print(report)])


def _figures(report: WeekReport, queue_names: Mapping[str, str], charts: set[str]) -> Iterator[str]:
    yield layout.tiles(sections.tiles(report))
    yield layout.card(
        "Tickets by category",
        *_picture("volume", sections.volume_alt(report), charts),
        *_note(sections.volume_note(report)),
        layout.table(*sections.volume(report), total=True, wide=frozenset({2})),
    )
    answered = [layout.table(*sections.response(report), total=True)] if report.first_response.wall.n else []
    yield layout.card(
        "First response time",
        *_picture("first-response", sections.response_alt(report), charts),
        *answered,
        *_table(*work.open_times(report)),
        *_table(*work.with_and_without(report)),
        *_note(work.with_and_without_note(report)),
        *_table(*desk.responses(report)),
        *_note(desk.responses_note(report)),
        *_note(sections.response_note(report)),
    )
    due = _table((), sections.targets(report, queue_names)) or _note("No target fell due.")
    missed = [*_entries("Missed by most", work.worst(report, queue_names)), *_table(*desk.deadlines(report))]
    yield layout.card("First response targets", *due, *missed)
    yield from _topics(report)
    yield layout.card(
        "Customers' ratings",
        *_picture("satisfaction", sections.satisfaction_alt(report), charts),
        layout.sentences([sections.satisfaction_note(report)]),
    )
    yield layout.card(
        "Customers at risk", *_note(findings.at_risk_note(report)), *_entries("", findings.at_risk(report))
    )
    yield layout.card("Kept for a person", *_table((), work.boundary(report)), *_note(work.boundary_note(report)))
    yield _prepared(report)
    yield layout.card(
        "Outcome",
        *_sentence(benefit.verdict(report)),
        *_table((), benefit.outcome(report)),
        *_note(benefit.outcome_note(report)),
    )
    yield from _rest(report, queue_names)


def _rest(report: WeekReport, queue_names: Mapping[str, str]) -> Iterator[str]:
    """What a manager looks up rather than reads."""
    yield layout.card("Resolution", *_table(*sections.resolution(report)), *_note(sections.resolution_note(report)))
    if report.topics is not None:
        yield layout.card(
            "What else was asked", *_table(*findings.steady(report)), *_note(findings.topics_note(report))
        )
    yield layout.card("Queues, channels and people", *_places(report, queue_names))
    yield layout.card("Costs", layout.table((), benefit.costs(report)))


def _topics(report: WeekReport) -> Iterator[str]:
    yield layout.card(
        "Emerging topics",
        *_table(*findings.spikes(report)),
        *_note(findings.spikes_note(report)),
        *_table(*findings.moved(report)),
    )
    if report.topics is None:
        return
    yield layout.card(
        "Knowledge gaps",
        *_note(findings.gaps_note(report)),
        *_entries("", findings.gaps(report)),
        *_table(("Closed since", "", ""), findings.closed(report)),
    )


def _prepared(report: WeekReport) -> str:
    parts = [layout.table((), sections.prepared(report))]
    parts += _table((), work.drafts(report)) or _note(sections.drafts_note(report))
    parts += _entries("Wording to revise", work.to_revise(report))
    parts += _table((sections.why_a_briefing(report), "Tickets"), sections.reasons(report))
    parts += _table(("Approved answers drafted from", "Tickets"), sections.used_resolutions(report))
    return layout.card("Drafts and briefings", *parts)


def _places(report: WeekReport, queue_names: Mapping[str, str]) -> Iterator[str]:
    yield from _table(*sections.places("Queue", report.queues, queue_names, report))
    yield from _table(*sections.places("Channel", report.channels, {}, report))
    yield from _table(*work.agents(report))
    yield from _table(("Corrected since the last report", ""), work.corrections(report))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [layout.table(head, rows)] if rows else []


def _sentence(line: str) -> list[str]:
    return [layout.sentences([line])] if line else []


def _entries(title: str, every: Entries) -> list[str]:
    return [*_note(title), layout.entries(every)] if every else []


def _note(line: str) -> list[str]:
    return [layout.note(line)] if line else []


def _picture(name: str, alt: str, charts: set[str]) -> list[str]:
    return [layout.picture(name, alt)] if f"{name}-light" in charts else []


def _self_contained(html: str, pictures: Iterable[Picture]) -> str:
    for picture in pictures:
        html = html.replace(f"cid:{picture.name}", f"data:image/png;base64,{b64encode(picture.png).decode()}")
    return html
