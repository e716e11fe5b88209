"""Waiting for something to become true, for a time and no longer.

It refuses to sleep blindly: it looks again every few milliseconds, and says at the end what was seen instead.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

_LOOK_EVERY = 0.01


class DidNotHappen(Exception):
    """A step did not happen: what was expected, and what was seen instead."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(f"expected: {expected}\nseen: {seen}")
        self.expected = expected
        self.seen = seen


class NotYet(Exception):
    """It is not true yet; carries what is seen now."""


async def until(
    look: Callable[[], Awaitable[T]], expected: str, within: float, alive: Callable[[], None] = lambda: None
) -> T:
    """Return what `look` returns as soon as it does not raise NotYet. Raises DidNotHappen.

    `alive` raises when there is nothing to wait for any more.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + within
    while True:
        alive()
        try:
            return await look()
        except NotYet as seen:
            if clock() >= end:
                raise DidNotHappen(expected, f"{seen} (after {within:g} s)") from None
        await asyncio.sleep(_LOOK_EVERY)
