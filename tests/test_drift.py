"""Clocks that part are told, once for each change, by web and worker and by `clarion check` (failure model 26)."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot import drift
from bot.ports import StorageDown
from bot.storage.inspection import Level, inspect
from bot.storage.store import Storage
from tests.redis_server import RedisServer


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A server, whose clock is this machine's."""
    with RedisServer() as server:
        yield server


def _off(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)  # noqa: TID251 - the machine's clock is what is looked at


async def _heard(*measured: float | None) -> list[str]:
    """What is said while the clocks are measured to be so far apart, in seconds; None: Redis is away."""
    looks = iter(measured)
    over = asyncio.Event()

    async def measure() -> float:
        try:
            found = next(looks)
        except StopIteration:
            over.set()
            await asyncio.Event().wait()
            raise
        if found is None:
            raise StorageDown
        return found

    with capture_logs() as logs:
        task = asyncio.create_task(drift.watch(measure, every=0.0))
        await asyncio.wait_for(over.wait(), 5)
        task.cancel()
    return [f"{line['event']} {line['seconds']}" for line in logs]


async def test_clocks_that_agree_are_not_worth_a_word() -> None:
    assert await _heard(0.0, 0.4, -2.0, None, 3.0) == []


async def test_a_step_is_told_once_and_so_is_its_end() -> None:
    assert await _heard(0.1, 600.0, 601.0, None, 600.5, 0.2, 0.1) == ["clock_drift 600.0", "clock_agrees 0.2"]


async def test_a_second_step_is_told_again_with_its_own_size() -> None:
    assert await _heard(600.0, -600.0, -601.0) == ["clock_drift 600.0", "clock_drift -600.0"]


@pytest.mark.parametrize("minutes", [-10.0, 0.0, 10.0])
async def test_the_difference_is_measured_against_the_clock_of_redis(redis: RedisServer, minutes: float) -> None:
    storage = Storage(redis.url, "T0DRIFT")
    try:
        assert await storage.drift(lambda: _off(minutes)) == pytest.approx(minutes * 60, abs=2.0)
    finally:
        await storage.aclose()


async def test_the_check_says_how_far_the_clocks_are_apart_and_what_depends_on_it(redis: RedisServer) -> None:
    (ahead,) = [f for f in await inspect(redis.url, now=lambda: _off(10)) if "clock" in f.sentence]
    assert ahead.level is Level.LOSES
    assert "600 s ahead of that of Redis" in ahead.sentence
    assert "NTP" in ahead.mend
    assert "behind that of Redis" in str(await inspect(redis.url, now=lambda: _off(-10)))
    assert "clock" not in str(await inspect(redis.url, now=lambda: _off(0)))
