"""Turns: one call of a port at a time, in an order that only the seed decides, so that a history can be played again.

Everything that waits for its turn waits here. The next one is chosen when nothing else in the process can go on by
itself, so the choice never depends on how fast the machine is.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Turns:
    """Gives turns, chosen by `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._waiting: list[asyncio.Future[None]] = []
        self._busy: asyncio.Future[None] | None = None
        self._over = False
        self.given = 0

    async def take(self, call: Callable[[], Awaitable[T]]) -> T:
        """Wait for a turn, make the call, and return what it returns."""
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        if not self._over:
            self._waiting.append(turn)
            await turn
        busy = self._busy
        try:
            return await call()
        finally:
            if busy is not None and not busy.done():
                busy.set_result(None)

    def end(self) -> None:
        """Let nobody wait any more: the history is over, and whoever is left is dead."""
        self._over = True
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return len(self._waiting)

    async def settle(self) -> None:
        """Return when nothing goes on by itself: everybody waits for a turn, or for time."""
        loop: Any = asyncio.get_running_loop()
        await loop.still()

    async def give(self) -> bool:
        """Let one of those who wait have its turn, to the end of its call. False if nobody waits."""
        self._waiting = [turn for turn in self._waiting if not turn.done()]
        if not self._waiting:
            return False
        turn = self._waiting.pop(self._rng.randrange(len(self._waiting)))
        self._busy = asyncio.get_running_loop().create_future()
        turn.set_result(None)
        self.given += 1
        await self._busy
        self._busy = None
        await self.settle()
        return True
