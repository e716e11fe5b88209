"""How much waits in the queues, for whoever watches Clarion: numbers only."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane.

    Attributes:
        jobs: how many are there, those in a worker's hands included.
        lag: seconds for which the job that waits longest has waited to be taken, or its holder has been silent
            for longer than a lease; 0.0 if none does.
        served: whether a worker holds a job of it and is alive.
    """

    lane: str
    jobs: int
    lag: float
    served: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All lanes; how many jobs are for later, and for how many seconds the first of them is overdue; jobs aside."""

    lanes: tuple[LaneView, ...] = ()
    later: int = 0
    overdue: float = 0.0
    aside: int = 0


Look = Callable[[], Awaitable[Overview]]
