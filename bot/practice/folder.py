"""The folder that one play lies in: made for it, and gone after it, with those that killed plays left behind.

It refuses to sweep away what another practice uses.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.practice.house import HouseFailed


@contextlib.contextmanager
def for_one_play(home: Path) -> Iterator[Path]:
    """Give a fresh folder in `home` while the block runs. Raises HouseFailed."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / ".gitignore").open("w") as gate:
            gate.write("*\n")
            # Of two that begin at once, neither sweeps away what the other has made and not locked yet.
            fcntl.flock(gate, fcntl.LOCK_EX)
            _sweep(home)
            folder = Path(tempfile.mkdtemp(prefix="play-", dir=home)).absolute()
            lock = (folder / "lock").open("w")
            fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as fault:
        raise HouseFailed(
            f"The folder {home} cannot be used ({fault.strerror}). Practice needs to write there."
        ) from None
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep(home: Path) -> None:
    for left in home.glob("play-*"):
        with contextlib.suppress(OSError), (left / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
