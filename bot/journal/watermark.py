"""The highest commit number that any process on this machine has seen, in a file that all of them share.

It is in shared memory at once, so that every process compares with the same number, and on the disk a moment later;
the journal's own lines reach the disk before anything leaves. It refuses to go down.
"""

import asyncio
import contextlib
import fcntl
import mmap
import os
import socket
import struct
import time
import zlib
from pathlib import Path

from bot.journal.lines import sync_folder
from bot.ports import Cause, Clock
from bot.storage.standstill import spelled

# Number, checksum and length of the operation id, and the id itself.
_SHAPE = struct.Struct("<QIH")
_SIZE = 512
_LONGEST = _SIZE - _SHAPE.size
# The disk is at most so far behind in a running process, in seconds.
_SYNC_EVERY = 0.2


class SharedWatermark:
    """Implements `ports.Watermark` over a file. Raises OSError when it cannot be opened."""

    def __init__(self, file: Path, clock: Clock) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._handle).st_size < _SIZE:
            os.ftruncate(self._handle, _SIZE)
            os.fsync(self._handle)
            sync_folder(file.parent)
        self._map = mmap.mmap(self._handle, _SIZE)
        self._clock = clock
        self._synced = 0.0
        self._host = socket.gethostname()

    @property
    def highest(self) -> int:
        """Return the highest commit number that a process on this machine has seen."""
        return int(_SHAPE.unpack_from(self._map)[0])

    @property
    def operation(self) -> str:
        """Return the operation of that commit, "" if it cannot be read just now."""
        _, total, length = _SHAPE.unpack_from(self._map)
        raw = self._map[_SHAPE.size : _SHAPE.size + length]
        return raw.decode(errors="replace") if zlib.crc32(raw) == total else ""

    def saw(self, commit: int, operation: str) -> None:
        """Take in that this commit has happened."""
        if commit <= self.highest:
            return
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            if commit > self.highest:
                raw = operation.encode()[:_LONGEST]
                self._map[_SHAPE.size : _SHAPE.size + len(raw)] = raw
                _SHAPE.pack_into(self._map, 0, commit, zlib.crc32(raw), len(raw))
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        self._soon_on_the_disk()

    def looked_at(self) -> None:
        """Forget the operation: a person has seen that Redis does not know it."""
        number = self.highest
        _SHAPE.pack_into(self._map, 0, number, zlib.crc32(b""), 0)
        self.sync()

    def spelled(self) -> str:
        """Return what a standstill that begins now is kept as."""
        return spelled(Cause.OLDER_DATA, self._clock.now(), self.highest)

    def sync(self) -> None:
        """Return when the number is on the disk."""
        with contextlib.suppress(OSError, ValueError):  # closed meanwhile, or a disk in trouble, which `add` tells of
            self._map.flush()

    def close(self) -> None:
        """Let the file go."""
        self.sync()
        self._map.close()
        os.close(self._handle)

    def _soon_on_the_disk(self) -> None:
        if time.monotonic() - self._synced < _SYNC_EVERY:
            return
        self._synced = time.monotonic()
        with contextlib.suppress(RuntimeError):  # no loop runs: then `close` does it
            asyncio.get_running_loop().run_in_executor(None, self.sync)
