"""The worker between jobs: it says when its memory goes and when it is back, once each."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import structlog

from bot import worker
from bot.ports import StorageDown
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


async def test_a_memory_that_goes_is_said_once_and_so_is_its_return(monkeypatch: Any) -> None:
    monkeypatch.setattr(worker, "TICK", 0.001)
    jobs = Flickering(gone=2)
    serving = Worker(replace(world().services, jobs=cast(Any, jobs)), lambda: ())
    with structlog.testing.capture_logs() as lines:
        task = asyncio.create_task(serving.run())
        async with asyncio.timeout(5):
            while jobs.looks < 5:
                await asyncio.sleep(0.01)
        serving.stop()
        await task
    assert [one["event"] for one in lines] == ["memory_troubled", "memory_back"]
    assert lines[0]["why"] == "Redis is not reachable (ConnectionError)"
