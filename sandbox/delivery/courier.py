"""Sends what the journal holds, in the background, and tries again where the desks do."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from threading import Condition, Thread
from typing import Protocol

import urllib3

from sandbox.delivery.journal import Delivery, Journal, Parcel, Status
from sandbox.delivery.rules import CONNECTION_LOST, Fuse, Reply, Rules, Sending
from sandbox.inbox.errors import NotThere
from sandbox.inbox.times import iso_fine
from sandbox.settings import Settings


class Sender(Protocol):
    """What the courier needs of a face."""

    rules: Rules

    def seal(self, parcel: Parcel) -> Sending:
        """Make the request for a parcel, signed now. Raises NotThere when its webhook is gone."""
        ...


@dataclass(frozen=True)
class Weather:
    """What goes wrong on purpose between desk and receiver."""

    hold: bool = False
    drop_next: int = 0
    duplicate_share: float = 0.0
    reorder_share: float = 0.0
    reorder_seconds: float = 1.0
    seed: int = 0


class Courier:
    """A few threads that deliver for every face; `submit` never waits for them."""

    def __init__(self, journal: Journal, senders: Mapping[str, Sender], settings: Settings) -> None:
        self.journal = journal
        self._senders = senders
        self._settings = settings
        self._http = urllib3.PoolManager(num_pools=4, maxsize=settings.delivery_workers, retries=False)
        self._due: list[tuple[float, int, int]] = []  # when (monotonic), order of submission, delivery id
        self._order = 0
        self._busy = 0
        self._changed = Condition()
        self._stopping = False
        self._threads: list[Thread] = []
        self._fuses: dict[str, Fuse] = {}
        self.weather = Weather()
        self._dice = random.Random(0)

    def start(self) -> None:
        """Start delivering, first of all what an earlier run left."""
        self._stopping = False
        for delivery_id in self.journal.with_status(Status.PENDING):
            self._push(delivery_id, 0)
        for number in range(self._settings.delivery_workers):
            thread = Thread(target=self._work, name=f"courier-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish what is under way and stop."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=max((one.rules.timeout for one in self._senders.values()), default=0.0) + 1)
        self._threads.clear()
        self._http.clear()

    def set_weather(self, weather: Weather) -> None:
        """Change what goes wrong from now on."""
        self.weather = weather
        self._dice = random.Random(weather.seed)

    def forget(self) -> None:
        """Drop everything that is not under way, and every fuse."""
        with self._changed:
            self._due.clear()
            self._fuses.clear()
        self.set_weather(Weather())

    def submit(self, parcel: Parcel) -> int:
        """Deliver it soon; the delivery's number."""
        weather = self.weather
        if weather.drop_next > 0:
            self.weather = replace(weather, drop_next=weather.drop_next - 1)
            return self.journal.add(parcel, Status.DROPPED)
        if weather.hold:
            return self.journal.add(parcel, Status.HELD)
        late = self._dice.random() < weather.reorder_share
        delivery_id = self.send(parcel, wait=weather.reorder_seconds if late else 0)
        if self._dice.random() < weather.duplicate_share:
            self.send(replace(parcel, kind="duplicate"), wait=self._dice.random())
        return delivery_id

    def send(self, parcel: Parcel, wait: float = 0) -> int:
        """Deliver it whatever the weather."""
        delivery_id = self.journal.add(parcel, Status.PENDING)
        self._push(delivery_id, wait)
        return delivery_id

    def release(self, order: str) -> int:
        """Send what was held (fifo, reverse or shuffle) and hold no longer; how many."""
        self.weather = replace(self.weather, hold=False)
        held = self.journal.with_status(Status.HELD)
        if order == "reverse":
            held.reverse()
        elif order == "shuffle":
            self._dice.shuffle(held)
        for delivery_id in held:
            self.journal.settle(delivery_id, Status.PENDING)
            self._push(delivery_id, 0)
        return len(held)

    def settled(self, timeout: float) -> bool:
        """Wait until nothing is to be delivered; whether that came about."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._due and not self._busy, timeout)

    def _push(self, delivery_id: int, wait: float) -> None:
        with self._changed:
            self._order += 1
            heapq.heappush(self._due, (time.monotonic() + wait, self._order, delivery_id))
            self._changed.notify_all()

    def _next(self) -> int | None:
        """The next delivery that is due; waits for one. None when stopping."""
        with self._changed:
            while not self._stopping:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._due)[2]
                self._changed.wait(wait)
            return None

    def _work(self) -> None:
        while (delivery_id := self._next()) is not None:
            again: float | None = None
            try:
                again = self._deliver(self.journal.get(delivery_id))
            except NotThere:
                self._quietly_fail(delivery_id)
            finally:
                if again is not None:
                    self._push(delivery_id, again)
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _quietly_fail(self, delivery_id: int) -> None:
        """The webhook was deleted (or the whole desk emptied) while this one waited."""
        self.journal.settle(delivery_id, Status.FAILED)

    def _fuse(self, parcel: Parcel) -> Fuse:
        with self._changed:
            if parcel.webhook_id not in self._fuses:
                self._fuses[parcel.webhook_id] = self._senders[parcel.face].rules.fuse(parcel.webhook_id)
            return self._fuses[parcel.webhook_id]

    def _deliver(self, delivery: Delivery) -> float | None:
        """Try once; seconds to the next try, or None when it is over."""
        sender, fuse = self._senders[delivery.parcel.face], self._fuse(delivery.parcel)
        if not fuse.allows(time.monotonic()):
            self.journal.settle(delivery.id, Status.SKIPPED)
            return None
        sending = sender.seal(delivery.parcel)
        started = time.monotonic()
        reply = self._post(sending, sender.rules.timeout)
        seconds = round(time.monotonic() - started, 4)
        fuse.note(time.monotonic(), ok=reply.ok)
        at = iso_fine(self._settings.clock().timestamp())
        self.journal.attempt(delivery.id, {"at": at, "seconds": seconds, **asdict(reply)})
        if reply.ok:
            self.journal.settle(delivery.id, Status.DELIVERED, seconds=seconds)
            return None
        wait = sender.rules.wait(len(delivery.attempts), reply)
        if wait is None:
            self.journal.settle(delivery.id, Status.FAILED, seconds=seconds)
        return wait

    def _post(self, sending: Sending, timeout: float) -> Reply:
        try:
            response = self._http.request(
                "POST", sending.url, body=sending.body, headers=sending.headers, redirect=False, timeout=timeout
            )
        except (urllib3.exceptions.HTTPError, ValueError) as error:  # ValueError: a header that cannot be sent
            return Reply(CONNECTION_LOST, type(error).__name__)
        return Reply(response.status, retry_after=response.headers.get("Retry-After"))
