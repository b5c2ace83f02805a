"""Triage, one execution for each version of a ticket."""

from __future__ import annotations

from typing import Any

from shared.adapters.boto import client, code_of, translated
from shared.domain.ticket import TicketKey, VersionRef, execution_name

RESTARTS = 9
"""How often an execution is started again before only a person can help."""

_UNDER_WAY = frozenset({"RUNNING", "PENDING_REDRIVE"})


class StepFunctionsWorkflow:
    """`Workflow` on Step Functions. The execution's name is made from the version: AWS itself refuses a second."""

    def __init__(self, stepfunctions: Any, state_machine_arn: str) -> None:
        self._client = stepfunctions
        self._machine = state_machine_arn

    @classmethod
    def connect(cls, state_machine_arn: str) -> StepFunctionsWorkflow:
        """The workflow of a state machine."""
        return cls(client("stepfunctions"), state_machine_arn)

    def start(self, key: TicketKey, version: str, policy: str) -> None:
        """Start the execution of a version, or do nothing where it runs or ran already."""
        self._start(key, version, policy, attempt=0)

    def restart(self, key: TicketKey, version: str, policy: str) -> bool:
        """Start the execution of a version again, under the next free name, unless one is under way.

        Returns:
            Whether a new one was started.
        """
        for attempt in range(RESTARTS + 1):
            status = self._status(execution_name(key, version, attempt))
            if status in _UNDER_WAY:
                return False
            if status is None and self._start(key, version, policy, attempt=attempt):
                return True
        return False

    def _start(self, key: TicketKey, version: str, policy: str, *, attempt: int) -> bool:
        """Whether an execution of this name was started now."""
        from botocore.exceptions import ClientError

        name = execution_name(key, version, attempt)
        ref = VersionRef(desk=key.desk, ticket_id=key.id, version=version, policy=policy)
        try:
            with translated(f"start {name} of {key}"):
                self._client.start_execution(stateMachineArn=self._machine, name=name, input=ref.model_dump_json())
        except ClientError as error:
            if code_of(error) != "ExecutionAlreadyExists":
                raise
            return False
        return True

    def _status(self, name: str) -> str | None:
        """How an execution stands, or None where the name is free."""
        from botocore.exceptions import ClientError

        arn = f"{self._machine.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            with translated(f"look at {name}"):
                return str(self._client.describe_execution(executionArn=arn)["status"])
        except ClientError as error:
            if code_of(error) != "ExecutionDoesNotExist":
                raise
            return None
