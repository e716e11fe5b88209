"""`make crash`: singles and all ordered pairs, the table of points, and exit 1 at any violation.

python -m tests.crash                                   everything
python -m tests.crash --seed 7 --points 'before:attempts.record after:held.done'
python -m tests.crash --replay '7/before:attempts.record+after:held.done'
"""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.crash.histories import play
from tests.crash.points import POINTS, Name, named
from tests.crash.rounds import ROUNDS, rounds
from tests.crash.suite import SEEDS, Table, cores, pairs, report, run, server, singles, summary, until


def main(words: Sequence[str]) -> int:
    """Do what the words say; return 1 if a rule was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash")
    parser.add_argument("--replay", help="one history by its name")
    parser.add_argument("--seed", type=int, default=0, help="another choice of histories")
    parser.add_argument("--points", default="", help="only these, separated by spaces")
    parser.add_argument("--only", choices=("singles", "pairs", "redis"), help="one part of it")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each kind of trouble with Redis")
    parser.add_argument("--minutes", type=float, default=60.0, help="stop each part after so many, and say so")
    told = parser.parse_args(words)
    if told.replay:
        return _replay(Name.read(told.replay))
    points = tuple(named(one) for one in told.points.split()) or POINTS
    broken = 0
    if told.only in (None, "singles"):
        names = singles(range(told.seed, told.seed + SEEDS), points)
        broken += _play("singles", names, f"{told.seed}-{told.seed + SEEDS - 1}", told.minutes)
    if told.only in (None, "pairs"):
        broken += _play(
            "ordered pairs", pairs(told.seed, points), f"drawn from {told.seed}, one for each first point", told.minutes
        )
    if told.only in (None, "redis"):
        broken += rounds(told.rounds)
    return 1 if broken else 0


def _play(what: str, groups: Sequence[Sequence[Name]], seeds: str, minutes: float) -> int:
    table, began, workers = Table(), time.monotonic(), cores()
    for one in until(began + minutes * 60, run(groups, workers)):
        table.add(one)
        if one.violations:
            print(f"VIOLATION {one.name}: {one.violations[0]}", flush=True)
    report(table)
    if table.histories < (wanted := sum(map(len, groups))):
        print(f"stopped after {minutes:g} min: {wanted - table.histories} histories were not played")
    print(summary(what, table, seeds, time.monotonic() - began, workers), flush=True)
    return table.violations


def _replay(name: Name) -> int:
    with server() as redis:
        told = play(redis, name)
    print(f"{told.name}: plot {told.plot}, died at {[*map(str, told.met)]}, trace {told.trace}")
    for violation in told.violations:
        print(f"    {violation}")
    for line in told.story:
        print(f"      {line}")
    return 1 if told.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
