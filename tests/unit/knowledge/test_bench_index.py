"""`firstline bench index` measures what it says: made-up articles of so many passages, searched in a fresh process."""

from __future__ import annotations

from cli.bench.index import articles, run
from shared.domain.passages import passages_of


def test_the_articles_have_as_many_passages_as_the_size_says_and_are_the_same_each_time():
    found = list(articles(40))
    assert sum(len(passages_of(one.body)) for one in found) == 40
    assert found == list(articles(40))
    assert len({one.id for one in found}) == len({one.body for one in found}) == 10


def test_a_row_tells_load_search_and_memory_and_without_the_size_of_the_aims_nothing_is_claimed():
    document = run(sizes=(40,))
    (row,) = document["rows"]
    assert (row["passages"], row["articles"]) == (40, 10)
    assert min(row[name] for name in ("load_s", "ms_p50", "ms_p99", "ms_all_p50", "rss_mb")) > 0
    assert row["ms_p50"] <= row["ms_p99"]
    assert document["held"] is None
