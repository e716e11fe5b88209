"""The journal of this machine: what was approved, which words, and every delivery, day by day, beside Redis.

One file a day, in which all processes of the machine write. An intention is on the disk before anything leaves. It
refuses to delete what may still matter: a file goes 30 days after its day, and the newest three never.
"""

import asyncio
import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import structlog

from bot.domain.change import Blob
from bot.domain.incident import Incident
from bot.domain.recovery import restored
from bot.journal.ledger import Ledger
from bot.journal.lines import Lines, last, read
from bot.journal.watermark import Seen, SharedWatermark
from bot.ports import Clock, StorageDown
from bot.storage.codec import INCIDENT, Unreadable

log = structlog.get_logger("clarion.journal")

# While this file is there, an emergency publication is under way, or waits to be taken over into Redis.
EMERGENCY = "emergency.jsonl"
KEPT_FOR = timedelta(days=30)
# So many files stay whatever their age: a clock that is years ahead when the machine starts would sweep them all.
KEPT_ALWAYS = 3
# A clock that steps back over midnight goes on in the file of the day before: what comes later is to stand later.
_STEP_BACK = timedelta(days=1)
# Changes that nobody waits for reach the disk together, so often, in seconds.
_TOGETHER = 0.5
_UNWRITABLE = "The journal in CLARION_HOME cannot be written, so nothing was begun"


@dataclass(slots=True)
class Remembered:
    """What a machine's files say: the newest document of each incident, texts by SHA-256, and the ledger."""

    documents: dict[str, Incident] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def highest_number(self) -> int:
        """The highest number of an incident that was given by Redis, 0 if none."""
        return max((i.number for i in self.documents.values() if i.number < FIRST_EMERGENCY), default=0)


# Incidents that were declared without Redis are numbered from here, so that they meet no other's number.
FIRST_EMERGENCY = 90_001


class Journal:
    """Writes the journal of one machine in `folder`. Raises OSError when the folder cannot be used."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self.watermark = SharedWatermark(folder / "highest", clock)
        if found := last(reversed(days(folder)), "high"):
            # The number's own file is on the disk a moment later, or may be lost; these lines were there first.
            self.watermark.learnt(Seen(found["n"], found["op"], datetime.fromtimestamp(found["at"], UTC)))
        self._told = 0
        self._day = ""
        self._lines: Lines | None = None
        self._texts: set[str] = set()
        self._newest: dict[str, Incident] = {}
        self._later: asyncio.Task[None] | None = None
        self._troubled = False
        self._prune()

    async def wrote(self, *lines: dict[str, Any]) -> None:
        """Return when these lines are on the disk. Raises StorageDown when they cannot be written."""
        seen = self.watermark.newest
        if seen.number > self._told and seen.at:  # older data is noticed even if this machine loses its power now
            lines = ({"k": "high", "n": seen.number, "op": seen.operation, "at": int(seen.at.timestamp())}, *lines)
        try:
            file = self._today()
            await file.added(*lines)
        except OSError as fault:
            self._unwritable(fault)
            raise StorageDown(_UNWRITABLE) from fault
        self._told = max(self._told, seen.number)
        self._written(file, lines)

    def note(self, *lines: dict[str, Any]) -> None:
        """Write lines that reach the disk with the next that must. Never raises: what is missing is only in doubt."""
        try:
            file = self._today()
            file.begin(*lines)
        except OSError as fault:
            self._unwritable(fault)
        else:
            self._written(file, lines)

    @property
    def unwritable(self) -> bool:
        """Whether the disk did not take what was written last, so that nothing leaves from here."""
        return self._troubled

    def has_emergency(self) -> bool:
        """Say whether an emergency publication is here. Raises StorageDown if that cannot be told."""
        try:
            (self.folder / EMERGENCY).lstat()
        except FileNotFoundError:
            return False
        except OSError as fault:
            self._unwritable(fault)
            raise StorageDown(_UNWRITABLE) from fault
        return True

    def texts(self, blobs: Iterable[Blob]) -> list[dict[str, Any]]:
        """Return the lines of texts and lists that are not written yet today."""
        self._today()
        fresh = {blob.sha256: blob for blob in blobs if blob.sha256 not in self._texts}
        return [{**text_line(blob), "sha256": name} for name, blob in fresh.items()]

    def has(self, sha256: str) -> bool:
        """Say whether this process has written a text today."""
        self._today()
        return sha256 in self._texts

    def changed(self, incident: Incident) -> None:
        """Remember the newest document soon: nobody waits for it. What the disk does not take is tried again."""
        self._newest[incident.id] = incident
        if self._later is None or self._later.done():
            self._later = asyncio.create_task(self._soon())

    async def aclose(self) -> None:
        """Write what waits and let the files go."""
        if self._later is not None:
            self._later.cancel()
            await asyncio.gather(self._later, return_exceptions=True)
        await self._flush()
        if self._lines is not None:
            self._lines.close()
        self.watermark.close()

    async def _soon(self) -> None:
        while self._newest:
            await asyncio.sleep(_TOGETHER)
            await self._flush()

    async def _flush(self) -> None:
        newest, self._newest = self._newest, {}
        if not newest:
            return
        try:
            await self.wrote(*(document_line(incident) for incident in newest.values()))
        except StorageDown:
            self._newest = {**newest, **self._newest}

    def _written(self, file: Lines, lines: Iterable[dict[str, Any]]) -> None:
        if file is self._lines:
            self._texts.update(line["sha256"] for line in lines if "sha256" in line)
        if self._troubled:
            self._troubled = False
            log.info("journal_written_again")

    def _unwritable(self, fault: OSError) -> None:
        if not self._troubled:  # once for each time: it is tried again and again
            self._troubled = True
            log.error(
                "journal_unwritable", why=fault.strerror, mend="`clarion check` says more; nothing leaves till then"
            )

    def _today(self) -> Lines:
        now = self._clock.now()
        day = f"{now:%Y-%m-%d}"
        if f"{now + _STEP_BACK:%Y-%m-%d}" == self._day:
            day = self._day
        if self._lines is None or day != self._day:
            if self._lines is not None:
                self._lines.close()
            self._day, self._texts = day, set()
            self._lines = Lines(self.folder / f"{day}.jsonl")
        return self._lines

    def _prune(self) -> None:
        oldest = f"{self._clock.now() - KEPT_FOR:%Y-%m-%d}.jsonl"
        for file in days(self.folder)[:-KEPT_ALWAYS]:
            if file.name < oldest:
                file.unlink(missing_ok=True)


def days(folder: Path) -> list[Path]:
    """Return the files of the journal, oldest first."""
    return sorted(folder.glob("[0-9]*-[0-9]*-[0-9]*.jsonl"))


def text_line(blob: Blob) -> dict[str, Any]:
    """Return the line of a text or a list of recipients."""
    return {"k": "text", "is": base64.b64encode(blob.data).decode()}


def document_line(incident: Incident) -> dict[str, Any]:
    """Return the line of a document as it is now."""
    document = orjson.Fragment(INCIDENT.encode(incident))
    return {"k": "doc", "number": incident.number, "version": incident.version, "doc": document}


def document_of(line: dict[str, Any]) -> Incident:
    """Read a document from its line. Raises Unreadable."""
    return INCIDENT.decode(orjson.dumps(line["doc"]), number=line["number"], version=line["version"])


def remembered(folder: Path, also: Sequence[dict[str, Any]] = ()) -> Remembered:
    """Read everything of a machine, and `also` lines behind it. Raises JournalDamaged, OSError, Unreadable."""
    found = Remembered()
    for file in days(folder):
        for line in read(file):
            take_in(found, line)
    for line in also:
        take_in(found, line)
    return found


def take_in(found: Remembered, line: dict[str, Any]) -> None:
    """Take one line in. Raises Unreadable for a document of a newer Clarion."""
    found.ledger.take_in(line)
    if line["k"] == "text":
        blob = Blob(base64.b64decode(line["is"]))
        found.blobs[blob.sha256] = blob.data
    elif line["k"] in ("doc", "commit"):
        incident = document_of(line)
        known = found.documents.get(incident.id)
        if known is not None and line["k"] == "commit" and _apart(known, incident):
            found.documents[incident.id] = restored(known, incident)
        elif known is None or known.version <= incident.version:
            found.documents[incident.id] = incident
        for text in line.get("texts", ()):
            take_in(found, text)


def _apart(known: Incident, step: Incident) -> bool:
    """Say whether a step without Redis lacks what Redis took meanwhile: it had been back, and is gone again."""
    return known.version > step.version or not {u.id for u in known.updates} <= {u.id for u in step.updates}


__all__ = ["FIRST_EMERGENCY", "Journal", "Remembered", "Unreadable", "days", "document_line", "remembered", "take_in"]
