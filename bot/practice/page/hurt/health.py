"""How the house is now: its processes, its Redis, and the jobs that wait. It only looks."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.job import JobKind
from bot.ports import StorageDown
from bot.practice.house import House
from bot.practice.keeping import Kept

_PATIENCE = 0.5  # seconds
# Jobs as people call them; the others have the words of their kind.
_CALLED: Mapping[JobKind, str] = {
    JobKind.DELIVER: "deliveries",
    JobKind.REDRAW: "cards to redraw",
    JobKind.REDRAW_HOME: "home tabs to redraw",
    JobKind.NOTE: "lines in channels",
    JobKind.ASK_APPROVAL: "requests for approval",
    JobKind.NUDGE: "nudges to approvers",
    JobKind.REMIND_PROMISE: "reminders of a promise",
    JobKind.MISS_PROMISE: "missed promises",
    JobKind.OPEN_CHANNEL: "channels to open",
    JobKind.ANNOUNCE: "announcements",
    JobKind.TELL_ROLE: "roles to tell",
    JobKind.TELL_FOLLOWERS: "followers to tell",
    JobKind.SYNC_PEOPLE: "looks at the list of people",
    JobKind.REFRESH_PERSON: "looks at a person",
}


@dataclass(frozen=True, slots=True)
class Running:
    """One process. `since`: seconds since 1970, None while it is down; `killed`: when it was, if ever."""

    name: str
    since: float | None
    restarts: int
    killed: float | None = None
    fallen: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Jobs of one kind: how many are to be done now, how many later."""

    called: str
    now: int
    later: int


def running(house: House) -> tuple[Running, ...]:
    """Return web, worker and Redis."""
    ahead = house.standin.stage.now() - asyncio.get_running_loop().time()
    redis = house.redis
    return (
        *(_running(f"{name.capitalize()} process", part, ahead) for name, part in house.parts.items()),
        Running("Redis", None if redis.since is None else redis.since + ahead, redis.restarts),
    )


async def waiting(house: House) -> tuple[Waiting, ...] | None:
    """Return the jobs that wait, by kind; None while Redis does not answer."""
    try:
        async with asyncio.timeout(_PATIENCE):
            jobs = await house.memory.jobs.waiting()
    except (StorageDown, TimeoutError):
        return None
    counts = Counter((job.kind, later) for job, later in jobs)
    kinds = sorted({kind for kind, _ in counts}, key=lambda kind: _called(kind))
    return tuple(Waiting(_called(kind), counts[kind, False], counts[kind, True]) for kind in kinds)


def _running(name: str, part: Kept, ahead: float) -> Running:
    since = None if part.since is None else part.since + ahead
    return Running(name, since, part.restarts, None if part.killed_at is None else part.killed_at + ahead, part.fallen)


def _called(kind: JobKind) -> str:
    return _CALLED.get(kind, kind.value.replace("_", " "))
