"""Two things at once: stop and deliver, two holders of one delivery, send again, Redis in the middle (I1, I2, I3)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.domain import delivery
from bot.domain.change import Change
from bot.domain.update import Outcome, OutletKind, UpdateState
from bot.ports import Attempt, Incidents, NotKnownYet, OutcomeUnknown, StorageDown, StorageFull, Unavailable
from bot.storage import held as heartbeat
from bot.usecases import jobs
from bot.worker import Worker
from tests.redis_server import RedisServer
from tests.usecases.conftest import Build
from tests.usecases.stage import LANE, LEASE, OUTLET, Process, Stage

Happens = Callable[[], Awaitable[object]]


class _Between:
    """The incidents as a worker sees them; something happens right after it has looked."""

    def __init__(self, real: Any, happens: Happens) -> None:
        self._real, self._happens = real, [happens]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    async def load(self, incident_id: str) -> Any:
        found = await self._real.load(incident_id)
        while self._happens:
            await self._happens.pop()()
        return found


async def deliver_while(stage: Stage, happens: Happens) -> None:
    """Deliver; after the worker has judged and before it begins, something happens."""
    services = stage.services()
    between = cast(Incidents, _Between(services.incidents, happens))
    await jobs.work(replace(services, incidents=between), await stage.taken())


def once_each(stage: Stage) -> None:
    """I2: nobody got it twice."""
    who = [recipient for recipient, _ in stage.outlet.arrived]
    assert sorted(who) == sorted(set(who))


async def left_unknown(stage: Stage) -> None:
    """A worker ends the delivery, of which nobody knows whether it arrived, and dies before it ends the job."""

    async def lost(_: str) -> None:
        raise OutcomeUnknown("the reply was lost")

    usual, stage.outlet.after = stage.outlet.after, lost
    process = Process(at=2 + 3 * 2, when="before")
    await stage.live(process)
    stage.outlet.after = usual
    assert process.effects == ["amend", *["begin", "deliver", "record"] * 2, "amend", "done"]
    stage.outlet.arrived.clear()


class TestStop:
    async def test_what_was_stopped_just_before_it_began_does_not_leave(self, build: Build) -> None:
        stage = build()
        await stage.approve()
        await deliver_while(stage, stage.stop)
        await stage.work()
        assert stage.outlet.arrived == []
        assert await stage.outcomes() == {Outcome.EXPIRED: 3}
        assert (await stage.update()).state is UpdateState.WITHDRAWN

    async def test_what_was_superseded_just_before_it_began_does_not_leave(self, build: Build) -> None:
        stage = build()
        await stage.approve("upd1", "old words")
        await deliver_while(stage, lambda: stage.approve("upd2", "new words"))
        await stage.work()
        assert set(stage.outlet.texts) == {"new words"}
        assert await stage.outcomes("upd1") == {Outcome.EXPIRED: 3}
        assert await stage.outcomes("upd2") == {Outcome.DELIVERED: 3}

    async def test_stopped_while_the_outlet_asks_for_patience_it_ends_within_a_minute(self, build: Build) -> None:
        """The job is in the worker's hands, so that there is nothing to hurry when Stop is pressed."""
        stage = build()
        await stage.approve()

        async def stopped(_: str) -> None:
            await stage.stop()
            raise Unavailable("come again", 1_800)

        stage.outlet.before = stopped
        await jobs.work(stage.services(), await stage.taken())
        stage.clock.at += timedelta(seconds=61)
        await jobs.work(stage.services(), await stage.taken())
        assert await stage.outcomes() == {Outcome.EXPIRED: 3}

    async def test_a_job_that_looks_early_still_honours_retry_after(self, build: Build) -> None:
        stage = build(count=1)
        await stage.approve()
        asked: list[str] = []

        async def later(who: str) -> None:
            asked.append(who)
            raise Unavailable("come again", 300)

        stage.outlet.before = later
        for _ in range(5):
            await jobs.work(stage.services(), await stage.taken())
            stage.clock.at += timedelta(seconds=60)
        assert len(asked) == 1
        await jobs.work(stage.services(), await stage.taken())
        assert len(asked) == 2


class TestOneHolder:
    async def test_a_worker_does_not_do_its_own_running_job_a_second_time(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its heartbeat is late, so that its own next look into the lane finds the job without a lease."""
        monkeypatch.setattr(heartbeat, "BEATS_A_LEASE", 0.1)
        stage = build(count=4)
        await stage.approve()
        held = await stage.taken()
        goes_on = asyncio.Event()

        async def slow(who: str) -> None:
            if who == "email-0":
                await goes_on.wait()
            await asyncio.sleep(0.05)

        stage.outlet.before = slow
        first = asyncio.create_task(jobs.work(stage.services(), held))
        again = await stage.taken(wait=LEASE * 3)
        second = asyncio.create_task(jobs.work(stage.services(), again))
        await asyncio.sleep(0.02)
        goes_on.set()
        await asyncio.gather(first, second, return_exceptions=True)
        await stage.work()
        once_each(stage)
        assert sum((await stage.outcomes()).values()) == 4

    async def test_two_jobs_of_one_delivery_are_never_both_at_work(self, build: Build) -> None:
        """A worker dies between the end of the delivery and that of its job; then a person says: send again."""
        stage = build(count=2)
        await stage.approve()
        await left_unknown(stage)
        await stage.send_again()
        storages = [stage.storage(), stage.storage()]
        found = [(storage, await stage.taken(storage, LEASE * 2)) for storage in storages]

        async def slow(_: str) -> None:
            await asyncio.sleep(0.1)

        stage.outlet.before = slow
        await asyncio.gather(*(jobs.work(stage.services(s), one) for s, one in found))
        once_each(stage)
        assert await stage.outcomes() == {Outcome.DELIVERED: 2}

    async def test_a_process_that_slept_over_the_answer_asks_again_whether_it_may(self, build: Build) -> None:
        stage = build(count=1)
        await stage.approve()
        held = await stage.taken()
        incident = await stage.memory.incidents.load("inc0001")
        assert incident is not None
        other = stage.storage()
        real = stage.memory._link.insist

        async def slept(*args: Any) -> Any:
            answer = await real(*args)
            setattr(stage.memory._link, "insist", real)  # noqa: B010 - once only
            await held.release()
            await stage.taken(other, LEASE * 3)
            return answer

        setattr(stage.memory._link, "insist", slept)  # noqa: B010 - the process is paused in here
        begun = await stage.memory.attempts.begin(held, incident, "upd1", OUTLET, "email-0", 0)
        assert begun == "lost"

    async def test_a_person_who_says_send_again_is_spared_what_can_be_looked_for(self, build: Build) -> None:
        stage = build(OutletKind.SEARCHABLE, count=1)
        update = await stage.approve()
        await stage.work()
        await stage.memory.attempts.record(update.id, OUTLET, "email-0", Attempt(Outcome.UNKNOWN, 1))
        await stage.amend(lambda i: _made_unknown(i, stage))
        await stage.send_again()
        await stage.work()
        once_each(stage)
        assert await stage.outcomes() == {Outcome.DELIVERED: 1}


def _made_unknown(incident: Any, stage: Stage) -> Any:
    update = incident.update("upd1")
    changed = replace(update.delivery(OUTLET), tally={Outcome.UNKNOWN: 1}, round=1)
    return Change(incident.with_update(replace(update, deliveries=(changed,))))


class TestRedisInTheMiddle:
    @pytest.mark.parametrize("fault", [StorageDown("away"), StorageFull("full")])
    async def test_what_others_had_begun_is_ended_before_the_fault_is_told(
        self, build: Build, fault: Exception
    ) -> None:
        stage = build(count=4, parallel=4)
        await stage.approve()
        services = stage.services()

        class Ledger:
            def __getattr__(self, name: str) -> Any:
                return getattr(services.attempts, name)

            async def begin(self, *args: Any) -> Any:
                if args[4] == "email-3":
                    raise fault
                return await services.attempts.begin(*args)

        async def slow(_: str) -> None:
            await asyncio.sleep(0.1)

        stage.outlet.before = slow
        held = await stage.taken()
        with pytest.raises(type(fault)):
            await jobs.work(replace(services, attempts=cast(Any, Ledger())), held)
        assert set((await stage.ledger()).values()) == {Outcome.DELIVERED}
        await held.release()
        await stage.work()
        once_each(stage)
        assert await stage.outcomes() == {Outcome.DELIVERED: 4}

    async def test_a_commit_of_which_nobody_knows_yet_is_no_fault_of_the_job(self, build: Build) -> None:
        stage = build(count=1)
        await stage.approve()
        services, left = stage.services(), [NotKnownYet("")] * 5

        class Incidents:
            def __getattr__(self, name: str) -> Any:
                return getattr(services.incidents, name)

            async def amend(self, *args: Any) -> Any:
                done = await services.incidents.amend(*args)
                if left:
                    raise left.pop()
                return done

        worker = Worker(replace(services, incidents=cast(Any, Incidents())), lambda: (LANE,))
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(10):
            while left or not (await stage.update()).delivery(OUTLET).settled:
                stage.clock.at += timedelta(seconds=1)
                await asyncio.sleep(0.05)
        worker.stop()
        await running
        assert await stage.outcomes() == {Outcome.DELIVERED: 1}
        assert await stage.memory.jobs.aside() == ()

    async def test_waiting_ones_turn_is_no_fault_either(self, build: Build) -> None:
        stage = build(count=1)
        await stage.approve()

        async def later(_: str) -> None:
            raise Unavailable("come again")

        stage.outlet.before = later
        for _ in range(4):
            await jobs.work(stage.services(), await stage.taken())
            stage.clock.at += timedelta(seconds=61)
        await jobs.faulted(stage.services(), await stage.taken(), "ref")
        assert not (await stage.update()).delivery(OUTLET).settled

    async def test_a_lane_goes_on_after_an_answer_that_nobody_foresaw(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.worker.TROUBLED", 0.01)
        stage = build(count=1)
        await stage.approve()
        services, faults = stage.services(), {"take": 1, "promote": 1}

        class Jobs:
            def __getattr__(self, name: str) -> Any:
                if faults.get(name):
                    faults[name] -= 1
                    raise ValueError(name)
                return getattr(services.jobs, name)

        worker = Worker(replace(services, jobs=cast(Any, Jobs())), lambda: (LANE,))
        running = asyncio.create_task(worker.run())
        async with asyncio.timeout(10):
            while not (await stage.update()).delivery(OUTLET).settled:
                await asyncio.sleep(0.02)
        worker.stop()
        await running


class TestNothingHangs:
    async def test_a_recipient_list_that_is_lost_does_not_hold_newer_updates_up(
        self, build: Build, server: RedisServer
    ) -> None:
        stage = build()
        first = await stage.approve("upd1", "old words")
        for key in server.command("KEYS", f"*blob:{first.plan_for(OUTLET).recipients}"):
            server.command("DEL", key)
        held = await stage.taken()
        with pytest.raises(LookupError):
            await jobs.work(stage.services(), held)
        await jobs.put_aside(stage.services(), held, "failed")
        assert await stage.outcomes("upd1") == {Outcome.EXPIRED: 3}
        ((job, reason),) = await stage.memory.jobs.aside()
        assert (job.id, reason) == ("deliver:upd1:email", "failed")

    async def test_an_older_delivery_whose_job_is_gone_holds_newer_ones_up_for_ten_minutes(self, build: Build) -> None:
        stage = build(count=1)
        await stage.approve("upd1", "old words")
        held = await stage.taken()
        await stage.amend(lambda i: delivery.begin(i, "upd1", OUTLET, stage.clock.at))
        await held.done()  # as if the queue had lost it
        await stage.approve("upd2", "new words")
        await stage.work()
        assert stage.outlet.texts == ["new words"]
        assert await stage.outcomes("upd2") == {Outcome.DELIVERED: 1}

    async def test_a_lane_that_came_after_the_worker_is_served(
        self, build: Build, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bot.worker.NEW_LANES_EVERY", 0.05)
        stage = build(count=1)
        worker = Worker(stage.services(), tuple)
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(0.1)
        await stage.approve()
        async with asyncio.timeout(10):
            while not (await stage.update()).delivery(OUTLET).settled:
                await asyncio.sleep(0.02)
        worker.stop()
        await running

    async def test_progress_told_late_changes_nothing_that_has_ended(self, build: Build) -> None:
        stage = build()
        await stage.approve()
        await stage.work()
        before = await stage.update()
        now = stage.clock.at
        found = await stage.amend(lambda i: delivery.progress(i, "upd1", OUTLET, {Outcome.UNKNOWN: 3}, now))
        assert found.update("upd1") == before
