"""A clock that tests move: the wall's time, and what was added to it."""

import time
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Shared by the bot and by Slack, which signs with the same time."""

    def __init__(self) -> None:
        self._added = timedelta(0)

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), tz=UTC) + self._added  # noqa: TID251 - the outside world's clock

    def seconds(self) -> float:
        """The same, in seconds since 1970."""
        return self.now().timestamp()

    def move(self, **by: float) -> None:
        """Let time pass: `minutes=3`."""
        self._added += timedelta(**by)
