"""The report's plain part: complete in itself, and readable in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

from shared.adapters.report_page import sections
from shared.domain.report import WeekReport
from shared.domain.report_words import days_of, headline

_WIDTH = 72


def plain(report: WeekReport, queue_names: Mapping[str, str]) -> str:
    """The whole report as text."""
    parts = [
        f"{_line(headline(report))}\n{_line(report.company)} · {days_of(report)}",
        "\n".join(fill(sentence, _WIDTH, initial_indent="- ", subsequent_indent="  ") for sentence in report.sentences),
    ]
    if report.total.tickets or report.first_response.wall.n:
        parts += _figures(report, queue_names)
    parts += [fill(line, _WIDTH) for line in sections.small_print(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _figures(report: WeekReport, queue_names: Mapping[str, str]) -> list[str]:
    return [
        _table("VOLUME", *sections.volume(report)),
        _table("FIRST RESPONSE", *sections.response(report)) if report.first_response.wall.n else "",
        fill(sections.response_note(report), _WIDTH),
        _table("FIRST RESPONSE TARGETS", (), sections.targets(report, queue_names)),
        _table("RESOLUTION", *sections.resolution(report)),
        fill(sections.resolution_note(report), _WIDTH),
        f"CUSTOMERS' RATINGS\n{fill(sections.satisfaction_note(report), _WIDTH)}",
        _table("DRAFTS AND BRIEFINGS", (), sections.prepared(report)),
        _table("WHY A BRIEFING", (), sections.reasons(report)),
        _table("QUEUES", *sections.places("", report.queues, queue_names, report)),
        _table("CHANNELS", *sections.places("", report.channels, {}, report)),
    ]


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [list(map(_line, row)) for row in ([head, *rows] if head else rows)]
    widths = [max(len(row[column]) for row in lines) for column in range(len(lines[0]))]
    shown = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in lines
    ]
    return "\n".join([title, *(line.rstrip() for line in shown)])


def _line(text: str) -> str:
    return " ".join(text.split())
