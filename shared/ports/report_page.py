"""The port to whatever makes a report pleasant to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from shared.domain.record import Record
from shared.domain.report import WeekReport
from shared.ports.delivery import Picture


class RenderedReport(Record):
    """A report as a mail, as a page and as a table.

    Attributes:
        html: the mail's HTML; shows its pictures as `cid:<name>`.
        text: the mail's plain part, complete in itself.
        page: the same as one HTML file that needs nothing beside it.
        csv: the numbers, one in a row, in UTF-8.
    """

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]
    page: str
    csv: str


class ReportPage(Protocol):
    """Renders a report. Pure: the same report gives the same pages."""

    def render(
        self, report: WeekReport, queue_names: Mapping[str, str], links: Mapping[str, str] | None = None
    ) -> RenderedReport:
        """Render a report.

        Args:
            queue_names: the queues' names on the desk, by their id in the policy.
            links: for the mail alone: where the same lies as a file, by the file's name.
        """
        ...
