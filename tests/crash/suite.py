"""Many histories side by side, each worker with a Redis of its own, and the table of what came of them."""

import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.crash.histories import Told, play_all
from tests.crash.points import POINTS, Name, Point
from tests.redis_server import RedisServer

SEEDS = 20


def singles(seeds: Iterable[int], points: Sequence[Point] = POINTS) -> list[list[Name]]:
    """Every point with every seed; those of one seed together, since they have much in common."""
    return [[Name(seed, (point,)) for point in points] for seed in seeds]


def pairs(seed: int, points: Sequence[Point] = POINTS) -> list[list[Name]]:
    """Every ordered pair of points; those with the same first one together, with a seed that follows from `seed`."""
    rng = random.Random(f"pairs {seed}")
    groups = []
    for first in points:
        own = rng.randrange(10_000)
        groups.append([Name(own, (first, second)) for second in points])
    rng.shuffle(groups)  # a run that is stopped early has seen some of everything
    return groups


def server() -> RedisServer:
    """A server for histories: nobody cuts its power, so that it need not write to the disk."""
    return RedisServer(appendonly="no")


@dataclass
class Table:
    """What came of the histories so far. `same`: those that were another one, so were not played again."""

    histories: int = 0
    same: int = 0
    first: Counter[Point] = field(default_factory=Counter)
    met: Counter[Point] = field(default_factory=Counter)
    broken: dict[Point | None, list[Told]] = field(default_factory=lambda: defaultdict(list))
    all_met: int = 0

    def add(self, told: Told) -> None:
        """Count one history in."""
        self.histories += 1
        self.same += told.same
        self.all_met += told.all_died
        self.met.update(told.met)
        self.first.update(told.name.points[:1])
        if told.violations:
            self.broken[told.name.points[0] if told.name.points else None].append(told)

    @property
    def violations(self) -> int:
        """How many histories broke a rule."""
        return sum(map(len, self.broken.values()))

    def rows(self) -> Iterator[str]:
        """The table, a line for each point."""
        yield f"{'point':38} {'histories':>9} {'deaths':>7} {'violations':>10}"
        for point in POINTS:
            if self.first[point] or self.met[point]:
                row = (str(point), self.first[point], self.met[point], len(self.broken.get(point, ())))
                yield f"{row[0]:38} {row[1]:>9} {row[2]:>7} {row[3]:>10}"
        never = [str(point) for point in POINTS if self.first[point] and not self.met[point]]
        if never:
            yield f"nobody came to: {', '.join(never)}"

    def complaints(self) -> Iterator[str]:
        """Every broken rule, with the command that plays its history again."""
        for told in (one for many in self.broken.values() for one in many):
            yield f"{told.name} ({told.plot})"
            for violation in told.violations[:5]:
                yield f"    {violation}"
            yield f"    again: python -m tests.crash --replay '{told.name}'"


def run(groups: Sequence[Sequence[Name]], workers: int) -> Iterator[Told]:
    """Play histories in so many processes, each with its own server, a group at a time."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers, _begin, maxtasksperchild=None) as pool:
        for told in pool.imap_unordered(_play, groups):
            yield from told
        # Not terminated but at their own end, with their servers.
        pool.close()
        pool.join()


_server: RedisServer | None = None


def _begin() -> None:
    global _server
    _server = server()
    _server.start()
    # A run that is stopped early ends its processes like this: their servers are to end with them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    multiprocessing.util.Finalize(_server, _server.close, exitpriority=10)


def _play(names: Sequence[Name]) -> list[Told]:
    if _server is None:
        raise RuntimeError("the process has no server")
    return list(play_all(_server, names))


def until(end: float, told: Iterator[Told]) -> Iterator[Told]:
    """Pass on what comes before `end` (monotonic seconds)."""
    for one in told:
        yield one
        if time.monotonic() > end:
            return


def cores() -> int:
    """How many processes are worth starting: two, as the targets say, or what CRASH_WORKERS says."""
    return int(os.environ.get("CRASH_WORKERS", "2"))


def summary(what: str, table: Table, seeds: str, elapsed: float, workers: int) -> str:
    """One line of what was done."""
    return (
        f"{what}: {len(POINTS)} points, {table.histories} histories, in {table.all_met} of them all died that were to, "
        f"{table.same} were the same as another (a death never came), {table.violations} violations, seeds {seeds}, "
        f"{elapsed:.0f} s on {workers} processes ({elapsed * workers / max(table.histories, 1):.3f} s each)"
    )


def report(table: Table) -> None:
    """Print the table and what is wrong."""
    for row in (*table.rows(), *table.complaints()):
        print(row)
