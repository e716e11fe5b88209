"""The folder of the status page, and the lock on it that can be held so that nobody writes there. It writes nothing."""

from contextlib import ExitStack
from pathlib import Path

from bot.outlets.whole_files import locked

_WAIT = 1.0  # seconds; a writer holds the lock for milliseconds


class StatusFolder:
    """`hold` and `let_go`; what ends with the process is let go, too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = ExitStack()
        self.held = False

    def hold(self) -> None:
        """Hold the lock that every writer of the page asks for. Raises LockBusy."""
        if not self.held:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.enter_context(locked(self.path, _WAIT))
            self.held = True

    def let_go(self) -> None:
        """Let it go."""
        self._lock.close()
        self.held = False
