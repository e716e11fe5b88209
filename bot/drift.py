"""Drift: how far this machine's clock and Redis' are apart, looked at when a process starts and once a minute.

Leases, deadlines and queues go by Redis' clock or by elapsed time, so a clock that steps loses and doubles nothing
(failure model 26). But promises, expiries and Slack's signatures go by this machine's: whoever runs it must hear. It
refuses to set a clock, or to stop anything because of one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from bot.ports import StorageDown

log = structlog.get_logger("clarion.drift")

# A reminder may be that late, and nobody is misled; a clock kept by NTP is within a tenth of a second.
NOTICED_SECONDS = 10.0
EVERY_SECONDS = 60.0
MEND = "Keep the clocks of this machine and of Redis by NTP: promises and Slack's signatures go by this machine's."

Measure = Callable[[], Awaitable[float]]


@contextlib.asynccontextmanager
async def watched(measure: Measure | None) -> AsyncIterator[None]:
    """Watch while the block runs. `measure`: seconds that this machine is ahead of Redis; None: do not watch."""
    task = asyncio.create_task(watch(measure)) if measure else None
    try:
        yield
    finally:
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def watch(measure: Measure, every: float = EVERY_SECONDS) -> None:
    """Look for ever, each `every` seconds; say when the clocks part, when that changes, and when they agree again."""
    said = 0.0
    while True:
        with contextlib.suppress(StorageDown):
            seconds = await measure()
            apart = seconds if abs(seconds) >= NOTICED_SECONDS else 0.0
            if apart and abs(apart - said) >= NOTICED_SECONDS:
                log.warning("clock_drift", seconds=round(apart, 1), mend=MEND)
            elif said and not apart:
                log.info("clock_agrees", seconds=round(seconds, 1))
            said = apart if abs(apart - said) >= NOTICED_SECONDS or not apart else said
        await asyncio.sleep(every)
