"""Every fault of a policy file, with its line and a remedy."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.playbook.policy_file import read_policy

SHIPPED = Path(__file__).parents[3] / "playbook" / "policy.yaml"


@pytest.fixture
def edited(tmp_path):
    """Reads the shipped policy with some text replaced; answers its faults as text."""

    def read(*changes: tuple[str, str]) -> list[str]:
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        file = tmp_path / "policy.yaml"
        file.write_text(text, encoding="utf-8")
        policy, findings = read_policy(file)
        assert (policy is None) == bool(findings)
        return [str(one).removeprefix(f"{file}:") for one in findings]

    return read


def line_of(text: str) -> int:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_shipped_policy_holds_together():
    policy, findings = read_policy(SHIPPED)
    assert not findings
    assert policy.company.time_zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("warn_at: 0.75", "warn_at: 1.75", "sla.warn_at: must be below 1 → write a share such as 0.75"),
        ("warn_at: 0.75", "warn_at: true", "sla.warn_at: must be a number, not true → write a share such as 0.75"),
        ("warn_at: 0.75", "warn_at: .nan", "sla.warn_at: .nan is no usable number → write a number in digits"),
        ("warn_at: 0.75", "warn_at: '0.75'", "sla.warn_at: must be a number, not '0.75' → write a share such as 0.75"),
        ("warn_at: 0.75", "warnat: 0.75", "sla.warnat: there is no such setting → did you mean warn_at?"),
        (
            "fallback_queue: front_desk",
            "fallback_queue: frontdesk",
            "routing.fallback_queue: there is no queue 'frontdesk' → "
            "name one of billing, care, front_desk, product, technical",
        ),
        (
            "queues: [technical, product]",
            "queues: [technical, produkt]",
            "agents[farah@lumenboard.example].queues[2]: there is no queue 'produkt' → "
            "name one of billing, care, front_desk, product, technical",
        ),
        (
            "calendar: always",
            "calendar: allways",
            "sla.calendar: there is no calendar 'allways' → name one of always, office",
        ),
        (
            "time_zone: Europe/Berlin",
            "time_zone: Berlin",
            "company.time_zone: 'Berlin' is no time zone → use a name like Europe/Berlin",
        ),
        (
            'from: "09:00", to: "17:30"',
            'from: 9, to: "17:30"',
            "agents[farah@lumenboard.example].shift.from: 9 is no time of day → "
            'write it as "09:00", between 00:00 and 24:00',
        ),
        (
            "[complaint]",
            "[complaints]",
            "queues[care].categories[1]: 'complaints' is not known → "
            "use one of billing, technical, feature_request, complaint, other",
        ),
        (
            "2027-01-01",
            "2027-13-01",
            "calendars.office.holidays[2]: must be a date, not '2027-13-01' → "
            "write dates in brackets, such as [2026-12-25]",
        ),
        (
            "fits_at: 0.7",
            "fits_at: 0.7\n  fits_at: 0.5",
            f"draft.fits_at: is there twice, first in line {line_of('fits_at: 0.7')} → keep one of the two",
        ),
        ("plans: [enterprise]", "plans: [gold]", "value.plans[1]: there is no plan 'gold' → "
         "name one of business, enterprise, free, starter, team"),
        ("long_standing_days: 365", "long_standing_days: !years 1",
         "boundary.long_standing_days: has the tag '!years' → write plain text, without an exclamation mark"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_line_field_and_remedy(edited, old, new, fault):
    line = line_of(old.splitlines()[0]) + new.count("\n")
    assert f"{line}: {fault}" in edited((old, new))


def test_a_calendar_that_never_opens_is_told_at_its_name(edited):
    text = SHIPPED.read_text(encoding="utf-8")
    week = text[text.index("    open:                       #") : text.index("    holidays:")]
    [fault] = edited((week, "    open: {}\n"))
    assert fault == (
        f"{line_of('  office:')}: calendars.office: this calendar never opens → give at least one day opening hours"
    )


def test_a_promise_that_the_calendar_cannot_keep_is_told(edited):
    once = 'office:\n    time_zone: Europe/Berlin\n    open: {mon: [{from: "09:00", to: "09:01"}]}\n  spare:'
    faults = edited(("calendar: always", "calendar: office"), ("office:\n", once + "\n"))
    assert all("minutes take more than ten years of the calendar 'office'" in fault for fault in faults)
    assert any("sla.first_response_minutes: 1440 minutes" in fault for fault in faults)


def test_a_second_reader_that_is_never_asked_is_told(edited):
    assert edited(("unhappy_from: 0.02", "unhappy_from: 0.9")) == [
        f"{line_of('unhappy_from: ')}: llm.ask.unhappy_from: the second reader is never asked from here on, "
        "for boundary.unhappy_at is 0.044 → write a probability below 0.044"
    ]
    assert edited(("failure_from: 0.06", "failure_from: 0.12"))


def test_all_faults_are_told_at_once_in_the_order_of_the_file(edited):
    faults = edited(
        ("fallback_queue: front_desk", "fallback_queue: x"),
        ("warn_at: 0.75", "warn_at: 2"),
        ("unhappy_at", "unhapy_at"),
        ("alerts:", "alarms:"),
        ("email: ada@lumenboard.example", "email: ada"),
    )
    assert [line for line in map(str, faults) if "sla.warn_at" in line]
    lines = [int(fault.partition(":")[0]) for fault in faults]
    assert lines == sorted(lines)
    named = " ".join(faults)
    for field in ("routing.fallback_queue", "boundary.unhapy_at", "boundary.unhappy_at", "alarms", "alerts", "].email"):
        assert field in named


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "1: is empty"),
        (b"# only a remark\n", "1: is empty"),
        (b"- a\n- b\n", "1: is no table of settings"),
        (b"company:\n\tname: x\n", "2: no readable YAML"),
        (b"company: {name: x\nqueues: []\n", "2: no readable YAML"),
        (b"company: 'x\n", "no readable YAML"),
        (b"a: 1\n---\nb: 2\n", "remove the line of three dashes"),
        (b"company: \xff\xfe", "is not saved as UTF-8"),
        (b"company: \x00", "remove what no keyboard writes"),
        (b"company: &a {name: *a}\n", "contains itself"),
        (b"? [a, b]\n: c\n", "has a key that is no plain name"),
        (b"company: *nobody\n", "no readable YAML"),
    ],
)
def test_a_file_that_is_no_policy_at_all_says_why(tmp_path, content, fault):
    file = tmp_path / "policy.yaml"
    file.write_bytes(content)
    policy, findings = read_policy(file)
    assert policy is None
    assert any(fault in str(one) for one in findings)


def test_a_file_that_is_not_there_says_so(tmp_path):
    _, [finding] = read_policy(tmp_path / "policy.yaml")
    assert "cannot be read: No such file or directory" in str(finding)


@given(st.binary(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"\n #?,%@", max_size=60).map(str.encode))
def test_whatever_stands_in_the_file_is_answered_with_findings_and_remedies(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("any") / "policy.yaml"
    file.write_bytes(content)
    policy, findings = read_policy(file)
    assert policy is None
    assert findings
    assert all(finding.remedy and finding.line >= 1 for finding in findings)


@pytest.mark.parametrize("week", [datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 7, 5, tzinfo=UTC)])
def test_the_shipped_team_has_somebody_at_work_at_any_hour_of_the_week(week):
    policy, _ = read_policy(SHIPPED)
    for queue in ("billing", "technical", "care", "front_desk"):
        team = [agent for agent in policy.agents if queue in agent.queues]
        for half_hour in range(7 * 48):
            now = week + timedelta(minutes=30 * half_hour)
            assert any(agent.shift.covers(now) for agent in team), (queue, now)


RULE = "  rules:\n    - id: chat\n      when: {channels: [chat], plans: [business, enterprise]}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("first_response_minutes: 30", "first_response_minutes: 0", "first_response_minutes: 30",
         "sla.rules[chat].first_response_minutes: must be above 0 → write minutes such as 60"),
        ("default: 10080", "default: -5", "default: 10080", "sla.resolution_minutes.default: must be above 0"),
        ("      first_response_minutes: 30\n", "", "- id: chat",
         "sla.rules[chat]: this rule promises nothing → give it first_response_minutes, or remove it"),
        ("      first_response_minutes: 30\n", "      resolution_minutes: 30\n      calendar: nights\n", "- id: chat",
         "sla.rules[chat].calendar: there is no calendar 'nights' → name one of always, office"),
        ("plans: [business, enterprise]}\n", "plans: [gold]}\n", "when: {channels",
         "sla.rules[chat].when.plans[1]: there is no plan 'gold' → name one of business"),
        ("at: 0.5, does: [desk]", "at: 0.9, does: [desk]", "sla:",
         "sla: stages are not in order → list them by share, each below warn_at"),
        ("at: 0.5, does: [desk]", "at: 0.5, does: [shout]", "at: 0.5",
         "does[1]: 'shout' is not known → use one of desk, manager, on_call, reassign"),
        ("    default: 1440               # plan unknown, or not in the list\n", "", "first_response_minutes:",
         "sla.first_response_minutes.default: is missing"),
        ("      starter: 480\n", "      starter: -480\n", "starter: 480", "by_plan.starter: must be above 0"),
        ("      critical: 30\n", "      critical: 600000\n", "critical: 30", "sla.first_response_minutes.by_urgency"),
        ('mon: [{from: "09:00", to: "12:30"}, {from: "13:30", to: "17:00"}]',
         'mon: [{from: "09:00", to: "12:30"}, {from: "12:00", to: "17:00"}]', "office:",
         "two stretches of this day overlap"),
        ('mon: [{from: "09:00", to: "12:30"}, {from: "13:30", to: "17:00"}]', 'mon: [{from: "17:00", to: "09:00"}]',
         "office:", "opening hours end before they begin"),
        ("public_holidays: DE-BE", "public_holidays: DE-XX", "public_holidays",
         "calendars.office.public_holidays: 'XX' is no part of DE → use one of BB, BE,"),
        ("public_holidays: DE-BE", "public_holidays: QQ", "public_holidays",
         "calendars.office.public_holidays: nobody knows the holidays of 'QQ'"),
        ("public_holidays: DE-BE", "public_holidays: Germany", "public_holidays",
         "write a country and its part, such as DE or DE-BE"),
    ],
)  # fmt: skip
def test_a_faulty_promise_is_told_with_line_and_remedy(edited, old, new, line, fault):
    found = edited((old, new))
    assert any(fault in one for one in found), found
    lines = [int(one.partition(":")[0]) for one in found if fault in one]
    assert any(line_of(line) <= number <= line_of(line) + 4 for number in lines), (line_of(line), found)


def test_a_rule_that_can_never_count_is_told(edited):
    narrower = "    - id: chat_enterprise\n      when: {channels: [chat], plans: [enterprise]}\n"
    last = "      first_response_minutes: 30\n"
    [fault] = edited((last, last + narrower + "      first_response_minutes: 5\n"))
    assert "sla.rules[chat_enterprise]: never counts: the rule 'chat' above it fits every ticket that it fits" in fault
    assert edited((last, last + narrower + "      resolution_minutes: 60\n")) == []


def test_public_holidays_of_a_region_are_computed_into_the_policy_for_years():
    policy, _ = read_policy(SHIPPED, today=date(2026, 11, 25))
    days = policy.calendars["office"].holidays
    assert {date(2027, 3, 8), date(2026, 10, 3), date(2031, 12, 25), date(2026, 12, 24)} - days == {date(2026, 12, 24)}
    assert not any(day.year > 2031 for day in days)
    assert policy.calendars["always"].holidays == frozenset()
