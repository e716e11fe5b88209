"""The ports without Redis: an emergency publication runs the same use cases on these, and on the same rules.

Each step is a line in the emergency journal, on the disk before the next begins. Documents, texts and the ledger
begin as this machine's journal remembers them, so that what had left is not sent again. It refuses to run
twice at once.
"""

import base64
import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.domain.change import Blob, Change
from bot.domain.incident import Incident
from bot.domain.job import Job
from bot.domain.refusals import Refusal
from bot.domain.timeline import Entry
from bot.journal import ledger
from bot.journal.journal import EMERGENCY, FIRST_EMERGENCY, Remembered, document_of, remembered, take_in, text_line
from bot.journal.lines import Lines, opened
from bot.ports import Attempt, Begun, Committed, Decide, Held
from bot.storage.codec import ENTRY, INCIDENT, JOB


class AlreadyRunning(Exception):
    """Another emergency publication is being written on this machine."""


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep every other emergency publication, and every take-over, away. Raises AlreadyRunning, OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = opened(folder / "emergency.lock")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
    finally:
        os.close(handle)


@dataclass(slots=True)
class Local:
    """What the machine remembers, and the emergency journal that goes on from there."""

    lines: Lines
    known: Remembered = field(default_factory=Remembered)
    operations: set[str] = field(default_factory=set)
    held: bool = False

    @classmethod
    def opened(cls, folder: Path) -> "Local":
        """Read everything. Raises JournalDamaged, OSError, Unreadable."""
        found = cls(Lines(folder / EMERGENCY))
        found._read()
        return found

    def hold(self) -> None:
        """Hold the workers of this machine, and take in what they have done since this was opened; once.

        People type for minutes, and Redis may have been back meanwhile. A worker that writes its intention and then
        finds the file takes it back; one that wrote before the file was there is read here. Raises as `opened`.
        """
        if not self.held:
            self.held = True
            self.lines.begin()
            self._read()

    def close(self) -> None:
        """Let the file go; one in which nothing was written holds nobody up any longer. Raises OSError."""
        self.lines.close()
        with contextlib.suppress(FileNotFoundError):
            if self.held and not self.lines.file.stat().st_size:
                self.lines.file.unlink()

    def _read(self) -> None:
        before = self.lines.read()
        self.operations = {line["op"] for line in before if line["k"] == "commit"}
        self.known = remembered(self.lines.file.parent, before)

    def write(self, line: dict[str, Any]) -> None:
        """Add a line, on the disk, and take it in. Raises OSError: then the step did not happen."""
        self.lines.add(line)
        take_in(self.known, orjson.loads(orjson.dumps(line)))


class LocalIncidents:
    """Implements `ports.Incidents`."""

    def __init__(self, local: Local) -> None:
        self._local = local

    async def create(self, operation: str, change: Change) -> Committed:
        """As `ports.Incidents.create`; the number is of a range of its own."""
        self._local.hold()
        numbers = [i.number for i in self._local.known.documents.values() if i.number >= FIRST_EMERGENCY]
        number = max(numbers, default=FIRST_EMERGENCY - 1) + 1
        return self._written(operation, replace(change, incident=replace(change.incident, number=number, version=1)))

    async def amend(self, operation: str, incident_id: str, decide: Decide) -> Committed:
        """As `ports.Incidents.amend`."""
        self._local.hold()
        found = self._local.known.documents.get(incident_id)
        if found is None:
            raise Refusal("no_such_incident", "This machine knows of no such incident.")
        if operation and operation in self._local.operations:
            return Committed(found, repeated=True)
        change = decide(found)
        if change.incident == found and not (change.entries or change.jobs or change.blobs):
            return Committed(found)
        return self._written(operation, replace(change, incident=replace(change.incident, version=found.version + 1)))

    async def load(self, incident_id: str) -> Incident | None:
        """As `ports.Incidents.load`."""
        return self._local.known.documents.get(incident_id)

    async def find(self, number: int) -> Incident | None:
        """As `ports.Incidents.find`."""
        return next((one for one in self._local.known.documents.values() if one.number == number), None)

    async def in_channel(self, channel_id: str) -> Incident | None:
        """As `ports.Incidents.in_channel`."""
        return next((one for one in self._local.known.documents.values() if one.channel.id == channel_id), None)

    async def open(self, most: int | None = None) -> tuple[Incident, ...]:
        """As `ports.Incidents.open`."""
        found = [one for one in self._local.known.documents.values() if one.open]
        return tuple(sorted(found, key=lambda one: one.declared_at, reverse=True)[:most])

    async def timeline(self, incident_id: str) -> tuple[Entry, ...]:
        """The timeline before the emergency is in Redis alone."""
        return ()

    async def blob(self, sha256: str) -> bytes:
        """As `ports.Incidents.blob`."""
        try:
            return self._local.known.blobs[sha256]
        except KeyError:
            raise LookupError(f"this machine does not have {sha256}") from None

    async def committed(self, operation: str) -> bool | None:
        """As `ports.Incidents.committed`."""
        return operation in self._local.operations

    def _written(self, operation: str, change: Change) -> Committed:
        incident = change.incident
        known_as = operation or f"emergency:{incident.id}:{incident.version}"
        self._local.write(_commit_line(known_as, change))
        self._local.operations.add(known_as)
        return Committed(incident)


class LocalAttempts:
    """Implements `ports.Attempts`."""

    def __init__(self, local: Local) -> None:
        self._local = local

    async def begin(
        self, held: Held, incident: Incident, update_id: str, outlet: str, recipient: str, round_: int
    ) -> Begun:
        """As `ports.Attempts.begin`."""
        known = self._local.known.ledger.of(update_id, outlet).get(recipient)
        if known and known.outcome is not None and known.round >= round_:
            return Begun.ENDED
        if self._local.known.documents[incident.id].version != incident.version:
            return Begun.STALE
        self._local.write(ledger.begun(update_id, outlet, recipient, round_))
        return Begun.YES

    async def record(self, update_id: str, outlet: str, recipient: str, attempt: Attempt) -> None:
        """As `ports.Attempts.record`."""
        self._local.write(ledger.ended(update_id, outlet, recipient, attempt))

    async def retract(self, update_id: str, outlet: str, recipient: str, round_: int) -> None:
        """As `ports.Attempts.retract`."""
        self._local.write(ledger.taken_back(update_id, outlet, recipient, round_))

    async def read(self, update_id: str, outlet: str) -> Mapping[str, Attempt]:
        """As `ports.Attempts.read`."""
        return self._local.known.ledger.of(update_id, outlet)


class LocalJobs:
    """Implements `ports.Jobs`: what has to be done later is written down, and queued when Redis is back."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    async def take(self, lane: str, wait: float) -> Held | None:
        """Nothing is queued here."""
        return None

    async def lanes(self) -> tuple[str, ...]:
        """Nothing is queued here."""
        return ()

    async def promote(self, now: datetime) -> int:
        """Nothing is queued here."""
        return 0

    async def add(self, job: Job) -> None:
        """Write a job down."""
        self._lines.add({"k": "job", "is": orjson.Fragment(JOB.encode(job))})

    async def aside(self) -> tuple[tuple[Job, str], ...]:
        """Nothing is queued here."""
        return ()


@dataclass(slots=True)
class LocalHeld:
    """Implements `ports.Held`: a delivery in the hands of the one who publishes."""

    job: Job
    deliveries: int = 1

    async def still_mine(self) -> bool:
        """Nobody else works here."""
        return True

    async def done(self) -> None:
        """Nothing to settle."""

    async def again(self, due: datetime, *, faulted: bool = False) -> None:
        """Nothing to settle."""

    async def put_aside(self, reason: str) -> None:
        """Nothing to settle."""

    async def count(self, deliveries: int) -> None:
        """Nothing counts."""

    async def release(self) -> None:
        """Nothing to settle."""


def _commit_line(operation: str, change: Change) -> dict[str, Any]:
    return {
        "k": "commit",
        "op": operation,
        "number": change.incident.number,
        "version": change.incident.version,
        "doc": orjson.Fragment(INCIDENT.encode(change.incident)),
        "entries": [orjson.Fragment(ENTRY.encode(entry)) for entry in change.entries],
        "jobs": [orjson.Fragment(JOB.encode(job)) for job in change.jobs],
        "texts": [text_line(blob) for blob in change.blobs],
    }


def change_of(line: dict[str, Any]) -> Change:
    """Read the change of one line of the emergency journal. Raises Unreadable."""
    entries: Sequence[Entry] = [ENTRY.decode(orjson.dumps(one)) for one in line["entries"]]
    jobs = [JOB.decode(orjson.dumps(one)) for one in line["jobs"]]
    blobs = [Blob(base64.b64decode(one["is"])) for one in line["texts"]]
    return Change(document_of(line), tuple(entries), tuple(jobs), tuple(blobs), recovered=True)
