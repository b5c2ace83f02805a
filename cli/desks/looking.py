"""Looking at one thing on a desk, and saying what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from cli.desks.setup import Finding
from shared.domain.errors import DeskRefused, FirstlineError


def tried(what: str, look: Callable[[], str], remedy: str, *, who: str) -> Finding:
    """A look that answers what is wrong, or nothing.

    Args:
        who: whom to give the permission to, where the desk refuses.
    """
    try:
        wrong = look()
    except DeskRefused as error:
        wrong = str(error)
        remedy = f"give {who} the permission" if error.status == 403 else remedy
    except FirstlineError as error:
        wrong = str(error)
    return Finding(what=what, ok=not wrong, says=wrong, remedy=remedy if wrong else "")
