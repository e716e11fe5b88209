"""The clock of one practice: the wall's time, and what a play has let pass. Shared by its processes through a file.

Web, worker, command line and the stand-in for Slack read the same file, so that all of them agree on the time. Only
practice has it: the real processes are built with the wall clock. It refuses to go back.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.practice.slack_standin.standin import WALL_CLOCK

# Time passes in slices, so that what falls due in between happens in its order and not all at once at the end. The
# worker looks for what is due every 0.1 s (`bot.worker.TICK`); all in seconds.
_SLICE = 60.0
_LOOK = 0.15


class HouseClock:
    """`file` holds how many seconds have been let pass; missing or empty: none."""

    def __init__(self, file: Path, wall: Callable[[], float] = WALL_CLOCK) -> None:
        self._file = file
        self._wall = wall

    @property
    def passed(self) -> float:
        """How many seconds have been let pass so far."""
        try:
            return float(self._file.read_text(encoding="ascii") or 0)
        except FileNotFoundError:
            return 0.0

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self._wall() + self.passed

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        return datetime.fromtimestamp(self.seconds(), tz=UTC)

    def move(self, seconds: float) -> None:
        """Let so many seconds pass at once. Raises ValueError if they are negative."""
        if seconds < 0:
            raise ValueError("time does not go back")
        fresh = self._file.with_suffix(".new")
        fresh.write_text(repr(self.passed + seconds), encoding="ascii")
        fresh.replace(self._file)  # whole or not at all: other processes read it at any moment

    async def let_pass(self, seconds: float) -> None:
        """Let so many seconds pass, a minute at a time, and the worker look in between."""
        while seconds > 0:
            self.move(min(seconds, _SLICE))
            seconds -= _SLICE
            await asyncio.sleep(_LOOK)
