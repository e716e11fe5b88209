"""Files that are always whole: written beside, made durable, renamed over; one writer at a time.

It knows nothing of what is in them. It refuses to write in place and to wait for a lock for ever.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_POLL = 0.02


class LockBusy(OSError):
    """Another process held the lock for the whole wait."""


class PartlyReplaced(OSError):
    """Some of the files were replaced and some were not."""


@contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the folder's lock, between processes and threads. Blocks: call it in a thread. Raises LockBusy."""
    with (folder / ".lock").open("ab") as lock:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockBusy("the lock is held by another process") from None
                time.sleep(_POLL)
        yield  # closing the file lets the lock go, and so does the death of the process


def replace_whole(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace files of one folder, in the order given, each at once. Call it under `locked`.

    All are on disk before the first is renamed, so that a full disk changes nothing. Raises OSError if
    nothing was replaced and PartlyReplaced if some were.
    """
    for name, data in files.items():
        _write_durably(folder / f".{name}.tmp", data)
    replaced = False
    try:
        for name in files:
            (folder / f".{name}.tmp").replace(folder / name)
            replaced = True
        _sync_folder(folder)
    except OSError as fault:
        if replaced:
            raise PartlyReplaced(fault.errno, "not all files were replaced") from None
        raise


def _write_durably(path: Path, data: bytes) -> None:
    # The lock makes the fixed name safe; what a killed writer left behind is overwritten by the next one.
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
