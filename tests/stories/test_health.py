"""How web and worker say that something is wrong, as processes: in time, with a reason, and well again soon after."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import aiohttp

from tests.stories.bots import free_port
from tests.stories.night import Night

TOKEN = "canary-token-for-metrics"


@asynccontextmanager
async def watched_night(lease: float) -> AsyncIterator[tuple[Night, dict[str, str]]]:
    """A night whose worker has a port; the addresses of both."""
    async with Night(processes=True, worker=False, web=False, lease=lease).begin() as night:
        port = free_port()
        night.fields["worker_metrics_port"], night.fields["metrics_token"] = port, TOKEN
        await night.apart.start_web()
        await night.apart.start_worker()
        yield (
            night,
            {
                "web": f"http://127.0.0.1:{night.port}",
                "worker": f"http://127.0.0.1:{port}",
            },
        )


async def asked(address: str) -> tuple[int, dict[str, Any]]:
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as answer:
            return answer.status, await answer.json()
    except aiohttp.ClientError:
        return 0, {}


async def says(address: str, code: int, within: float) -> dict[str, Any]:
    """Wait until it answers so, `within` seconds; return the answer."""
    began = monotonic()
    while True:
        found, body = await asked(address)
        if found == code:
            assert monotonic() - began < within, f"{code} came after {monotonic() - began:.1f} s"
            return body
        assert monotonic() - began < within, f"still {found}: {body}"
        await asyncio.sleep(0.05)


async def test_redis_down_is_said_in_time_and_so_is_its_return() -> None:
    async with watched_night(lease=15.0) as (night, addresses):
        for address in addresses.values():
            await says(address, 200, 20)
        for break_it, mend_it in ((night.redis.kill, night.redis.start), (night.redis.pause, night.redis.resume)):
            break_it()
            for body in await asyncio.gather(*(says(address, 503, 2.5) for address in addresses.values())):
                assert "Redis does not answer" in body["reasons"][0]
            mend_it()
            await asyncio.gather(*(says(address, 200, 5) for address in addresses.values()))


async def test_a_dead_worker_is_told_by_web_until_another_works() -> None:
    async with watched_night(lease=1.0) as (night, addresses):
        await says(addresses["worker"], 200, 20)
        await says(addresses["web"], 200, 20)
        await night.apart.kill("worker")
        night.working = False
        await night.declare()
        body = await says(addresses["web"], 503, 15)
        (reason,) = body["reasons"]
        assert "nobody takes them" in reason
        assert "does a worker run?" in reason
        await night.apart.start_worker()
        await says(addresses["web"], 200, 20)
        await night.until(night.opened)
