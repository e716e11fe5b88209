"""Histories from their names alone: a seed, and the points where somebody dies, one after the other.

The name "17/before:attempts.record+after:held.done" says all of it: which plot, which n-th time, which interleaving
and which troubles follow from the seed and the points. `play` plays one from its beginning. `play_all` plays many: what
several have in common is played once (`fate`, `twins`), and each of them goes as if it had been played alone.
"""

import gc
import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.practice.slack_standin.screen import NotOnScreen
from tests.crash.checker import Violation, check
from tests.crash.direct import Direct
from tests.crash.ending import ending
from tests.crash.fate import Ahead, Fate, Place
from tests.crash.loop import run
from tests.crash.night import PLOTS, Night
from tests.crash.points import Name, Point
from tests.crash.retold import retold
from tests.crash.running import DRAWN
from tests.crash.thrift import faults_noticed, no_waiting
from tests.crash.twins import Twins
from tests.crash.world import Enough, Stuck, World
from tests.redis_server import RedisServer

# How many n-th times of a point are tried as the first of two deaths, with one seed and plot: who has the first death
# in common has all in common up to the second.
_FEW = 3
PEOPLE = ("ada", "ben", "cleo", "dee", "sam", "gus", "olaf")
# Of eight seeds, the one in which the incident is private.
HIDES = 5


@dataclass(frozen=True, slots=True)
class Told:
    """How a history went. `met`: the points at which somebody did die.

    `same`: it was, to the last effect, another one that was played: the death that it has more never came.
    `story`: where a rule was broken, what happened, in sentences.
    """

    name: Name
    plot: str
    violations: tuple[Violation, ...]
    met: tuple[Point, ...]
    trace: str
    same: bool = False
    story: tuple[str, ...] = ()

    @property
    def all_died(self) -> bool:
        """Whether everybody died who was to."""
        return self.met == self.name.points


def play(server: RedisServer, name: Name, plot: str = "", turn: int | None = None) -> Told:
    """Play one history on this server, which is emptied first, and check it.

    `plot` and `turn` (at which n-th time the first point strikes) are chosen by the seed if they are not given.
    """
    plot, places = _course(server, name, plot, turn)
    while True:
        told = _told(server, name.seed, plot, Ahead().plant(name, places))[0]
        sooner = _sooner(places, told)
        if sooner is None:
            return told
        places = sooner


def play_all(server: RedisServer, names: Iterable[Name]) -> Iterator[Told]:
    """Play them all, each as `play` would."""
    trees: dict[tuple[int, str], Ahead] = {}
    courses = {name: _course(server, name) for name in names}
    for name, (plot, places) in courses.items():
        trees.setdefault((name.seed, plot), Ahead()).plant(name, places)
    while trees:
        (seed, plot), tree = trees.popitem()
        again = Ahead()
        for told in _told(server, seed, plot, tree, twins=True):
            sooner = _sooner(courses[told.name][1], told)
            if sooner is None:
                yield told
            else:
                courses[told.name] = plot, sooner
                trees[seed, plot] = again.plant(told.name, sooner)


def _sooner(places: Sequence[Place], told: Told) -> list[Place] | None:
    """A death whose n-th time never came in this order of things strikes at the first one instead; None: it is so."""
    number = len(told.met)
    if number == len(places) or not places[number][1]:
        return None
    return [*places[:number], (places[number][0], 0), *places[number + 1 :]]


def _course(server: RedisServer, name: Name, plot: str = "", turn: int | None = None) -> tuple[str, list[Place]]:
    """Which plot, and where its deaths are to be."""
    rng = random.Random(f"choice {name}")
    plot = plot or _plot(server, name.seed, rng, [point.effect for point in name.points])
    turns = _turns(name, plot, rng, _usual(server, plot))
    if turn is not None and turns:
        turns[0] = turn
    return plot, list(zip(name.points, turns, strict=True))


def _plot(server: RedisServer, seed: int, rng: random.Random, effects: Sequence[str]) -> str:
    """Choose a plot that comes to these effects in this order: the shortest, but for one seed in eight.

    In another of eight the incident is private wherever that comes to them: nothing is published of one.
    """
    plots = [each for each in PLOTS if each != "hide" or seed % 8 == HIDES]
    fitting = (each for each in plots if _comes(_usual(server, each), effects))
    if seed % 8 != 7:
        return next(fitting, "all")
    every = [*fitting]
    return rng.choice(every[:-1] or every or ["all"])


def _comes(usual: Sequence[str], effects: Sequence[str]) -> bool:
    """Say whether each of the effects comes, the later ones after the earlier ones."""
    rest = iter(usual)
    return all(effect in rest for effect in effects)


def _turns(name: Name, plot: str, rng: random.Random, usual: Sequence[str]) -> list[int]:
    """At which n-th time each point strikes: the first at any that leaves the second one some, that soon after it."""
    effects = [point.effect for point in name.points]
    if not effects:
        return []
    last = max((n for n, effect in enumerate(usual) if effect == effects[-1]), default=len(usual))
    if len(effects) == 1:
        return [rng.randrange(max(usual.count(effects[0]), 1))]
    before, shared = usual[:last].count(effects[0]), random.Random(f"{name.seed} {plot} {name.points[0]}")
    few = [shared.randrange(max(usual.count(effects[0]), 1)) for _ in range(_FEW)]
    first = rng.choice([turn for turn in few if turn < before] or [shared.randrange(max(before, 1))])
    return [first, *(rng.randrange(max(min(usual.count(effect) - first, 2), 1)) for effect in effects[1:])]


@cache
def _usual(server: RedisServer, plot: str) -> tuple[str, ...]:
    """Which effects come in this plot, in their order, when nobody dies."""
    world = World(_emptied(server), 0, Fate(Ahead().plant(Name(0, ()), ())), troubled=False)
    with no_waiting(), faults_noticed(world.history):
        run(_live(world, plot))
    return tuple(effect for _, effect in world.history.trace)


def know_plots(server: RedisServer) -> None:
    """Find out now what comes in each plot, which is kept for as long as this process lives."""
    for plot in PLOTS:
        _usual(server, plot)


def _emptied(server: RedisServer) -> Direct:
    line = Direct(server.socket)
    line.ask("FLUSHALL")
    return line


def _told(server: RedisServer, seed: int, plot: str, ahead: Ahead, *, twins: bool = False) -> list[Told]:
    """Play one tree. Without twins it must be of one history."""
    gc.collect(1)  # the world before: a big process is a slow one to fork
    DRAWN.news()  # nobody asked for these
    line = _emptied(server)
    both = Twins(line, DRAWN.news, DRAWN.learn)
    world = World(line, seed, Fate(ahead, both.split if twins else lambda: True), troubled=True)
    with no_waiting(), faults_noticed(world.history):
        gc.disable()
        try:
            violations = run(_live(world, plot))
            found = [] if violations is None else list(_findings(world, plot, violations))
            return both.end(found)
        except BaseException:
            both.fail()
            raise
        finally:
            gc.enable()
            line.close()


def _findings(world: World, plot: str, violations: Sequence[Violation]) -> Iterator[Told]:
    trace = hashlib.sha256(repr(world.history.trace).encode()).hexdigest()[:16]
    names = {world.slack.person(name).id: name.title() for name in PEOPLE}
    story = retold(world.history, names) if violations else ()
    for number, name in enumerate(world.fate.ahead.all()):
        yield Told(name, plot, tuple(violations), tuple(world.fate.met), trace, same=bool(number), story=story)


async def _live(world: World, plot: str) -> list[Violation] | None:
    """Play it and check it; None if nobody wants to know how it ends."""
    async with world.begin():
        night, stuck = Night(world), list[Violation]()
        try:
            for chapter in PLOTS[plot]:
                await chapter(night)
            await world.quiet()
        except (Stuck, NotOnScreen) as fault:
            stuck = [Violation("I3", f"it does not end: {fault}")]
        except Enough:
            return None
        return stuck + check(world.history, await ending(world))
