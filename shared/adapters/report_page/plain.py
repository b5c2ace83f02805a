"""The report's plain part: complete in itself, and readable in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

from shared.adapters.report_page import benefit, desk, findings, sections, work
from shared.adapters.report_page.sections import Entries
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
    parts += [fill(line, _WIDTH) for line in (*benefit.costs_note(report), *sections.small_print(report))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _figures(report: WeekReport, queue_names: Mapping[str, str]) -> list[str]:
    return [
        _table("VOLUME", *sections.volume(report)),
        _table("FIRST RESPONSE", *sections.response(report)) if report.first_response.wall.n else "",
        fill(sections.response_note(report), _WIDTH),
        _table("", *work.open_times(report)),
        _table("", *work.with_and_without(report)),
        fill(work.with_and_without_note(report), _WIDTH),
        _table("", *desk.responses(report)),
        fill(desk.responses_note(report), _WIDTH),
        _table("FIRST RESPONSE TARGETS", (), sections.targets(report, queue_names)),
        *_entries("MISSED BY MOST", "", work.worst(report, queue_names)),
        _table("", *desk.deadlines(report)),
        _noted("EMERGING TOPICS", findings.spikes(report), findings.spikes_note(report)),
        _table("", *findings.moved(report)),
        *_gaps(report),
        f"CUSTOMERS' RATINGS\n{fill(sections.satisfaction_note(report), _WIDTH)}",
        *_entries("CUSTOMERS AT RISK", findings.at_risk_note(report), findings.at_risk(report)),
        _table("KEPT FOR A PERSON", (), work.boundary(report)),
        fill(work.boundary_note(report), _WIDTH),
        _table("DRAFTS AND BRIEFINGS", (), sections.prepared(report)),
        _table("WHAT BECAME OF DRAFTS", (), work.drafts(report)),
        *_entries("WORDING TO REVISE", "", work.to_revise(report)),
        _table(sections.why_a_briefing(report).upper(), (), sections.reasons(report)),
        _noted("OUTCOME", ((), benefit.outcome(report)), benefit.verdict(report)),
        fill(benefit.outcome_note(report), _WIDTH),
        _table("RESOLUTION", *sections.resolution(report)),
        fill(sections.resolution_note(report), _WIDTH),
        _table("WHAT ELSE WAS ASKED", *findings.steady(report)),
        fill(findings.topics_note(report), _WIDTH),
        _table("QUEUES", *sections.places("", report.queues, queue_names, report)),
        _table("CHANNELS", *sections.places("", report.channels, {}, report)),
        _table("AGENTS", *work.agents(report)),
        _table("COSTS", (), benefit.costs(report)),
        _table("CORRECTED SINCE THE LAST REPORT", (), work.corrections(report)),
    ]


def _gaps(report: WeekReport) -> list[str]:
    if report.topics is None:
        return []
    parts = _entries("KNOWLEDGE GAPS", findings.gaps_note(report), findings.gaps(report))
    return [*parts, _table("CLOSED SINCE", (), findings.closed(report))]


def _entries(title: str, note: str, every: Entries) -> list[str]:
    parts = ["\n".join(filter(None, (title, fill(note, _WIDTH))))]
    for name, lines in every:
        said = [fill(line, _WIDTH, initial_indent="  ", subsequent_indent="  ") for line in lines]
        parts.append("\n".join([_line(name), *said]))
    return parts if note or every else []


def _noted(title: str, table: sections.Table, note: str) -> str:
    """A table with its remark, or the remark alone under the title."""
    return f"{_table(title, *table) or title}\n{fill(note, _WIDTH)}"


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
