"""The world of one history: Redis, Slack, the far ends and the clock survive; web processes and workers do not.

It gives turns, hands out jobs, buries the dead (their leases end at once, so that nobody waits for them), starts
others in their place, and moves the clock on when there is nothing to do but wait.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from bot.domain.job import ANNOUNCEMENT_LANE, FOLLOWER_LANE, SLACK_LANE, TIMER_LANE, JobKind, outlet_lane
from bot.domain.update import OutletKind
from bot.ports import Services
from bot.practice.slack_standin import OUTSIDE_TEAM_ID, TEAM_ID, SlackStandIn
from bot.storage.codec import JOB
from bot.storage.keys import Keys
from bot.storage.store import Storage
from bot.usecases import cards
from bot.worker import Worker
from tests.crash.direct import Direct
from tests.crash.far_ends import REHEARSAL, End
from tests.crash.fate import Fate
from tests.crash.history import History
from tests.crash.neighbours import Neighbours
from tests.crash.process import Process
from tests.crash.running import LEASE, Running
from tests.crash.seeded import Clock, SeededIds
from tests.crash.slacks_way import SlacksWay
from tests.crash.turns import Turns

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
# Of eight seeds, the one in which the incident is a drill.
DRILLS = 3


class Stuck(AssertionError):
    """The history does not come to an end."""


class Enough(BaseException):
    """Nobody wants to know how it goes on: every history that was common to here has gone its own way."""


class World:
    """Everything of one history."""

    def __init__(self, line: Direct, seed: int, fate: Fate, troubled: bool = True) -> None:
        self.line, self._troubled = line, troubled
        self.rng = random.Random(f"history {seed}")
        self.history = History()
        self.turns = Turns(random.Random(f"turns {seed}"))
        self.fate = fate
        self.clock = Clock()
        self.slack = SlackStandIn(now=self.clock.seconds)
        self.ids = SeededIds(random.Random("ids"))
        self.keys = Keys(TEAM_ID)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._in_hand: dict[asyncio.Task[Any], tuple[Process, str]] = {}
        self.running = Running(self)
        kinds = {"status": OutletKind.IDEMPOTENT, "slack": OutletKind.SEARCHABLE, "email": OutletKind.BLIND}
        counts = {"status": 1, "slack": 1, "email": 2}
        # In a drill the rehearsal outlets are those that people mean; the others are there to be left alone.
        self.drill = seed % 8 == DRILLS
        self.ends = {
            f"{before}{name}": End(f"{before}{name}", name.title(), kinds[name], counts[name], self.history)
            for before in ("", REHEARSAL)
            for name in kinds
        }
        self.meant = {end.of: end for end in self.ends.values() if end.rehearsal is self.drill}
        self.neighbours = Neighbours(line)
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
        self.slack.courier.transport = SlacksWay(self)
        # One that asks for patience is in every night: it is the only way to some of the effects.
        self.meant["email"].troubles[0] = "429"
        if self._troubled:
            self._plan_troubles()
        cards._drawn.clear()
        self.memory = self.storage()
        await self.neighbours.move_in()
        try:
            await self.running.start()
            yield self
        finally:
            self.running.end()
            self.turns.end()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _plan_troubles(self) -> None:
        for end in self.meant.values():
            end.plan(self.rng, 2)
        if self.rng.random() < 0.3:
            end = self.meant["email"]
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

    def storage(self) -> Storage:
        """What is remembered, as one process has it."""
        return Storage("", TEAM_ID, lease=LEASE, link=self.line.link())

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
        """Do one thing. False if there is nothing to do now. Raises Enough."""
        if self.fate.over:
            raise Enough
        await self.turns.settle()
        await self.running.bury()
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
            process = self.running.process("terminal")
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
        jobs = [JOB.decode(text) for text in (await ask("HVALS", self.keys.due_jobs))]
        dues = [job.due for job in jobs if job.due is not None and job.kind not in _WAITING]
        later = [due for due in dues if due > self.clock.at]
        if not later or min(later) - self.clock.at > timedelta(seconds=61):
            return False
        self.clock.at = min(later)
        return True

    async def _hand_out(self) -> bool:
        process = self.running.workers[0]
        lanes = list(self.lanes)
        commands: list[tuple[Any, ...]] = [("ZCOUNT", self.keys.due, "-inf", int(self.clock.seconds() * 1e6))]
        commands += [("XLEN", self.keys.lane(lane)) for lane in lanes]
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
