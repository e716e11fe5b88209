"""How long Redis is waited for, at each step, in seconds: one set of limits for whoever talks to it.

It refuses to call Redis silent because this process was: a limit that runs out is followed by one last look, since
after a stall of our own (a starved machine, a long computation) the answer often lies unread in the socket.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

# The event loop's timers may run before its sockets are read: long enough for one round of both.
LAST_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits, in seconds.

    Slack gives 3 s for an answer, and the person must read "not known yet" within 2.5 s (failure model 16): hence
    `answer`, of one command, and `truth`, from the first request to "not known yet" (the answer has to travel).
    `commit`: what Redis has not begun by then refuses itself. `queue`: how long a request queues for a connection; a
    hung Redis empties the pool. `connect`: until a new connection stands.
    """

    answer: float = 1.0
    queue: float = 0.5
    connect: float = 0.5
    commit: float = 1.0
    truth: float = 2.3


IN_TIME = Patience()


class within:  # noqa: N801 - read as asyncio.timeout is, in whose place it stands
    """`async with within(seconds)`: TimeoutError when they are over and a last look brought nothing either."""

    __slots__ = ("_limit", "_look", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def __aenter__(self) -> None:
        self._limit = asyncio.timeout(None)
        self._look = asyncio.get_running_loop().call_later(self._seconds, self._last_look)
        await self._limit.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        self._look.cancel()
        await self._limit.__aexit__(*raised)

    def _last_look(self) -> None:
        self._limit.reschedule(asyncio.get_running_loop().time() + LAST_LOOK_SECONDS)
