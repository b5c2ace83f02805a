"""What every fake can do besides its port: fail on demand."""

from __future__ import annotations

from shared.domain.errors import FirstlineError


class Failing:
    """Raises `fail_with` from every call until it is None again."""

    fail_with: FirstlineError | None = None

    def _reach(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with
