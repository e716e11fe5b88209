"""Time and names: what the rules are handed instead of reading a clock or making an id."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


class Ids(Protocol):
    """Source of ids that nobody can guess or meet twice."""

    def new(self) -> str:
        """Return a fresh id of 26 lower-case letters and digits, sortable by time."""
        ...

    def secret(self, length: int) -> str:
        """Return so many fresh random letters and digits of the same alphabet, 5 bits each, that nobody can guess."""
        ...
