"""How a loopback end treats what comes to it: it takes it, or is in trouble.

It refuses to be in two at a time.
"""

import asyncio
from enum import StrEnum


class Manner(StrEnum):
    """What an end does with what reaches it."""

    TAKES = "takes it"
    REFUSES = "refuses"
    HANGS = "does not answer"
    LATER = "asks to come later"
    LOSES = "loses its reply"  # it takes it, and the connection breaks before it says so


class Mood:
    """The manner that an end is in now, and the way out for whoever waits in it."""

    def __init__(self) -> None:
        self.manner = Manner.TAKES
        self.waiting = 0
        self._over = asyncio.Event()

    def turn(self, manner: Manner) -> None:
        """Be in this manner from now on. Whoever was left hanging goes on."""
        self.manner = manner
        self._over.set()
        self._over = asyncio.Event()

    async def hang(self) -> None:
        """Wait for as long as nothing is to be answered."""
        self.waiting += 1
        try:
            while self.manner is Manner.HANGS:
                await self._over.wait()
        finally:
            self.waiting -= 1
