"""What happened in the house, in plain words, newest last: for whoever looks on. Only the newest lines are kept."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_KEPT = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `at` is in seconds, by the clock of the practice."""

    at: float
    words: str


class Chronicle:
    """`say` adds a line; `last` gives the newest."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lines: deque[Line] = deque(maxlen=_KEPT)
        self.count = 0

    def say(self, words: str, at: float | None = None) -> None:
        """Write down what has just happened, or happened at `at`."""
        self.count += 1
        self._lines.append(Line(self._now() if at is None else at, words))

    def last(self, most: int) -> tuple[Line, ...]:
        """Return the newest lines, oldest first."""
        return tuple(sorted(self._lines, key=lambda line: line.at))[-most:]
