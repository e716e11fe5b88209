"""A standstill: nothing is published, because what Redis holds may be older than what has happened (failure model 14).

It begins when a Redis returns with fewer commits than this machine has seen, or while an emergency publication waits
to be taken over. It refuses to end by itself: a person has to look at the difference.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Cause(StrEnum):
    """Why nothing is published."""

    OLDER_DATA = "older_data"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """Since when (UTC, None: not known), why, and which machine ("user@host" or a host's name) found it.

    `seen` is the highest commit number that this machine had seen, `mark` how it is kept: what `lift` is given.
    """

    cause: Cause
    at: datetime | None
    machine: str
    seen: int = 0
    mark: str = ""


class Halted(Exception):
    """Nothing was published: there is a standstill until a person has looked at it."""


class Watermark(Protocol):
    """The highest commit number that this machine has seen, kept outside Redis."""

    @property
    def highest(self) -> int:
        """Return it; 0 before the first."""
        ...

    def saw(self, commit: int, operation: str) -> None:
        """Take in that this commit has happened. Never raises: what cannot be kept is found by `check`."""
        ...

    def spelled(self) -> str:
        """Return what a standstill that begins now is kept as."""
        ...


class Standstills(Protocol):
    """Whether anything may be published now. Web, worker, health and `check` ask the same."""

    async def now(self) -> Standstill | None:
        """Return the standstill there is, from Redis, or from this machine's journals. Raises StorageDown."""
        ...

    async def begin(self, cause: Cause) -> None:
        """Begin one, unless there is one. Raises StorageDown."""
        ...

    async def lift(self, seen: Standstill, highest: int, number: int) -> bool:
        """End the one that was shown; counters go up to `highest` (commit) and `number` (incident).

        False: another one has begun meanwhile. Raises StorageDown.
        """
        ...


class NeverStill:
    """Implements `Standstills` where there is nothing to compare with."""

    async def now(self) -> Standstill | None:
        """There is none."""
        return None

    async def begin(self, cause: Cause) -> None:
        """Nothing is compared, so nothing begins."""

    async def lift(self, seen: Standstill, highest: int, number: int) -> bool:
        """There is none to end."""
        return True
