"""What every workflow promises."""

from __future__ import annotations

import json
import time
from typing import Any, Protocol

import pytest

from shared.adapters.stepfunctions.workflow import StepFunctionsWorkflow
from shared.domain.ticket import TicketKey, execution_name
from tests.emulator import Emulator
from tests.fakes.delivery import InMemoryWorkflow

KEY = TicketKey(desk="zendesk", id="1")
# Waits until it is ended by hand, so that a test decides what "runs" means.
WAITS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}


class Restartable(Protocol):
    def start(self, key: TicketKey, version: str, policy: str) -> None: ...

    def restart(self, key: TicketKey, version: str, policy: str) -> bool: ...


class Watched(Protocol):
    """A workflow, what it was given, and a hand that ends executions."""

    @property
    def workflow(self) -> Restartable: ...

    def inputs(self) -> dict[str, dict[str, str]]: ...

    def end(self, name: str) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.workflow = InMemoryWorkflow()

    def inputs(self) -> dict[str, dict[str, str]]:
        return {
            name: {"desk": key.desk, "ticket_id": key.id, "version": version, "policy": policy}
            for name, (key, version, policy) in self.workflow.executions.items()
        }

    def end(self, name: str) -> None:
        self.workflow.ended.add(name)


class OnStepFunctions:
    def __init__(self, emulator: Emulator) -> None:
        self._client: Any = emulator.client("stepfunctions")
        self._machine = emulator.state_machine(WAITS)
        self.workflow = StepFunctionsWorkflow(self._client, self._machine)

    def inputs(self) -> dict[str, dict[str, str]]:
        listed = self._client.list_executions(stateMachineArn=self._machine)["executions"]
        arns = {execution["name"]: execution["executionArn"] for execution in listed}
        describe = self._client.describe_execution
        return {name: json.loads(describe(executionArn=arn)["input"]) for name, arn in arns.items()}

    def end(self, name: str) -> None:
        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
        self._client.stop_execution(executionArn=arn)
        for _ in range(50):
            if self._client.describe_execution(executionArn=arn)["status"] != "RUNNING":
                return
            time.sleep(0.05)
        raise AssertionError("the execution does not end")


@pytest.fixture(params=["memory", pytest.param("stepfunctions", marks=pytest.mark.integration)])
def watched(request: pytest.FixtureRequest) -> Watched:
    return InMemory() if request.param == "memory" else OnStepFunctions(request.getfixturevalue("emulator"))


class TestWorkflow:
    def test_an_execution_gets_the_keys_and_nothing_else(self, watched: Watched) -> None:
        watched.workflow.start(KEY, "v1", "abc")
        given = {"desk": "zendesk", "ticket_id": "1", "version": "v1", "policy": "abc"}
        assert watched.inputs() == {execution_name(KEY, "v1"): given}

    def test_a_version_is_started_once_also_under_another_policy(self, watched: Watched) -> None:
        for policy in ("abc", "abc", "def"):
            watched.workflow.start(KEY, "v1", policy)
        assert [given["policy"] for given in watched.inputs().values()] == ["abc"]

    def test_a_version_that_ran_already_is_not_started_again(self, watched: Watched) -> None:
        watched.workflow.start(KEY, "v1", "abc")
        watched.end(execution_name(KEY, "v1"))
        watched.workflow.start(KEY, "v1", "abc")
        assert set(watched.inputs()) == {execution_name(KEY, "v1")}

    def test_every_version_has_its_own_execution(self, watched: Watched) -> None:
        watched.workflow.start(KEY, "v1", "abc")
        watched.workflow.start(KEY, "v2", "abc")
        watched.workflow.start(TicketKey(desk="zendesk", id="2"), "v1", "abc")
        assert len(watched.inputs()) == 3

    def test_while_it_runs_nothing_is_restarted(self, watched: Watched) -> None:
        watched.workflow.start(KEY, "v1", "abc")
        assert not watched.workflow.restart(KEY, "v1", "abc")
        assert set(watched.inputs()) == {execution_name(KEY, "v1")}

    def test_one_that_ended_is_restarted_under_the_next_free_name(self, watched: Watched) -> None:
        watched.workflow.start(KEY, "v1", "abc")
        for attempt in range(2):
            watched.end(execution_name(KEY, "v1", attempt))
            assert watched.workflow.restart(KEY, "v1", "abc")
            assert not watched.workflow.restart(KEY, "v1", "abc")
        assert set(watched.inputs()) == {execution_name(KEY, "v1", attempt) for attempt in range(3)}

    def test_one_that_never_started_is_started(self, watched: Watched) -> None:
        assert watched.workflow.restart(KEY, "v1", "abc")
        assert set(watched.inputs()) == {execution_name(KEY, "v1")}

    def test_after_nine_restarts_it_is_left_to_a_person(self, watched: Watched) -> None:
        for attempt in range(10):
            assert watched.workflow.restart(KEY, "v1", "abc")
            watched.end(execution_name(KEY, "v1", attempt))
        assert not watched.workflow.restart(KEY, "v1", "abc")
