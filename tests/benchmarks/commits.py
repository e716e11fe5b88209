"""Commits a second through the storage, against the very same EVALSHA called bare through redis-py.

Twenty tasks in this process either way. The product's calls are written down, then made again on an empty server:
same keys, same documents, same order for each incident.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bot.domain import lifecycle
from bot.domain.change import Change
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Severity
from bot.domain.lifecycle import Declaration
from bot.domain.people import Person
from bot.storage.connection import Arg, Link, Reply
from bot.storage.embedded import EmbeddedRedis
from bot.storage.script import COMMIT, Script
from bot.storage.store import Storage
from bot.wiring import SortableIds, WallClock
from tests.benchmarks.figures import Figure, Limit, judged

CLIENTS = 20
EACH, QUICK_EACH = 150, 5
ROUNDS = 7
LIMIT = Limit(least=0.5)
_ADA = Person(user_id="U0ADA", workspace="T0")
_FAR = 2**52  # a deadline that no clock reaches
_STAGES = (Stage.IDENTIFIED, Stage.MONITORING)
Call = tuple[Sequence[str], Sequence[Arg]]


class WritingDown(Link):
    """A link that also keeps what each commit was called with."""

    def keep(self) -> list[Call]:
        """Return a fresh list, which every commit from now on is added to."""
        self.kept: list[Call] = []
        return self.kept

    async def run(self, script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Reply:
        if script is COMMIT:
            self.kept.append((keys, args))
        return await super().run(script, keys, args)


@dataclass(frozen=True)
class Round:
    """Commits a second, of each sort."""

    create: float
    amend: float
    bare_create: float
    bare_amend: float


async def run(quick: bool) -> list[Figure]:
    """Measure creating and amending, in turn with the bare calls."""
    each, rounds = (QUICK_EACH, 1) if quick else (EACH, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="clarion-bench-", ignore_cleanup_errors=True) as folder:
        async with EmbeddedRedis(Path(folder)) as url:
            link = WritingDown.to(url)
            assert isinstance(link, WritingDown)
            storage = Storage(url, "T0", link=link)
            client = Redis.from_url(url, max_connections=CLIENTS, protocol=2)
            try:
                await _round(storage, link, client, QUICK_EACH)  # scripts are loaded, connections open
                found = [await _round(storage, link, client, each) for _ in range(rounds)]
            finally:
                await storage.aclose()
                await client.aclose()
    middle = {name: statistics.median(getattr(one, name) for one in found) for name in Round.__dataclass_fields__}
    return [
        judged("commits that create", middle["create"], "/s", floor=middle["bare_create"], limit=LIMIT),
        judged("commits that amend", middle["amend"], "/s", floor=middle["bare_amend"], limit=LIMIT),
    ]


async def _round(storage: Storage, link: WritingDown, client: "Redis", each: int) -> Round:
    ids, clock = SortableIds(), WallClock()
    incidents: list[list[Incident]] = [[] for _ in range(CLIENTS)]

    def declared(number: int) -> Change:
        said = Declaration(title=f"Case {number}", severity=Severity.SEV2)
        return lifecycle.declare(said, _ADA, ids.new(), clock.now())

    # It is committing that is measured; what to declare is decided before.
    changes = [declared(number) for number in range(CLIENTS * each)]

    async def create(client_number: int, number: int) -> None:
        done = await storage.incidents.create(ids.new(), changes.pop())
        incidents[client_number].append(done.incident)

    async def amend(client_number: int, number: int) -> None:
        def decide(incident: Incident) -> Change:
            return lifecycle.set_stage(incident, _STAGES[number % 2], _ADA, clock.now())

        await storage.incidents.amend(ids.new(), incidents[client_number][0].id, decide)

    await client.flushdb()
    created = link.keep()
    create_rate = await _rate(each, create)
    amended = link.keep()
    amend_rate = await _rate(each, amend)
    await client.flushdb()
    return Round(create_rate, amend_rate, await _bare(client, created), await _bare(client, amended))


async def _rate(each: int, act: Callable[[int, int], Awaitable[None]]) -> float:
    async def client(client_number: int) -> None:
        for number in range(each):
            await act(client_number, number)

    started = time.perf_counter()
    await asyncio.gather(*(client(client_number) for client_number in range(CLIENTS)))
    return each * CLIENTS / (time.perf_counter() - started)


async def _bare(client: "Redis", calls: Sequence[Call]) -> float:
    """Make the same calls, those of one incident in their order. Raises RuntimeError if one did not commit."""
    queues: dict[str, list[Call]] = {}
    for keys, args in calls:
        queues.setdefault(keys[0], []).append((keys, args))
    lanes = [[call for queue in list(queues.values())[n::CLIENTS] for call in queue] for n in range(CLIENTS)]

    async def work(lane: list[Call]) -> None:
        for keys, args in lane:
            reply = await client.execute_command(  # type: ignore[no-untyped-call]
                "EVALSHA", COMMIT.sha, len(keys), *keys, _FAR, *args[1:]
            )
            if reply[0] != b"committed":
                raise RuntimeError(f"the bare call was answered {reply[:2]}")

    started = time.perf_counter()
    await asyncio.gather(*(work(lane) for lane in lanes))
    return len(calls) / (time.perf_counter() - started)
