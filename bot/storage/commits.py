"""The commit: one change written whole or not at all, and the truth about it when Redis falls silent.

Every commit carries a deadline by the server's clock and an operation id. It refuses to guess: after a lost reply
the operation is read again until it is found, until it is certain that it never will be, or until the person has
to be told that it is not known yet (failure model 16).
"""

import asyncio
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.change import Change, publishes
from bot.domain.incident import Incident
from bot.ports import Halted, NotKnownYet, StorageDown, StorageFull, Watermark
from bot.storage.codec import ENTRY, INCIDENT, JOB
from bot.storage.connection import Arg, Cut, Link, NoReply, Reply, microseconds
from bot.storage.keys import Keys
from bot.storage.script import COMMIT

_POLL_SECONDS = 0.05
# A broken connection, and a clock to be set right, and the commit itself.
_MOST_TRIES = 3
_REMEMBERED = 1_000
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Stored:
    """Written now, with what the storage gave it."""

    version: int
    number: int


@dataclass(frozen=True, slots=True)
class Known:
    """The operation is committed, for this incident. `repeated`: certainly by an earlier call."""

    incident_id: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else's change came first. `incident` is the newest, None if there is none."""

    incident: Incident | None


Answer = Stored | Known | Overtaken


class Commits:
    """Writes changes, and tells the watermark each commit number (failure model 14)."""

    def __init__(self, link: Link, keys: Keys, watermark: Watermark) -> None:
        self._link = link
        self._keys = keys
        self._deadlines: dict[str, int] = {}
        self._watermark = watermark
        self._highest = 0

    @property
    def highest(self) -> int:
        """The highest commit number that this process itself was told, 0 if none."""
        return self._highest

    async def write(self, operation: str, change: Change, version: int, until: float) -> Answer:
        """Write `change`, decided on `version` (0: it must not exist). `until` is monotonic seconds.

        Raises StorageDown when it is certain that nothing was written, StorageFull, NotKnownYet, Halted.
        """
        # "" is for decisions safe to repeat by themselves; an id of our own still finds out what became of it.
        known_as = operation or f"once:{secrets.token_hex(12)}"
        if not self._link.clock.fresh:
            await self._link.now()
        keys, rest = self._spelled(known_as, change, version)
        broken, deadline = False, 0
        for _ in range(_MOST_TRIES):
            left = until - time.monotonic()
            if left <= 0:
                break
            deadline = self._link.clock.in_seconds(min(self._link.patience.commit, left))
            asked = time.monotonic()
            try:
                async with asyncio.timeout(left):
                    reply = await self._link.run(COMMIT, keys, (deadline, *rest))
            except Cut:
                # Often it never arrived. Its operation id makes asking again safe, and the answer certain.
                broken = True
                continue
            except (NoReply, TimeoutError):
                break
            except (StorageDown, StorageFull):
                if broken:  # this refusal says nothing about the first try
                    break
                raise
            self._link.clock.observe(reply[1], asked)
            # Late by a clock that has just been set right: the server's clock stepped, or we were held up.
            if reply[0] != b"late":
                return self._answer(reply, known_as, certain=not broken)
        return await self._truth(known_as, deadline, until)

    async def committed(self, operation: str) -> bool | None:
        """Say whether an operation was committed; None while that is not certain, or Redis does not answer."""
        found = await self._found(operation)
        return None if found is None else bool(found)

    async def _truth(self, operation: str, deadline: int, until: float) -> Answer:
        """Find out what became of a commit that was sent (`deadline` 0: that was not) by `until`."""
        if not deadline:
            raise StorageDown("There was no time left to write, and nothing was written")
        self._remember(operation, deadline)
        try:
            async with asyncio.timeout(until - time.monotonic()):
                while (found := await self._found(operation)) is None:  # noqa: ASYNC110 - it is Redis that is asked
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise NotKnownYet(operation) from None
        if not found:
            raise StorageDown("Redis did not answer in time, and nothing was written")
        return Known(found, repeated=False)

    async def _found(self, operation: str) -> str | None:
        """Return the incident of a committed operation, "" if there will certainly be none, None if not certain."""
        try:
            clock, found = await self._link.ask_all(("TIME",), ("HGET", self._keys.operations, operation))
        except StorageDown:
            return None
        if found is not None:
            return str(found, "utf-8")
        deadline = self._deadlines.get(operation)
        # TIME was read first: after the deadline, what is not there never will be.
        return "" if deadline is not None and microseconds(clock) > deadline else None

    def _remember(self, operation: str, deadline: int) -> None:
        self._deadlines[operation] = max(deadline, self._deadlines.pop(operation, 0))
        while len(self._deadlines) > _REMEMBERED:
            del self._deadlines[next(iter(self._deadlines))]

    def _answer(self, reply: Reply, operation: str, certain: bool) -> Answer:
        match reply:
            case [b"committed", _, version, number, commit]:
                self._highest = max(self._highest, int(commit))
                self._watermark.saw(int(commit), operation)
                return Stored(int(version), int(number))
            case [b"repeated", _, found]:
                return Known(found.decode(), repeated=certain)
            case [b"stale", _, version, number, document]:
                return Overtaken(INCIDENT.decode(document, version=int(version), number=int(number)))
            case [b"halted", _]:
                raise Halted
            case _:  # missing, or for a new one: its id exists
                return Overtaken(None)

    def _spelled(self, operation: str, change: Change, version: int) -> tuple[list[str], list[Arg]]:
        """Return KEYS and ARGV of `commit.lua`, without the deadline."""
        keys, incident = self._keys, change.incident
        at_once = [job for job in change.jobs if job.due is None]
        later = [job for job in change.jobs if job.due is not None]
        lanes = list(dict.fromkeys(job.lane for job in at_once))
        names = [keys.incident(incident.id), keys.timeline(incident.id), keys.open, keys.numbers, keys.channels]
        names += [keys.last_number, keys.operations, keys.operation_times, keys.commits, keys.due, keys.due_jobs]
        names.append(keys.standstill)
        names += [keys.blob(blob.sha256) for blob in change.blobs] + [keys.lane(lane) for lane in lanes]
        state: list[Arg] = [operation, incident.id, version, INCIDENT.encode(incident), int(incident.open)]
        state += [score(incident.declared_at), incident.channel.id]
        counts = (change.entries, change.blobs, lanes, at_once, later, change.hurry)
        state += [len(counted) for counted in counts]
        state += [self._watermark.highest, int(publishes(change)), self._watermark.spelled(), incident.number]
        state.append(incident.version if change.recovered else 0)
        state += [ENTRY.encode(entry) for entry in change.entries] + [blob.data for blob in change.blobs]
        state += _flat((lanes.index(job.lane) + 1, job.id, JOB.encode(job)) for job in at_once)
        state += _flat((job.id, score(job.due), JOB.encode(job)) for job in later)
        return names, [*state, *change.hurry]


def score(moment: datetime | None) -> int:
    """Return a time as whole microseconds since 1970: exact, so that nothing is promoted before it is due."""
    return 0 if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def _flat(rows: Iterable[tuple[Arg, ...]]) -> list[Arg]:
    return [value for row in rows for value in row]
