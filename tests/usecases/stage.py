"""A stage for deliveries: a real Redis, workers that can die at every step, and an outlet that keeps what arrived.

Usage::

    stage = Stage(server, OutletKind.BLIND)
    await stage.approve("upd1")
    await stage.work()                 # one worker takes what is there, and does it
    assert stage.outlet.arrived == [...]

What a worker does to the outside is an *effect*: an amendment, an intention, a delivery, a record, the end of a
job. `Process` counts them, and dies before or after any one of them; from then on it has no effect any more.
"""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from bot.domain import approval, delivery, drafting
from bot.domain.change import Change
from bot.domain.drafting import Rendered
from bot.domain.facts import Stage as IncidentStage
from bot.domain.incident import Incident
from bot.domain.job import outlet_lane
from bot.domain.update import Outcome, OutletKind, Recipient, Rendition, Update
from bot.ports import Held, Limits, Receipt, Services, Speaks, StorageDown
from bot.storage.keys import Keys
from bot.storage.store import Storage
from bot.usecases import jobs
from tests.builders import ANA, BO, DEE, NOON, PLAN, POLICY, facts, incident, person, rendered
from tests.redis_server import RedisServer, patient_storage

OUTLET = "email"
LANE = outlet_lane(OUTLET)
LEASE = 0.3

_numbers = itertools.count()


class Crash(BaseException):
    """The process is gone."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        """The time."""
        return self.at


class ScriptedOutlet:
    """Keeps what arrived as (recipient id, key). `script` is asked before each delivery, and may raise or wait."""

    name = OUTLET
    label = "E-mail"
    layout = OUTLET
    envelope: tuple[str, ...] = ()
    destination = f"{OUTLET}:here"
    rehearsal = False
    speaks = Speaks.BASE

    def __init__(self, kind: OutletKind, parallel: int = 1) -> None:
        self.kind = kind
        self.limits = Limits(parts={}, parallel=parallel)
        self.arrived: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.looked = 0
        self.before: Callable[[str], Awaitable[None]] = _nothing
        self.after: Callable[[str], Awaitable[None]] = _nothing

    async def recipients(self) -> tuple[Recipient, ...]:
        """Nobody asks."""
        raise AssertionError

    async def deliver(self, rendition: Rendition, recipient: Recipient, key: str) -> Receipt:
        """Take it, unless the script says otherwise."""
        await self.before(recipient.id)
        self.arrived.append((recipient.id, key))
        self.texts.append(rendition.part("text"))
        await self.after(recipient.id)
        return Receipt(reference="taken")

    async def find(self, rendition: Rendition, recipient: Recipient, key: str) -> bool:
        """Look among what arrived."""
        assert self.kind is OutletKind.SEARCHABLE
        self.looked += 1
        return (recipient.id, key) in self.arrived

    async def check(self) -> str:
        """Nobody asks."""
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing is open."""


async def _nothing(_: str) -> None:
    return None


class Process:
    """A worker process that dies at its effect number `at` (from 0), `when`: "before" or "after" it."""

    def __init__(self, at: int | None = None, when: str = "before") -> None:
        self._at, self._when = at, when
        self.effects: list[str] = []
        self.dead = False

    def alive(self, real: Any, *names: str) -> Any:
        """Return `real` with these methods counted as effects."""
        return _Watched(real, {name: self._effect(name, getattr(real, name)) for name in names})

    def _effect(self, name: str, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def run(*args: Any, **kwargs: Any) -> Any:
            if self.dead:
                raise Crash
            number = len(self.effects)
            self.effects.append(name)
            self._die(number, "before")
            answer = await real(*args, **kwargs)
            self._die(number, "after")
            return answer

        return run

    def _die(self, number: int, when: str) -> None:
        if self.dead or (self._at == number and self._when == when):
            self.dead = True
            raise Crash


class _Watched:
    def __init__(self, real: Any, methods: dict[str, Any]) -> None:
        self.__dict__.update(methods)
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Stage:
    """One workspace of its own on the server, with one incident and one outlet."""

    def __init__(
        self, server: RedisServer, kind: OutletKind, count: int = 3, parallel: int = 1, lease: float = LEASE
    ) -> None:
        self._server, self._lease, self._count = server, lease, count
        self.workspace = f"TSTAGE{next(_numbers)}"
        self.clock = Clock()
        self.outlet = ScriptedOutlet(kind, parallel)
        self._open: list[Storage] = []
        self.memory = self.storage()

    def storage(self) -> Storage:
        """Memory as another process sees it."""
        self._open.append(patient_storage(self._server.url, self.workspace, lease=self._lease))
        return self._open[-1]

    async def aclose(self) -> None:
        """Close everything."""
        for storage in self._open:
            await storage.aclose()

    def services(self, storage: Storage | None = None) -> Services:
        """What use cases are handed."""
        found = storage or self.memory
        nobody = cast(Any, None)
        return Services(
            clock=self.clock,
            ids=nobody,
            incidents=found.incidents,
            jobs=found.jobs,
            attempts=found.attempts,
            people=found.people,
            secrets=found.secrets,
            subscriptions=found.subscriptions,
            chat=nobody,
            screens=nobody,
            words=nobody,
            outlets={OUTLET: self.outlet},
            policy=POLICY,
            plan=PLAN,
            places=nobody,
        )

    # ---------------------------------------------------------------- what people do

    def content(self, text: str = "Card payments fail", **changes: Any) -> Rendered:
        """What an update says, to everybody."""
        return rendered(
            facts(self.clock.at, **changes), outlets=(OUTLET,), count=self._count, text=text, kind=self.outlet.kind
        )

    async def declare(self) -> None:
        """Have an incident."""
        if await self.memory.incidents.load("inc0001") is None:
            await self.memory.incidents.create("declared", Change(incident(self.clock.at)))

    async def submit(self, update_id: str = "upd1", text: str = "Card payments fail", by: str = BO) -> Update:
        """Bo writes an update."""
        await self.declare()
        content, now = self.content(text), self.clock.at
        found = await self.amend(
            lambda i: drafting.draft(
                i, update_id, "outage/investigating", IncidentStage.INVESTIGATING, content, person(by), now, POLICY
            )
        )
        return found.update(update_id)

    async def approve(self, update_id: str = "upd1", text: str = "Card payments fail", by: str = DEE) -> Update:
        """Bo writes an update and Dee approves it."""
        update = await self.submit(update_id, text)
        now = self.clock.at
        found = await self.amend(
            lambda i: approval.approve(i, update_id, update.latest.digest, person(by), now, POLICY)
        )
        return found.update(update_id)

    async def stop(self, update_id: str = "upd1") -> Update:
        """Ana stops it."""
        return (await self.amend(lambda i: approval.stop(i, update_id, person(ANA), self.clock.at))).update(update_id)

    async def send_again(self, update_id: str = "upd1") -> Update:
        """Ana has it sent again to those of whom nobody knows."""
        now = self.clock.at
        found = await self.amend(
            lambda i: delivery.decide_unknown(i, update_id, OUTLET, False, person(ANA), now),
        )
        return found.update(update_id)

    async def amend(self, decide: Callable[[Incident], Change]) -> Incident:
        """Commit a decision."""
        return (await self.memory.incidents.amend("", "inc0001", decide)).incident

    async def update(self, update_id: str = "upd1") -> Update:
        """An update as it is now."""
        found = await self.memory.incidents.load("inc0001")
        assert found is not None
        return found.update(update_id)

    async def ledger(self, update_id: str = "upd1") -> dict[str, Outcome | None]:
        """What is recorded of each recipient."""
        return {who: a.outcome for who, a in (await self.memory.attempts.read(update_id, OUTLET)).items()}

    # ---------------------------------------------------------------- what workers do

    async def take(self, storage: Storage | None = None, wait: float = 0.0) -> Held | None:
        """Promote what is due, and take a job."""
        found = storage or self.memory
        await found.jobs.promote(self.clock.at)
        return await found.jobs.take(LANE, wait)

    async def taken(self, storage: Storage | None = None, wait: float = 0.0) -> Held:
        """Take a job that must be there."""
        held = await self.take(storage, wait)
        assert held is not None
        return held

    async def live(self, process: Process) -> None:
        """Let a process do the next job. It may die of it; then its lease is let go."""
        storage = self.storage()
        held = await self.taken(storage)
        base = self.services(storage)
        outlet = process.alive(self.outlet, "deliver")
        services = replace(
            base,
            incidents=process.alive(base.incidents, "amend"),
            attempts=_fenced(process, base.attempts),
            outlets={OUTLET: outlet},
        )
        try:
            await jobs.work(services, cast(Held, process.alive(held, "done", "again", "put_aside")))
        except Crash:
            await held.release()

    async def work(self, until: timedelta = timedelta(hours=3)) -> None:
        """Let one worker do everything that is there, as time passes, until no job is left."""
        storage, end = self.storage(), self.clock.at + until
        while await self._jobs_left():
            held = await self.take(storage, self._lease / 2)
            if held is None:
                assert self.clock.at < end, "a job that never ends"
                self.clock.at += timedelta(seconds=61)
                continue
            try:
                await jobs.work(self.services(storage), held)
            except StorageDown:
                await held.release()

    async def _jobs_left(self) -> int:
        keys, ask = Keys(self.workspace), self.memory._link.ask
        waiting = [one for one in await ask("ZRANGE", keys.due, 0, -1) if one.startswith(b"deliver:")]
        return len(waiting) + int(await ask("XLEN", keys.lane(LANE)))

    async def outcomes(self, update_id: str = "upd1") -> dict[Outcome, int]:
        """How the delivery ended; it must have."""
        found = (await self.update(update_id)).delivery(OUTLET)
        assert found.settled, found
        return {outcome: n for outcome, n in found.tally.items() if n}


def _fenced(process: Process, attempts: Any) -> Any:
    """The ledger with its effects counted; the script wants the real job."""
    watched = process.alive(attempts, "record", "retract", "begin")
    begin = watched.begin

    async def unwrapped(held: Any, *args: Any) -> Any:
        return await begin(getattr(held, "_real", held), *args)

    watched.begin = unwrapped
    return watched
