"""The world of one history: Redis, Slack, the far ends and the clock survive; web processes and workers do not.

It gives turns, hands out jobs, buries the dead (their leases end at once, so that nobody waits for them), starts
others in their place, and moves the clock on when there is nothing to do but wait.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.incident import Role
from bot.domain.job import ANNOUNCEMENT_LANE, FOLLOWER_LANE, SLACK_LANE, TIMER_LANE, Job, JobKind, outlet_lane
from bot.domain.plan import Plan, Untranslated
from bot.domain.policy import Policy
from bot.domain.update import OutletKind
from bot.plan.loading import load_text
from bot.ports import Places, Services
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, SlackStandIn
from bot.rendering.tongues import Tongues
from bot.slack.views.screens import SlackScreens
from bot.storage.codec import JOB
from bot.storage.keys import GROUP, Keys
from bot.storage.store import Storage
from bot.usecases import cards
from bot.web.app import build_app
from bot.web.background import Background
from bot.worker import Worker
from tests import abroad
from tests.builders import NOON
from tests.crash.far_ends import End, Way
from tests.crash.history import History
from tests.crash.points import Point
from tests.crash.process import Fate, Process
from tests.crash.slack_line import Line
from tests.crash.thrift import DrawnOnce
from tests.crash.turns import Turns

# Nobody is taken for dead but the dead: their leases are ended by hand.
LEASE = 3_600.0
# Waiting for these is no work: they are about what nobody does in this night.
_WAITING = frozenset(
    {
        JobKind.REMIND_PROMISE,
        JobKind.MISS_PROMISE,
        JobKind.NUDGE,
        JobKind.ASK_APPROVAL,
        JobKind.REDRAW_HOME,
        JobKind.SEARCH_ROLE,
        JobKind.REMIND_ROLES,
    }
)
_MOST_STEPS = 1_500
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
# Customers read French, too; nobody translates here, so that the plan lets the words leave as they are.
_WORDS = Tongues(locales=("en", "fr"))
_PLAN = load_text(abroad.plan("en", "fr", untranslated="warn")).plan
_SCREENS: Any = DrawnOnce(SlackScreens(readable=_WORDS.readable, policy=Policy(untranslated=Untranslated.WARN)))


def _policy(*approvers: str) -> Policy:
    return Policy(approvers=frozenset(approvers), untranslated=Untranslated.WARN)


class Stuck(AssertionError):
    """The history does not come to an end."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> Any:
        """The time, UTC."""
        return self.at

    def seconds(self) -> float:
        """The same, in seconds since 1970."""
        return float(self.at.timestamp())


class SeededIds:
    """Ids that the seed decides."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def new(self) -> str:
        """A fresh id."""
        return "".join(self._rng.choice(_ALPHABET) for _ in range(26))

    def secret(self, length: int) -> str:
        """Random letters."""
        return "".join(self._rng.choice(_ALPHABET) for _ in range(length))


class World:
    """Everything of one history."""

    def __init__(self, url: str, seed: int, points: list[tuple[Point, int]], troubled: bool = True) -> None:
        self._url, self._troubled = url, troubled
        self.rng = random.Random(f"history {seed}")
        self.history = History()
        self.turns = Turns(random.Random(f"turns {seed}"))
        self.fate = Fate(points)
        self.clock = Clock()
        self.slack = SlackStandIn(now=self.clock.seconds)
        self._ids = SeededIds(random.Random("ids"))
        self._keys = Keys(TEAM_ID)
        self._storages: list[Storage] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._in_hand: dict[asyncio.Task[Any], tuple[Process, str]] = {}
        self.workers: list[Process] = []
        self.webs: list[tuple[Process, Any]] = []
        self._made = 0
        kinds = {"status": OutletKind.IDEMPOTENT, "slack": OutletKind.SEARCHABLE, "email": OutletKind.BLIND}
        counts = {"status": 1, "slack": 1, "email": 2}
        self.ends = {name: End(name, name.title(), kinds[name], counts[name], self.history) for name in kinds}
        self.lanes = (SLACK_LANE, ANNOUNCEMENT_LANE, TIMER_LANE, FOLLOWER_LANE, *map(outlet_lane, self.ends))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator["World"]:
        """Set everything up; take it down at the end."""
        for name in ("ada", "ben", "cleo", "dee", "sam"):
            self.slack.add_person(name)
        self.slack.add_person("gus", is_restricted=True)
        self.slack.add_person("olaf", team_id=OUTSIDE_TEAM_ID)
        staff = tuple(map(self.slack.person, ("ada", "ben", "cleo", "dee", "sam", "gus")))
        self.incidents = self.slack.add_channel("incidents", members=staff, with_bot=True)
        self.slack.courier.transport = _Way(self)
        # One that asks for patience is in every night: it is the only way to some of the effects.
        self.ends["email"].troubles[0] = "429"
        if self._troubled:
            self._plan_troubles()
        cards._drawn.clear()
        self.memory = self._storage()
        try:
            for _ in range(2):
                self._start_web()
            await self._start_worker()
            yield self
        finally:
            for process in [*self.workers, *(process for process, _ in self.webs)]:
                process.abandon()
            self.turns.end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            for storage in self._storages:
                await storage.aclose()

    def _plan_troubles(self) -> None:
        for end in self.ends.values():
            end.plan(self.rng, 2)
        if self.rng.random() < 0.3:
            end = self.ends["email"]
            end.refuses = f"email-{self.rng.randrange(end.count)}"
        trouble, methods = self.slack.trouble, ("chat.postMessage", "chat.update", "conversations.create", "pins.add")
        for _ in range(self.rng.randrange(3)):
            method = self.rng.choice(methods)
            kind = self.rng.randrange(3)
            if kind == 0:
                trouble.rate_limit(method, retry_after=2)
            elif kind == 1:
                trouble.server_error(method)
            else:
                trouble.lose_reply(method)

    # ---------------------------------------------------------------- processes

    def _storage(self) -> Storage:
        self._storages.append(Storage(self._url, TEAM_ID, lease=LEASE))
        return self._storages[-1]

    def services(self) -> Services:
        """What a new process is built with: nothing that another one has touched."""
        storage = self._storage()
        return Services(
            clock=self.clock,
            ids=self._ids,
            incidents=storage.incidents,
            jobs=storage.jobs,
            attempts=storage.attempts,
            people=storage.people,
            secrets=storage.secrets,
            subscriptions=storage.subscriptions,
            chat=Line(self.slack).chat(self.clock.now, TEAM_ID),
            screens=_SCREENS,
            words=_WORDS,
            outlets={name: Way(end) for name, end in self.ends.items()},
            policy=_policy(self.slack.person("ben").id, self.slack.person("dee").id),
            plan=self._plan(),
            places=Places(
                incidents_channel=self.incidents.id,
                status_url="https://status.example.com",
                workspace=TEAM_ID,
                bot_user=self.slack.workspace.bot.id,
            ),
        )

    def _plan(self) -> Plan:
        """The shipped plan, with somebody who is asked to lead support."""
        asked = {"contacts": (self.slack.person("dee").id,)}
        return replace(_PLAN, roles={**_PLAN.roles, Role.SUPPORT: replace(_PLAN.roles[Role.SUPPORT], **asked)})

    def _process(self, kind: str) -> Process:
        self._made += 1
        return Process(f"{kind}{self._made}", self.services(), self.fate, self.turns, self.history)

    def _start_web(self) -> None:
        process = self._process("web")
        app = build_app(
            process.services,
            signing_secret=self.slack.stage.signing_secret,
            bot_user=self.slack.workspace.bot.id,
            workspace=TEAM_ID,
            status_dir=Path("nowhere"),
            now=self.clock.seconds,
            background=Background(),
        )
        self.webs.append((process, app))

    async def _start_worker(self) -> None:
        process = self._process("worker")
        self.workers.append(process)
        everybody = Job(id="sync_people", kind=JobKind.SYNC_PEOPLE)
        self.spawn(process.services.jobs.add(everybody), process)

    async def bury(self) -> None:
        """End the leases of the dead and start others in their place."""
        dead = [process for process in self.workers if process.dead]
        for process in dead:
            self.workers.remove(process)
            process.abandon()
            cards._drawn.clear()
            await self._end_leases(process)
            await self._start_worker()
        for process, app in [(process, app) for process, app in self.webs if process.dead]:
            self.webs.remove((process, app))
            process.abandon()
            self._start_web()

    async def _end_leases(self, dead: Process) -> None:
        ask: Any = self.memory._link.ask
        owner = dead.services.jobs.real._process  # type: ignore[attr-defined]
        for lane in map(self._keys.lane, self.lanes):
            if not await ask("EXISTS", lane) or not await ask("XINFO", "GROUPS", lane):
                continue
            for entry, holder, *_ in await ask("XPENDING", lane, GROUP, "-", "+", 100):
                if holder.decode().startswith(owner):
                    far = int(LEASE * 2_000)
                    await ask("XCLAIM", lane, GROUP, holder, 0, entry, "IDLE", far, "JUSTID")

    # ---------------------------------------------------------------- going on

    def spawn(self, work: Coroutine[Any, Any, Any], process: Process) -> asyncio.Task[Any]:
        """Let something go on in a process; what it raises when it is alive is a fault."""

        async def run() -> None:
            try:
                await work
            except asyncio.CancelledError:
                raise
            except BaseException as fault:
                if not process.dead:
                    self.history.faults.append(f"{type(fault).__name__} in {process.name}: {fault}")

        task = asyncio.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def step(self) -> bool:
        """Do one thing. False if there is nothing to do now."""
        await self.turns.settle()
        await self.bury()
        handed = False
        if not self.turns.waiting or self.rng.random() < 0.1:
            handed = await self._hand_out()
            await self.turns.settle()
        return await self.turns.give() or handed

    async def during(self, act: Coroutine[Any, Any, Any]) -> Any:
        """Let everything go on while a person acts; return what comes of it."""
        task = asyncio.ensure_future(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await self.turns.settle()
        for _ in range(_MOST_STEPS):
            if task.done():
                return task.result()
            if not await self.step():
                await asyncio.sleep(0.001)
        raise Stuck("somebody waits for ever")

    async def at_a_terminal(self, act: Callable[[Services, int], Coroutine[Any, Any, None]]) -> None:
        """Run a command in a process of its own; if it dies, again."""
        for turn in range(4):
            process = self._process("terminal")
            task = self.spawn(act(process.services, turn), process)
            await self.during(asyncio.wait({task}))
            if not process.dead:
                return
        raise Stuck("a command dies again and again")

    async def some(self, steps: int) -> None:
        """Go on for so many steps."""
        for _ in range(steps):
            await self.step()

    async def quiet(self) -> None:
        """Go on until there is nothing left to do, moving the clock on where that is all there is to wait for."""
        for _ in range(_MOST_STEPS):
            if await self.step():
                continue
            if self._in_hand:
                await asyncio.sleep(0.001)
            elif not await self._wait():
                return
        raise Stuck("it never becomes quiet")

    async def _wait(self) -> bool:
        """Move the clock to what is due next; False if nothing is."""
        ask: Any = self.memory._link.ask
        jobs = [JOB.decode(text) for text in (await ask("HVALS", self._keys.due_jobs))]
        dues = [job.due for job in jobs if job.due is not None and job.kind not in _WAITING]
        later = [due for due in dues if due > self.clock.at]
        if not later or min(later) - self.clock.at > timedelta(seconds=61):
            return False
        self.clock.at = min(later)
        return True

    async def _hand_out(self) -> bool:
        process = self.workers[0]
        lanes = list(self.lanes)
        commands: list[tuple[Any, ...]] = [("ZCOUNT", self._keys.due, "-inf", int(self.clock.seconds() * 1e6))]
        commands += [("XLEN", self._keys.lane(lane)) for lane in lanes]
        due, *lengths = await self.memory._link.ask_all(*commands)
        busy = list(self._in_hand.values())
        if due and (process, "") not in busy:
            self._hand(process, "", process.services.jobs.promote(self.clock.now()))
            return True
        free = [lane for lane, n in zip(lanes, lengths, strict=True) if n > busy.count((process, lane))]
        if not free or len(busy) >= 5:
            return False
        lane = self.rng.choice(free)
        self._hand(process, lane, self._one(process, lane))
        return True

    def _hand(self, process: Process, lane: str, work: Coroutine[Any, Any, Any]) -> None:
        task = self.spawn(work, process)
        self._in_hand[task] = (process, lane)
        task.add_done_callback(lambda done: self._in_hand.pop(done, None))

    async def _one(self, process: Process, lane: str) -> None:
        held = await process.services.jobs.take(lane, 0.0)
        if held is not None:
            await Worker(process.services, lambda: self.lanes)._work(held)


class _Way:
    """Slack's way to the web processes: one of them answers; if it dies first, Slack repeats the very request."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def send(self, request: Any) -> Any:
        """Deliver until somebody answers, at most four times."""
        raw: Any = None
        for _ in range(4):
            process, app = self._world.rng.choice([web for web in self._world.webs if not web[0].dead])
            raw = await _exchange(self._world, process, app, request)
            if raw.status == 200:
                break
        return raw

    async def close(self) -> None:
        """Nothing is open."""


async def _exchange(world: World, process: Process, app: Any, request: Any) -> Any:
    from bot.practice.slack_standin.transport import RawAnswer, _Exchange

    exchange = _Exchange(request)

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.body":
            await process.effect("answer.acknowledge", lambda: exchange.send(message))
        else:
            await exchange.send(message)

    task = world.spawn(app(exchange.scope(), exchange.receive, answer), process)
    done = asyncio.ensure_future(exchange.answered.wait())
    await asyncio.wait({task, done}, return_when=asyncio.FIRST_COMPLETED)
    done.cancel()
    if not exchange.answered.is_set():
        while not any(not one.dead for one, _ in world.webs):
            await asyncio.sleep(0.001)
        return RawAnswer(500, crash=None)
    return RawAnswer(exchange.status, bytes(exchange.body), exchange.headers)
