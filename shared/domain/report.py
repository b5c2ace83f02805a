"""The weekly report as values: every number that the mail, the page and the files show.

What each number means:

- Everything is counted in the week in which it happened, by the company's wall clock, from facts that
  were recorded up to the cut-off. The same facts give the same report, byte for byte.
- Tickets are those opened in the week, less those that only a machine wrote.
- First response runs from the opening of a ticket to the first public answer by a person.
- A target is met by an answer, and missed at its deadline; each counts once per ticket.
"""

from __future__ import annotations

import json

from shared.domain.at_risk import AtRisk
from shared.domain.costs import Costs
from shared.domain.noise import Change, Proportion, Spread
from shared.domain.outcome import Baseline, Outcome
from shared.domain.record import Instant, Record
from shared.domain.report_desk import DeskFigures
from shared.domain.report_work import Boundary, Correction, DraftUse, Load, Miss
from shared.domain.resolution_use import ResolutionUse
from shared.domain.topic_week import TopicWeek
from shared.domain.week import Week


class Count(Record):
    """A number of tickets against the week before and the average of the weeks that are known.

    Attributes:
        share: of all tickets of the week, 0 to 1; None when there are none.
        before: the week before; None when it is not known as a whole.
        average: of up to eight weeks before.
    """

    name: str
    tickets: int
    share: float | None
    before: int | None
    average: float | None
    change: Change


class Tally(Record):
    """How often a label occurs."""

    name: str
    count: int


class CategoryTimes(Record):
    """First response times of one category, in minutes."""

    name: str
    times: Spread
    open: Spread


class FirstResponse(Record):
    """First response times of answers given in the week.

    Attributes:
        wall: by the wall clock, from opened to answered.
        open: the same, counting the team's opening hours only.
        with_draft: by the wall clock, where a draft lay ready when the answer was given; `without` where none did.
        draft_change: whether answers with a draft at hand came later (up) or sooner (down) by more than chance.
    """

    wall: Spread
    open: Spread
    with_draft: Spread
    without: Spread
    by_category: tuple[CategoryTimes, ...]
    draft_change: Change = Change.UNKNOWN


class Standing(Record):
    """What became of a number of resolved tickets; each ticket is in one of the five.

    Attributes:
        confirmed: the customer rated the help as good.
        assumed: nobody came back within the policy's number of days.
        waiting: resolved more recently than that, and no word yet.
        disputed: the customer rated the help as bad.
        reopened: it came back.
    """

    resolved: int
    confirmed: int
    assumed: int
    waiting: int
    disputed: int
    reopened: int


class Resolution(Record):
    """How many tickets were resolved, and whether it lasted.

    Attributes:
        of_received: of the tickets opened in the week, those resolved at its end.
        this_week: tickets resolved in the week.
        settled: tickets resolved so long ago that their days of waiting ended in this week.
        reopened: tickets that came back in the week, whenever they had been resolved.
        assumed_after_days: the policy's days without a reply after which a resolution is assumed.
    """

    of_received: Proportion
    this_week: Standing
    settled: Standing
    reopened: int
    assumed_after_days: int


class WeekOfRatings(Record):
    """The ratings of one week."""

    week: Week
    good: Proportion


class Satisfaction(Record):
    """Ratings by customers, each ticket's last one of the week."""

    good: Proportion
    change: Change
    trend: tuple[WeekOfRatings, ...]


class Targets(Record):
    """First response targets whose verdict fell in the week.

    Attributes:
        warned: tickets that were raised before their deadline in the week.
        saved: of these, answered before the deadline.
        breached_by_queue: the missed ones by queue, the most frequent first.
    """

    met: Proportion
    breached: int
    warned: int
    saved: int
    breached_by_queue: tuple[Tally, ...]
    worst: tuple[Miss, ...] = ()


class Prepared(Record):
    """What agents were handed, each ticket by its last note of the week. Tallies start with the most frequent.

    Attributes:
        causes: why there was a briefing and no draft.
        rules: the rules that fired; one ticket may count for several.
        resolutions: the approved answers that drafts were made from.
        fared: how each approved answer fared with those who answered in the week, the worst first.
        used: of the drafted tickets answered in the week, by whether the draft was used: yes, no, unknown.
    """

    drafted: int
    briefed: int
    causes: tuple[Tally, ...]
    rules: tuple[Tally, ...]
    resolutions: tuple[Tally, ...]
    used: tuple[Tally, ...]
    use: DraftUse
    fared: tuple[ResolutionUse, ...] = ()


class PastWeek(Record):
    """What later weeks are compared with: tickets opened in a week by their labels, and its ratings."""

    week: Week
    tickets: int
    categories: dict[str, int]
    queues: dict[str, int]
    channels: dict[str, int]
    good: Proportion


class WeekReport(Record):
    """The report of one week.

    Attributes:
        cut_off: facts recorded later are not in it.
        partial: the week is still running.
        policy: SHA-256 of the policy that it was computed by.
        weeks_before: how many earlier weeks the comparisons rest on, 0 to 8.
        automatic: tickets that only a machine wrote; counted nowhere else.
        desk: what the desk's own figures say of the same week; None where it tells none.
        corrections: what late facts have changed in the figures of the last report.
        topics: None where nobody looked.
        past: the earlier weeks that it compares with, the nearest first.
        baseline: what the time before Firstline is known by; None where nobody measured it.
        sentences: the week in a few sentences, made from the numbers by rules.
    """

    company: str
    time_zone: str
    week: Week
    starts_at: Instant
    ends_at: Instant
    cut_off: Instant
    partial: bool
    policy: str
    weeks_before: int
    total: Count
    automatic: int
    categories: tuple[Count, ...]
    queues: tuple[Count, ...]
    channels: tuple[Count, ...]
    first_response: FirstResponse
    resolution: Resolution
    satisfaction: Satisfaction
    targets: Targets
    prepared: Prepared
    boundary: Boundary
    loads: tuple[Load, ...]
    at_risk: tuple[AtRisk, ...]
    outcome: Outcome
    costs: Costs
    corrections: tuple[Correction, ...] = ()
    desk: DeskFigures | None = None
    topics: TopicWeek | None = None
    baseline: Baseline | None = None
    past: tuple[PastWeek, ...] = ()
    sentences: tuple[str, ...] = ()

    def canonical_json(self) -> bytes:
        """The report as JSON with sorted keys: the same bytes for the same numbers."""
        content = self.model_dump(mode="json")
        return (json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n").encode()
