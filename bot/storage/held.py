"""A job in a worker's hands: its lease is renewed by a heartbeat until it is settled or let go.

It refuses to act for a worker that has lost the job: every step asks, in the same script, whether the stream
still names this worker (the fencing token of the failure model, 10).
"""

import asyncio
import json
import weakref
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Self

from bot.domain.job import Job, JobPlace
from bot.domain.transitions import JOBS
from bot.metrics.instruments import SETTLED
from bot.ports import StorageDown
from bot.storage.codec import JOB
from bot.storage.commits import score
from bot.storage.connection import Arg, Link
from bot.storage.keys import GROUP, Keys
from bot.storage.script import COUNT, RENEW, SETTLE

# A heartbeat may be lost, or late, and the lease still holds.
BEATS_A_LEASE = 3
# How often a holder tries while Redis is away, in seconds.
QUICK_BEAT = 0.2


@dataclass(frozen=True, slots=True)
class Claim:
    """What names a held job to the scripts. The consumer is new for each hand-out: it is the fencing token."""

    stream: str
    entry: str
    consumer: str

    @property
    def args(self) -> tuple[Arg, ...]:
        """Group, entry and consumer, as the scripts take them."""
        return GROUP, self.entry, self.consumer


class HeldJob:
    """Implements `ports.Held`. As `async with` block it ends in `release`, however the block is left."""

    def __init__(self, link: Link, keys: Keys, claim: Claim, job: Job, deliveries: int, lease: float) -> None:
        self.job = job
        self.deliveries = deliveries
        self.claim = claim
        self.lease = lease
        self._link = link
        self._keys = keys
        # The heartbeat knows the claim and not this object: dropping the last reference (a cancelled task's) ends it.
        stopped = asyncio.Event()
        beat = asyncio.create_task(_beat(link, claim, lease / BEATS_A_LEASE, stopped), name=f"heartbeat {job.id}")
        self._stop = weakref.finalize(self, _end, beat, stopped)

    async def still_mine(self) -> bool:
        """Say whether the lease still holds, and start it anew if so. Raises StorageDown when that is not known."""
        return await _renew(self._link, self.claim)

    async def done(self) -> None:
        """Settle: the job is gone. Nothing, if it is somebody else's by now. Raises StorageDown."""
        await self._settle(JobPlace.DONE)

    async def again(self, due: datetime, *, faulted: bool = False) -> None:
        """Put the job back for `due` (UTC), its attempt counted up, and its faults if so. As `done` otherwise."""
        job = replace(self.job, due=due, attempt=self.job.attempt + 1, faults=self.job.faults + faulted)
        await self._settle(JobPlace.LATER, score(due), JOB.encode(job))

    async def put_aside(self, reason: str) -> None:
        """Take the job out of its lane and keep it, shown, for a person. As `done` otherwise."""
        kept = {"entry": self.claim.entry, "reason": reason, "job": JOB.encode(self.job).decode()}
        await self._settle(JobPlace.ASIDE, 0, json.dumps(kept))

    async def count(self, deliveries: int) -> None:
        """Set how often it counts as handed out. As `done` otherwise, but it is not settled."""
        await self._link.insist(COUNT, (self.claim.stream,), (*self.claim.args, deliveries))

    async def release(self) -> None:
        """Let go without settling: when the lease ends, another worker takes the job."""
        self._stop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    async def _settle(self, where: JobPlace, due: int = 0, kept: Arg = "") -> None:
        to = JOBS.to(JobPlace.HELD, where)
        keys = (self.claim.stream, self._keys.due, self._keys.due_jobs, self._keys.aside)
        try:
            if await self._link.insist(SETTLE, keys, (*self.claim.args, to, self.job.id, due, kept)):
                SETTLED.labels(self.job.kind, to).inc()
        finally:
            self._stop()


async def _renew(link: Link, claim: Claim) -> bool:
    return bool(await link.run(RENEW, (claim.stream,), claim.args))


async def _beat(link: Link, claim: Claim, every: float, stopped: asyncio.Event) -> None:
    # The flag as well as the cancellation: one lost in some library's timeout must not keep a dead job alive.
    pause = every
    while not stopped.is_set():
        await asyncio.sleep(pause)
        try:
            if not await _renew(link, claim):
                return
            pause = every
        except StorageDown:
            # While Redis is away nobody can take the job either; when it is back the lease may have run out
            # meanwhile, so it is renewed before others begin to look for the dead.
            pause = min(every, QUICK_BEAT)


def _end(beat: "asyncio.Task[None]", stopped: asyncio.Event) -> None:
    stopped.set()
    # A task that outlived its event loop has stopped by itself.
    if not beat.get_loop().is_closed():
        beat.cancel()
