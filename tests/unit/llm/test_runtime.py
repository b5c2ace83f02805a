"""The second reader of a deployment: there where its secret says so, and looked up seldom."""

from __future__ import annotations

from typing import Any

import pytest

from shared.domain.errors import StoredItemCorrupt, StoreUnavailable
from shared.runtime.second_reader import OfSecret, reader_of


class Secret:
    """A secret that counts how often it is read."""

    def __init__(self, content: dict[str, Any] | None) -> None:
        self.content = content
        self.reads = 0

    def __call__(self) -> dict[str, Any] | None:
        self.reads += 1
        return self.content


class Ticks:
    """A clock in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("content", [None, {}])
def test_without_a_secret_or_with_an_empty_one_there_is_no_reader_and_nothing_fails(content):
    assert OfSecret(Secret(content), reader_of)() is None


def test_a_secret_is_looked_at_every_five_minutes_whether_or_not_it_names_a_reader():
    for content in ({"model": "m"}, {}):
        secret, ticks = Secret(content), Ticks()
        connect = OfSecret(secret, reader_of, ticks=ticks)
        first = connect()
        ticks.now = 299.0
        assert connect() is first
        assert secret.reads == 1
        ticks.now = 300.0
        connect()
        assert secret.reads == 2


def test_a_new_model_in_the_secret_counts_without_a_deployment():
    secret, ticks = Secret({"model": "old"}), Ticks()
    connect = OfSecret(secret, reader_of, ticks=ticks)
    connect()
    secret.content, ticks.now = {"model": "new"}, 301.0
    assert connect().version.model == "new"


def test_an_incomplete_secret_is_told_each_time_and_never_remembered():
    secret = Secret({"api_key": "sk-secret"})
    connect = OfSecret(secret, reader_of)
    for _ in range(2):
        with pytest.raises(StoredItemCorrupt) as caught:
            connect()
        assert "sk-secret" not in str(caught.value)
    secret.content = {"model": "m"}
    assert connect() is not None


def test_an_outage_of_the_secrets_is_passed_on():
    def out() -> None:
        raise StoreUnavailable("throttled")

    with pytest.raises(StoreUnavailable):
        OfSecret(out, reader_of)()
