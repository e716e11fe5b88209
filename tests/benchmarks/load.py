"""Makes the load, in processes of its own: requests that are ready as bytes, over raw HTTP/1.1 connections.

A generator that shared the event loop of what it measures, or signed while it measures, would measure itself. Times
are `perf_counter`'s, which on Linux and macOS is one clock for all processes.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import cast

from bot.event_loop import run

HOST = "127.0.0.1"
_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
# No load may hold a benchmark up for longer, in seconds.
PATIENCE = 300.0


@dataclass
class Outcome:
    """What came back, in the order of the answers.

    `seconds`: of each answer, from when it should have been asked for; `which`: the number of its request.
    """

    started: float
    ended: float
    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    which: list[int] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.seconds) / (self.ended - self.started)

    def worst(self, share: float = 1.0) -> float:
        """Return the time, in milliseconds, within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000

    def count(self, marker: bytes) -> int:
        """Say how many answers hold `marker`."""
        return sum(marker in body for body in self.bodies)

    def only(self, wanted: Sequence[int]) -> "Outcome":
        """Return the times of these requests alone."""
        chosen = frozenset(wanted)
        return Outcome(
            self.started,
            self.ended,
            [second for number, second in zip(self.which, self.seconds, strict=True) if number in chosen],
        )

    def problems(self, marker: bytes = b"") -> list[str]:
        """Say what was wrong: statuses other than 200, and answers without `marker`."""
        odd = [status for status in self.statuses if status != 200]
        strange = [body for body in self.bodies if marker not in body]
        found = [f"{len(odd)} of {len(self.statuses)} answers were not 200: {sorted(set(odd))}"] if odd else []
        return found + ([f"{len(strange)} answers without {marker!r}: {strange[0][:200]!r}"] if strange else [])


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcomes of several generators as one; whose request was whose is lost."""
    return Outcome(
        min(one.started for one in outcomes),
        max(one.ended for one in outcomes),
        [second for one in outcomes for second in one.seconds],
        [status for one in outcomes for status in one.statuses],
        [body for one in outcomes for body in one.bodies],
        [number for one in outcomes for number in one.which],
    )


class Generators:
    """Processes that wait for work. `async with` it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"))

    async def __aenter__(self) -> "Generators":
        loop = asyncio.get_running_loop()
        # All of them import before anything is measured.
        await asyncio.gather(*(loop.run_in_executor(self._pool, time.sleep, 0.3) for _ in range(self._count)))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    async def in_turn(self, port: int, requests: Sequence[bytes], clients: int) -> Outcome:
        """Send everything; each of `clients` connections asks again as soon as it has its answer."""
        loop = asyncio.get_running_loop()
        parts = [list(requests[index :: self._count]) for index in range(self._count)]
        share = max(clients // self._count, 1)
        start = time.perf_counter() + 0.3
        jobs = [loop.run_in_executor(self._pool, closed, port, part, share, start) for part in parts if part]
        return together(await asyncio.gather(*jobs))

    async def at_times(self, port: int, requests: Sequence[bytes], every: float) -> Outcome:
        """Send one request each `every` seconds (0: all at once), whether or not the last one was answered."""
        start = time.perf_counter() + 0.3
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, paced, port, list(requests), every, start)


def closed(port: int, requests: list[bytes], clients: int, start: float) -> Outcome:
    """Run in a generator: see `Generators.in_turn`."""
    return run(_closed(port, requests, clients, start))


def paced(port: int, requests: list[bytes], every: float, start: float) -> Outcome:
    """Run in a generator: see `Generators.at_times`."""
    return run(_paced(port, requests, every, start))


class _Connection(asyncio.Protocol):
    """One kept-alive connection, one request at a time. `answered` is called with each answer."""

    def __init__(self, answered: Callable[["_Connection", int, bytes], None]) -> None:
        self._answered = answered
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self.asked = 0.0
        self.number = 0
        self.used = False

    @property
    def open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def ask(self, number: int, request: bytes, when: float) -> None:
        if self._transport is None:
            raise RuntimeError("not connected yet")
        self.asked, self.number = when, number
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, rest = self._buffer.partition(_END)
        if not end:
            return
        _, found, length = head.lower().partition(_LENGTH)
        size = int(length.partition(b"\r\n")[0]) if found else 0
        if len(rest) < size:
            return
        self._buffer = b""
        self._answered(self, int(head[9:12]), rest)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.asked:  # cut off before the answer
            self._buffer = b""
            self._answered(self, 0, repr(exc).encode())


class _Ledger:
    """Takes answers down until all are there."""

    def __init__(self, expected: int) -> None:
        self.outcome = Outcome(time.perf_counter(), 0.0)
        self.full = asyncio.Event()
        self._expected = expected

    def take(self, connection: _Connection, status: int, body: bytes) -> None:
        now = time.perf_counter()
        self.outcome.seconds.append(now - connection.asked)
        self.outcome.statuses.append(status)
        self.outcome.bodies.append(body)
        self.outcome.which.append(connection.number)
        self.outcome.ended = now
        connection.asked = 0.0
        if len(self.outcome.seconds) >= self._expected:
            self.full.set()


async def _closed(port: int, requests: list[bytes], clients: int, start: float) -> Outcome:
    ledger = _Ledger(len(requests))
    waiting: Iterator[tuple[int, bytes]] = enumerate(requests)

    def answered(connection: _Connection, status: int, body: bytes) -> None:
        ledger.take(connection, status, body)
        if status and (following := next(waiting, None)) is not None:
            connection.ask(*following, time.perf_counter())

    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: _Connection(answered), HOST, port) for _ in range(clients)]
    await asyncio.sleep(max(start - time.perf_counter(), 0))
    ledger.outcome.started = time.perf_counter()
    for _, connection in made:
        if (first := next(waiting, None)) is not None:
            connection.ask(*first, time.perf_counter())
    return await _over(ledger, [connection for _, connection in made])


async def _paced(port: int, requests: list[bytes], every: float, start: float) -> Outcome:
    ledger = _Ledger(len(requests))
    idle: list[_Connection] = []
    made: list[_Connection] = []
    asking: list[asyncio.Task[None]] = []
    loop = asyncio.get_running_loop()

    def answered(connection: _Connection, status: int, body: bytes) -> None:
        if not status and connection.used:
            # Closed for idleness just as it was used again: nobody has heard the request yet, so Slack would ask anew.
            asking.append(loop.create_task(ask(connection.number, requests[connection.number], connection.asked)))
            connection.asked = 0.0
            return
        ledger.take(connection, status, body)
        if status:
            connection.used = True
            idle.append(connection)

    async def ask(number: int, request: bytes, when: float) -> None:
        while idle:
            if (known := idle.pop()).open:
                known.ask(number, request, when)
                return
        _, connection = await loop.create_connection(lambda: _Connection(answered), HOST, port)
        made.append(connection)
        connection.ask(number, request, when)

    await asyncio.sleep(max(start - time.perf_counter(), 0))
    ledger.outcome.started = started = time.perf_counter()
    for number, request in enumerate(requests):
        due = started + number * every
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        # From when it was due, not from when this process got round to it: waiting counts.
        asking.append(loop.create_task(ask(number, request, due)))
    await asyncio.gather(*asking)
    return await _over(ledger, made)


async def _over(ledger: _Ledger, connections: Sequence[_Connection]) -> Outcome:
    try:
        async with asyncio.timeout(PATIENCE):
            await ledger.full.wait()
    finally:
        for connection in connections:
            connection.close()
    return ledger.outcome
