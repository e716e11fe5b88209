"""What conversations need to leave work behind: somebody who starts a task and waits for it before the end.

The process that listens owns the tasks (`bot.web.background`); this only says what is asked of it.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Tasks(Protocol):
    """Starts work that outlives the answer, and lets no end of the process lose it."""

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work` and keep hold of it until it is done."""
        ...
