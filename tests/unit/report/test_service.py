"""Counting, keeping and sending: once, and again with the same bytes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from functions.report.service import BASELINE, Ports, report
from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.domain.facts import Fact, FactKind
from shared.domain.outcome import Baseline
from shared.domain.report import WeekReport
from shared.domain.report_numbers import count_week
from shared.domain.ticket import TicketKey
from shared.domain.topic_week import TopicWeek, week_path
from shared.domain.week import Week
from shared.ports.report_page import RenderedReport
from tests.fakes.delivery import InMemoryArchive, InMemoryMailer
from tests.fakes.stores import InMemoryFactLog, InMemoryPolicyStore
from tests.unit.domain.samples import policy
from tests.unit.report.stories import MONDAY_8, POLICY, W47, a_week, fact, local


class OneLinePage:
    """A page that says no more than the number of tickets."""

    def render(self, report, queue_names, links=None):
        """Render a report."""
        line = f"{report.week}: {report.total.tickets} tickets"
        return RenderedReport(subject=line, html=f"{line} {links}", text=line, pictures=(), page=line, csv=line)


@pytest.fixture
def ports():
    """The small policy, published, and the week that is counted by hand."""
    archive = InMemoryArchive()
    found = Ports(
        facts=InMemoryFactLog(),
        policies=InMemoryPolicyStore(),
        archive=archive,
        linker=archive,
        mailer=InMemoryMailer(),
        page=OneLinePage(),
    )
    found.policies.publish(POLICY)
    found.facts.record(a_week())
    return found


def at(moment):
    return lambda: moment


def test_the_last_full_week_is_counted_kept_and_sent(ports):
    done = report("last", ports=ports, clock=at(MONDAY_8))
    assert done.model_dump() == {
        "week": "2026-W47",
        "tickets": 6,
        "message_id": "mail-1",
        "path": "reports/2026-W47.html",
        "waits": None,
    }
    assert ports.mailer.sent[0].recipients == ("lead@example.com",)
    assert {path: kind for path, (_, kind) in ports.archive.files.items()} == {
        "reports/2026-W47.json": "application/json",
        "reports/2026-W47.html": "text/html; charset=utf-8",
        "reports/2026-W47.csv": "text/csv; charset=utf-8",
        "reports/2026-W47.sending.json": "application/json",
        "reports/2026-W47.sent.json": "application/json",
    }


def test_running_twice_sends_one_mail_and_writes_the_same_bytes(ports):
    first = report("last", ports=ports, clock=at(MONDAY_8))
    before = dict(ports.archive.files)
    again = report("2026-W47", ports=ports, clock=at(MONDAY_8 + timedelta(days=30)))
    assert again == first
    assert len(ports.mailer.sent) == 1
    assert ports.archive.files == before


def test_a_fact_that_comes_late_does_not_change_a_report_that_was_sent(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    before = ports.archive.files["reports/2026-W47.json"]
    ports.facts.record([fact("7", FactKind.OPENED, local(18), late=timedelta(days=10), channel="email")])
    done = report("2026-W47", ports=ports, clock=at(MONDAY_8 + timedelta(days=30)))
    assert done.tickets == 6
    assert ports.archive.files["reports/2026-W47.json"] == before


def test_a_week_is_counted_again_by_the_policy_that_counted_it_first(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    before = ports.archive.files["reports/2026-W47.json"]
    ports.policies.publish(policy(report={"recipients": ["x@example.com"], "assumed_resolved_after_days": 1}))
    report("2026-W47", ports=ports, clock=at(MONDAY_8 + timedelta(days=1)))
    assert ports.archive.files["reports/2026-W47.json"] == before


def test_a_mail_that_could_not_be_sent_waits_in_the_archive_and_goes_out_next_time(ports):
    ports.mailer.fail_with = StoreUnavailable("SES throttles")
    assert report("last", ports=ports, clock=at(MONDAY_8)).waits == "mail_refused"
    assert "reports/2026-W47.html" in ports.archive.files
    assert "reports/2026-W47.sent.json" not in ports.archive.files
    ports.mailer.fail_with = None
    assert report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=1))).message_id == "mail-1"
    assert len(ports.mailer.sent) == 1


def test_without_recipients_the_report_waits_in_the_archive(ports):
    nobody = policy(report={"recipients": []})
    ports.policies.publish(nobody)
    done = report("last", ports=ports, clock=at(MONDAY_8))
    assert (done.waits, done.message_id) == ("no_recipients", "")
    assert "reports/2026-W47.html" in ports.archive.files
    ports.policies.publish(POLICY)
    assert report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=4))).message_id == "mail-1"


def test_of_two_runs_at_once_one_sends(ports):
    class MeanwhileAnotherRun(InMemoryMailer):
        def send(self, mail):
            other = report("last", ports=ports, clock=at(MONDAY_8 + timedelta(seconds=1)))
            assert (other.waits, other.message_id) == ("another_run_sends", "")
            return super().send(mail)

    mailer = MeanwhileAnotherRun()
    done = report("last", ports=replace(ports, mailer=mailer), clock=at(MONDAY_8))
    assert done.message_id == "mail-1"
    assert not ports.mailer.sent


def test_a_run_that_died_while_sending_leaves_it_to_one_a_quarter_of_an_hour_later(ports):
    class Dies(InMemoryMailer):
        def send(self, mail):
            raise MemoryError

    with pytest.raises(MemoryError):
        report("last", ports=replace(ports, mailer=Dies()), clock=at(MONDAY_8))
    assert report("last", ports=ports, clock=at(MONDAY_8 + timedelta(minutes=2))).waits == "another_run_sends"
    assert report("last", ports=ports, clock=at(MONDAY_8 + timedelta(minutes=16))).message_id == "mail-1"


def test_a_report_stands_on_the_baseline_of_its_first_making(ports):
    baseline = Baseline(since=local(2), until=local(9), tenths={"billing": {100: 12}})
    ports.archive.put(BASELINE, baseline.model_dump_json().encode(), "application/json")
    report("last", ports=ports, clock=at(MONDAY_8))
    first = ports.archive.get("reports/2026-W47.json")
    ports.archive.put(BASELINE, b"{", "application/json")
    report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=4)))
    assert ports.archive.get("reports/2026-W47.json") == first
    assert WeekReport.model_validate_json(first).baseline == baseline


def test_a_running_week_is_sent_each_time_and_leaves_the_full_week_alone(ports):
    wednesday = local(18, 13)
    first = report("running", ports=ports, clock=at(wednesday))
    second = report("running", ports=ports, clock=at(wednesday + timedelta(hours=1)))
    assert (first.path, first.tickets) == ("reports/2026-W47-running.html", 3)
    assert second.message_id == "mail-2"
    full = report("last", ports=ports, clock=at(MONDAY_8))
    assert (full.tickets, full.message_id) == (6, "mail-3")


def test_naming_the_running_week_is_asking_for_it(ports):
    assert report("2026-W47", ports=ports, clock=at(local(18, 13))).path == "reports/2026-W47-running.html"


def test_the_last_week_is_the_companys_not_the_clocks(ports):
    just_monday = local(23, 0, 30)  # still Sunday in UTC
    assert report("last", ports=ports, clock=at(just_monday)).week == "2026-W47"


def test_a_kept_report_that_cannot_be_read_is_not_overwritten(ports):
    ports.archive.put("reports/2026-W47.json", b"{", "application/json")
    with pytest.raises(StoredItemCorrupt):
        report("last", ports=ports, clock=at(MONDAY_8))
    assert not ports.mailer.sent


def test_a_record_of_sending_that_cannot_be_read_sends_nothing(ports):
    ports.archive.put("reports/2026-W47.sent.json", b"?", "application/json")
    with pytest.raises(StoredItemCorrupt):
        report("last", ports=ports, clock=at(MONDAY_8))
    assert not ports.mailer.sent


def test_the_archive_says_what_it_counted_up_to(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    kept = json.loads(ports.archive.files["reports/2026-W47.json"][0])
    assert kept["cut_off"] == "2026-11-23T07:00:00Z"
    assert kept["policy"] == POLICY.sha


W47_IN_TOPICS = TopicWeek(week=Week(name="2026-W47"), looked_at=MONDAY_8, requests=6, placed=0)


def keep_topics(ports, week):
    ports.archive.put(week_path(week.week), week.model_dump_json().encode(), "application/json")


def test_a_report_stands_on_the_topics_of_its_first_making(ports):
    keep_topics(ports, W47_IN_TOPICS)
    report("last", ports=ports, clock=at(MONDAY_8))
    first = ports.archive.get("reports/2026-W47.json")
    keep_topics(ports, W47_IN_TOPICS.model_copy(update={"requests": 99}))
    report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=4)))
    assert ports.archive.get("reports/2026-W47.json") == first
    assert b'"requests": 6' in first


def test_a_report_made_without_topics_stays_without(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    first = ports.archive.get("reports/2026-W47.json")
    keep_topics(ports, W47_IN_TOPICS)
    report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=4)))
    assert ports.archive.get("reports/2026-W47.json") == first


def test_topics_that_cannot_be_read_do_not_hold_up_the_report(ports):
    ports.archive.put(week_path(Week(name="2026-W47")), b"{", "application/json")
    assert report("last", ports=ports, clock=at(MONDAY_8)).message_id == "mail-1"


def test_late_facts_are_corrections_in_the_next_report(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    opened = local(18)
    ports.facts.record([fact("77", FactKind.OPENED, opened, late=timedelta(days=6), channel="email", customer="c9")])
    next_monday = MONDAY_8 + timedelta(days=7)
    report("last", ports=ports, clock=at(next_monday))
    told = WeekReport.model_validate_json(ports.archive.get("reports/2026-W48.json"))
    assert [(one.name, one.told, one.now) for one in told.corrections] == [("tickets", 6, 7)]


def test_the_mail_links_to_the_files(ports):
    report("last", ports=ports, clock=at(MONDAY_8))
    assert "https://files.example/reports/2026-W47.csv?signed" in ports.mailer.sent[0].html


def test_reports_week_by_week_say_what_all_facts_at_once_would_say(ports):
    facts = [fact for week in range(7) for fact in moved(a_week(), weeks=-week, name=f"w{week}-")]
    ports.facts.record(facts)
    together = [*a_week(), *facts]
    for back in range(4, -1, -1):
        week, monday = W47.before(back), MONDAY_8 - timedelta(weeks=back)
        report(str(week), ports=ports, clock=at(monday))
        told = WeekReport.model_validate_json(ports.archive.get(f"reports/{week}.json"))
        at_once = count_week(together, week, policy=POLICY, cut_off=monday)
        assert told.model_copy(update={"corrections": ()}) == at_once


def moved(facts, *, weeks, name):
    """The same week at another time and of other tickets."""
    by = timedelta(weeks=weeks)
    for one in facts:
        since = one.detail.get("opened_at")
        shifted = {"opened_at": (datetime.fromisoformat(since) + by).isoformat()} if since else {}
        detail = {**one.detail, **shifted}
        key = TicketKey(desk=one.key.desk, id=f"{name}{one.key.id}")
        yield Fact(kind=one.kind, key=key, at=one.at + by, recorded_at=one.recorded_at + by, detail=detail)


def test_an_old_week_without_a_report_is_counted_from_its_facts(ports):
    ports.facts.record(moved(a_week(), weeks=-3, name="old-"))
    report("last", ports=ports, clock=at(MONDAY_8))
    told = WeekReport.model_validate_json(ports.archive.get("reports/2026-W47.json"))
    assert {str(one.week): one.tickets for one in told.past}["2026-W44"] == 6


def test_a_report_keeps_the_weeks_that_it_was_compared_with(ports):
    ports.facts.record(moved(a_week(), weeks=-3, name="old-"))
    report("last", ports=ports, clock=at(MONDAY_8))
    first = ports.archive.get("reports/2026-W47.json")
    report("2026-W44", ports=ports, clock=at(MONDAY_8 + timedelta(hours=1)))
    ports.facts.record(moved(a_week(), weeks=-3, name="late-"))
    report("last", ports=ports, clock=at(MONDAY_8 + timedelta(hours=4)))
    assert ports.archive.get("reports/2026-W47.json") == first
