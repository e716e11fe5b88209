"""The ledger: an intention before each send, an outcome after it, and neither by the wrong hands."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import outlet_lane
from bot.domain.publishing import deliver_job
from bot.domain.update import Outcome
from bot.ports import Attempt, Begun, Held
from bot.storage.held import HeldJob
from bot.storage.keys import GROUP
from bot.storage.store import Storage
from tests.storage.conftest import LEASE, Open
from tests.storage.test_incidents import declared
from tests.storage.test_jobs import taken

JOB = deliver_job("inc1", "upd1", "email")
LANE = outlet_lane("email")


async def holding(storage: Storage) -> tuple[Held, Incident]:
    """An incident, and the delivery job in hand."""
    incident = (await storage.incidents.create("op", replace(declared(), jobs=(JOB,)))).incident
    return await taken(storage, LANE), incident


async def begin(storage: Storage, held: Held, incident: Incident, round_: int = 0) -> Begun:
    """Begin with recipient r1."""
    return await storage.attempts.begin(held, incident, "upd1", "email", "r1", round_)


async def read(storage: Storage) -> Attempt | None:
    """What the ledger says of r1."""
    return (await storage.attempts.read("upd1", "email")).get("r1")


async def record(storage: Storage, outcome: Outcome | None, round_: int = 0, detail: str = "") -> None:
    """Record an outcome of r1."""
    await storage.attempts.record("upd1", "email", "r1", Attempt(outcome, round_, detail))


class TestBeginning:
    async def test_an_intention_is_recorded_before_the_send(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        assert await begin(storage, held, incident) is Begun.YES
        assert await read(storage) == Attempt(None, 0)

    async def test_a_document_that_changed_since_is_stale(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        await storage.incidents.amend("op2", "inc1", lambda i: Change(replace(i, impact="changed")))
        assert await begin(storage, held, incident) is Begun.STALE
        assert await read(storage) is None

    async def test_the_lease_starts_anew_so_that_a_whole_one_is_left_for_the_send(self, real: Open) -> None:
        storage = real(lease=30.0)
        held, incident = await holding(storage)
        assert isinstance(held, HeldJob)

        async def idle() -> int:
            claim = held.claim
            rows = await storage._link.ask("XPENDING", claim.stream, GROUP, claim.entry, claim.entry, 1)
            return int(rows[0][2])

        while (before := await idle()) < 200:
            await asyncio.sleep(0.02)
        assert await begin(storage, held, incident) is Begun.YES
        assert await idle() < before

    async def test_a_job_in_other_hands_is_lost(self, another: Open) -> None:
        first, second = another(), another()
        held, incident = await holding(first)
        await held.release()
        new = await taken(second, LANE, LEASE * 4)
        assert await begin(first, held, incident) is Begun.LOST
        assert await read(first) is None
        assert await begin(second, new, incident) is Begun.YES

    async def test_a_settled_job_is_lost(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        await held.done()
        assert await begin(storage, held, incident) is Begun.LOST

    async def test_the_same_intention_twice_is_one(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        assert [await begin(storage, held, incident) for _ in range(2)] == [Begun.YES, Begun.YES]
        assert await read(storage) == Attempt(None, 0)

    @pytest.mark.parametrize("outcome", list(Outcome))
    async def test_a_round_with_an_outcome_is_not_begun_again(self, storage: Storage, outcome: Outcome) -> None:
        held, incident = await holding(storage)
        await begin(storage, held, incident)
        await record(storage, outcome)
        assert await begin(storage, held, incident) is Begun.ENDED
        assert await read(storage) == Attempt(outcome, 0)

    async def test_the_next_round_is(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        await record(storage, Outcome.UNKNOWN)
        assert await begin(storage, held, incident, 1) is Begun.YES
        assert await begin(storage, held, incident, 0) is Begun.ENDED
        assert await read(storage) == Attempt(None, 1)


class TestRecording:
    async def test_an_outcome_with_its_detail(self, storage: Storage) -> None:
        detail = "550 | no such\nuser “é”"
        await record(storage, Outcome.REFUSED, 2, detail)
        assert await read(storage) == Attempt(Outcome.REFUSED, 2, detail)

    async def test_the_truth_that_comes_late_replaces_unknown(self, storage: Storage) -> None:
        await record(storage, Outcome.UNKNOWN)
        await record(storage, Outcome.DELIVERED)
        assert await read(storage) == Attempt(Outcome.DELIVERED, 0)

    async def test_delivered_is_not_taken_back(self, storage: Storage) -> None:
        await record(storage, Outcome.DELIVERED)
        await record(storage, Outcome.UNKNOWN)
        await storage.attempts.retract("upd1", "email", "r1", 0)
        assert await read(storage) == Attempt(Outcome.DELIVERED, 0)

    async def test_an_older_round_changes_nothing(self, storage: Storage) -> None:
        await record(storage, Outcome.UNKNOWN, 1)
        await record(storage, Outcome.DELIVERED, 0)
        assert await read(storage) == Attempt(Outcome.UNKNOWN, 1)

    async def test_each_outlet_has_its_own_ledger(self, storage: Storage) -> None:
        await record(storage, Outcome.DELIVERED)
        assert await storage.attempts.read("upd1", "status") == {}
        assert await storage.attempts.read("upd2", "email") == {}


class TestRetracting:
    async def test_an_intention_goes(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        await begin(storage, held, incident)
        await storage.attempts.retract("upd1", "email", "r1", 0)
        assert await read(storage) is None

    async def test_what_was_known_before_it_stands_again(self, storage: Storage) -> None:
        held, incident = await holding(storage)
        await record(storage, Outcome.UNKNOWN, 0, "the reply was lost")
        await begin(storage, held, incident, 1)
        await begin(storage, held, incident, 1)
        await storage.attempts.retract("upd1", "email", "r1", 0)
        assert await read(storage) == Attempt(None, 1)
        await storage.attempts.retract("upd1", "email", "r1", 1)
        await storage.attempts.retract("upd1", "email", "r1", 1)
        assert await read(storage) == Attempt(Outcome.UNKNOWN, 0, "the reply was lost")
