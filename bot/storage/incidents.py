"""Incidents: documents read, decided upon and committed.

Changes come in as pure decisions and are committed in one script; a lost race is decided again on the newest
document. It refuses new work early when Redis is nearly full (failure model 15), and bytes that are not what
their name says.
"""

import asyncio
import contextlib
import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.refusals import no_such_incident
from bot.domain.timeline import Entry
from bot.ports import Committed, Decide, NotKnownYet, StorageDown
from bot.storage.codec import ENTRY, INCIDENT
from bot.storage.commits import Commits, Known, Overtaken, Stored
from bot.storage.connection import Arg, Link, Reply, microseconds
from bot.storage.headroom import Headroom
from bot.storage.keys import Keys

_FIELDS = ("doc", "version", "number")
# Incidents kept in decoded form: more than are open in a bad night, at some kilobytes each.
_DECODED = 256
# What is offered beside an answer ("Join instead") may be this old, in seconds: when everybody declares at once,
# everybody is offered the same, and nobody waits for the list.
OFFERS_FRESH = 0.1


class RedisIncidents:
    """Implements `ports.Incidents`."""

    def __init__(self, link: Link, keys: Keys, commits: Commits, headroom: Headroom) -> None:
        self._link = link
        self._keys = keys
        self._commits = commits
        self._headroom = headroom
        self._offered: dict[int, tuple[float, tuple[Incident, ...]]] = {}
        self._decoded = Decoded()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def create(self, operation: str, change: Change) -> Committed:
        """Commit a new incident and give it the next number. Raises StorageDown, StorageFull, NotKnownYet."""
        until = time.monotonic() + self._link.patience.truth
        await self._headroom.require()
        answer = await self._commits.write(operation, change, 0, until)
        if isinstance(answer, Overtaken):
            raise ValueError(f"incident {change.incident.id} exists already: ids must be new")
        return await self._outcome(operation, answer, change, until)

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """Load, decide, commit; on a lost race load and decide again. See `ports.Incidents.amend`."""
        until = time.monotonic() + self._link.patience.truth
        async with self._turn(incident_id, until):
            incident, done_for = await self._seen(operation, incident_id, until)
            if done_for is not None:
                return await self._known(operation, Known(done_for, repeated=True), until)
            while time.monotonic() < until:
                if incident is None:
                    raise no_such_incident()
                change = decide(incident)
                if _changes_nothing(incident, change):
                    return Committed(incident)
                if change.blobs:
                    await self._headroom.require()
                answer = await self._commits.write(operation, change, incident.version, until)
                if not isinstance(answer, Overtaken):
                    return await self._outcome(operation, answer, change, until)
                # Again at once: a pause would only give the others time to make this stale as well, and of those
                # who race somebody always wins.
                incident = answer.incident
        raise StorageDown("Too many changes at once, and this one was not written")

    async def load(self, incident_id: str) -> Incident | None:
        """Return the newest committed document, or None."""
        return self._decoded.of(await self._link.ask("HMGET", self._keys.incident(incident_id), *_FIELDS))

    async def find(self, number: int) -> Incident | None:
        """Return the incident with this number, or None."""
        found = await self._link.ask("HGET", self._keys.numbers, number)
        return await self.load(found.decode()) if found else None

    async def in_channel(self, channel_id: str) -> Incident | None:
        """Return the incident whose own channel this is, or None."""
        found = await self._link.ask("HGET", self._keys.channels, channel_id)
        incident = await self.load(found.decode()) if found else None
        # The index remembers every channel an incident ever had; only the present one is its own.
        return incident if incident and incident.channel.id == channel_id else None

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """Return the open incidents, newest first, at most `most`: then for offers, up to `OFFERS_FRESH` s old."""
        if most is None:
            return await self._open(-1)
        told, found = self._offered.get(most, (-math.inf, ()))
        if time.monotonic() - told > OFFERS_FRESH:
            found = await self._open(most - 1)
            self._offered[most] = time.monotonic(), found
        return found

    async def _open(self, last: int) -> tuple[Incident, ...]:
        # Shared: when everybody declares at once, everybody is offered the same.
        ids: Sequence[bytes]
        (ids,) = await self._link.ask_all(("ZREVRANGE", self._keys.open, 0, last), shared=True)
        if not ids:
            return ()
        wanted = (("HMGET", self._keys.incident(i.decode()), *_FIELDS) for i in ids)
        rows = await self._link.ask_all(*wanted, shared=True)
        found = (self._decoded.of(row) for row in rows)
        return tuple(incident for incident in found if incident and incident.open)

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """Return what happened, oldest first."""
        return tuple(map(ENTRY.decode, await self._link.ask("LRANGE", self._keys.timeline(incident_id), 0, -1)))

    async def blob(self, sha256: str) -> bytes:
        """Return stored bytes, checked against their name. Raises LookupError if missing or damaged."""
        stored: bytes | None = await self._link.ask("GET", self._keys.blob(sha256))
        if stored is None:
            raise LookupError(f"nothing is stored under {sha256}")
        if hashlib.sha256(stored).hexdigest() != sha256:
            raise LookupError(f"what is stored under {sha256} is damaged")
        return stored

    async def committed(self, operation: str) -> bool | None:
        """Say whether an operation was committed: True, False (it is certain that it never will be), None (unknown)."""
        return await self._commits.committed(operation)

    async def _seen(self, operation: str, incident_id: str, until: float) -> tuple[Incident | None, str | None]:
        """Load the document, and see whether the operation was committed and for which incident, in one go."""
        wanted: list[tuple[Arg, ...]] = [("HMGET", self._keys.incident(incident_id), *_FIELDS)]
        wanted.append(("HGET", self._keys.operations, operation))
        if not self._link.clock.fresh:  # else the commit would ask for the time by itself
            wanted.append(("TIME",))
        asked = time.monotonic()
        async with _within(until):
            row, done, *clock = await self._link.ask_all(*wanted)
        for told in clock:
            self._link.clock.observe(microseconds(told), asked)
        return self._decoded.of(row), done.decode() if done else None

    async def _outcome(self, operation: str, answer: Stored | Known, change: Change, until: float) -> Committed:
        if isinstance(answer, Stored):
            return Committed(replace(change.incident, version=answer.version, number=answer.number))
        return await self._known(operation, answer, until)

    async def _known(self, operation: str, known: Known, until: float) -> Committed:
        """Load what a committed operation has led to. Not to reach it now is no reason to say "not saved"."""
        try:
            async with _within(until):
                incident = await self.load(known.incident_id)
        except StorageDown:
            raise NotKnownYet(operation) from None
        if incident is None:
            raise no_such_incident()
        return Committed(incident, known.repeated)

    @contextlib.asynccontextmanager
    async def _turn(self, incident_id: str, until: float) -> AsyncIterator[None]:
        """Let this process's amendments of one incident go one after the other: they would only race."""
        turn = self._turns.setdefault(incident_id, asyncio.Lock())
        if turn.locked():
            async with _within(until):
                await turn.acquire()
        else:
            await turn.acquire()  # at once: nobody is before us
        try:
            yield
        finally:
            turn.release()


@contextlib.asynccontextmanager
async def _within(until: float) -> AsyncIterator[None]:
    """Give up at `until` (monotonic seconds), before anything was sent that writes."""
    try:
        async with asyncio.timeout(until - time.monotonic()):
            yield
    except TimeoutError:
        raise StorageDown("Redis did not answer in time, and nothing was written") from None


class Decoded:
    """The newest document of each incident in decoded form, of the `most` incidents read last.

    An incident is frozen, so whoever reads the same bytes may share it. Only the newest: a long night's document has
    hundreds of versions, each as long as the night.
    """

    def __init__(self, most: int = _DECODED) -> None:
        self._most = most
        self._kept: OrderedDict[int, tuple[Reply, Incident]] = OrderedDict()

    def of(self, row: Reply) -> Incident | None:
        """Return the incident of these very bytes: document, version and number. None: there is none."""
        document, version, number = row
        if document is None:
            return None
        same, known = self._kept.get(int(number), (None, None))
        if known is None or same != row:
            known = INCIDENT.decode(document, version=int(version), number=int(number))
            self._kept[int(number)] = row, known
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(int(number))
        return known


def _changes_nothing(incident: Incident, change: Change) -> bool:
    return change.incident == incident and not (change.entries or change.jobs or change.blobs or change.hurry)
