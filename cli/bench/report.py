"""The weekly report over many tickets: time and memory of reading facts, counting, and rendering.

The function's own use case runs over its own store, whose client answers from files: pages as DynamoDB sends them,
parsed by botocore. What is not in it is the network and DynamoDB itself. Each size runs in a process of its own.
Lambda allows 15 minutes; the function has 3,008 MB.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from shared.adapters.dynamodb import keys
from shared.adapters.dynamodb.facts import DynamoFactLog
from shared.adapters.dynamodb.table import Table
from shared.domain.facts import Fact, FactKind
from shared.domain.policy import Policy
from shared.domain.ticket import TicketKey

_ROOT = Path(__file__).resolve().parents[2]
SIZES = ((10_000, 3), (10_000, 9), (100_000, 3))
"""Tickets a week, and weeks of facts: those in detail, or with them six that have no report to be taken from."""

_PAGE = 2_000  # items; what one answer of a megabyte holds
_ALLOWED_S, _ALLOWED_MB = 900, 3008
_MONDAY = datetime(2026, 11, 15, 23, tzinfo=UTC)  # of week 47, in Berlin
_WEEK = "2026-W47"
_RULES = ("unhappy_customer", "service_failure", "long_standing_complaint")


def run() -> dict[str, Any]:
    """Measure each size."""
    rows = [measured(tickets, weeks) for tickets, weeks in SIZES]
    return {
        "rows": rows,
        "limits": f"{_ALLOWED_S} s and {_ALLOWED_MB:,} MB",
        "inside": all(row["rss_mb"] < _ALLOWED_MB and row["seconds"] < _ALLOWED_S for row in rows),
    }


def measured(tickets: int, weeks: int) -> dict[str, Any]:
    """One size: facts are written first, by this process; the report is made by another."""
    with TemporaryDirectory(prefix="firstline-facts-") as folder:
        facts = write(Path(folder), tickets, weeks)
        program = f"import cli.bench.report as bench; bench.print_report({folder!r})"
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=_ROOT)
    row: dict[str, Any] = json.loads(done.stdout)
    return {"tickets": row.pop("tickets"), "weeks": weeks, "facts": facts, **row}


def write(folder: Path, tickets: int, weeks: int) -> int:
    """Write the items of facts into a file for each partition, and answer how many."""
    chance, count = random.Random(4), 0
    for week in range(weeks):
        partitions: dict[str, list[str]] = defaultdict(list)
        start = _MONDAY - timedelta(weeks=week)
        for number in range(tickets):
            opened = start + timedelta(seconds=chance.random() * 6.9 * 86400)
            for fact in _ticket(f"{week}-{number}", opened, chance):
                key, value = keys.fact(fact), fact.model_dump_json()
                item = {keys.PK: {"S": key.pk}, keys.SK: {"S": key.sk}, "value": {"S": value}}
                partitions[key.pk].append(json.dumps(item))
        for name, items in partitions.items():
            with (folder / name).open("a") as file:
                file.writelines(f"{item}\n" for item in items)
            count += len(items)
    return count


class _Pages:
    """DynamoDB's `query` from files: pages of about a megabyte, through botocore's own parser."""

    def __init__(self, folder: Path) -> None:
        from botocore.parsers import create_parser
        from botocore.session import get_session

        self._folder = folder
        self._shape = get_session().get_service_model("dynamodb").operation_model("Query").output_shape
        self._parser = create_parser("json")

    def query(self, **request: Any) -> Any:
        """A page of a partition."""
        file = self._folder / request["ExpressionAttributeValues"][":pk"]["S"]
        first = int(request.get("ExclusiveStartKey", {"at": "0"})["at"])
        items = file.read_text().splitlines()[first : first + _PAGE] if file.exists() else []
        body = f'{{"Items": [{",".join(items)}]}}'.encode()
        page = self._parser.parse({"status_code": 200, "headers": {}, "body": body}, self._shape)  # type: ignore[arg-type]
        return {**page, "LastEvaluatedKey": {"at": str(first + _PAGE)}} if len(items) == _PAGE else page


@dataclass(frozen=True)
class _Policies:
    policy: Policy

    def current(self) -> str:
        return self.policy.sha

    def get(self, sha: str) -> Policy:
        return self.policy


@dataclass
class _Files:
    files: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, content: bytes, content_type: str) -> None:
        self.files[path] = content

    def put_once(self, path: str, content: bytes, content_type: str) -> bool:
        return self.files.setdefault(path, content) is content

    def get(self, path: str) -> bytes | None:
        return self.files.get(path)


def print_report(folder: str) -> None:
    """Make the report of one size and print its row."""
    import resource

    from cli.bench.scan import playbook_policy
    from functions.report.earlier import Sources
    from functions.report.service import count
    from shared.adapters.report_page.page import MjmlReportPage
    from shared.domain.report_numbers import queue_names

    policy = playbook_policy()
    facts = DynamoFactLog(Table(_Pages(Path(folder)), "facts"))  # type: ignore[arg-type]
    sources = Sources(facts=facts, policies=_Policies(policy), archive=_Files())  # type: ignore[arg-type]
    began = perf_counter()
    found = count(_WEEK, sources=sources, clock=lambda: _MONDAY + timedelta(days=7, hours=8)).report
    counted = perf_counter()
    rendered = MjmlReportPage().render(found, queue_names(policy))
    done = perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    row = {
        "tickets": found.total.tickets,
        "compared": found.weeks_before,
        "count_s": round(counted - began, 1),
        "render_s": round(done - counted, 1),
        "seconds": round(done - began, 1),
        "rss_mb": round(peak / (1e6 if sys.platform == "darwin" else 1e3)),
        "html_kb": round(len(rendered.html.encode()) / 1000),
    }
    print(json.dumps(row))


def _ticket(id: str, opened: datetime, chance: random.Random) -> Iterator[Fact]:
    """Six or seven facts: opened, read, triaged, noted, answered, resolved; some rated or late."""
    category = chance.choice(("billing", "technical", "feature_request", "complaint", "other"))
    since, agent = {"opened_at": opened.isoformat()}, f"agent{chance.randrange(200)}"
    yield _fact(id, "read", opened, embedding="x" * 512, terms=",".join(["0123abcd"] * 20))
    answered = opened + timedelta(minutes=chance.expovariate(1 / 120))
    bounded = chance.random() < 0.4
    yield _fact(id, "opened", opened, channel="email", plan="team", customer=f"c{chance.randrange(50_000)}")
    cause = "bounded" if bounded else ""
    yield _fact(id, "triaged", opened, category=category, queue="front_desk", cause=cause, agent=agent)
    if bounded:
        yield _fact(id, "briefed", opened, cause="bounded", rules=chance.choice(_RULES))
    else:
        yield _fact(id, "drafted", opened, resolution=f"answer-{chance.randrange(60)}")
    yield _fact(
        id, "first_response", answered, used_draft=chance.choice(("as_is", "edited", "unused")), agent=agent, **since
    )
    yield _fact(id, "resolved", answered + timedelta(hours=2), **since)
    if chance.random() < 0.2:
        yield _fact(id, "rated", answered + timedelta(hours=3), rating=chance.choice(("good", "good", "bad")))
    if chance.random() < 0.1:
        yield _fact(id, "sla_breach", opened + timedelta(minutes=30), target="first_response", queue="front_desk")


def _fact(id: str, kind: str, at: datetime, **detail: str) -> Fact:
    return Fact(kind=FactKind(kind), key=TicketKey(desk="zendesk", id=id), at=at, recorded_at=at, detail=detail)
