"""A file of lines that is only ever added to: one JSON object a line, with a checksum, on the disk before it counts.

What a crash cut off is the last line and never counted: it is left out. It refuses a file that is damaged anywhere
else, because what is missing there may be a delivery.
"""

import asyncio
import contextlib
import fcntl
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

Line = Mapping[str, Any]
_SUM = 8  # hex digits of a CRC-32, and a space behind them


class JournalDamaged(Exception):
    """A line before the last is not what was written. The message names file and line."""


class Lines:
    """One file. Several processes of a machine may add to it: each adds whole lines, in turn (flock)."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._handle: int | None = None
        self._written = 0
        self._safe = 0
        self._syncing: asyncio.Task[None] | None = None

    def add(self, *lines: Line) -> None:
        """Add lines and return when they are on the disk. Raises OSError."""
        self.begin(*lines)
        os.fsync(self._opened())

    async def added(self, *lines: Line) -> None:
        """As `add`, without holding up the event loop; those who wait at the same moment share one fsync."""
        self.begin(*lines)
        mine = self._written
        while self._safe < mine:
            if self._syncing is None or self._syncing.done():
                self._syncing = asyncio.create_task(self._sync())
            await asyncio.shield(self._syncing)

    def begin(self, *lines: Line) -> None:
        """Add lines that need not be on the disk yet: the next `added` takes them along. Raises OSError."""
        handle = self._opened()
        with alone(handle):
            end = os.lseek(handle, 0, os.SEEK_END)
            if end and os.pread(handle, 1, end - 1) != b"\n":
                _write_whole(handle, _closing(self.file.read_bytes()))
            _write_whole(handle, b"".join(map(_spelled, lines)))
        self._written += 1

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from reading and adding in between (their `alone` waits). Raises OSError."""
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = opened(self.file.with_suffix(".lock"))
        try:
            with alone(handle):
                yield
        finally:
            os.close(handle)

    def read(self) -> tuple[dict[str, Any], ...]:
        """Return every line that is whole. Raises JournalDamaged, OSError."""
        return read(self.file)

    def close(self) -> None:
        """Let the file go, once those who wait for the disk have it: they are told of this file and no other."""
        if self._syncing is not None and not self._syncing.done():
            self._syncing.add_done_callback(lambda _: self.close())
        elif self._handle is not None:
            os.close(self._handle)
            self._handle = None

    async def _sync(self) -> None:
        upto = self._written
        await asyncio.to_thread(os.fdatasync, self._opened())
        self._safe = upto

    def _opened(self) -> int:
        if self._handle is None:
            fresh = not self.file.exists()
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = opened(self.file, os.O_APPEND)
            if fresh:
                os.fsync(self._handle)
                sync_folder(self.file.parent)
        return self._handle


def opened(file: Path, flags: int = 0) -> int:
    """Open a file of the journal to read and write, made if need be, for this user alone. Raises OSError."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | flags, 0o600)
    except FileExistsError:
        return os.open(file, os.O_RDWR | os.O_CREAT | flags, 0o600)
    _given(handle, file.parent)
    return handle


def _given(handle: int, folder: Path) -> None:
    """Give what root has just made to whom the folder belongs: after a `sudo` web and worker could not use it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def read(file: Path) -> tuple[dict[str, Any], ...]:
    """Return every line of a file that is whole, () if there is no file. Raises JournalDamaged, OSError."""
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return ()
    found: list[dict[str, Any]] = []
    rows = raw.split(b"\n")
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        line = _read(row)
        if line is not None:
            found.append(line)
        elif _whole(row) and number < len(rows):
            raise JournalDamaged(f"line {number} of {file.name} is damaged")
    return tuple(found)


def last(files: Iterable[Path], kind: str) -> dict[str, Any] | None:
    """Return the last whole line of a kind in the first of the files that has one. What is damaged is left out."""
    for file in files:
        with contextlib.suppress(OSError):
            for row in reversed(file.read_bytes().split(b"\n")):
                if b'"%s"' % kind.encode() in row and (line := _read(row)) and line["k"] == kind:
                    return line
    return None


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on the disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_whole(file: Path, data: bytes) -> None:
    """Put `data` in the place of a file, on the disk, whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A name of its own: two containers that share the folder may have the same process id.
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        try:
            _given(handle, file.parent)
            _write_whole(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


@contextlib.contextmanager
def alone(handle: int) -> Iterator[None]:
    """Keep other processes of this machine, that ask for the same, out of an open file (flock). Raises OSError."""
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _write_whole(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _spelled(line: Line) -> bytes:
    text = orjson.dumps(line)
    return b"%08x %s.\n" % (zlib.crc32(text), text)


def _closing(raw: bytes) -> bytes:
    """Return what closes a file whose last line has no end.

    Cut off by a crash, the line never counted and stays so: it is marked as cut, because a text may be cut just
    behind a full stop and would then look like a line that was written to its end and damaged since.
    """
    row = raw.rpartition(b"\n")[2]
    return b"\n" if _read(row) is not None else b"~\n"


def _whole(row: bytes) -> bool:
    """Say whether a row was written to its end: then it must be right."""
    return row.endswith(b".")


def _read(row: bytes) -> dict[str, Any] | None:
    text = row[_SUM + 1 : -1]
    try:
        if not _whole(row) or int(row[:_SUM], 16) != zlib.crc32(text):
            return None
        found = orjson.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
