"""A look at the queues: what waits, what a dead worker left, and what is only long."""

import asyncio

import pytest

from bot.domain.job import SLACK_LANE, Job, JobKind, outlet_lane
from bot.ports import StorageDown
from bot.ports.overview import LaneView, Overview
from bot.storage.jobs import RedisJobs
from bot.storage.store import Storage
from tests.builders import NOON
from tests.metrics.counted import counting
from tests.storage.conftest import LEASE, Open


def job(name: str = "j1", **fields: object) -> Job:
    return Job(id=name, kind=JobKind.NOTE, **fields)  # type: ignore[arg-type]  # a builder takes what Job takes


async def look(storage: Storage) -> tuple[Overview, LaneView]:
    overview = await storage.overview.look((SLACK_LANE,))
    return overview, next(view for view in overview.lanes if view.lane == SLACK_LANE)


async def test_an_empty_redis_has_nothing_to_say(storage: Storage) -> None:
    overview, lane = await look(storage)
    assert (overview.later, overview.overdue, overview.aside) == (0, 0.0, 0)
    assert lane == LaneView(SLACK_LANE, 0, 0.0, False)


async def test_what_nobody_took_waits_longer_and_longer(storage: Storage) -> None:
    await storage.jobs.add(job())
    await asyncio.sleep(0.05)
    _, lane = await look(storage)
    assert lane.jobs == 1
    assert 0.04 < lane.lag < 5
    assert not lane.served


async def test_what_a_living_worker_holds_does_not_wait_and_what_is_behind_it_does(storage: Storage) -> None:
    await storage.jobs.add(job())
    held = await storage.jobs.take(SLACK_LANE, 1)
    assert held is not None
    await asyncio.sleep(2 * LEASE)  # its heartbeat goes on
    _, lane = await look(storage)
    assert (lane.jobs, lane.lag, lane.served) == (1, 0.0, True)
    await storage.jobs.add(job("j2"))
    await asyncio.sleep(0.05)
    _, lane = await look(storage)
    assert lane.jobs == 2
    assert lane.lag > 0.04
    assert lane.served
    await held.done()


async def test_what_a_dead_worker_holds_waits_once_its_lease_is_over(real: Open) -> None:
    storage = real()
    await storage.jobs.add(job())
    held = await storage.jobs.take(SLACK_LANE, 1)
    assert held is not None
    await held.release()
    await asyncio.sleep(1.5 * LEASE)
    _, lane = await look(storage)
    assert lane.lag > LEASE
    assert not lane.served
    with counting() as counted:
        again = await storage.jobs.take(SLACK_LANE, 1)
        assert again is not None
        await again.done()
        await again.done()  # it is gone: that is no second job
    assert counted.of("clarion_jobs_taken_over_total", lane=SLACK_LANE) == 1
    assert counted.of("clarion_jobs_settled_total", kind="note", how="done") == 1
    assert counted.of("clarion_redis_trip_seconds_count") > 0


async def test_a_redis_that_is_gone_is_counted() -> None:
    storage = Storage("unix:///nowhere/redis", "T1")
    with counting() as counted, pytest.raises(StorageDown):
        await storage.ping()
    assert counted.of("clarion_redis_failures_total", how="not_sent") >= 1
    await storage.aclose()


async def test_later_overdue_and_aside_are_counted(storage: Storage) -> None:
    await storage.jobs.add(job("later", due=NOON))
    overview, _ = await look(storage)
    assert overview.later == 1
    assert (overview.overdue > 0) == (NOON.timestamp() < (await _server_time(storage)))
    await storage.jobs.promote(NOON)
    held = await storage.jobs.take(SLACK_LANE, 1)
    assert held is not None
    await held.put_aside("for a look")
    overview, lane = await look(storage)
    assert (overview.later, overview.aside, lane.jobs) == (0, 1, 0)


async def test_lanes_that_no_setting_names_are_found(storage: Storage) -> None:
    await storage.jobs.add(Job(id="d", kind=JobKind.DELIVER, args={"outlet": "fax", "update": "u"}))
    overview = await storage.overview.look((SLACK_LANE,))
    assert {view.lane: view.jobs for view in overview.lanes} == {SLACK_LANE: 0, outlet_lane("fax"): 1}


async def _server_time(storage: Storage) -> float:
    assert isinstance(storage.jobs, RedisJobs)
    return await storage._link.now() / 1e6
