"""Holds the tasks that outlive an answer, so that stopping the process waits for them and loses none.

It refuses to hide a failure: a task that ends with an unforeseen error leaves a line in the log, with the place and
without what anybody said.
"""

import asyncio
import traceback
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")
_DEEPEST = 6


class Background:
    """Tasks under way. One for a process, drained at its end."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work` and keep hold of it until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, timeout: float) -> int:  # noqa: ASYNC109 - it cancels what is left, which asyncio.timeout cannot
        """Wait for all tasks, those that they start too, at most `timeout` seconds; return how many were cancelled."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while self._tasks and (left := end - loop.time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        late = set(self._tasks)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1.0)
        return len(late)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        structlog.get_logger().error(
            "background_task_failed",
            error=type(error).__name__,
            where=[f"{f.filename}:{f.lineno} {f.name}" for f in frames],
        )
