"""The queues: one Redis Stream a lane, read by a consumer group, and a due set for what comes later.

A job that a dead worker held is taken first, once its lease has ended. It refuses to hide how often a job was
handed out: that is how a job that kills its worker is found (failure model 12).
"""

import itertools
import json
import os
import secrets
import time
from collections.abc import Iterator
from datetime import datetime

import structlog
from redis.exceptions import ResponseError

from bot.domain.job import Job
from bot.metrics.instruments import TAKEN_OVER
from bot.ports import Held, StorageDown, Unsure
from bot.storage.codec import JOB, Unreadable
from bot.storage.commits import score
from bot.storage.connection import LONGEST_BLOCK_SECONDS, Arg, Link, Reply
from bot.storage.held import Claim, HeldJob
from bot.storage.keys import GROUP, Keys
from bot.storage.script import ENQUEUE, PROMOTE

LEASE_SECONDS = 15.0
PROMOTED_AT_ONCE = 100
# How a server says that the stream or its group is not there (yet, or any more after a flush).
_NO_GROUP = ("NOGROUP", "UNBLOCKED")

_log = structlog.get_logger(__name__)


class RedisJobs:
    """Implements `ports.Jobs`. `lease` is in seconds: how long a silent worker keeps a job."""

    def __init__(self, link: Link, keys: Keys, lease: float = LEASE_SECONDS) -> None:
        self._link = link
        self._keys = keys
        self._lease = lease
        # New with every start: a restarted process must not inherit what its former self held.
        self._process = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._hands = itertools.count()
        self._empty: dict[str, list[str]] = {}

    async def take(self, lane: str, wait: float) -> Held | None:
        """Take the next job of a lane, waiting up to `wait` seconds; first those whose lease has ended.

        Raises StorageDown, and StorageFull if the lane is new and Redis full.
        """
        stream, until = self._keys.lane(lane), time.monotonic() + wait
        hand = self._hand(stream)
        while True:
            held = await self._take_over(stream, hand)
            if held is None:
                # Look after the dead in between, also while the lane is quiet.
                rest = min(until - time.monotonic(), self._lease / 3, LONGEST_BLOCK_SECONDS)
                held = await self._next(stream, hand, rest)
            if held is not None:
                return held
            if time.monotonic() >= until:
                self._empty[stream].append(hand)
                return None

    async def lanes(self) -> tuple[str, ...]:
        """Return every lane that ever had a job: one of an outlet that is gone may still hold deliveries."""
        first, found, cursor = self._keys.lane(""), set[str](), b"0"
        while True:
            cursor, names = await self._link.ask("SCAN", cursor, "MATCH", f"{first}*", "COUNT", 1_000)
            found.update(name.decode().removeprefix(first) for name in names)
            if cursor == b"0":
                return tuple(sorted(found))

    async def promote(self, now: datetime) -> int:
        """Move the jobs that are due at `now` to their lanes, at most 100, earliest first; return how many."""
        due = score(now)
        keys = self._keys
        ids = await self._link.ask("ZRANGEBYSCORE", keys.due, "-inf", due, "LIMIT", 0, PROMOTED_AT_ONCE)
        if not ids:
            return 0
        stored = await self._link.ask("HMGET", keys.due_jobs, *ids)
        # The lane follows from the id: the same id is always the same kind of work at the same outlet.
        known = [(job_id, _read(text)) for job_id, text in zip(ids, stored, strict=True)]
        ready = [(job_id, job) for job_id, job in known if job is not None]
        lanes = list(dict.fromkeys(job.lane for _, job in ready))
        args: list[Arg] = [due]
        for job_id, job in ready:
            args += (job_id, lanes.index(job.lane) + 1)
        names = (keys.due, keys.due_jobs, *map(keys.lane, lanes))
        return int(await self._link.insist(PROMOTE, names, args)) if ready else 0

    async def add(self, job: Job) -> None:
        """Queue a job that belongs to no commit; after a lost reply perhaps twice.

        Raises Unsure when it may be queued, and StorageFull.
        """
        names = (self._keys.lane(job.lane), self._keys.due, self._keys.due_jobs)
        args = (job.id, "" if job.due is None else score(job.due), JOB.encode(job))
        try:
            await self._link.insist(ENQUEUE, names, args)
        except StorageDown as lost:
            raise Unsure(str(lost)) from lost

    async def aside(self) -> tuple[tuple[Job, str], ...]:
        """Return the jobs that were put aside, with the reason, in the order in which they were queued."""
        kept = [json.loads(text) for text in await self._link.ask("HVALS", self._keys.aside)]
        kept.sort(key=lambda k: [int(part) for part in k["entry"].split("-")])
        return tuple((JOB.decode(k["job"].encode()), k["reason"]) for k in kept)

    async def waiting(self) -> tuple[tuple[Job, bool], ...]:
        """Return the jobs that are not done yet; True: it is for later. For looking on: it reads all of them."""
        found: list[tuple[Job, bool]] = []
        for lane in await self.lanes():
            entries = await self._link.ask("XRANGE", self._keys.lane(lane), "-", "+")
            found += ((job, False) for _, job in _jobs(entries))
        later = (_read(text) for text in await self._link.ask("HVALS", self._keys.due_jobs))
        return (*found, *((job, True) for job in later if job is not None))

    def _hand(self, stream: str) -> str:
        """Return the name under which the next job of a lane is held: of that job alone.

        A name that holds another one would let this process take over its own running job, and do it twice.
        """
        empty = self._empty.setdefault(stream, [])
        return empty.pop() if empty else f"{self._process}-{next(self._hands)}"

    async def _take_over(self, stream: str, hand: str) -> Held | None:
        cursor: Arg = "0-0"
        while True:
            # One at a time: what is claimed must be worked on, or its lease runs for nothing.
            cursor, entries, *_ = await self._grouped(
                stream, "XAUTOCLAIM", stream, GROUP, hand, int(self._lease * 1000), cursor, "COUNT", 1
            )
            for entry, job in _jobs(entries):
                row = await self._link.ask("XPENDING", stream, GROUP, entry, entry, 1)
                if row and row[0][1].decode() == hand:
                    TAKEN_OVER.labels(job.lane).inc()
                    return self._held(Claim(stream, entry, hand), job, deliveries=int(row[0][3]))
            if cursor == b"0-0":
                return None

    async def _next(self, stream: str, hand: str, wait: float) -> Held | None:
        # BLOCK 0 would wait for ever.
        block: tuple[Arg, ...] = ("BLOCK", int(wait * 1000)) if wait >= 0.001 else ()
        head: tuple[Arg, ...] = ("XREADGROUP", "GROUP", GROUP, hand, "COUNT", 1)
        reply = await self._grouped(stream, *head, *block, "STREAMS", stream, ">", blocking=bool(block))
        for _, entries in reply or ():
            for entry, job in _jobs(entries):
                return self._held(Claim(stream, entry, hand), job, deliveries=1)
        return None

    def _held(self, claim: Claim, job: Job, deliveries: int) -> Held:
        return HeldJob(self._link, self._keys, claim, job, deliveries, self._lease)

    async def _grouped(self, stream: str, *command: Arg, blocking: bool = False) -> Reply:
        """Run a command of the lane's group, and make the group first if there is none."""
        try:
            return await self._link.ask(*command, blocking=blocking)
        except ResponseError as refusal:
            if not str(refusal).startswith(_NO_GROUP):
                raise
        try:
            await self._link.ask("XGROUP", "CREATE", stream, GROUP, "0", "MKSTREAM")
        except ResponseError as refusal:
            if not str(refusal).startswith("BUSYGROUP"):  # another worker was quicker
                raise
        return await self._link.ask(*command, blocking=blocking)


def _jobs(entries: Reply) -> Iterator[tuple[str, Job]]:
    """Yield what can be read. What cannot stays in its lane for a worker that can: a newer one, in a roll-out."""
    for entry, fields in entries:
        job = _read(fields[1])
        if job is not None:
            yield entry.decode(), job


def _read(stored: bytes | None) -> Job | None:
    if stored is None:
        return None
    try:
        return JOB.decode(stored)
    except Unreadable as fault:
        _log.error("job_unreadable", fault=str(fault))
        return None
