"""The worker: take a job, run its use case, settle it.

One loop for each lane, so that one outlet's trouble never holds up another or Slack. It decides nothing: what a
job does is in `bot.usecases.jobs`. A worker that dies leaves leases that end; another takes the jobs.
"""

import asyncio
import contextlib
import secrets
import signal
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog

from bot import drift, wiring
from bot.config import Settings
from bot.domain.job import ANNOUNCEMENT_LANE, SLACK_LANE, TIMER_LANE, Job, JobKind
from bot.health.serving import worker_doors
from bot.journal.lines import JournalDamaged
from bot.journal.local import AlreadyRunning, only_one
from bot.journal.recovery import ACTS, acts
from bot.journal.vault import VAULT, copied
from bot.metrics.instruments import FAULTS
from bot.ports import Clock, Halted, Held, NotKnownYet, Services, Standstill, StorageDown, StorageFull
from bot.storage.codec import NewerSchema, Unreadable
from bot.usecases import jobs, standstill
from bot.usecases.attempts import LeaseLost

log = structlog.get_logger("clarion.worker")

# Jobs that run side by side in one lane; they mostly wait for the network.
PARALLEL = 64
# What goes on at a standstill: nothing of it reaches a customer or a follower.
INSIDE = (SLACK_LANE, TIMER_LANE, ANNOUNCEMENT_LANE)
# Announcements wait for their turn in one channel. One by one, so that each is judged just before it is posted.
PLACES = {ANNOUNCEMENT_LANE: 1}
# How long one look into an empty lane waits, in seconds; a commit wakes it at once.
WAIT = 2.0
# How long a job waits while Redis takes no new work, or for a worker that can read what a newer version wrote.
FULL_WAIT = timedelta(seconds=5)
# How long a job waits at a standstill, and how often it is asked whether there is one, in seconds.
STILL_WAIT = timedelta(seconds=5)
STILL_LOOK = 0.5
# How old this machine's copy of the hashes of secrets may grow, in seconds.
COPY_EVERY = 60.0
# How often the due set is looked at, in seconds: the lateness of a reminder or a redraw.
TICK = 0.1
# A job that was in a worker's hands at two crashes may be what kills: it runs beside no other such job, after this
# pause, until it has lived so long; all in seconds.
QUIET = 0.5
ALONE = 5.0
# While Redis is away, what was in hand is offered back this often, in seconds.
KNOCK = 0.25
# How often lanes that nobody serves are looked for, in seconds.
NEW_LANES_EVERY = 60.0
# After an answer of Redis that nobody foresaw, a lane is looked at again after so many seconds.
TROUBLED = 1.0
# After Redis was away, how long a lane waits before it looks for the dead, in seconds; work goes on within 5 s.
RETURNED = 1.5
# A worker that is told to stop finishes what it is doing for at most this long, in seconds.
GRACE = 10.0


class Worker:
    """Serves lanes until it is told to stop: those of the outlets that are set up, and those that still hold jobs."""

    def __init__(self, services: Services, lanes: Callable[[], Sequence[str]]) -> None:
        self._services = services
        self._lanes = lanes
        self._stop = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._suspect = asyncio.Lock()
        self._still: Standstill | None = None

    def stop(self) -> None:
        """Take no more jobs; finish what is running."""
        self._stop.set()

    async def run(self) -> None:
        """Serve until `stop` is called, then wait for what is running, and put the rest back."""
        loops = [asyncio.create_task(self._serve(lane)) for lane in self._lanes()]
        loops += [asyncio.create_task(each) for each in (self._promote(), self._serve_the_gone(), self._look_out())]
        await self._stop.wait()
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running, timeout=GRACE)
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _serve(self, lane: str) -> None:
        places = asyncio.Semaphore(PLACES.get(lane, PARALLEL))
        while True:
            await places.acquire()
            held = await self._take(lane)
            if held is None:
                places.release()
                continue
            task = asyncio.create_task(self._work(held))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            task.add_done_callback(lambda _done: places.release())

    async def _serve_the_gone(self) -> None:
        """Serve lanes of outlets that are not set up here, so that what waits there is ended and shown (I3).

        Looked for again and again: a web process with older settings may still publish to one.
        """
        served = set(self._lanes())
        async with asyncio.TaskGroup() as loops:
            while True:
                try:
                    gone = set(await self._services.jobs.lanes()) - served
                except (StorageDown, StorageFull):
                    await asyncio.sleep(0.25)
                    continue
                for lane in gone:
                    loops.create_task(self._serve(lane))
                served |= gone
                await asyncio.sleep(NEW_LANES_EVERY)

    async def _take(self, lane: str) -> Held | None:
        if self._still is not None and lane not in INSIDE:
            await asyncio.sleep(STILL_LOOK)
            return None
        try:
            return await self._services.jobs.take(lane, WAIT)
        except (StorageDown, StorageFull):
            await self._returned()
        except Exception as fault:  # a lane must not fall silent for ever because of one answer
            log.error("lane_troubled", lane=lane, fault=type(fault).__name__)
            await asyncio.sleep(TROUBLED)
        return None

    async def _look_out(self) -> None:
        """Watch for a standstill, and have every card say when one begins and ends (failure model 14)."""
        while True:
            try:
                before, self._still = self._still, await self._services.standstills.now()
                if (found := self._still) and before is None:
                    log.error("standstill_begun", cause=found.cause.value, mend=f"`clarion recover` on {found.machine}")
                elif found is None and before:
                    log.info("standstill_over")
                if (found is None) != (before is None):
                    await standstill.redraw_all(self._services)
            except (StorageDown, StorageFull):
                pass
            except Exception as fault:  # without this loop what is held now would be held for ever
                log.error("look_out_troubled", fault=type(fault).__name__)
            await asyncio.sleep(STILL_LOOK)

    async def _returned(self) -> None:
        """Wait until Redis answers, and a moment longer: whoever still works renews a lease that ran out meanwhile.

        Without it an outage longer than the lease would look like the death of every holder (failure model 12, 13).
        """
        while True:
            await asyncio.sleep(0.25)
            with contextlib.suppress(StorageDown):
                await self._services.incidents.find(0)
                break
        await asyncio.sleep(RETURNED)

    async def _work(self, held: Held) -> None:
        try:
            if held.deliveries == jobs.MOST_CRASHES:
                await self._work_alone(held)
            else:
                await jobs.work(self._services, held)
        except LeaseLost:
            log.warning("lease_lost", job=held.job.id)
        except Halted:
            log.warning("standstill_met", job=held.job.id)
            await self._hand_back(held, STILL_WAIT)
        except StorageFull:
            # Handing it back is possible in a full Redis, and does not count as a crash.
            log.warning("storage_full", job=held.job.id)
            await self._hand_back(held, FULL_WAIT)
        except NewerSchema:
            # While versions change: put aside, what was approved would never leave.
            log.warning("document_newer", job=held.job.id, mend="update this Clarion, too")
            await self._hand_back(held, FULL_WAIT)
        except (StorageDown, NotKnownYet):
            # What is not known yet is safe to do again: every job judges anew.
            # Nobody else can take it either: it is handed back when Redis is there, and that counts as no crash.
            log.warning("storage_down", job=held.job.id)
            await self._hand_back_later(held)
        except asyncio.CancelledError:
            await asyncio.shield(self._hand_back(held, timedelta(0)))
            raise
        except Exception as fault:
            await self._faulted(held, fault)

    async def _work_alone(self, held: Held) -> None:
        """Do a job that may have taken two workers down, so that only the guilty one is counted when it kills again."""
        await held.count(jobs.MOST_CRASHES - 1)
        await self._suspect.acquire()
        with contextlib.ExitStack() as turn:
            turn.callback(self._suspect.release)
            asyncio.get_running_loop().call_later(ALONE, turn.close)
            await asyncio.sleep(QUIET)
            await held.count(jobs.MOST_CRASHES)
            await jobs.work(self._services, held)

    async def _hand_back_later(self, held: Held) -> None:
        handed_back = False
        while not handed_back:
            await asyncio.sleep(KNOCK)
            handed_back = await self._hand_back(held, timedelta(0))

    async def _hand_back(self, held: Held, wait: timedelta) -> bool:
        try:
            await held.again(self._services.clock.now() + wait)
        except (StorageDown, StorageFull):
            await held.release()
            return False
        return True

    async def _faulted(self, held: Held, fault: Exception) -> None:
        FAULTS.labels(held.job.kind).inc()
        reference = secrets.token_hex(4)
        # Frames only: the message of an exception may quote what customers read.
        frames = "".join(traceback.format_tb(fault.__traceback__))
        what = {"job": held.job.id, "kind": held.job.kind, "fault": type(fault).__name__, "at": frames}
        log.error("job_failed", reference=reference, **what)
        try:
            await jobs.faulted(self._services, held, reference)
        except Exception as again:
            log.warning("job_not_settled", reference=reference, fault=type(again).__name__)
            await held.release()

    async def _promote(self) -> None:
        troubled = False
        while True:
            try:
                await self._services.jobs.promote(self._services.clock.now())
                if troubled:
                    log.info("memory_back")
                troubled = False
            except (StorageDown, StorageFull) as fault:
                if not troubled:  # once for each time it goes: a worker that waits in silence looks healthy
                    log.error("memory_troubled", why=str(fault), mend="`clarion check` says more")
                troubled = True
                await asyncio.sleep(0.25)
            except Exception as fault:  # without this loop no retry and no reminder would ever come
                log.error("promote_troubled", fault=type(fault).__name__)
                await asyncio.sleep(TROUBLED)
            await asyncio.sleep(TICK)


async def run(settings: Settings, redis_url: str, *, clock: Clock | None = None) -> None:
    """Serve until SIGINT or SIGTERM; practice hands in its `clock`. Raises what `wiring.build` raises."""
    async with wiring.build(settings, redis_url, patient=True, clock=clock) as built:
        worker = Worker(built.services, lambda: built.lanes)
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, worker.stop)
        await _know_everybody(built.services)
        copying = asyncio.create_task(_keep_copy(built))
        log.info("worker_ready", workspace=built.identity.workspace, lanes=list(built.lanes))
        try:
            # Practice moves its clock on purpose.
            clocks = drift.watched(None if clock else lambda: built.storage.drift(built.services.clock.now))
            async with worker_doors(built), clocks:
                await worker.run()
        finally:
            copying.cancel()
            await asyncio.gather(copying, return_exceptions=True)


async def _keep_copy(built: wiring.Built) -> None:
    """Keep this machine's copy of people and hashes of secrets up to date, for the day without Redis.

    Not at a standstill: what Redis holds then may be older. What was done with secrets without it goes on record.
    """
    services, folder = built.services, built.journal.folder
    while True:
        try:
            if await services.standstills.now() is None:
                await copied(services.people, services.secrets, folder / VAULT)
                if (folder / ACTS).exists():
                    with only_one(folder):  # an emergency publication that is under way still writes there
                        await acts(services, folder)
        except (StorageDown, StorageFull, AlreadyRunning):
            pass
        except (OSError, JournalDamaged, Unreadable) as fault:
            log.warning("copy_of_secrets_not_kept", error=type(fault).__name__, mend="`clarion check` says more")
        await asyncio.sleep(COPY_EVERY)


async def _know_everybody(services: Services) -> None:
    """Queue a look at the whole workspace, so that a guest is known before the first click."""
    with contextlib.suppress(StorageDown, StorageFull):
        await services.jobs.add(Job(id="sync_people", kind=JobKind.SYNC_PEOPLE))
