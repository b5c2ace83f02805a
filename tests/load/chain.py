"""The whole chain in one process, on a desk that answers over HTTP: real connectors and use cases, stores in memory."""

from __future__ import annotations

import heapq
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from threading import Condition, RLock, Thread
from typing import Any

from functions.ingest.batch import Fate, settle
from functions.ingest.service import ingest
from functions.receive.service import receive
from shared.domain.errors import (
    DeskRateLimited,
    DeskUnavailable,
    FirstlineError,
    TicketBusy,
    TransientError,
)
from shared.domain.events import RawEvent
from shared.domain.policy import Policy
from shared.domain.ticket import TicketKey, VersionRef
from shared.ports.desk import DeskChange
from tests.contracts.staging.sandboxed import Sandboxed
from tests.unit.functions.world import World

_WAITS: dict[type[FirstlineError], tuple[float, float]] = {
    DeskRateLimited: (10.0, 60.0),
    DeskUnavailable: (30.0, 900.0),
    TicketBusy: (5.0, 5.0),
    TransientError: (2.0, 16.0),
}
"""First and longest wait of the state machine, in seconds; the first kind that fits counts."""

_PRIVATE = re.compile(r"^__")


class Serial:
    """A fake whose calls come one after another, so that threads may share it."""

    def __init__(self, fake: Any, lock: Any = None) -> None:
        self._fake = fake
        self._lock = lock or RLock()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._fake, name)
        if _PRIVATE.match(name) or not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            with self._lock:
                return found(*args, **kwargs)

        return call


class Agenda:
    """Work with a time from which it may be done. Seconds are divided by the scale."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._due: list[tuple[float, int, Any]] = []
        self._numbers = count()
        self._changed = Condition()
        self._open = 0

    def add(self, work: Any, *, wait: float = 0.0) -> None:
        with self._changed:
            self._open += 1
            heapq.heappush(self._due, (time.monotonic() + wait / self._scale, next(self._numbers), work))
            self._changed.notify()

    def take(self) -> Any:
        """The next work that is due; waits a moment at most, and then answers None."""
        with self._changed:
            until = time.monotonic() + 0.2
            while not self._due or self._due[0][0] > time.monotonic():
                left = min(until, self._due[0][0] if self._due else until) - time.monotonic()
                if time.monotonic() >= until:
                    return None
                self._changed.wait(max(left, 0.001))
            return heapq.heappop(self._due)[2]

    def done(self) -> None:
        """What was taken is finished; work that comes back is added before."""
        with self._changed:
            self._open -= 1

    def __len__(self) -> int:
        with self._changed:
            return self._open


class Chain(World):
    """One deployment in one process: a door, a queue, executions, each with a few workers."""

    def __init__(self, rules: Policy, staged: Sandboxed, *, scale: float, workers: int = 4) -> None:
        super().__init__(rules)
        self.staged = staged
        self.desk = staged.desk  # type: ignore[assignment]
        self.clock = lambda: datetime.now(UTC)  # type: ignore[assignment]
        lock = RLock()
        for name in ("tickets", "loads", "facts", "customers", "customer_book", "drafts", "policies", "alerts", "book"):
            setattr(self, name, Serial(getattr(self, name), lock))
        self.workflow = self  # type: ignore[assignment]
        self.events, self.executions = Agenda(scale), Agenda(scale)
        self.parked: list[tuple[RawEvent, str]] = []
        self.handed_over: list[str] = []
        self.errors: list[str] = []
        self.taken = 0
        self.writes: dict[str, list[tuple[float, float]]] = defaultdict(list)
        staged.desk.write = self._noting(staged.desk.write)  # type: ignore[method-assign]
        self._begun: set[tuple[str, str]] = set()
        self._lock = lock
        self._workers = workers
        self._stops = False

    def _noting(self, write: Callable[[str, DeskChange], str]) -> Callable[[str, DeskChange], str]:
        """Note from when to when we wrote to which ticket."""

        def noted(ticket_id: str, change: DeskChange) -> str:
            began = time.monotonic()
            try:
                return write(ticket_id, change)
            finally:
                self.writes[ticket_id].append((began, time.monotonic()))

        return noted

    # ---- ports that this process answers itself

    def put(self, event: RawEvent) -> None:
        self.events.add((event, 1))

    def park(self, event: RawEvent, reason: str) -> None:
        self.parked.append((event, reason))

    def start(self, key: TicketKey, version: str, policy: str) -> None:
        with self._lock:
            if (key.id, version) in self._begun:
                return
            self._begun.add((key.id, version))
        self.executions.add(VersionRef(desk=key.desk, ticket_id=key.id, version=version, policy=policy))

    # ---- running

    @contextmanager
    def running(self) -> Iterator[None]:
        """Work until the block ends."""
        jobs = [self._take_from_the_door, *[self._ingest] * self._workers, *[self._triage] * self._workers]
        threads = [Thread(target=self._work, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stops = True
            for thread in threads:
                thread.join(timeout=30)

    @property
    def backlog(self) -> int:
        """Webhooks, events and executions that are not done."""
        return len(self.staged.posts) - self.taken + len(self.events) + len(self.executions)

    def settles(self, seconds: float) -> bool:
        """Wait until nothing is left to do; whether that came about."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.backlog:
                return True
            time.sleep(0.05)
        return False

    def _work(self, job: Callable[[], None]) -> None:
        while not self._stops:
            try:
                job()
            except Exception as error:  # a mistake of the harness or of ours: told by the test
                self.errors.append(repr(error))

    def _take_from_the_door(self) -> None:
        if self.taken == len(self.staged.posts):
            time.sleep(0.01)
            return
        post = self.staged.posts[self.taken]
        receive(
            self.staged.name,
            post.headers,
            post.body,
            signatures={self.staged.name: self.staged.signature},
            secrets=lambda desk: (self.staged.secret,),
            queue=self,
            now=self.clock(),
        )
        self.taken += 1

    def _ingest(self) -> None:
        taken = self.events.take()
        if taken is None:
            return
        event, received = taken
        waits: list[float] = []
        work = lambda: ingest(event, desk=self.desk, stores=self.stores(), clock=self.clock).value  # noqa: E731
        fate, _ = settle(event, work, received=received, queue=self, postpone=waits.append, now=self.clock())
        if fate is Fate.POSTPONED:
            self.events.add((event, received + 1), wait=waits[0] if waits else 60.0)
        self.events.done()

    def _triage(self) -> None:
        taken = self.executions.take()
        if taken is None:
            return
        ref, tried = taken if isinstance(taken, tuple) else (taken, 0)
        try:
            if tried == 0:
                self.prepare(ref)
            self.write_back(ref, lease=f"{ref.version}-{tried}")
        except TransientError as error:
            first, longest = next(wait for kind, wait in _WAITS.items() if isinstance(error, kind))
            self.executions.add((ref, tried + 1), wait=min(first * 2.0 ** min(tried, 8), longest))
        except FirstlineError:
            self.handed_over.append(ref.ticket_id)
            self.write_back(ref, hand_over="write_back", lease=f"{ref.version}-h")
        self.executions.done()
