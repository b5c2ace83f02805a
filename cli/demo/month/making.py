"""Making the month: stories through triage, the team and the topics, as `python -m cli.demo.month.making FILE`."""

from __future__ import annotations

import os
import sys
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cli.demo.month.stories import LIVE_WEEKS, Stories
from cli.demo.month.team import Team
from cli.playbook import load_playbook
from cli.reading import embedded_engine
from cli.replay.topics import TopicWorld, hours_between
from cli.replay.triage import Replayed, Triage
from functions.topics.look import Found, found_in, joined_by, nearest_of, season_of, tested, week_found
from shared.adapters.clustering.finder import WardFinder
from shared.adapters.lexical.articles import ArticleText, LexicalArticles
from shared.domain.facts import Fact
from shared.domain.observation import Observations, Request
from shared.domain.outcome import Baseline, baseline_of
from shared.domain.policy import Policy
from shared.domain.record import Record
from shared.domain.topic_week import TopicMemory, TopicWeek
from shared.domain.topics import Asked, requests
from shared.domain.week import Week

_LAST = 15  # behind the demo itself, which has figures to show
_PLAYBOOK = Path(__file__).resolve().parents[3] / "playbook"


class Month(Record):
    """What the functions would have left behind.

    Attributes:
        weeks: the last weeks in topics, by name.
        baseline: the week before the first of them.
    """

    last: Week
    facts: tuple[Fact, ...]
    memory: TopicMemory
    weeks: dict[str, TopicWeek]
    baseline: Baseline | None


def make(policy: Policy, triage: Triage, last: Week) -> Month:
    """The month whose last week is given."""
    zone = policy.company.time_zone
    stories = Stories(last, zone)
    replayed = [triage.replay(one) for one in stories.tickets()]
    live_from = last.before(LIVE_WEEKS - 1).starts(zone)
    team = Team(policy, live_from=live_from, until=last.ends(zone), seed=last.monday.toordinal())
    facts = team.facts(replayed)
    looks = _Looks(stories, replayed, requests(facts))
    looks.follow()
    before = baseline_of(team.before, last.before(LIVE_WEEKS).starts(zone), live_from)
    return Month(last=last, facts=tuple(facts), memory=looks.memory, weeks=looks.weeks, baseline=before)


class _Looks:
    """The topics function's own look at the ends of three weeks, and hour by hour on the last week's first days.

    Requests are grouped anew once a day there, and join their topics in between: the function groups every hour.
    """

    def __init__(self, stories: Stories, replayed: list[Replayed], asked: list[Asked]) -> None:
        self._stories, self._zone = stories, stories.time_zone
        self._texts = {str(one.decision.inputs.key): (one.text, one.seen.language.code) for one in replayed}
        self._asked = asked
        self._times = [one.at for one in asked]
        self.memory = TopicMemory(since=asked[0].at)
        self.weeks: dict[str, TopicWeek] = {}

    def follow(self) -> None:
        """Look, and leave memory and weeks."""
        last = self._stories.last
        for week in (last.before(2), last.before()):
            self._close(week, self._grouped(week.ends(self._zone)))
        start = last.starts(self._zone)
        for day in (2, 3):
            self._hourly(start + timedelta(days=day, hours=9), start + timedelta(days=day + 1))
        self._close(last, self._grouped(last.ends(self._zone)))

    def _hourly(self, start: datetime, end: datetime) -> None:
        found, words = self._grouped(start), self._world(None).words
        season = season_of(self._asked, self._zone, until=start)
        seen = bisect_left(self._times, start)
        for now in hours_between(start, end):
            until = bisect_left(self._times, now)
            joined_by(found, self._asked[seen:until])
            seen = until
            self.memory = tested(found, self.memory, season, words, now)

    def _grouped(self, now: datetime) -> Found:
        some = self._asked[: bisect_left(self._times, now)]
        world = self._world(None)
        found = found_in(some, self.memory, world.finder, world.words, now)
        self.memory = self.memory.model_copy(update={"topics": tuple(found.topics.values())})
        return found

    def _world(self, articles: LexicalArticles | None) -> TopicWorld:
        return TopicWorld(WardFinder(), articles, self._texts, self._zone)

    def _close(self, week: Week, found: Found) -> None:
        now = week.ends(self._zone)
        articles = LexicalArticles(articles_at(self._stories, now))
        nearest = nearest_of(found, articles, self._world(articles).words)
        told, self.memory = week_found(found, self.memory, nearest, week, self._zone, now, searched=True)
        self.weeks[week.name] = told


def articles_at(stories: Stories, now: datetime) -> list[ArticleText]:
    """The help centre at a moment: one article is written on the Thursday before the last week."""
    written = stories.last.before().starts(stories.time_zone) + timedelta(days=3)
    return [
        ArticleText(topic.name, topic.article["title"], topic.article["body"], "en")
        for topic in stories.topics
        if topic.article and (not topic.article_is_new or now >= written)
    ]


def triage_of(playbook: Path, today: datetime) -> tuple[Policy, Triage]:
    """The playbook at work; a text that comes again is read once."""
    book = load_playbook(playbook, today=today.date())
    engine = embedded_engine()

    @cache
    def observe(request: Request) -> Observations:
        return engine.observe(request)

    return book.policy, Triage(observe, book.policy, book.resolutions)


def main(file: Path) -> None:
    """Write the month up to the last full week into a file."""
    os.nice(_LAST)
    now = datetime.now(UTC)
    policy, triage = triage_of(_PLAYBOOK, now)
    month = make(policy, triage, Week.of(now, policy.company.time_zone).before())
    file.write_text(month.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
