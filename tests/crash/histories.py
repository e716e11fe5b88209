"""One history from its name alone: a seed, and the points where somebody dies, one after the other.

The name "17/before:attempts.record+after:held.done" says all of it: which plot, which n-th time, which interleaving
and which troubles follow from the seed and the points.
"""

import asyncio
import gc
import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.domain.incident import Incident
from bot.practice.slack_standin import visible_text
from bot.storage.codec import JOB
from bot.usecases import cards
from bot.usecases.jobs import MOST_CRASHES
from bot.usecases.snapshots import recipients_from
from tests.crash.checker import End, Violation, check
from tests.crash.night import PLOTS, Night
from tests.crash.points import Point, named
from tests.crash.thrift import faults_noticed, no_waiting
from tests.crash.world import Stuck, World
from tests.redis_server import RedisServer


@dataclass(frozen=True, slots=True)
class Name:
    """What a history is called."""

    seed: int
    points: tuple[Point, ...]

    def __str__(self) -> str:
        """For the command line."""
        return f"{self.seed}/{'+'.join(map(str, self.points))}"

    @classmethod
    def read(cls, text: str) -> "Name":
        """Read it back. Raises ValueError."""
        seed, _, points = text.partition("/")
        return cls(int(seed), tuple(named(one) for one in points.split("+") if one))


@dataclass(frozen=True, slots=True)
class Told:
    """How a history went. `met`: the points at which somebody did die."""

    name: Name
    plot: str
    violations: tuple[Violation, ...]
    met: tuple[Point, ...]
    seconds: float
    trace: str


def play(server: RedisServer, name: Name, plot: str = "", turn: int | None = None) -> Told:
    """Play one history on this server, which is emptied first, and check it.

    `plot` and `turn` (at which n-th time the first point strikes) are chosen by the seed if they are not given.
    """
    rng = random.Random(f"choice {name}")
    effects = [point.effect for point in name.points]
    plot = plot or _plot(server, name.seed, rng, effects)
    turns = _turns(rng, _usual(server, plot), effects)
    points = list(zip(name.points, turns, strict=True))
    if turn is not None and points:
        points[0] = (points[0][0], turn)
    told = _played(server, name, plot, points)
    if points and not told.met and points[0][1]:
        # Its n-th time never came in this order of things: the first one then.
        points[0] = (points[0][0], 0)
        told = _played(server, name, plot, points)
    return told


def _plot(server: RedisServer, seed: int, rng: random.Random, effects: Sequence[str]) -> str:
    """Choose a plot that comes to these effects in this order: the shortest, but for one seed in eight."""
    fitting = [each for each in PLOTS if _comes(_usual(server, each), effects)] or ["all"]
    return rng.choice(fitting[:-1] or fitting) if seed % 8 == 7 else fitting[0]


def _comes(usual: Sequence[str], effects: Sequence[str]) -> bool:
    """Say whether each of the effects comes, the later ones after the earlier ones."""
    rest = iter(usual)
    return all(effect in rest for effect in effects)


def _turns(rng: random.Random, usual: Sequence[str], effects: Sequence[str]) -> list[int]:
    """At which n-th time each point strikes: the first at any that leaves the second one some, that soon after it."""
    if not effects:
        return []
    last = max((n for n, effect in enumerate(usual) if effect == effects[-1]), default=len(usual))
    before = usual[:last].count(effects[0]) if len(effects) > 1 else usual.count(effects[0])
    first = rng.randrange(max(before, 1))
    return [first, *(rng.randrange(max(min(usual.count(effect) - first, 2), 1)) for effect in effects[1:])]


@cache
def _usual(server: RedisServer, plot: str) -> tuple[str, ...]:
    """Which effects come in this plot, in their order, when nobody dies."""
    world = _run(server, 0, [], plot, troubled=False)[0]
    return tuple(effect for _, effect in world.history.trace)


def _played(server: RedisServer, name: Name, plot: str, points: Sequence[tuple[Point, int]]) -> Told:
    began = time.monotonic()
    world, violations = _run(server, name.seed, list(points), plot, troubled=True)
    trace = hashlib.sha256(repr(world.history.trace).encode()).hexdigest()[:16]
    return Told(name, plot, tuple(violations), tuple(world.fate.met), time.monotonic() - began, trace)


def _run(
    server: RedisServer, seed: int, points: list[tuple[Point, int]], plot: str, *, troubled: bool
) -> tuple[World, list[Violation]]:
    server.flush()
    world = World(server.url, seed, points, troubled)
    with no_waiting(), faults_noticed(world.history):
        gc.disable()
        try:
            violations = asyncio.run(_live(world, plot))
        finally:
            gc.enable()
            gc.collect(0)
    return world, violations


async def _live(world: World, plot: str) -> list[Violation]:
    async with world.begin():
        night, stuck = Night(world), list[Violation]()
        try:
            for chapter in PLOTS[plot]:
                await chapter(night)
            await world.quiet()
        except Stuck as fault:
            stuck = [Violation("I3", f"it does not end: {fault}")]
        return stuck + check(world.history, await _end(world))


async def _end(world: World) -> End:
    memory, incidents, number = world.memory, list[Incident](), 1
    while (found := await memory.incidents.find(number)) is not None:
        incidents.append(found)
        number += 1
    plans = [(u, p) for i in incidents for u in i.updates for r in u.revisions for p in r.planned]
    listed = {p.recipients: recipients_from(await memory.incidents.blob(p.recipients)) for _, p in plans}
    ledger = {(u.id, p.outlet): await memory.attempts.read(u.id, p.outlet) for u, p in plans}
    ask = memory._link.ask
    jobs = [JOB.decode(text) for text in await ask("HVALS", world._keys.due_jobs)]
    return End(
        incidents=incidents,
        ledger=ledger,
        listed=listed,
        jobs=jobs,
        aside=[one for one in await memory.jobs.aside() if not _haunted(world, one[1])],
        cards=[one for incident in incidents for one in await _cards(world, incident)],
        told=[*_told(world), *_elsewhere(world, incidents)],
        marks=_marks(world),
    )


def _haunted(world: World, reason: str) -> bool:
    """Say whether a job may have been put aside: it was in hand whenever somebody died, which was often enough."""
    return reason.startswith("crashed its worker") and world.fate.deaths >= MOST_CRASHES


async def _cards(world: World, incident: Incident) -> list[tuple[str, str, str]]:
    """What each card shows, and what it should: the newest drawing of what is recorded."""
    services, found = world.services(), list[tuple[str, str, str]]()
    for update in incident.updates:
        for ask in update.asks:
            right = await cards._asked(services, incident, update, ask)
            message = world.slack.workspace.message(ask.message.channel, ask.message.ts)
            shown = visible_text(message.blocks) if message else ""
            found.append(
                (f"the card of update #{update.number}", shown, visible_text([dict(block) for block in right.blocks]))
            )
    if incident.channel.card:
        message = world.slack.workspace.message(incident.channel.card.channel, incident.channel.card.ts)
        right = services.screens.card(incident, world.clock.now())
        shown = visible_text(message.blocks) if message else ""
        found.append((f"the card of {incident.name}", shown, visible_text([dict(block) for block in right.blocks])))
    return found


def _told(world: World) -> list[tuple[str, str, str]]:
    """Who heard what by direct message, and what is wrong with that reader, if anything."""
    found = []
    for name, reader in (("gus", "a guest"), ("olaf", "an outsider"), ("sam", "")):
        person = world.slack.person(name)
        bot = world.slack.workspace.bot.id
        found += [(name, str(m.metadata), reader) for m in world.slack.dms(person) if m.user == bot and m.metadata]
    return found


def _elsewhere(world: World, incidents: Sequence[Incident]) -> list[tuple[str, str, str]]:
    """What the bot said where nobody of the incident reads: neither the two channels nor a colleague's messages."""
    workspace = world.slack.workspace
    staff = (world.slack.person(name) for name in ("ada", "ben", "cleo", "dee", "sam"))
    here = {world.incidents.id, *(incident.channel.id for incident in incidents)}
    here |= {message.channel for person in staff for message in world.slack.dms(person)}
    posts = [m for place in workspace.posts.values() for m in place if m.user == workspace.bot.id]
    return [(m.channel, m.text[:40], "a stranger's channel") for m in posts if m.channel not in here]


def _marks(world: World) -> list[str]:
    """The marks of everything that was posted: each must have come once.

    What carries none are direct messages to approvers and leads, which may come twice (bot/usecases/posting.py).
    """
    found = []
    for posts in world.slack.workspace.posts.values():
        for message in posts:
            mark = message.metadata or {}
            if mark.get("event_type"):
                found.append(f"{mark['event_type']} {mark['event_payload']} in {message.channel}")
    rooms = [c.name for c in world.slack.workspace.channels.values() if c.name.startswith("inc-1-")]
    return found + [f"channel of INC-1 {n}" for n in (["one"] * len(rooms))]
