"""A disk in trouble: what people are told is true, nothing leaves that is not written down, and work goes on."""

import asyncio
import errno
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import approval
from bot.domain.publishing import deliver_job
from bot.domain.update import OutletKind, UpdateState
from bot.journal import lines as files
from bot.journal.journal import EMERGENCY, Journal, days, document_line, remembered
from bot.journal.lines import Lines, read
from bot.journal.local import Local, LocalHeld
from bot.journal.recorded import RecordedAttempts, RecordedIncidents
from bot.journal.recovery import difference, take_over
from bot.journal.watermark import SharedWatermark
from bot.ports import Halted, NotKnownYet, Services, StorageDown
from bot.usecases import deliveries, jobs
from tests.builders import DEE, POLICY, person
from tests.journal.test_crash_points import alone, approved, half_delivered, on_this_machine, once
from tests.redis_server import RedisServer
from tests.usecases.stage import OUTLET, Clock, Stage

Full = Callable[[bool], None]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Full:
    """A disk that takes half of what is written and then has no room, until it is given some."""
    real = files._write_whole

    def half(handle: int, data: bytes) -> None:
        real(handle, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    return lambda yes: monkeypatch.setattr(files, "_write_whole", half if yes else real)


def recorded(stage: Stage, journal: Journal) -> Services:
    """The ports of web and worker on the machine of this journal."""
    services = on_this_machine(stage, journal)
    return replace(
        services,
        incidents=RecordedIncidents(services.incidents, journal, services.standstills),
        attempts=RecordedAttempts(services.attempts, journal),
    )


async def approve(services: Services, stage: Stage) -> None:
    """Dee presses Approve."""
    digest, now = (await stage.update()).latest.digest, stage.clock.at
    await services.incidents.amend(
        "click", "inc0001", lambda i: approval.approve(i, "upd1", digest, person(DEE), now, POLICY)
    )


async def test_an_approval_that_a_full_disk_did_not_take_is_never_said_to_be_unsaved(
    server: RedisServer, tmp_path: Path, full: Full
) -> None:
    stage = Stage(server, OutletKind.BLIND, count=2)
    journal = Journal(tmp_path, stage.clock)
    services = recorded(stage, journal)
    update = await stage.submit()
    full(True)
    with pytest.raises(NotKnownYet) as told:
        await approve(services, stage)
    assert await services.incidents.committed(told.value.operation), "and then: it was saved after all"
    held = await stage.taken()
    with pytest.raises(StorageDown):
        await jobs.work(services, held)
    assert stage.outlet.arrived == [], "nothing leaves that is not on the disk"
    full(False)
    await jobs.work(services, held)
    assert {who for who, _ in stage.outlet.arrived} == {"email-0", "email-1"}
    await journal.aclose()
    known = remembered(tmp_path)
    assert known.documents["inc0001"].update("upd1").state is UpdateState.PUBLISHED
    names = [n for p in update.latest.planned for n in (p.rendition, p.recipients)]
    assert set(names) <= known.blobs.keys(), "the texts are there as soon as there is room"
    await stage.aclose()


async def test_what_a_worker_sent_while_secrets_were_typed_is_not_sent_again_without_redis(
    server: RedisServer, tmp_path: Path
) -> None:
    stage = Stage(server, OutletKind.BLIND, count=2)
    await approved(stage, tmp_path)
    without_redis = alone(stage, tmp_path)
    journal = Journal(tmp_path, stage.clock)
    await jobs.work(recorded(stage, journal), await stage.taken())  # Redis was back for a moment
    assert len(stage.outlet.arrived) == 2
    await deliveries.deliver(without_redis, LocalHeld(deliver_job("inc0001", "upd1", OUTLET)))
    once(stage)
    await journal.aclose()
    await stage.aclose()


async def test_a_worker_that_was_about_to_begin_lets_an_emergency_publication_go_first(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(server, OutletKind.BLIND, count=1)
    await approved(stage, tmp_path)
    without_redis = alone(stage, tmp_path)
    journal = Journal(tmp_path, stage.clock)
    services, held = recorded(stage, journal), await stage.taken()
    wrote = journal.wrote

    async def meanwhile(*what: object) -> None:
        """It has looked for an emergency, and found none; its intention is not written yet."""
        if not (tmp_path / EMERGENCY).exists():
            await deliveries.deliver(without_redis, LocalHeld(deliver_job("inc0001", "upd1", OUTLET)))
        await wrote(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "wrote", meanwhile)
    with pytest.raises(Halted):
        await jobs.work(services, held)
    once(stage)
    assert len(stage.outlet.arrived) == 1
    await journal.aclose()
    await stage.aclose()


async def test_older_data_is_noticed_although_the_power_went_before_the_number_was_on_the_disk(
    server: RedisServer, tmp_path: Path
) -> None:
    stage = Stage(server, OutletKind.BLIND, count=1)
    journal = Journal(tmp_path, stage.clock)
    before = (tmp_path / "highest").read_bytes()
    services = recorded(stage, journal)
    await stage.submit()
    await approve(services, stage)
    seen = journal.watermark.highest
    assert seen > 0
    # What was synced before anybody was told is there; the number's own file is as old as it may be, or gone.
    for kept in (before, b"", None):
        if kept is None:
            (tmp_path / "highest").unlink()
        else:
            (tmp_path / "highest").write_bytes(kept)
        after = Journal(tmp_path, stage.clock)
        assert after.watermark.highest == seen
        assert after.watermark.operation == "click"
        await after.aclose()
    await journal.aclose()
    await stage.aclose()


def test_every_commit_is_on_the_disk_soon_also_the_last_of_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fdatasync", lambda handle: synced.append(os.pread(handle, 8, 0)))

    async def two_at_once() -> None:
        mark = SharedWatermark(tmp_path / "highest", Clock())
        for number in (1, 2):
            mark.saw(number, "one")
            await asyncio.sleep(0)
        until = time.monotonic() + 10
        while synced[-1:] != [(2).to_bytes(8, "little")] and time.monotonic() < until:
            await asyncio.sleep(0.01)
        assert synced, "nobody closed it, and nothing else was committed"
        assert synced[-1] == (2).to_bytes(8, "little")

    asyncio.run(two_at_once())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 511), st.integers(1, 255))
def test_a_damaged_number_is_not_believed_and_no_other_process_goes_back(at: int, flipped: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, clock = Path(folder) / "highest", Clock()
        mark = SharedWatermark(file, clock)
        mark.saw(70_000, "op")
        raw = bytearray(file.read_bytes())
        raw[at] ^= flipped
        file.write_bytes(raw)
        fresh = SharedWatermark(file, clock)
        assert fresh.highest in (0, 70_000)
        assert mark.highest == 70_000
        file.write_bytes(bytes(raw[:at]))
        assert mark.highest == 70_000, "and no signal ends the process"
        mark.saw(70_001, "op")
        assert SharedWatermark(file, clock).highest == 70_001
        mark.close()


async def test_an_operation_that_redis_forgot_by_age_is_no_older_data(server: RedisServer, tmp_path: Path) -> None:
    stage = Stage(server, OutletKind.BLIND)
    journal = Journal(tmp_path, stage.clock)
    journal.watermark.saw(1, "long ago")
    await stage.submit()  # other machines have committed since
    stage.clock.at += timedelta(days=29)
    assert await on_this_machine(stage, journal).standstills.now() is None
    await journal.aclose()
    await stage.aclose()


def test_a_clock_that_is_years_ahead_sweeps_nothing_that_is_needed(tmp_path: Path) -> None:
    clock = Clock()
    for day in range(40, 0, -1):
        Lines(tmp_path / f"{clock.at - timedelta(days=day):%Y-%m-%d}.jsonl").add({"k": "x"})
    Journal(tmp_path, clock)
    assert len(days(tmp_path)) == 30
    newest = days(tmp_path)[-3:]
    clock.at += timedelta(days=3650)
    Journal(tmp_path, clock)
    assert days(tmp_path) == newest


async def test_a_clock_that_steps_back_over_midnight_writes_on_in_the_file_it_began(tmp_path: Path) -> None:
    clock = Clock()
    clock.at = clock.at.replace(hour=0, minute=10)
    journal = Journal(tmp_path, clock)
    await journal.wrote({"k": "one"})
    clock.at -= timedelta(hours=1)
    await journal.wrote({"k": "two"})
    clock.at += timedelta(days=1)
    await journal.wrote({"k": "three"})
    clock.at -= timedelta(days=30)  # a wrong clock set right is followed
    await journal.wrote({"k": "four"})
    await journal.aclose()
    assert [[line["k"] for line in read(file)] for file in days(tmp_path)] == [["four"], ["one", "two", "three"]]


async def test_what_left_half_without_redis_leaves_whole_although_redis_came_back_empty(
    server: RedisServer, tmp_path: Path
) -> None:
    stage, empty = (Stage(server, OutletKind.IDEMPOTENT, count=2) for _ in range(2))
    await half_delivered(stage, tmp_path)
    empty.outlet = stage.outlet
    journal = Journal(tmp_path, stage.clock)
    services = empty.services()
    await take_over(services, journal, await difference(services, journal, 0), "ops@bastion")
    await empty.work()
    once(stage)
    assert {who for who, _ in stage.outlet.arrived} == {"email-0", "email-1"}, "what was approved is not lost"
    assert (await empty.update()).state is UpdateState.PUBLISHED
    for one in (empty, stage):
        await one.aclose()
    await journal.aclose()


async def test_a_second_outage_knows_what_left_in_the_first_and_what_was_drafted_in_between(
    server: RedisServer, tmp_path: Path
) -> None:
    stage = Stage(server, OutletKind.IDEMPOTENT, count=2)
    await half_delivered(stage, tmp_path)
    drafted = await stage.submit("upd2", "Drafted while publishing was on hold")
    now = await stage.memory.incidents.load("inc0001")
    assert now is not None
    for version in (now.version, now.version + 20):  # whichever of the two has gone further
        day = Lines(tmp_path / f"{stage.clock.at:%Y-%m-%d}.jsonl")
        there = tuple(update for update in now.updates if update.id != "upd1")  # the first outage's is not in Redis yet
        day.add(document_line(replace(now, version=version, updates=there)))
        known = Local.opened(tmp_path).known.documents["inc0001"]
        assert known.update("upd1").delivery(OUTLET).begun, "it can be gone on with"
        assert known.update("upd2").latest.digest == drafted.latest.digest, "it can be approved"
    await stage.aclose()
