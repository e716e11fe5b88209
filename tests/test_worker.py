"""The worker between jobs: it says when its memory goes and when it is back, once each."""

import asyncio
from dataclasses import replace
from typing import Any, cast
from unittest.mock import Mock

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
    lines: list[dict[str, Any]] = []
    # Not structlog's own capture: a logger that another test had set up is kept, and is not captured.

    def written(event: str, **more: Any) -> None:
        lines.append({"event": event, **more})

    log = Mock(**{f"{level}.side_effect": written for level in ("info", "warning", "error")})
    monkeypatch.setattr(worker, "log", log)
    task = asyncio.create_task(serving.run())
    async with asyncio.timeout(5):
        while jobs.looks < 5:
            await asyncio.sleep(0.01)
    serving.stop()
    await task
    assert [one["event"] for one in lines] == ["memory_troubled", "memory_back"]
    assert lines[0]["why"] == "Redis is not reachable (ConnectionError)"
