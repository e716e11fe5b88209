"""A disk in trouble: what people are told is true, nothing leaves that is not written down, and work goes on."""

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import approval
from bot.domain.publishing import deliver_job
from bot.domain.update import OutletKind, UpdateState
from bot.journal import lines as files
from bot.journal.journal import EMERGENCY, Journal, remembered
from bot.journal.local import LocalHeld
from bot.journal.recorded import RecordedAttempts, RecordedIncidents
from bot.ports import Halted, NotKnownYet, Services, StorageDown
from bot.usecases import deliveries, jobs
from tests.builders import DEE, POLICY, person
from tests.journal.test_crash_points import alone, approved, on_this_machine, once
from tests.redis_server import RedisServer
from tests.usecases.stage import OUTLET, Stage

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


async def test_an_approval_that_a_full_disk_did_not_take_is_never_said_to_be_unsaved(
    server: RedisServer, tmp_path: Path, full: Full
) -> None:
    stage, journal = Stage(server, OutletKind.BLIND, count=2), Journal(tmp_path, Stage(server, OutletKind.BLIND).clock)
    services = recorded(stage, journal)
    update = await stage.submit()
    now = stage.clock.at
    full(True)
    with pytest.raises(NotKnownYet) as told:
        await services.incidents.amend(
            "click", "inc0001", lambda i: approval.approve(i, "upd1", update.latest.digest, person(DEE), now, POLICY)
        )
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
