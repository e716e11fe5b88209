"""The worker between jobs: it says when its memory goes and when it is back, and outlives documents it cannot read."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from unittest.mock import Mock

from bot import worker
from bot.domain.job import Job, JobKind
from bot.ports import Cause, Standstill, StorageDown
from bot.storage.codec import NewerSchema
from bot.worker import Worker
from tests.handlers.update_world import world


class Flickering:
    """Jobs whose Redis is gone for the first few looks."""

    def __init__(self, gone: int) -> None:
        self.left = gone
        self.looks = 0

    async def promote(self, now: object) -> int:
        """Look once."""
        self.looks += 1
        self.left -= 1
        if self.left >= 0:
            raise StorageDown("Redis is not reachable (ConnectionError)")
        return 0

    async def lanes(self) -> tuple[str, ...]:
        """Nothing waits."""
        return ()


def log_of_the_worker(monkeypatch: Any) -> list[dict[str, Any]]:
    """What it logs. Not structlog's own capture: a logger that another test had set up is kept, and is not captured."""
    lines: list[dict[str, Any]] = []

    def written(event: str, **more: Any) -> None:
        lines.append({"event": event, **more})

    log = Mock(**{f"{level}.side_effect": written for level in ("info", "warning", "error")})
    monkeypatch.setattr(worker, "log", log)
    return lines


async def until(found: Callable[[], object]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(5):
        while not found():
            await asyncio.sleep(0.005)


async def test_a_memory_that_goes_is_said_once_and_so_is_its_return(monkeypatch: Any) -> None:
    monkeypatch.setattr(worker, "TICK", 0.001)
    jobs = Flickering(gone=2)
    serving = Worker(replace(world().services, jobs=cast(Any, jobs)), lambda: ())
    lines = log_of_the_worker(monkeypatch)
    task = asyncio.create_task(serving.run())
    async with asyncio.timeout(5):
        while jobs.looks < 5:
            await asyncio.sleep(0.01)
    serving.stop()
    await task
    assert [one["event"] for one in lines] == ["memory_troubled", "memory_back"]
    assert lines[0]["why"] == "Redis is not reachable (ConnectionError)"


async def test_a_standstill_ends_for_a_worker_that_cannot_read_every_incident(monkeypatch: Any) -> None:
    """Beside a worker of a newer version: cards cannot be drawn, and what it serves must not be held for ever."""
    monkeypatch.setattr(worker, "STILL_LOOK", 0.001)
    lines, still = log_of_the_worker(monkeypatch), [Standstill(cause=Cause.OLDER_DATA, at=None, machine="a")]

    class Standing:
        async def now(self) -> Standstill | None:
            return still[0] if still else None

    class Incidents:
        async def open(self, most: int | None = None) -> Any:
            raise NewerSchema("Incident of schema 99")

    services = replace(world().services, jobs=cast(Any, Flickering(0)))
    changed = replace(services, standstills=cast(Any, Standing()), incidents=cast(Any, Incidents()))
    serving = Worker(changed, lambda: ())
    task = asyncio.create_task(serving.run())
    await until(lambda: serving._still is not None)
    still.clear()
    await until(lambda: serving._still is None)
    serving.stop()
    await task
    told = [one["event"] for one in lines]
    assert told == ["standstill_begun", "look_out_troubled", "standstill_over", "look_out_troubled"]


async def test_a_job_about_an_incident_that_a_newer_version_wrote_waits_for_a_worker_of_that_version(
    monkeypatch: Any,
) -> None:
    """While versions change: put aside, what was approved would never leave."""
    lines, back = log_of_the_worker(monkeypatch), []

    class Incidents:
        async def load(self, incident_id: str) -> Any:
            raise NewerSchema("Incident of schema 99")

    class Mine:
        job = Job(id="j", kind=JobKind.DELIVER, incident_id="i", args={"update": "u", "outlet": "email"}, faults=2)
        deliveries = 1

        async def again(self, due: object, *, faulted: bool = False) -> None:
            back.append((due, faulted))

    services = replace(world().services, incidents=cast(Any, Incidents()))
    await Worker(services, lambda: ())._work(cast(Any, Mine()))
    assert back == [(services.clock.now() + worker.FULL_WAIT, False)]
    assert [one["event"] for one in lines] == ["document_newer"]
