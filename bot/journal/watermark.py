"""The highest commit number that any process on this machine has seen, in a file that all of them share.

Every process reads it there, so that all compare with the same number; it is on the disk a moment later. The
journal's own lines say it, too, before anything leaves. It refuses to go down, and to believe a damaged number.
"""

import asyncio
import contextlib
import os
import struct
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.journal.lines import alone, opened, sync_folder
from bot.ports import Cause, Clock
from bot.storage.standstill import spelled

# Number, checksum and length of the operation id, and the id itself.
_SHAPE = struct.Struct("<QIH")
# Behind them, at the end: when it was seen (seconds since 1970), a mark, and the checksum of all before it.
_SEAL = struct.Struct("<Q4sI")
_MARK = b"seal"
_SIZE = 512
_LONGEST = _SIZE - _SHAPE.size - _SEAL.size
# The disk is at most so far behind in a running process, in seconds.
_SYNC_EVERY = 0.2
# Redis forgets an operation after 30 days (`commit.lua`): one that is nearly so old proves nothing by being unknown.
_COMPARED_FOR = timedelta(days=25)


@dataclass(frozen=True, slots=True)
class Seen:
    """A commit number, its operation, and when it was seen. `at` None: not known."""

    number: int = 0
    operation: str = ""
    at: datetime | None = None


class SharedWatermark:
    """Implements `ports.Watermark` over a file. Raises OSError when it cannot be opened."""

    def __init__(self, file: Path, clock: Clock) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle: int | None = opened(file)
        self._clock = clock
        self._own = Seen()
        self._syncing = False
        with alone(self._handle):
            fresh = os.fstat(self._handle).st_size < _SIZE
            if fresh:
                self._write(Seen())
        if fresh:
            os.fsync(self._handle)
            sync_folder(file.parent)

    @property
    def highest(self) -> int:
        """Return the highest commit number that a process on this machine has seen."""
        return max(self._own.number, self._number())

    @property
    def newest(self) -> Seen:
        """Return it with its operation and its time."""
        kept = self._read()
        # Of two that are level the file counts: another process may have forgotten the operation on purpose.
        return self._own if self._own.number > kept.number else kept

    @property
    def operation(self) -> str:
        """Return the operation of that commit, "" if it is not known, or so old that Redis may have forgotten it."""
        seen = self.newest
        old = seen.at is not None and self._clock.now() - seen.at > _COMPARED_FOR
        return "" if old else seen.operation

    def saw(self, commit: int, operation: str) -> None:
        """Take in that this commit has happened. What the disk does not take, this process still knows."""
        self.learnt(Seen(commit, operation, self._clock.now()))

    def learnt(self, seen: Seen) -> None:
        """Take in what was seen earlier, or elsewhere on this machine."""
        if seen.number <= self.highest:
            return
        self._own = seen if len(seen.operation.encode()) <= _LONGEST else replace(seen, operation="")
        with contextlib.suppress(OSError), self._locked():
            if seen.number > self._number():
                self._write(self._own)
        self._soon_on_the_disk()

    def looked_at(self) -> None:
        """Forget the operation: a person has seen that Redis does not know it."""
        self._own = Seen(self.highest, "", self._clock.now())
        with contextlib.suppress(OSError), self._locked():
            self._write(self._own)
        self.sync()

    def spelled(self) -> str:
        """Return what a standstill that begins now is kept as."""
        return spelled(Cause.OLDER_DATA, self._clock.now(), self.highest)

    def sync(self) -> None:
        """Return when the number is on the disk."""
        self._syncing = False
        if self._handle is not None:
            with contextlib.suppress(OSError):  # closed meanwhile, or a disk in trouble, which the journal tells of
                os.fdatasync(self._handle)

    def close(self) -> None:
        """Let the file go."""
        self.sync()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _raw(self) -> bytes:
        """Return the file's contents, b"" if they are not what was written."""
        try:
            raw = b"" if self._handle is None else os.pread(self._handle, _SIZE, 0)
        except OSError:
            return b""
        damaged = len(raw) < _SIZE or (
            raw[-8:-4] == _MARK and zlib.crc32(raw[:-4]) != int.from_bytes(raw[-4:], "little")
        )
        return b"" if damaged else raw

    def _number(self) -> int:
        return int.from_bytes(self._raw()[:8], "little")

    def _read(self) -> Seen:
        if not (raw := self._raw()):
            return Seen()
        number, of_operation, length = _SHAPE.unpack_from(raw)
        operation = raw[_SHAPE.size : _SHAPE.size + length]
        known_as = operation.decode(errors="replace") if zlib.crc32(operation) == of_operation else ""
        at, mark, _ = _SEAL.unpack_from(raw, _SIZE - _SEAL.size)
        return Seen(number, known_as, datetime.fromtimestamp(at, UTC) if mark == _MARK and at else None)

    def _write(self, seen: Seen) -> None:
        """Write it in one piece, into room that the disk has given: nothing here can tear or run out of it."""
        if self._handle is None:
            return
        raw = seen.operation.encode()
        row = _SHAPE.pack(seen.number, zlib.crc32(raw), len(raw)) + raw
        at = int(seen.at.timestamp()) if seen.at else 0
        row = row.ljust(_SIZE - _SEAL.size, b"\0") + struct.pack("<Q", at) + _MARK
        os.pwrite(self._handle, row + struct.pack("<I", zlib.crc32(row)), 0)

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._handle is None else alone(self._handle)

    def _soon_on_the_disk(self) -> None:
        if self._syncing:
            return
        with contextlib.suppress(RuntimeError):  # no loop runs: then `close` does it
            loop = asyncio.get_running_loop()
            self._syncing = True
            loop.call_later(_SYNC_EVERY, lambda: loop.run_in_executor(None, self.sync))
