"""Readiness: plain reasons, no flapping, one look for all who ask, an answer in time whatever Redis does."""

import asyncio

from bot.health import watch as room
from bot.health.watch import Watch
from bot.ports import StorageDown
from bot.ports.overview import LaneView, Overview


class Redis:
    """Says what it is told to; `looks` counts."""

    def __init__(self, *lanes: LaneView, overdue: float = 0.0) -> None:
        self.overview: Overview | Exception = Overview(lanes, overdue=overdue)
        self.looks, self.pause = 0, 0.0

    async def look(self) -> Overview:
        self.looks += 1
        await asyncio.sleep(self.pause)
        if isinstance(self.overview, Exception):
            raise self.overview
        return self.overview

    def wait(self, lag: float, *, served: bool = False) -> None:
        self.overview = Overview((LaneView("slack", 1, lag, served),))


def watching(redis: Redis, unheard: float = 0.0) -> Watch:
    return Watch(redis.look, lambda: unheard)


async def test_all_is_well() -> None:
    health = await watching(Redis(LaneView("slack", 2, 3.0, True))).health()
    assert health.ready
    assert health.lag == 0.0


async def test_a_redis_that_does_not_answer_is_a_reason() -> None:
    redis = Redis()
    redis.overview = StorageDown("gone")
    health = await watching(redis).health()
    assert health.reasons == ("Redis does not answer (StorageDown): nothing can be saved or published.",)
    assert health.overview is None


async def test_a_redis_that_hangs_is_given_up_in_time() -> None:
    redis = Redis()
    redis.pause = 60
    began = asyncio.get_running_loop().time()
    health = await watching(redis).health()
    assert asyncio.get_running_loop().time() - began < 2.5
    assert "TimeoutError" in health.reasons[0]


async def test_two_leases_make_a_reason_and_one_lease_ends_it() -> None:
    redis = Redis()
    watch = watching(redis)
    seen = []
    for lag in (29.0, 31.0, 29.0, 16.0, 14.0, 29.0, 31.0):
        redis.wait(lag)
        seen.append((await watch.health()).ready)
    assert seen == [True, False, False, False, True, True, False]
    assert (await watch.health()).reasons == (
        "Jobs have waited for 31 s and nobody takes them (slack): does a worker run?",
    )


async def test_a_lane_that_a_living_worker_serves_may_be_long() -> None:
    redis = Redis()
    watch = watching(redis)
    redis.wait(600.0, served=True)
    assert (await watch.health()).ready


async def test_what_should_have_been_moved_long_ago_is_a_reason() -> None:
    health = await watching(Redis(overdue=31.0)).health()
    assert health.reasons == ("Jobs have waited for 31 s and nobody takes them (due): does a worker run?",)


async def test_socket_mode_may_be_away_for_a_pause_and_no_longer() -> None:
    assert (await watching(Redis(), unheard=room.UNHEARD_SECONDS).health()).ready
    health = await watching(Redis(), unheard=46.0).health()
    assert health.reasons == ("Socket Mode has not been connected for 46 s: Slack cannot be heard.",)


async def test_many_who_ask_cost_one_look() -> None:
    redis = Redis()
    redis.pause = 0.01
    watch = watching(redis)
    await asyncio.gather(*(watch.health() for _ in range(50)))
    assert redis.looks == 1


async def test_good_news_is_not_kept() -> None:
    redis = Redis()
    watch = watching(redis)
    assert (await watch.health()).ready
    redis.overview = StorageDown("gone")
    assert not (await watch.health()).ready
