"""Faults of Redis itself: full, hung, killed, restarted; always on a real server (failure model 13, 15, 16)."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from redis.asyncio.connection import AbstractConnection

from bot.domain.change import Blob, Change
from bot.domain.incident import Incident
from bot.domain.job import SLACK_LANE
from bot.domain.subscription import Following, follow
from bot.domain.update import Outcome
from bot.ports import Attempt, Begun, NotKnownYet, StorageDown, StorageFull, Unsure
from bot.storage import trips
from bot.storage.connection import Arg, Cut, NoReply, NotSent, Reply
from bot.storage.patience import IN_TIME
from bot.storage.script import Script
from bot.storage.store import Storage
from tests.promises import stretched
from tests.redis_server import RedisServer
from tests.storage.conftest import Open
from tests.storage.test_attempts import LANE, begin, holding
from tests.storage.test_incidents import declared, noted
from tests.storage.test_jobs import LATER, job, taken

# What a person may have to wait until "not known yet" (failure model 16), in seconds.
PATIENCE = 2.5


@pytest.fixture
async def storage(real: Open) -> Storage:
    """A storage on the real server, connected, with no more patience than in production."""
    storage = real(patience=IN_TIME)
    await storage.ping()
    return storage


@contextmanager
def full(server: RedisServer, share: float) -> Iterator[None]:
    """A server that uses `share` of what it may."""
    used = int(str(server.command("INFO", "memory")["used_memory"]))
    server.command("CONFIG", "SET", "maxmemory", int(used / share))
    try:
        yield
    finally:
        server.command("CONFIG", "SET", "maxmemory", 0)


@contextmanager
def hung(server: RedisServer) -> Iterator[None]:
    """A server that keeps its connections and answers nothing."""
    server.pause()
    try:
        yield
    finally:
        server.resume()


class TestFull:
    async def test_new_incidents_and_drafts_are_refused_at_ninety_percent(
        self, storage: Storage, server: RedisServer
    ) -> None:
        await storage.incidents.create("op", declared())
        storage.incidents._headroom._asked = None
        with full(server, 0.93):
            with pytest.raises(StorageFull):
                await storage.incidents.create("op2", declared("inc2"))
            with pytest.raises(StorageFull):
                await storage.incidents.amend("op3", "inc1", lambda i: Change(i, blobs=(Blob(b"text"),)))
            assert (await storage.incidents.amend("op4", "inc1", noted)).incident.version == 2

    async def test_what_was_sent_is_recorded_when_nothing_else_can_be(
        self, storage: Storage, server: RedisServer
    ) -> None:
        held, incident = await holding(storage)
        assert await begin(storage, held, incident) is Begun.YES
        with full(server, 1.2):
            with pytest.raises(StorageFull):
                await storage.incidents.amend("op2", "inc1", noted)
            with pytest.raises(StorageFull):
                await storage.attempts.begin(held, incident, "upd1", "email", "r2", 0)
            await storage.attempts.record("upd1", "email", "r1", Attempt(Outcome.DELIVERED, 0, "x" * 200))
            assert (await storage.attempts.read("upd1", "email"))["r1"].outcome is Outcome.DELIVERED
        assert await storage.incidents.committed("op2") is not True
        assert await storage.commit_number() == 1

    async def test_work_in_hand_can_end_and_be_put_off(self, storage: Storage, server: RedisServer) -> None:
        held, incident = await holding(storage)
        await begin(storage, held, incident)
        with full(server, 1.2):
            await storage.attempts.retract("upd1", "email", "r1", 0)
            assert await held.still_mine()
            await held.again(LATER)
            assert await storage.jobs.promote(LATER) == 1
            again = await taken(storage, LANE)
            await again.done()
        assert await storage.jobs.take(LANE, 0) is None


class TestHung:
    async def test_the_person_reads_not_known_yet_in_time_and_then_the_truth(
        self, storage: Storage, server: RedisServer
    ) -> None:
        """The server hangs after the draft was loaded, so that the commit waits in its socket."""
        await storage.incidents.create("op", declared())
        storage.incidents._headroom._asked = time.monotonic()

        def hang(incident: Incident) -> Change:
            server.pause()
            return noted(incident)

        begun = time.monotonic()
        try:
            with pytest.raises(NotKnownYet) as unknown:
                await storage.incidents.amend("click", "inc1", hang)
            assert unknown.value.operation == "click"
            assert time.monotonic() - begun < stretched(PATIENCE)
            assert await storage.incidents.committed("click") is None
        finally:
            server.resume()
        # It was past its deadline when the server woke: it has refused itself.
        assert await storage.incidents.committed("click") is False
        assert (await storage.incidents.amend("again", "inc1", noted)).incident.version == 2

    async def test_a_short_hang_is_waited_out_and_the_answer_is_certain(
        self, storage: Storage, server: RedisServer
    ) -> None:
        await storage.incidents.create("op", declared())
        server.pause()
        begun = time.monotonic()
        committing = asyncio.create_task(storage.incidents.create("op2", declared("inc2")))
        await asyncio.sleep(1.3)
        server.resume()
        # Sent within the headroom's word of a second ago, it was late and says so; or the check failed first.
        with pytest.raises(StorageDown):
            await committing
        assert time.monotonic() - begun < stretched(PATIENCE)
        assert await storage.incidents.load("inc2") is None
        assert await storage.incidents.committed("op2") in (False, None)

    async def test_a_commit_whose_reply_was_lost_is_found_again(
        self, storage: Storage, server: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The deadline is generous here, so that the server still runs the commit when it wakes."""
        monkeypatch.setattr(storage._link, "patience", replace(storage._link.patience, commit=10.0))
        await storage.incidents.create("op", declared())
        asyncio.get_running_loop().call_later(1.3, server.resume)

        def hang(incident: Incident) -> Change:
            server.pause()
            return noted(incident)

        done = await storage.incidents.amend("click", "inc1", hang)
        assert (done.incident.version, done.incident.impact, done.repeated) == (2, "x", False)
        assert await storage.incidents.committed("click") is True
        assert (await storage.incidents.amend("click", "inc1", noted)).repeated

    async def test_a_stall_of_our_own_is_not_taken_for_silence_of_redis(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await storage.incidents.create("op", declared())
        read = trips._read

        async def stalled(connection: AbstractConnection) -> Reply:
            time.sleep(1.2)  # the whole process: the reply comes in meanwhile and lies unread
            return await read(connection)

        monkeypatch.setattr(trips, "_read", stalled)
        assert await storage.incidents.load("inc1") is not None

    async def test_what_somebody_follows_may_be_stored_although_the_reply_was_lost_and_nobody_says_otherwise(
        self, storage: Storage, server: RedisServer
    ) -> None:
        await storage.subscriptions.amend("U0ANA", follow("inc0"))  # the server knows the script

        def hang(before: Following) -> Following:
            server.pause()
            return follow("inc1")(before)

        try:
            with pytest.raises(Unsure):
                await storage.subscriptions.amend("U0ANA", hang)
        finally:
            server.resume()
        async with asyncio.timeout(10.0):
            while "inc1" not in (await storage.subscriptions.get("U0ANA")).incidents:
                await asyncio.sleep(0.01)

    async def test_reads_give_up_quickly(self, storage: Storage, server: RedisServer) -> None:
        with hung(server):
            begun = time.monotonic()
            with pytest.raises(StorageDown):
                await storage.incidents.load("inc1")
            assert time.monotonic() - begun < stretched(1.6)


class TestBrokenConnections:
    """The commit arrived, and the connection broke before the reply did."""

    @staticmethod
    def break_after(storage: Storage, monkeypatch: pytest.MonkeyPatch, then: Exception | None = None) -> None:
        """Let the next commit happen and lose its reply; answer those after it with `then`, if given."""
        run, calls = storage._link.run, itertools.count()

        async def run_and_break(script: Script, keys: Sequence[str], args: Sequence[Arg]) -> Reply:
            call = next(calls)
            if call and then is not None:
                raise then
            reply = await run(script, keys, args)
            if not call:
                raise Cut("broken by the test")
            return reply

        monkeypatch.setattr(storage._link, "run", run_and_break)

    async def test_it_is_committed_once_and_said_to_be(self, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
        await storage.incidents.create("op", declared())
        self.break_after(storage, monkeypatch)
        done = await storage.incidents.amend("click", "inc1", noted)
        assert (done.incident.version, done.incident.impact, done.repeated) == (2, "x", False)
        assert await storage.commit_number() == 2

    async def test_a_commit_whose_reply_is_lost_has_queued_its_jobs(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await storage.incidents.create("op", declared())
        self.break_after(storage, monkeypatch)
        later = job("later", due=LATER)
        await storage.incidents.amend("click", "inc1", lambda i: Change(i, jobs=(job("at once"), later)))
        assert {"at once", "later"} <= {waiting.id for waiting, _ in await storage.jobs.waiting()}

    async def test_a_creation_too(self, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
        self.break_after(storage, monkeypatch)
        made = await storage.incidents.create("op", declared())
        assert (made.incident.number, made.repeated) == (1, False)
        assert await storage.commit_number() == 1

    @pytest.mark.parametrize("then", [NotSent("gone"), StorageFull("full"), NoReply("silent")])
    async def test_a_refusal_of_the_second_try_is_not_taken_for_the_first(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch, then: Exception
    ) -> None:
        await storage.incidents.create("op", declared())
        self.break_after(storage, monkeypatch, then)
        assert (await storage.incidents.amend("click", "inc1", noted)).incident.version == 2

    async def test_decisions_without_an_operation_are_found_again_as_well(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await storage.incidents.create("op", declared())
        self.break_after(storage, monkeypatch)
        assert (await storage.incidents.amend("", "inc1", noted)).incident.impact == "x"


class TestDownAndBack:
    async def test_an_unreachable_redis_is_told_at_once(self, storage: Storage, server: RedisServer) -> None:
        server.kill()
        try:
            begun = time.monotonic()
            for attempt in (
                storage.incidents.create("op", declared()),
                storage.incidents.amend("op", "inc1", noted),
                storage.ping(),
                storage.jobs.take(SLACK_LANE, 1),
                storage.jobs.promote(LATER),
                storage.people.get("U1"),
            ):
                with pytest.raises(StorageDown):
                    await attempt
            assert time.monotonic() - begun < stretched(1)
        finally:
            server.start()
        assert await storage.incidents.load("inc1") is None

    async def test_everything_committed_survives_a_kill_and_scripts_are_loaded_again(
        self, storage: Storage, server: RedisServer
    ) -> None:
        made = (await storage.incidents.create("op", declared())).incident
        server.restart()
        assert await storage.incidents.load("inc1") == made
        assert (await storage.incidents.create("op", declared("inc2"))).repeated
        assert (await storage.incidents.create("op2", declared("inc2"))).incident.number == 2

    async def test_a_forgotten_script_is_loaded_and_run_once(self, storage: Storage, server: RedisServer) -> None:
        await storage.incidents.create("op", declared())
        server.command("SCRIPT", "FLUSH")
        assert (await storage.incidents.amend("op2", "inc1", noted)).incident.version == 2

    async def test_a_worker_goes_on_within_five_seconds(self, storage: Storage, server: RedisServer) -> None:
        await storage.jobs.add(job())
        held = await taken(storage)
        waiting = asyncio.create_task(storage.jobs.take("quiet", 30))
        await asyncio.sleep(0.05)
        server.kill()
        with pytest.raises(StorageDown):
            await waiting
        begun = time.monotonic()
        server.start()
        assert await held.still_mine()
        await held.done()
        await storage.jobs.add(job("next"))
        assert (await taken(storage, wait=5)).job.id == "next"
        assert time.monotonic() - begun < stretched(5)

    async def test_the_record_of_a_send_outlasts_a_short_restart(self, storage: Storage, server: RedisServer) -> None:
        held, incident = await holding(storage)
        await begin(storage, held, incident)
        server.kill()
        recording = asyncio.create_task(storage.attempts.record("upd1", "email", "r1", Attempt(Outcome.DELIVERED, 0)))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.start)
        await recording
        assert (await storage.attempts.read("upd1", "email"))["r1"].outcome is Outcome.DELIVERED

    async def test_a_busy_pool_says_that_nothing_was_written(self, real: Open, server: RedisServer) -> None:
        storage = real(patience=IN_TIME)
        await storage.incidents.create("op", declared())
        with hung(server):
            begun = time.monotonic()
            answers = await asyncio.gather(
                *(storage.incidents.amend(f"op{n}", "inc1", noted) for n in range(100)), return_exceptions=True
            )
            assert time.monotonic() - begun < stretched(PATIENCE)
        assert all(isinstance(answer, StorageDown | NotKnownYet) for answer in answers)


async def test_a_cancelled_commit_leaves_its_connection_clean(storage: Storage, server: RedisServer) -> None:
    await storage.incidents.create("op", declared())
    with hung(server):
        task = asyncio.create_task(storage.incidents.amend("op2", "inc1", noted))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    for n in range(100):
        assert (await storage.incidents.create(f"c{n}", replace(declared(f"c{n}"), jobs=()))).incident.id == f"c{n}"
