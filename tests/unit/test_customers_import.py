"""Importing customers: what people's spreadsheets look like, and what is left out of them."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from cli.customer_file import Bad, Good, read_customers
from cli.customers import import_customers
from shared.domain.customers import Profile
from tests.fakes.stores import InMemoryCustomerBook

TODAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
HEAD = "email,company,plan,mrr,signed_up,seats\n"


@pytest.fixture
def file(tmp_path):
    def write(content: str | bytes):
        path = tmp_path / "customers.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def read(path):
    return list(read_customers(path, today=TODAY.date()))


def profiles(path):
    return [row.profile for row in read(path) if isinstance(row, Good)]


def reasons(path):
    return [(row.line, row.reason) for row in read(path) if isinstance(row, Bad)]


ANN = Profile(
    email="ann@example.com", company="Brandt, Sons", plan="team", mrr=96.5, signed_up=date(2022, 3, 14), seats=8,
    as_of=TODAY.date(),
)  # fmt: skip
ROW = 'Ann@Example.com,"Brandt, Sons",team,96.5,2022-03-14,8\n'


@pytest.mark.parametrize(
    "content",
    [
        HEAD + ROW,
        "\ufeff" + HEAD + ROW,
        (HEAD + ROW).replace("\n", "\r\n"),
        "\n" + HEAD + "\n" + ROW + ",,,,,\n",
        (HEAD + ROW).encode("utf-16"),
        HEAD.replace(",", ";") + "ann@example.com;Brandt, Sons;team;96,5;2022-03-14;8",
        HEAD.replace(",", "\t") + "ann@example.com\tBrandt, Sons\tteam\t$96.50\t2022-03-14\t8",
        "E-Mail,Organisation,Plan,MRR,Customer since,Seats\n" + ROW,
        "id," + HEAD + "7," + ROW,
    ],
    ids=["plain", "bom", "crlf", "blank lines", "utf-16", "semicolons", "tabs", "headings", "a column more"],
)
def test_a_file_is_read_as_spreadsheets_write_it(file, content):
    assert profiles(file(content)) == [ANN]


def test_quotes_and_line_breaks_inside_a_cell_belong_to_it(file):
    path = file(HEAD + 'a@b.example,"The ""Old"" Inn\nand Bar",,,,\nc@d.example,Next,,,,\n')
    assert [one.company for one in profiles(path)] == ['The "Old" Inn\nand Bar', "Next"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ann,Brandt,team,96,2022-03-14,8", "email"),
        ("a@b.example,B,team,lots,2022-03-14,8", "mrr 'lots' is no amount"),
        ("a@b.example,B,team,-3,2022-03-14,8", "mrr lies outside"),
        ('a@b.example,B,team,"1,234",2022-03-14,8', "may mean two amounts"),
        ("a@b.example,B,team,nan,2022-03-14,8", "mrr lies outside"),
        ("a@b.example,B,team,96,14.03.2022,8", "signed_up"),
        ("a@b.example,B,team,96,2022-03-14,many", "seats"),
        ("a@b.example,B,team,96", "4 cells under 6 columns"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_costs_no_other(file, row, reason):
    path = file(HEAD + ROW + row + "\n" + ROW.replace("Ann", "Ben"))
    [(line, told)] = reasons(path)
    assert (line, reason in told) == (3, True), told
    assert len(profiles(path)) == 2


def test_a_row_in_another_encoding_costs_itself_only(file):
    path = file((HEAD + ROW).encode() + "b@c.example,Müller,,,,\n".encode("latin-1") + b"c@d.example,Ok,,,,\n")
    assert reasons(path) == [(3, "is not written in UTF-8")]
    assert [one.email for one in profiles(path)] == ["ann@example.com", "c@d.example"]


@pytest.mark.parametrize(("content", "reason"), [("", None), ("name,plan\nx,y\n", "the heading names no `email`")])
def test_a_file_without_customers_says_why(file, content, reason):
    assert [told.partition(";")[0] for _, told in reasons(file(content))] == ([reason] if reason else [])


def test_of_several_rows_of_an_address_the_last_one_counts_and_bad_ones_are_kept_apart(file):
    store = InMemoryCustomerBook()
    content = HEAD + "".join(f"c{n % 700}@x.example,C{n},,{n},,\n" for n in range(1500)) + "bad,,,,,\n"
    path = file(content)
    found = import_customers(path, store, today=TODAY)
    assert {name: found[name] for name in ("rows", "imported", "duplicates", "bad")} == {
        "rows": 1501, "imported": 700, "duplicates": 800, "bad": 1,
    }  # fmt: skip
    assert (store.profiles["c99@x.example"].mrr, store.profiles["c100@x.example"].mrr) == (1499.0, 800.0)
    with path.with_suffix(".bad.csv").open(encoding="utf-8", newline="") as aside:
        heading, row = list(csv.reader(aside))
    assert heading[:3] == ["line", "reason", "email"]
    assert (row[0], row[2]) == ("1502", "bad")


def test_importing_again_changes_nothing_and_leaves_no_old_list_of_bad_rows(file):
    store = InMemoryCustomerBook()
    import_customers(file(HEAD + "bad,,,,,\n"), store, today=TODAY)
    path = file(HEAD + ROW)
    import_customers(path, store, today=TODAY)
    import_customers(path, store, today=TODAY)
    assert store.profiles == {"ann@example.com": ANN}
    assert not path.with_suffix(".bad.csv").exists()
