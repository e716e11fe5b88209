"""Slack's way to the web processes: one of them answers; if it dies first, Slack repeats the very request."""

import asyncio
from typing import TYPE_CHECKING, Any

from bot.practice.slack_standin.transport import RawAnswer, _Exchange
from tests.crash.process import Process

if TYPE_CHECKING:
    from tests.crash.world import World


class SlacksWay:
    """Slack's way to the web processes: one of them answers; if it dies first, Slack repeats the very request."""

    def __init__(self, world: "World") -> None:
        self._world = world

    async def send(self, request: Any) -> Any:
        """Deliver until somebody answers, at most four times."""
        raw: Any = None
        for _ in range(4):
            process, app = self._world.rng.choice([web for web in self._world.running.webs if not web[0].dead])
            raw = await _exchange(self._world, process, app, request)
            if raw.status == 200:
                break
        return raw

    async def close(self) -> None:
        """Nothing is open."""


async def _exchange(world: "World", process: Process, app: Any, request: Any) -> Any:
    exchange = _Exchange(request)

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.body":
            await process.effect("answer.acknowledge", lambda: exchange.send(message))
        else:
            await exchange.send(message)

    task = world.spawn(app(exchange.scope(), exchange.receive, answer), process)
    done = asyncio.ensure_future(exchange.answered.wait())
    await asyncio.wait({task, done}, return_when=asyncio.FIRST_COMPLETED)
    done.cancel()
    if not exchange.answered.is_set():
        while not any(not one.dead for one, _ in world.running.webs):
            await asyncio.sleep(0.001)
        return RawAnswer(500, crash=None)
    return RawAnswer(exchange.status, bytes(exchange.body), exchange.headers)
