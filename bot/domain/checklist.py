"""What an incident remembers of its runbooks: the steps that are done, and those that wait for somebody's approval.

Records alone; the words of a step are the plan's. It refuses to hold more than one tick of a step: `ticking` decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One step that is done.

    Attributes:
        book: name of its runbook.
        step: its id there.
        by: user id of who did or approved it, "" if Clarion saw it happen.
        at: UTC.
        asked_by: behind an approval: who had asked for it.
    """

    book: str
    step: str
    by: str
    at: datetime
    asked_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequest:
    """One step that somebody (`by`) wants to have approved, since `at` (UTC); `digest`: of its words at that time."""

    book: str
    step: str
    by: str
    at: datetime
    digest: str = ""


def tick_of(ticks: Iterable[Tick], book: str, step: str) -> Tick | None:
    """Return the tick of a step, None while it is not done."""
    return next((one for one in ticks if (one.book, one.step) == (book, step)), None)


def request_of(requests: Iterable[StepRequest], book: str, step: str) -> StepRequest | None:
    """Return the request for a step, None if nobody has asked."""
    return next((one for one in requests if (one.book, one.step) == (book, step)), None)
