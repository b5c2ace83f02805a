"""The state machine: who is tried again, for how long, and where a failure goes."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.costs import PATHS
from shared.domain.errors import PermanentError, TransientError
from tests.infra.template import Template

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("infra")]

KEYS = {"desk", "ticket_id", "version", "policy"}
DAY = 24 * 3600.0


def leaves(tree: type[Exception]) -> set[str]:
    below = tree.__subclasses__()
    return set().union(*(leaves(branch) for branch in below)) if below else {tree.__name__}


def tasks(template: Template) -> dict[str, dict[str, Any]]:
    return {name: state for name, state in template.definition()["States"].items() if state["Type"] == "Task"}


def waiting(retry: dict[str, Any]) -> float:
    """Seconds that a retrier waits in all."""
    total, delay = 0.0, float(retry["IntervalSeconds"])
    for _ in range(retry["MaxAttempts"]):
        total += min(delay, retry.get("MaxDelaySeconds", delay))
        delay *= retry["BackoffRate"]
    return total


def test_every_task_tries_again_after_every_transient_error_and_after_no_other_of_ours(aws: Template) -> None:
    for name, task in tasks(aws).items():
        named = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
        ours = {error for error in named if "." not in error}
        # A permission is given back by a person: only what writes to the desk waits for that.
        waits_for_people = {"DeskAccessLost"} if name in ("write_back", "hand_over") else set()
        assert ours - waits_for_people == leaves(TransientError), name
        assert ours & leaves(PermanentError) == waits_for_people, name


def test_no_error_has_two_retriers(aws: Template) -> None:
    for name, task in tasks(aws).items():
        named = [error for retry in task["Retry"] for error in retry["ErrorEquals"]]
        assert len(named) == len(set(named)), name


@pytest.mark.parametrize("state", ["write_back", "hand_over"])
@pytest.mark.parametrize("error", ["DeskUnavailable", "DeskRateLimited", "DeskAccessLost"])
def test_a_desk_that_is_down_for_a_day_is_waited_for(aws: Template, state: str, error: str) -> None:
    (retry,) = [retry for retry in tasks(aws)[state]["Retry"] if error in retry["ErrorEquals"]]
    assert DAY <= waiting(retry) < 1.1 * DAY
    assert "JitterStrategy" not in retry  # it would halve the day, on average
    assert retry["MaxDelaySeconds"] <= 900


@pytest.mark.parametrize("state", ["write_back", "hand_over"])
def test_a_desk_that_only_limits_our_rate_is_asked_again_within_a_minute(aws: Template, state: str) -> None:
    (retry,) = [retry for retry in tasks(aws)[state]["Retry"] if "DeskRateLimited" in retry["ErrorEquals"]]
    assert retry["MaxDelaySeconds"] <= 60


@pytest.mark.parametrize("state", ["classify", "route", "draft", "brief"])
def test_no_other_step_keeps_a_ticket_waiting_for_more_than_a_minute(aws: Template, state: str) -> None:
    ours = [retry for retry in tasks(aws)[state]["Retry"] if "StoreUnavailable" in retry["ErrorEquals"]]
    assert [waiting(retry) for retry in ours] == [30.0]


@pytest.mark.parametrize(
    ("state", "fallback"),
    [("classify", "route"), ("route", "hand_over"), ("draft", "brief"), ("brief", "hand_over")],
)
def test_whatever_fails_goes_on_towards_a_person(aws: Template, state: str, fallback: str) -> None:
    (catch,) = tasks(aws)[state]["Catch"]
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["Next"] == fallback


@pytest.mark.parametrize("state", ["write_back", "hand_over"])
def test_the_last_step_fails_loudly(aws: Template, state: str) -> None:
    assert "Catch" not in tasks(aws)[state]
    assert tasks(aws)[state]["End"] is True


def test_between_states_go_keys_and_names_of_states_only(aws: Template) -> None:
    more = {"route": {"failure"}, "brief": {"no_draft"}, "write_back": {"hand_over"}, "hand_over": {"hand_over"}}
    for name, task in tasks(aws).items():
        payload = task["Arguments"]["Payload"]
        assert set(payload) == KEYS | more.get(name, set())
        for key in KEYS:
            assert payload[key] == f"{{% $states.context.Execution.Input.{key} %}}"


def test_an_error_leaves_nothing_behind_in_what_follows(aws: Template) -> None:
    for task in tasks(aws).values():
        assert all(catch["Output"] == {} for catch in task.get("Catch", []))


def test_every_variable_that_a_state_reads_is_set_on_every_way_to_it(aws: Template) -> None:
    classify = tasks(aws)["classify"]
    for way in (classify, *classify["Catch"]):
        assert set(way["Assign"]) == {"failure", "no_draft"}
    for state in ("route", "brief"):
        assert tasks(aws)[state]["Catch"][0]["Assign"] == {"failed": state}


def test_only_a_clear_yes_leads_to_a_draft_and_only_a_draft_skips_the_briefing(aws: Template) -> None:
    states = aws.definition()["States"]
    owner = {choice["Condition"]: choice["Next"] for choice in states["owner"]["Choices"]}
    assert owner == {
        "{% $states.input.owner = 'agent_with_draft' %}": "draft",
        "{% $states.input.owner = 'superseded' %}": "superseded",
    }
    assert states["owner"]["Default"] == "brief"
    assert [choice["Next"] for choice in states["drafted"]["Choices"]] == ["write_back"]
    assert states["drafted"]["Default"] == "brief"


def test_the_history_is_logged_without_what_went_through_it_and_traced(aws: Template) -> None:
    machine = aws.only("AWS::StepFunctions::StateMachine")
    logging = machine["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ALL", False)
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_the_report_counts_the_states_and_the_functions_of_every_path(aws: Template) -> None:
    states = aws.definition()["States"]
    for way, (passed, called) in PATHS.items():
        after = {
            "owner": "brief" if way == "briefed" else "draft",
            "drafted": "brief" if way == "none_fits" else "write_back",
        }
        path = ["classify"]
        while not states[path[-1]].get("End"):
            path.append(states[path[-1]].get("Next") or after[path[-1]])
        assert (len(path), sum(states[state]["Type"] == "Task" for state in path)) == (passed, called), way
