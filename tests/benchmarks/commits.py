"""Commits a second through the storage, against the very same EVALSHA called bare through redis-py.

Twenty tasks in this process either way. The product's calls are written down, then made again on a server in the
same state: same keys, same documents, same order for each incident.

Approving and publishing is what issue 5 sets a target for: the second update of an incident whose first has gone out,
to four outlets. Once the commit alone, and once the whole act: as on a real night another process wrote what is
approved, so each is read, decided and written.
The collector is told to come by seldom, as in the web process, for both alike. Changing the stage over and over, in
a document that grows with each, is for the record.
"""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from redis.asyncio import Redis

from bot.domain import approval, delivery, drafting, lifecycle
from bot.domain.change import Change
from bot.domain.facts import Stage
from bot.domain.incident import Incident, Severity
from bot.domain.lifecycle import Declaration
from bot.domain.people import Person
from bot.domain.update import Outcome, UpdateState
from bot.storage.commits import Stored
from bot.storage.connection import Arg, Link, Reply
from bot.storage.embedded import EmbeddedRedis
from bot.storage.keys import Keys
from bot.storage.script import COMMIT, Script
from bot.storage.store import Storage
from bot.web.serving import tidy_seldom
from bot.wiring import SortableIds, WallClock
from tests.benchmarks.figures import Figure, Limit, judged
from tests.builders import BO, DEE, POLICY, approved, facts, person, rendered
from tests.builders import incident as open_incident

CLIENTS = 20
EACH, QUICK_EACH = 100, 5
ROUNDS = 7
LIMIT = Limit(least=0.5)
OUTLETS = ("status", "email", "slack", "webhook")
FIRST, SECOND = "upd1", "upd2"
_ADA = Person(user_id="U0ADA", workspace="T0")
_COMMITS = Keys("T0", 1).commits
_PATIENCE = 10.0  # seconds
_FAR = 2**52  # a deadline that no clock reaches
_STAGES = (Stage.IDENTIFIED, Stage.MONITORING)
Call = tuple[Sequence[str], Sequence[Arg]]
Act = Callable[[int, int], Awaitable[None]]


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
class Pair:
    """Commits a second, and of the same calls made bare."""

    ours: float
    bare: float


async def run(quick: bool) -> list[Figure]:
    """Measure each sort of commit, in turn with the bare calls."""
    each, rounds = (QUICK_EACH, 1) if quick else (EACH, ROUNDS)
    async with AsyncExitStack() as stack:
        folder = tempfile.TemporaryDirectory(prefix="clarion-bench-", ignore_cleanup_errors=True)
        url = await stack.enter_async_context(EmbeddedRedis(Path(stack.enter_context(folder))))
        stack.callback(gc.set_threshold, *gc.get_threshold())
        stack.callback(gc.unfreeze)
        bench = Bench(url)
        stack.push_async_callback(bench.aclose)
        sorts = {
            "commits that create": (bench.creating, LIMIT),
            "commits that approve and publish": (bench.committing, LIMIT),
            "the same, read and decided on the way": (bench.approving, LIMIT),
            "commits that amend one growing document": (bench.amending, None),
        }
        found: dict[str, list[Pair]] = {name: [] for name in sorts}
        for measure, _ in sorts.values():
            await measure(QUICK_EACH)  # scripts are loaded, connections open
        for _ in range(rounds):
            for name, (measure, _) in sorts.items():
                found[name].append(await measure(each))
    figures = []
    for name, (_, limit) in sorts.items():
        ours, bare = (statistics.median(getattr(pair, kind) for pair in found[name]) for kind in ("ours", "bare"))
        figures.append(judged(name, ours, "/s", floor=bare, limit=limit))
    return figures


class Bench:
    """One server, the storage that is measured, another process's view of the server, and the bare client."""

    def __init__(self, url: str) -> None:
        link = WritingDown.to(url)
        assert isinstance(link, WritingDown)
        self._link = link
        self._storage, self._elsewhere = Storage(url, "T0", link=link), Storage(url, "T0")
        self._client = Redis.from_url(url, max_connections=CLIENTS, protocol=2)
        self._ids, self._clock = SortableIds(), WallClock()

    async def aclose(self) -> None:
        """Let all connections go."""
        await self._storage.aclose()
        await self._elsewhere.aclose()
        await self._client.aclose()

    async def creating(self, each: int) -> Pair:
        """Declare incidents. It is committing that is measured; what to declare is decided before."""
        changes = [self._declared(number) for number in range(CLIENTS * each)]

        async def create(client: int, number: int) -> None:
            await self._storage.incidents.create(self._ids.new(), changes[client * each + number])

        await self._emptied()
        calls = self._link.keep()
        ours = await _rate(each, create)
        await self._emptied()
        return Pair(ours, await self._bare(calls))

    async def committing(self, each: int) -> Pair:
        """Write approvals that are decided already."""
        waiting = [self._waiting() for _ in range(CLIENTS * each)]
        dee, now = person(DEE, workspace="T0"), self._clock.now()
        changes = [approval.approve(i, SECOND, i.update(SECOND).latest.digest, dee, now, POLICY) for i in waiting]

        async def commit(client: int, number: int) -> None:
            change = changes[client * each + number]
            written = await self._storage._commits.write(self._ids.new(), change, 1, time.monotonic() + _PATIENCE)
            if not isinstance(written, Stored):
                raise RuntimeError("an approval was not written")

        await self._elsewhere_written(waiting)
        calls = self._link.keep()
        ours = await _rate(each, commit)
        await self._elsewhere_written(waiting)
        return Pair(ours, await self._bare(calls))

    async def approving(self, each: int) -> Pair:
        """Approve the waiting update of an incident, which is its publishing: read, decide, write."""
        waiting = [self._waiting() for _ in range(CLIENTS * each)]
        digests = [incident.update(SECOND).latest.digest for incident in waiting]
        dee = person(DEE, workspace="T0")

        async def approve(client: int, number: int) -> None:
            n = client * each + number
            done = await self._storage.incidents.amend(
                self._ids.new(),
                waiting[n].id,
                lambda found: approval.approve(found, SECOND, digests[n], dee, self._clock.now(), POLICY),
            )
            if done.incident.update(SECOND).state is not UpdateState.PUBLISHING:
                raise RuntimeError("an approved update is not on its way")

        await self._elsewhere_written(waiting)
        calls = self._link.keep()
        ours = await _rate(each, approve)
        await self._elsewhere_written(waiting)
        return Pair(ours, await self._bare(calls))

    async def amending(self, each: int) -> Pair:
        """Change the stage, each client in its own incident."""
        begun = [self._declared(number) for number in range(CLIENTS)]

        async def amend(client: int, number: int) -> None:
            def decide(incident: Incident) -> Change:
                return lifecycle.set_stage(incident, _STAGES[number % 2], _ADA, self._clock.now())

            await self._storage.incidents.amend(self._ids.new(), begun[client].incident.id, decide)

        await self._emptied()
        calls = self._link.keep()
        for change in begun:
            await self._storage.incidents.create(self._ids.new(), change)
        creations = calls.copy()
        calls.clear()
        ours = await _rate(each, amend)
        await self._emptied()
        await self._bare(creations)
        return Pair(ours, await self._bare(calls))

    async def _emptied(self) -> None:
        """Empty the server, but for the number of commits: one that falls would be older data, and halt approvals."""
        commits = await self._client.get(_COMMITS)
        await self._client.flushdb()
        if commits:
            await self._client.set(_COMMITS, commits)

    def _declared(self, number: int) -> Change:
        said = Declaration(title=f"Case {number}", severity=Severity.SEV2)
        return lifecycle.declare(said, _ADA, self._ids.new(), self._clock.now())

    def _waiting(self) -> Incident:
        """Return an incident whose first update has gone out and whose second waits for approval."""
        now = self._clock.now()
        content = rendered(facts(now), OUTLETS)
        begun = replace(open_incident(now), id=self._ids.new(), workspace="T0")
        told = approved(begun, FIRST, now=now, content=content)
        for outlet in OUTLETS:
            told = delivery.settle(told, FIRST, outlet, {Outcome.DELIVERED: 1}, "", now).incident
        drafted = drafting.draft(
            told, SECOND, "outage/identified", Stage.IDENTIFIED, content, person(BO, workspace="T0"), now, POLICY
        )
        return drafted.incident

    async def _elsewhere_written(self, incidents: Sequence[Incident]) -> None:
        await self._emptied()
        for start in range(0, len(incidents), CLIENTS):
            some = incidents[start : start + CLIENTS]
            await asyncio.gather(*(self._elsewhere.incidents.create(self._ids.new(), Change(i)) for i in some))

    async def _bare(self, calls: Sequence[Call]) -> float:
        """Make the same calls, those of one incident in their order. Raises RuntimeError if one did not commit."""
        queues: dict[str, list[Call]] = {}
        for keys, args in calls:
            queues.setdefault(keys[0], []).append((keys, args))
        lanes = [[call for queue in list(queues.values())[n::CLIENTS] for call in queue] for n in range(CLIENTS)]

        async def work(lane: list[Call]) -> None:
            for keys, args in lane:
                reply = await self._client.execute_command(  # type: ignore[no-untyped-call]
                    "EVALSHA", COMMIT.sha, len(keys), *keys, _FAR, *args[1:]
                )
                if reply[0] != b"committed":
                    raise RuntimeError(f"the bare call was answered {reply[:2]}")

        tidy_seldom()
        started = time.perf_counter()
        await asyncio.gather(*(work(lane) for lane in lanes))
        return len(calls) / (time.perf_counter() - started)


async def _rate(each: int, act: Act) -> float:
    async def client(number: int) -> None:
        for turn in range(each):
            await act(number, turn)

    tidy_seldom()
    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return each * CLIENTS / (time.perf_counter() - started)
