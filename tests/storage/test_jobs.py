"""Jobs: queued by the commit that needs them, held under a lease, never lost and never in two hands."""

import asyncio
import gc
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.change import Change
from bot.domain.job import SLACK_LANE, TIMER_LANE, Job, JobKind, outlet_lane
from bot.domain.lifecycle import redraw
from bot.domain.publishing import deliver_job
from bot.ports import Held
from bot.storage.held import HeldJob
from bot.storage.keys import Keys
from bot.storage.store import Storage
from tests.builders import NOON, WORKSPACE
from tests.promises import stretched
from tests.redis_server import RedisServer
from tests.storage.conftest import LEASE, Open
from tests.storage.test_incidents import declared

LATER = NOON + timedelta(minutes=1)


def job(job_id: str = "j1", **fields: object) -> Job:
    """A job of the Slack lane."""
    return replace(Job(id=job_id, kind=JobKind.TELL_ROLE, args={"user": "U1"}), **fields)  # type: ignore[arg-type]


async def taken(storage: Storage, lane: str = SLACK_LANE, wait: float = 0.0) -> Held:
    """Take a job that must be there."""
    held = await storage.jobs.take(lane, wait)
    assert held is not None
    return held


async def commit(storage: Storage, operation: str, *jobs: Job, hurry: tuple[str, ...] = ()) -> None:
    """Commit jobs with an incident, made if it is not there."""
    if await storage.incidents.load("inc1") is None:
        await storage.incidents.create("made", replace(declared(), jobs=()))
    await storage.incidents.amend(operation, "inc1", lambda i: Change(i, (), jobs, hurry=hurry))


class TestTaking:
    async def test_a_job_comes_out_as_it_went_in(self, storage: Storage) -> None:
        await storage.jobs.add(job())
        held = await taken(storage)
        assert (held.job, held.deliveries) == (job(), 1)
        assert await held.still_mine()
        await held.done()
        assert await storage.jobs.take(SLACK_LANE, 0) is None

    async def test_what_waits_can_be_looked_at_without_being_taken(self, storage: Storage) -> None:
        assert await storage.jobs.waiting() == ()
        await storage.jobs.add(job("now"))
        await storage.jobs.add(job("later", due=LATER))
        for _ in range(2):
            assert [(one.id, later) for one, later in await storage.jobs.waiting()] == [("now", False), ("later", True)]
        held = await taken(storage)
        assert len(await storage.jobs.waiting()) == 2, "what is in hand is not done yet"
        await held.done()
        assert [(one.id, later) for one, later in await storage.jobs.waiting()] == [("later", True)]

    async def test_first_in_first_out(self, storage: Storage) -> None:
        await commit(storage, "op", *(job(f"j{n}") for n in range(3)))
        assert [(await taken(storage)).job.id for _ in range(3)] == ["j0", "j1", "j2"]

    async def test_lanes_do_not_mix(self, storage: Storage) -> None:
        await storage.jobs.add(deliver_job("inc1", "upd1", "status"))
        assert await storage.jobs.take(SLACK_LANE, 0) is None
        assert await storage.jobs.take(outlet_lane("email"), 0) is None
        assert (await taken(storage, outlet_lane("status"))).job.kind is JobKind.DELIVER

    async def test_every_lane_that_ever_had_a_job_is_known(self, storage: Storage) -> None:
        gone = deliver_job("inc1", "upd1", "fax")
        await commit(storage, "op1", job(), gone)
        await (await taken(storage)).done()
        assert set(await storage.jobs.lanes()) >= {SLACK_LANE, outlet_lane("fax")}

    async def test_a_waiting_worker_is_woken_at_once(self, another: Open) -> None:
        worker, web = another(), another()
        waiting = asyncio.create_task(worker.jobs.take(SLACK_LANE, 5))
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        await web.jobs.add(job())
        assert await waiting is not None
        assert time.monotonic() - begun < stretched(0.5)

    async def test_an_empty_lane_is_waited_for_no_longer_than_asked(self, storage: Storage) -> None:
        begun = time.monotonic()
        assert await storage.jobs.take(SLACK_LANE, 0.2) is None
        assert 0.15 < time.monotonic() - begun < stretched(1)

    async def test_ten_workers_share_the_work_and_nothing_is_done_twice(self, another: Open) -> None:
        workers = [another() for _ in range(10)]
        await commit(workers[0], "op", *(job(f"j{n}") for n in range(40)))
        done: list[str] = []

        async def work(storage: Storage) -> None:
            while (held := await storage.jobs.take(SLACK_LANE, 0)) is not None:
                done.append(held.job.id)
                await held.done()

        await asyncio.gather(*map(work, workers))
        assert sorted(done) == sorted(f"j{n}" for n in range(40))

    async def test_lanes_are_made_again_after_a_flush(self, real: Open, server: RedisServer) -> None:
        storage = real()
        waiting = asyncio.create_task(storage.jobs.take(SLACK_LANE, 5))
        await asyncio.sleep(0.05)
        server.flush()
        await storage.jobs.add(job())
        assert await waiting is not None

    async def test_a_job_of_a_newer_clarion_waits_for_a_newer_worker(self, storage: Storage) -> None:
        newer = b'{"schema":99,"id":"new"}'
        await storage._link.ask("XADD", Keys(WORKSPACE).lane(SLACK_LANE), "*", "job", newer)
        await storage.jobs.add(job())
        assert await storage.jobs.take(SLACK_LANE, 0) is None
        assert (await taken(storage)).job.id == "j1"
        assert await storage._link.ask("XLEN", Keys(WORKSPACE).lane(SLACK_LANE)) == 2


class TestLeases:
    async def test_a_killed_workers_job_is_taken_by_another_and_counted(self, another: Open) -> None:
        first, second = another(), another()
        await first.jobs.add(job())
        held = await taken(first)
        await held.release()
        assert await second.jobs.take(SLACK_LANE, 0) is None
        again = await taken(second, wait=LEASE * 4)
        assert (again.job, again.deliveries) == (held.job, 2)

    async def test_three_crashes_show_as_three_deliveries(self, storage: Storage) -> None:
        await storage.jobs.add(job())
        seen = []
        for _ in range(3):
            held = await taken(storage, wait=LEASE * 4)
            seen.append(held.deliveries)
            await held.release()
        assert seen == [1, 2, 3]

    async def test_a_hand_out_in_which_it_was_not_begun_can_be_left_uncounted(self, another: Open) -> None:
        first, second = another(), another()
        await first.jobs.add(job())
        former = await taken(first)
        await former.release()
        held = await taken(second, wait=LEASE * 4)
        await held.count(1)
        await former.count(9)  # it is not his any more
        await held.release()
        assert (await taken(second, wait=LEASE * 4)).deliveries == 2

    async def test_the_heartbeat_keeps_a_long_job(self, another: Open) -> None:
        lease = 2.0  # seconds: a busy machine may stand still for longer than the beat of a shorter one
        first, second = another(lease=lease), another(lease=lease)
        await first.jobs.add(job())
        held = await taken(first)
        assert await second.jobs.take(SLACK_LANE, lease * 1.5) is None
        assert await held.still_mine()
        await held.done()

    async def test_after_a_takeover_the_first_holder_can_do_nothing(self, another: Open) -> None:
        first, second = another(), another()
        await first.jobs.add(job())
        old = await taken(first)
        await old.release()
        new = await taken(second, wait=LEASE * 4)
        assert not await old.still_mine()
        await old.done()
        await old.again(NOON)
        await old.put_aside("never")
        assert await new.still_mine()
        assert await first.jobs.promote(LATER) == 0
        assert await first.jobs.aside() == ()

    async def test_a_late_heartbeat_does_not_steal_the_job_back(self, another: Open) -> None:
        first, second = another(), another(lease=0.05)
        await first.jobs.add(job())
        old = await taken(first)  # beats every LEASE / 3, later than the second worker's idea of a lease
        await asyncio.sleep(0.06)
        new = await taken(second)
        await asyncio.sleep(LEASE / 2)
        assert await new.still_mine()
        assert not await old.still_mine()

    async def test_a_cancelled_task_stops_its_heartbeat(self, another: Open) -> None:
        first, second = another(), another()
        await first.jobs.add(job())

        async def work() -> None:
            held = await taken(first)
            assert isinstance(held, HeldJob)
            async with held:
                await asyncio.sleep(60)

        task = asyncio.create_task(work())
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await taken(second, wait=LEASE * 4)).deliveries == 2

    async def test_so_does_one_that_merely_forgot_its_job(self, another: Open) -> None:
        first, second = another(), another()
        await first.jobs.add(job())
        await taken(first)
        gc.collect()
        assert (await taken(second, wait=LEASE * 4)).deliveries == 2


class TestLater:
    async def test_due_jobs_come_in_the_order_of_their_times(self, storage: Storage) -> None:
        await commit(storage, "op", *(job(f"j{n}", due=NOON + timedelta(seconds=n)) for n in (3, 1, 2)))
        assert await storage.jobs.take(SLACK_LANE, 0) is None
        assert await storage.jobs.promote(LATER) == 3
        assert [(await taken(storage)).job.id for _ in range(3)] == ["j1", "j2", "j3"]

    async def test_nothing_is_promoted_a_microsecond_early(self, storage: Storage) -> None:
        due = NOON + timedelta(microseconds=654321)
        await commit(storage, "op", job(due=due))
        assert await storage.jobs.promote(due - timedelta(microseconds=1)) == 0
        assert await storage.jobs.promote(due) == 1
        assert await storage.jobs.promote(due) == 0

    async def test_two_promoters_promote_each_job_once(self, another: Open) -> None:
        one, two = another(), another()
        await commit(one, "op", *(job(f"j{n}", due=NOON) for n in range(50)))
        assert sum(await asyncio.gather(one.jobs.promote(LATER), two.jobs.promote(LATER))) == 50

    async def test_at_most_a_hundred_are_promoted_at_once(self, storage: Storage) -> None:
        await commit(storage, "op", *(job(f"j{n}", due=NOON) for n in range(120)))
        assert [await storage.jobs.promote(LATER) for _ in range(3)] == [100, 20, 0]

    async def test_redraws_that_wait_are_one(self, storage: Storage) -> None:
        for n in range(5):
            await commit(storage, f"op{n}", redraw("inc1", NOON + timedelta(seconds=n)))
        assert await storage.jobs.promote(NOON) == 1
        assert await storage.jobs.promote(LATER) == 0

    async def test_the_earlier_of_two_times_wins(self, storage: Storage) -> None:
        await commit(storage, "op1", job(due=LATER))
        await commit(storage, "op2", job(due=NOON))
        await commit(storage, "op3", job(due=LATER))
        assert await storage.jobs.promote(NOON) == 1

    async def test_a_job_at_once_replaces_the_same_one_that_waits(self, storage: Storage) -> None:
        await commit(storage, "op1", job(due=LATER))
        await commit(storage, "op2", job())
        await (await taken(storage)).done()
        assert await storage.jobs.promote(LATER) == 0

    async def test_hurry_brings_a_waiting_job_forward_and_makes_none(self, storage: Storage) -> None:
        await commit(storage, "op1", job("waits", due=LATER))
        await commit(storage, "op2", hurry=("waits", "is not there"))
        assert await storage.jobs.promote(NOON) == 1
        assert (await taken(storage)).job.id == "waits"

    async def test_again_comes_back_later_with_its_attempt_counted(self, storage: Storage) -> None:
        await storage.jobs.add(job())
        held = await taken(storage)
        await held.again(LATER)
        assert await storage.jobs.take(SLACK_LANE, LEASE * 2) is None
        assert await storage.jobs.promote(NOON) == 0
        assert await storage.jobs.promote(LATER) == 1
        again = await taken(storage)
        assert (again.job.attempt, again.job.due, again.deliveries) == (1, LATER, 1)

    async def test_again_and_a_new_request_meanwhile_are_one_job(self, storage: Storage) -> None:
        await commit(storage, "op1", redraw("inc1", NOON))
        await storage.jobs.promote(NOON)
        held = await taken(storage)
        await commit(storage, "op2", redraw("inc1", NOON))
        await held.again(LATER)
        assert await storage.jobs.promote(NOON) == 1
        assert (await taken(storage)).job.attempt == 1
        assert await storage.jobs.promote(LATER) == 0

    async def test_they_survive_a_kill_of_the_server(self, real: Open, server: RedisServer) -> None:
        storage = real()
        timer = Job(id="remind", kind=JobKind.REMIND_PROMISE, due=LATER)
        await commit(storage, "op", job("j2", due=LATER), job("j1", due=NOON), timer, job("now"))
        server.restart()
        assert await storage.jobs.promote(LATER) == 3
        assert [(await taken(storage)).job.id for _ in range(3)] == ["now", "j1", "j2"]
        assert (await taken(storage, TIMER_LANE)).job.id == "remind"


class TestPuttingAside:
    async def test_it_leaves_the_lane_and_is_shown_with_its_reason(self, storage: Storage) -> None:
        for n in range(2):
            await storage.jobs.add(job(f"j{n}"))
            await (await taken(storage)).put_aside(f"crashed “{n}”")
        assert await storage.jobs.aside() == ((job("j0"), "crashed “0”"), (job("j1"), "crashed “1”"))
        assert await storage.jobs.take(SLACK_LANE, LEASE * 2) is None


class TestFaults:
    async def test_ordinary_tries_and_faults_are_counted_apart(self, storage: Storage) -> None:
        await commit(storage, "op1", job())
        await (await taken(storage)).again(NOON)
        await storage.jobs.promote(NOON)
        await (await taken(storage)).again(NOON, faulted=True)
        await storage.jobs.promote(NOON)
        held = await taken(storage)
        assert (held.job.attempt, held.job.faults) == (2, 1)
