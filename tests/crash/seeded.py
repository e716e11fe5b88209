"""What the seed decides instead of the machine: the time, and every id."""

import random
from typing import Any

from tests.builders import NOON

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Any:
        """The time, UTC."""
        return self.at

    def seconds(self) -> float:
        """The same, in seconds since 1970."""
        return float(self.at.timestamp())


class SeededIds:
    """Ids that the seed decides."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self) -> str:
        """A fresh id."""
        return "".join(self._rng.choice(_ALPHABET) for _ in range(26))

    def secret(self, length: int) -> str:
        """Random letters."""
        return "".join(self._rng.choice(_ALPHABET) for _ in range(length))
