"""Commits a second through the storage, against the very same EVALSHA called bare through redis-py.

Twenty tasks in this process either way. The product's calls are written down, then made again on an empty server:
same keys, same documents, same order for each incident.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
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


async def run(quick: bool) -> list[Figure]:
    """Measure creating and amending."""
    each = QUICK_EACH if quick else EACH
    with tempfile.TemporaryDirectory(prefix="clarion-bench-", ignore_cleanup_errors=True) as folder:
        async with EmbeddedRedis(Path(folder)) as url:
            link = WritingDown.to(url)
            assert isinstance(link, WritingDown)
            storage = Storage(url, "T0", link=link)
            client = Redis.from_url(url, max_connections=CLIENTS, protocol=2)
            try:
                return await _both(storage, link, client, each)
            finally:
                await storage.aclose()
                await client.aclose()


async def _both(storage: Storage, link: WritingDown, client: "Redis", each: int) -> list[Figure]:
    incidents: list[list[Incident]] = [[] for _ in range(CLIENTS)]
    ids, clock = SortableIds(), WallClock()

    async def create(client_number: int, number: int) -> None:
        said = Declaration(title=f"Case {client_number}-{number}", severity=Severity.SEV2)
        change = lifecycle.declare(said, _ADA, ids.new(), clock.now())
        incidents[client_number].append((await storage.incidents.create(ids.new(), change)).incident)

    async def amend(client_number: int, number: int) -> None:
        def decide(incident: Incident) -> Change:
            return lifecycle.set_stage(incident, _STAGES[number % 2], _ADA, clock.now())

        await storage.incidents.amend(ids.new(), incidents[client_number][0].id, decide)

    link.keep()
    await create(0, 0)  # the script is loaded and a connection is open
    await client.flushdb()
    incidents[0].clear()
    created = link.keep()
    create_rate = await _rate(each, create)
    amended = link.keep()
    amend_rate = await _rate(each, amend)
    await client.flushdb()
    bare_create = await _bare(client, created)
    bare_amend = await _bare(client, amended)
    return [
        judged("commits that create", create_rate, "/s", floor=bare_create, limit=LIMIT),
        judged("commits that amend", amend_rate, "/s", floor=bare_amend, limit=LIMIT),
    ]


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
