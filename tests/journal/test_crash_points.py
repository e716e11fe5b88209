"""An emergency publication, a take-over or a release that dies anywhere: nothing doubled, nothing forgotten, held."""

import io
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cli import recovering
from bot.cli.keyboard import Keyboard
from bot.cli.session import Desk
from bot.domain.people import Caller
from bot.domain.publishing import deliver_job
from bot.domain.refusals import Refusal
from bot.domain.update import Outcome, OutletKind, UpdateState
from bot.journal import recovery
from bot.journal.journal import EMERGENCY, Journal, document_line, text_line
from bot.journal.lines import Lines, _spelled
from bot.journal.local import Local, LocalAttempts, LocalHeld, LocalIncidents
from bot.journal.recovery import difference, take_over
from bot.journal.standing import MachineStandstills
from bot.journal.watermark import SharedWatermark
from bot.ports import Cause, Halted, Services
from bot.storage.store import Storage
from bot.usecases import deliveries, jobs
from tests.builders import ANA
from tests.redis_server import RedisServer
from tests.usecases.stage import OUTLET, Crash, Process, Stage

KINDS = (OutletKind.IDEMPOTENT, OutletKind.SEARCHABLE, OutletKind.BLIND)
WAYS = ("before", "torn", "after")


class Disk:
    """Dies at the writing of line `at` (from 0): before it, in the middle of it, or after it."""

    def __init__(self, at: int, way: str) -> None:
        self.at, self.way, self.count = at, way, 0

    def add(self, lines: Lines, *what: Mapping[str, Any]) -> None:
        number, self.count = self.count, self.count + 1
        if number == self.at and self.way == "torn":
            whole = _spelled(what[0])
            with lines.file.open("ab") as file:
                file.write(whole[: len(whole) // 2])
        if number == self.at and self.way != "after":
            raise Crash
        lines.begin(*what)
        if number == self.at:
            raise Crash


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], Disk]:
    def dies(at: int, way: str) -> Disk:
        made = Disk(at, way)
        monkeypatch.setattr(Lines, "add", lambda lines, *what: made.add(lines, *what))
        return made

    return dies


async def approved(stage: Stage, folder: Path) -> None:
    """Redis holds an approved update with its job; this machine's journal knows it."""
    await stage.approve()
    incident = await stage.memory.incidents.load("inc0001")
    assert incident is not None
    texts = [text_line(blob) for blob in stage.content().blobs]
    Lines(folder / f"{stage.clock.at:%Y-%m-%d}.jsonl").add(*texts, document_line(incident))


def alone(stage: Stage, folder: Path) -> Services:
    """The ports without Redis."""
    local = Local.opened(folder)
    return replace(stage.services(), incidents=LocalIncidents(local), attempts=LocalAttempts(local))


async def delivered(stage: Stage, folder: Path) -> None:
    """Publish as the command does, in a process of its own."""
    services, held = alone(stage, folder), LocalHeld(deliver_job("inc0001", "upd1", OUTLET))
    while (again := await deliveries.deliver(services, held)) is not None:
        stage.clock.at = max(stage.clock.at, again)


def once(stage: Stage) -> None:
    """Each recipient got it at most once; one that knows keys may hear the same key again."""
    arrived = stage.outlet.arrived
    if stage.outlet.kind is OutletKind.IDEMPOTENT:
        arrived = list(dict.fromkeys(arrived))
    assert len({who for who, _ in arrived}) == len(arrived), arrived


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
async def test_a_publication_that_dies_at_any_line_is_gone_on_with_and_doubles_nothing(
    server: RedisServer, tmp_path: Path, disk: Any, kind: OutletKind, way: str
) -> None:
    died = at = 0
    while died == at:
        folder = tmp_path / f"{kind}-{way}-{at}"
        stage = Stage(server, kind, count=2)
        await approved(stage, folder)
        disk(at, way)
        try:
            await delivered(stage, folder)
        except Crash:
            died += 1
        disk(-1, way)
        await delivered(stage, folder)
        once(stage)
        local = Local.opened(folder)
        outcomes = {one.outcome for one in local.known.ledger.of("upd1", OUTLET).values()}
        assert outcomes <= ({Outcome.DELIVERED, Outcome.UNKNOWN} if kind is OutletKind.BLIND else {Outcome.DELIVERED})
        assert local.known.documents["inc0001"].update("upd1").state is UpdateState.PUBLISHED
        await stage.aclose()
        at += 1
    assert at > 5, "there are several lines to die at"


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_take_over_that_dies_at_any_step_is_done_again_and_the_queued_job_sends_nothing(
    server: RedisServer, tmp_path: Path, when: str
) -> None:
    died = at = 0
    while died == at:
        folder = tmp_path / f"{when}-{at}"
        stage = Stage(server, OutletKind.BLIND, count=2)
        await approved(stage, folder)
        await delivered(stage, folder)
        journal = Journal(folder, stage.clock)
        process, services = Process(at, when), stage.services()
        deadly = replace(
            services,
            incidents=process.alive(services.incidents, "create", "amend"),
            attempts=process.alive(services.attempts, "record"),
            jobs=process.alive(services.jobs, "add"),
        )
        with suppress(Crash):
            await take_over(deadly, journal, await difference(deadly, journal, 0), "ops@bastion")
        died += process.dead
        await take_over(services, journal, await difference(services, journal, 0), "ops@bastion")
        assert not (folder / EMERGENCY).exists()
        assert (await difference(services, journal, 0)).nothing
        await stage.work()
        once(stage)
        assert len(stage.outlet.arrived) == 2
        incident = await stage.memory.incidents.load("inc0001")
        assert incident is not None
        assert incident.update("upd1").state is UpdateState.PUBLISHED
        told = [e.text for e in await stage.memory.incidents.timeline("inc0001") if "2 delivered" in e.text]
        assert len(told) == 1, "each step is on record once"
        await journal.aclose()
        await stage.aclose()
        at += 1
    assert at > 3, "there are several steps to die at"


# ---------------------------------------------------------------- up to the end of the standstill


async def half_delivered(stage: Stage, folder: Path) -> None:
    """An emergency publication that died when one of two had it; Redis is back, and its job is queued there."""
    await approved(stage, folder)

    async def second(_: str) -> None:
        if stage.outlet.arrived:
            raise Crash

    before, stage.outlet.before = stage.outlet.before, second
    with suppress(Crash):
        await delivered(stage, folder)
    stage.outlet.before = before
    assert len(stage.outlet.arrived) == 1


def on_this_machine(stage: Stage, journal: Journal) -> Services:
    """The ports of a process beside this journal."""
    there = Storage("", stage.workspace, link=stage.memory._link, watermark=journal.watermark, clock=stage.clock)
    return replace(stage.services(there), standstills=MachineStandstills(there, journal))


async def recover(stage: Stage, journal: Journal, services: Services, word: str = "release") -> None:
    """What `clarion recover` does once Redis answers."""
    built: Any = SimpleNamespace(services=services, journal=journal, storage=stage.memory)
    await recovering._recovered(built, Keyboard(secret_first=False, stream=io.StringIO(f"{word}\n")), "ana")


async def sends_nothing(stage: Stage) -> None:
    """A worker takes the queued job, and may not begin."""
    before = list(stage.outlet.arrived)
    held = await stage.take()
    assert held is not None
    with pytest.raises(Halted):
        await jobs.work(stage.services(), held)
    await held.release()
    assert stage.outlet.arrived == before, "nothing leaves before a person has released it"


class Release(Process):
    """A `clarion recover` that may die at every step, those on the disk among them."""

    def services(self, stage: Stage, journal: Journal) -> Services:
        services = on_this_machine(stage, journal)
        return replace(
            services,
            incidents=self.alive(services.incidents, "create", "amend"),
            attempts=self.alive(services.attempts, "record"),
            jobs=self.alive(services.jobs, "add"),
            standstills=self.alive(services.standstills, "lift"),
        )

    def on_the_disk(self, patch: pytest.MonkeyPatch) -> None:
        set_aside, looked_at = recovery.set_aside, SharedWatermark.looked_at
        patch.setattr(recovery, "set_aside", lambda *file: self._step("set_aside", lambda: set_aside(*file)))
        patch.setattr(SharedWatermark, "looked_at", lambda mark: self._step("looked_at", lambda: looked_at(mark)))

    def _step(self, name: str, real: Callable[[], None]) -> None:
        if self.dead:
            raise Crash
        number = len(self.effects)
        self.effects.append(name)
        self._die(number, "before")
        real()
        self._die(number, "after")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_recovery_that_dies_anywhere_up_to_the_release_stays_held_until_a_person_releases_it(
    server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    async def known(*_: object) -> Caller:
        return Caller(ANA)

    monkeypatch.setattr(Desk, "verified", known)
    died = at = 0
    steps: list[str] = []
    while died == at:
        folder = tmp_path / f"{when}-{at}"
        stage = Stage(server, OutletKind.IDEMPOTENT, count=2)
        await half_delivered(stage, folder)
        journal = Journal(folder, stage.clock)
        process = Release(at, when)
        with suppress(Crash), monkeypatch.context() as patch:
            process.on_the_disk(patch)
            await recover(stage, journal, process.services(stage, journal))
        died += process.dead
        services, steps = on_this_machine(stage, journal), process.effects
        lifted = "lift" in steps[:-1] or (steps[-1] == "lift" and when == "after") or not process.dead
        still = await services.standstills.now()
        assert (still is None) == lifted, steps
        if still is not None:
            assert still.cause is Cause.EMERGENCY
            await sends_nothing(stage)
            with pytest.raises(Refusal, match="stays as it is"):
                await recover(stage, journal, services, "no")
            assert await services.standstills.now() is not None
            await recover(stage, journal, services)
        assert await services.standstills.now() is None
        assert (await difference(services, journal, 0)).nothing
        await stage.work()
        once(stage)
        assert {who for who, _ in stage.outlet.arrived} == {"email-0", "email-1"}, "nothing is lost"
        assert (await stage.update()).state is UpdateState.PUBLISHED
        told = [e.text for e in await stage.memory.incidents.timeline("inc0001") if "2 delivered" in e.text]
        assert len(told) == 1, "each step is on record once"
        await journal.aclose()
        await stage.aclose()
        at += 1
    assert {"record", "set_aside", "looked_at", "lift", "add"} <= set(steps), steps
