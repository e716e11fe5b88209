"""Verdicts: one thing looked at, how it stands, and how to mend it. The only words that checks share."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How it stands. `BAD` alone makes `clarion check` fail."""

    GOOD = "good"
    OFF = "off"  # not set up, and nothing else suffers
    RISK = "risk"  # works, and can go wrong
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that was looked at. `mend` is empty where nothing needs mending."""

    mark: Mark
    subject: str
    sentence: str
    mend: str = ""
