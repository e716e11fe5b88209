"""Readiness: Redis answers, jobs are taken, and Slack can be heard; else the reasons, as sentences.

It refuses to flap: a lane counts as left alone after two leases only, and as served again after less than one.
Silence of Slack is no reason: nights without an incident are quiet. How old the last payload is, is told.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.ports.overview import Look, Overview

# The person who asks gets an answer within 2.5 s (failure model 15); Redis is given less.
ANSWER_SECONDS = 1.0
# A dead worker's lease is 15 s (`storage.jobs`), and another has taken its jobs 5 s later at the latest: when a job has
# waited for two leases nobody works. Below one lease somebody does again.
LEFT_ALONE_LEASES, SERVED_LEASES = 2.0, 1.0
# Socket Mode pauses for 30 s between tries at most (`web.socket_mode`).
UNHEARD_SECONDS = 45.0
# Between two jobs a lane is in nobody's hands for some milliseconds: what looks left alone is looked at again.
SECOND_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Health:
    """What is known now. `overview` None: Redis does not answer."""

    reasons: tuple[str, ...]
    overview: Overview | None
    lag: float | None
    heard: float | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


@dataclass(slots=True)
class Watch:
    """Looks when asked; who asks meanwhile shares the look. Nothing is kept: good news a second old may be false.

    Attributes:
        look: how the queues are, from Redis.
        unheard: seconds for which Slack could not be heard; 0.0 while it can.
        heard: seconds since the last payload of Slack's, None before the first.
        lease: seconds for which a silent worker keeps a job.
    """

    look: Look
    unheard: Callable[[], float] = lambda: 0.0
    heard: Callable[[], float | None] = lambda: None
    lease: float = 15.0
    _left_alone: frozenset[str] = frozenset()
    _looking: "asyncio.Task[Health] | None" = field(default=None)

    async def health(self) -> Health:
        """Return how it is; never raises, and takes little more than `ANSWER_SECONDS`."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._judge())
        return await asyncio.shield(self._looking)

    async def _judge(self) -> Health:
        reasons: list[str] = []
        overview: Overview | None = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                overview = await self._looked_at()
        except Exception as error:  # whatever it is, Redis cannot be used
            reasons.append(f"Redis does not answer ({type(error).__name__}): nothing can be saved or published.")
        lag = None
        if overview is not None:
            lag = self._lag(overview)
            if self._left_alone:
                lanes = ", ".join(sorted(self._left_alone))
                reasons.append(f"Jobs have waited for {lag:.0f} s and nobody takes them ({lanes}): does a worker run?")
        if (unheard := self.unheard()) > UNHEARD_SECONDS:
            reasons.append(f"Socket Mode has not been connected for {unheard:.0f} s: Slack cannot be heard.")
        return Health(tuple(reasons), overview, lag, self.heard())

    async def _looked_at(self) -> Overview:
        first = await self.look()
        alone = {v.lane for v in first.lanes if not v.served and v.lag > self.lease * LEFT_ALONE_LEASES}
        if not alone:
            return first
        await asyncio.sleep(SECOND_LOOK_SECONDS)
        second = await self.look()
        served = {v.lane for v in first.lanes if v.served}
        return replace(second, lanes=tuple(replace(v, served=v.served or v.lane in served) for v in second.lanes))

    def _lag(self, overview: Overview) -> float:
        """Return the longest wait in a lane that nobody serves, and remember which ones are left alone."""
        waits = {view.lane: 0.0 if view.served else view.lag for view in overview.lanes}
        waits["due"] = overview.overdue
        self._left_alone = frozenset(
            lane
            for lane, wait in waits.items()
            if wait > self.lease * (SERVED_LEASES if lane in self._left_alone else LEFT_ALONE_LEASES)
        )
        return max(waits.values())
