"""The function's seam: what the schedule and people may ask for."""

from __future__ import annotations

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.report.handler import Deps, lambda_handler
from functions.report.service import Ports
from shared.domain.errors import StoreUnavailable
from shared.runtime.observability import Observer
from tests.fakes.delivery import InMemoryArchive, InMemoryMailer
from tests.fakes.stores import InMemoryFactLog, InMemoryPolicyStore
from tests.unit.report.stories import MONDAY_8, POLICY, a_week
from tests.unit.report.test_service import OneLinePage


class RememberingObserver(Observer):
    """Keeps what it is told to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, object]]] = []
        self.counted: dict[str, int] = {}

    def done(self, message: str, count: str, **fields: str | int | float | None) -> None:
        """Remember a line."""
        self.said.append((message, count, fields))

    def count(self, name: str, value: int) -> None:
        """Remember a count."""
        self.counted[name] = value


@pytest.fixture
def deps():
    """Fakes on a Monday morning."""
    archive = InMemoryArchive()
    ports = Ports(
        facts=InMemoryFactLog(),
        policies=InMemoryPolicyStore(),
        archive=archive,
        linker=archive,
        mailer=InMemoryMailer(),
        page=OneLinePage(),
    )
    ports.policies.publish(POLICY)
    ports.facts.record(a_week())
    return Deps(ports=ports, observer=RememberingObserver(), clock=lambda: MONDAY_8)


@pytest.mark.parametrize(
    ("event", "week", "path"),
    [
        ({}, "2026-W47", "reports/2026-W47.html"),
        ({"week": "last", "scheduled": "by whom?"}, "2026-W47", "reports/2026-W47.html"),
        ({"week": "2026-W46"}, "2026-W46", "reports/2026-W46.html"),
        ({"week": "running"}, "2026-W48", "reports/2026-W48-running.html"),
    ],
)
def test_the_answer_names_week_mail_and_page(event, week, path, deps):
    answer = lambda_handler(event, LambdaContext(), deps)
    assert (answer["week"], answer["path"], answer["message_id"]) == (week, path, "mail-1")


@pytest.mark.parametrize("week", ["2026-W99", "next", "2026-W47/../../x", 47])
def test_what_is_no_week_is_refused(week, deps):
    with pytest.raises(ValidationError):
        lambda_handler({"week": week}, LambdaContext(), deps)


def test_what_is_logged_holds_numbers_and_no_address(deps):
    lambda_handler({"week": "last", "note": "private"}, LambdaContext(), deps)
    assert deps.observer.said == [("report made", "ReportMade", {"week": "2026-W47", "tickets": 6, "waits": None})]


def test_a_report_that_waits_is_counted_so_that_an_alarm_sees_it(deps):
    lambda_handler({}, LambdaContext(), deps)
    assert deps.observer.counted == {"ReportWaits": 0}
    deps.ports.mailer.fail_with = StoreUnavailable("not verified")
    assert lambda_handler({"week": "2026-W46"}, LambdaContext(), deps)["waits"] == "mail_refused"
    assert deps.observer.counted == {"ReportWaits": 1}
