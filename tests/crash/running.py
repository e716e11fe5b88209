"""The processes of one history: web processes and workers start, die, and others start in their place.

The dead are buried at once: their leases end, so that nobody waits for them. Who is not dead is never taken for it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.incident import Role
from bot.domain.job import Job, JobKind
from bot.domain.plan import Plan, Untranslated
from bot.domain.policy import Policy
from bot.plan.loading import load_text
from bot.ports import Places, Services
from bot.practice.slack_standin import TEAM_ID
from bot.rendering.tongues import Tongues
from bot.slack.views.screens import SlackScreens
from bot.storage.keys import GROUP
from bot.usecases import cards
from bot.web.app import build_app
from bot.web.background import Background
from tests import abroad
from tests.crash.drawn import DrawnOnce
from tests.crash.far_ends import Way
from tests.crash.process import Process
from tests.crash.slack_line import Line

if TYPE_CHECKING:
    from tests.crash.world import World

# Nobody is taken for dead but the dead: their leases are ended by hand.
LEASE = 3_600.0
# Customers read French, too; nobody translates here, so that the plan lets the words leave as they are.
_WORDS = Tongues(locales=("en", "fr"))
_PLAN = load_text(abroad.plan("en", "fr", untranslated="warn")).plan
DRAWN: Any = DrawnOnce(SlackScreens(readable=_WORDS.readable, policy=Policy(untranslated=Untranslated.WARN)))


class Running:
    """The processes of one world."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._made = 0
        self.workers: list[Process] = []
        self.webs: list[tuple[Process, Any]] = []

    async def start(self) -> None:
        """Start two web processes and a worker."""
        for _ in range(2):
            self.start_web()
        await self.start_worker()

    def end(self) -> None:
        """Let nobody have an effect any more."""
        for process in [*self.workers, *(process for process, _ in self.webs)]:
            process.abandon()

    def services(self) -> Services:
        """What a new process is built with: nothing that another one has touched."""
        storage = self._world.storage()
        return Services(
            clock=self._world.clock,
            ids=self._world.ids,
            incidents=storage.incidents,
            jobs=storage.jobs,
            attempts=storage.attempts,
            people=storage.people,
            secrets=storage.secrets,
            subscriptions=storage.subscriptions,
            chat=Line(self._world.slack).chat(self._world.clock.now, TEAM_ID),
            screens=DRAWN,
            words=_WORDS,
            outlets={name: Way(end) for name, end in self._world.ends.items()},
            policy=Policy(
                approvers=frozenset({self._world.slack.person("ben").id, self._world.slack.person("dee").id}),
                untranslated=Untranslated.WARN,
            ),
            plan=self._plan(),
            places=Places(
                incidents_channel=self._world.incidents.id,
                status_url="https://status.example.com",
                workspace=TEAM_ID,
                bot_user=self._world.slack.workspace.bot.id,
            ),
        )

    def _plan(self) -> Plan:
        """The shipped plan, with somebody who is asked to lead support."""
        asked = {"contacts": (self._world.slack.person("dee").id,)}
        return replace(_PLAN, roles={**_PLAN.roles, Role.SUPPORT: replace(_PLAN.roles[Role.SUPPORT], **asked)})

    def process(self, kind: str) -> Process:
        """A new process of this kind."""
        self._made += 1
        return Process(f"{kind}{self._made}", self.services(), self._world.fate, self._world.turns, self._world.history)

    def start_web(self) -> None:
        """Start a web process."""
        process = self.process("web")
        app = build_app(
            process.services,
            signing_secret=self._world.slack.stage.signing_secret,
            bot_user=self._world.slack.workspace.bot.id,
            workspace=TEAM_ID,
            status_dir=Path("nowhere"),
            now=self._world.clock.seconds,
            background=Background(),
        )
        self.webs.append((process, app))

    async def start_worker(self) -> None:
        """Start a worker, which looks at the whole workspace first."""
        process = self.process("worker")
        self.workers.append(process)
        everybody = Job(id="sync_people", kind=JobKind.SYNC_PEOPLE)
        self._world.spawn(process.services.jobs.add(everybody), process)

    async def bury(self) -> None:
        """End the leases of the dead and start others in their place."""
        dead = [process for process in self.workers if process.dead]
        for process in dead:
            self.workers.remove(process)
            process.abandon()
            cards._drawn.clear()
            await self._end_leases(process)
            await self.start_worker()
        for process, app in [(process, app) for process, app in self.webs if process.dead]:
            self.webs.remove((process, app))
            process.abandon()
            self.start_web()

    async def _end_leases(self, dead: Process) -> None:
        ask: Any = self._world.memory._link.ask
        owner = dead.services.jobs.real._process  # type: ignore[attr-defined]
        for lane in map(self._world.keys.lane, self._world.lanes):
            if not await ask("EXISTS", lane) or not await ask("XINFO", "GROUPS", lane):
                continue
            for entry, holder, *_ in await ask("XPENDING", lane, GROUP, "-", "+", 100):
                if holder.decode().startswith(owner):
                    far = int(LEASE * 2_000)
                    await ask("XCLAIM", lane, GROUP, holder, 0, entry, "IDLE", far, "JUSTID")
