"""The tree of errors: what is drawn is what there is, for the state machine knows the leaves by name."""

from __future__ import annotations

import re

import pytest

from shared.domain import errors
from shared.domain.errors import DeskRefused, FirstlineError, PermanentError, TransientError


def leaves(root: type[FirstlineError]) -> set[type[FirstlineError]]:
    return {leaf for child in root.__subclasses__() for leaf in (leaves(child) or {child})}


def drawn() -> list[tuple[int, str]]:
    """The names in the module's picture, with how deep they stand."""
    lines = re.findall(r"^    ([│├└─ ]*)([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    return [(len(indent) // 4, name) for indent, name in lines]


def test_every_class_that_is_drawn_exists_where_it_is_drawn():
    above: dict[int, str] = {}
    for depth, name in drawn():
        above[depth] = name
        parents = [base.__name__ for base in getattr(errors, name).__bases__]
        assert parents == ([above[depth - 1]] if depth else ["Exception"])


def test_every_class_that_exists_is_drawn():
    ours = {name for name, found in vars(errors).items() if isinstance(found, type)}
    assert ours == {name for _, name in drawn()}


def test_there_are_no_errors_of_ours_anywhere_else():
    import functions.brief.service
    import functions.draft.service
    import functions.ingest.service
    import functions.receive.service
    import functions.sla_scan.service
    import functions.write_back.service  # noqa: F401

    assert {leaf.__module__ for leaf in leaves(FirstlineError)} == {"shared.domain.errors"}


def test_each_leaf_says_either_try_again_or_ask_a_person():
    again, person = leaves(TransientError), leaves(PermanentError)
    assert leaves(FirstlineError) == again | person
    assert not again & person


@pytest.mark.parametrize("leaf", sorted(leaves(TransientError), key=lambda leaf: leaf.__name__))
def test_every_error_that_may_pass_can_say_when(leaf):
    assert leaf("later", retry_after=3.5).retry_after == 3.5
    assert leaf("later").retry_after is None


def test_a_refusal_carries_the_desks_status():
    assert DeskRefused("no", status=403).status == 403
