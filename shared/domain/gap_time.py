"""What unanswered question types cost: agents' time on their tickets, from the same measure as the outcome. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from shared.domain.gaps import Gap
from shared.domain.outcome import Answer
from shared.domain.topic_week import TopicWeek


def with_agent_time(week: TopicWeek, timed: Iterable[tuple[Answer, float]], answers: int) -> TopicWeek:
    """A week in topics whose gaps tell agents' time: the mean of what was measured on a gap's tickets, for each one.

    Args:
        timed: measured answers of the week, in minutes.
        answers: all answers of the week, measured or not.
    """
    minutes = {answer.ticket: took for answer, took in timed}
    if not minutes:
        return week
    everything = fmean(minutes.values()) * answers
    return week.model_copy(update={"gaps": tuple(_timed(gap, minutes, everything) for gap in week.gaps)})


def _timed(gap: Gap, minutes: dict[str, float], everything: float) -> Gap:
    known = [minutes[ticket] for ticket in gap.tickets if ticket in minutes]
    if not known:
        return gap
    spent = fmean(known) * gap.count
    share = min(1.0, spent / everything)
    return gap.model_copy(update={"agent_minutes": round(spent, 1), "agent_share": round(share, 4)})
