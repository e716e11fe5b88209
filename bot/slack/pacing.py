"""Slack takes one message a second in a channel, and short bursts; this waits for the turn before asking.

For the worker, which has time. It refuses to wait for anybody in the web process: there a 429 is an answer, too.
"""

import asyncio
from collections.abc import Awaitable, Callable

# Slack docs, "Rate limits": about one message a second in a channel, "short bursts" above that.
SECONDS_EACH = 1.0
BURST = 3
_MOST_CHANNELS = 2_000


class Pace:
    """Turns by channel: a bucket of `burst` posts that refills by one each `seconds`."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        seconds: float = SECONDS_EACH,
        burst: int = BURST,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._seconds = seconds
        self._slack = seconds * (burst - 1)
        self._free_at: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Wait until a post to `channel` is within the rate. Turns are given in the order of asking."""
        now = self._clock()
        free = max(self._free_at.get(channel, now), now)
        self._free_at[channel] = free + self._seconds
        if len(self._free_at) > _MOST_CHANNELS:
            self._free_at = {name: at for name, at in self._free_at.items() if at > now}
        wait = free - now - self._slack
        if wait > 0:
            await self._sleep(wait)
