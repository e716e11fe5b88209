"""`python -m tests.benchmarks [name ...] [--quick] [--json FILE]`: exit 1 only if a benchmark itself broke."""

import argparse
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot import logs
from bot.event_loop import run
from tests.benchmarks import commits, fifty, followers, journal, newcomer, readiness, steady, throughput
from tests.benchmarks.figures import Figure, show

BENCHMARKS: Mapping[str, Callable[[bool], Awaitable[list[Figure]]]] = {
    "readiness": readiness.run,
    "fifty": fifty.run,
    "throughput": throughput.run,
    "steady": steady.run,
    "commits": commits.run,
    "followers": followers.run,
    "journal": journal.run,
    "newcomer": newcomer.run,
}


def main() -> int:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(BENCHMARKS)}; all of them if none")
    parser.add_argument("--quick", action="store_true", help="a tiny form, that shows only that answers are right")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    logs.set_up(level=30)
    figures: list[Figure] = []
    broken = 0
    for name in options.names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            figures += run(_called(name, options.quick))
        except Exception:
            broken += 1
            print(f"The benchmark {name} broke:", file=sys.stderr)
            traceback.print_exc()
    show(figures)
    if options.json:
        options.json.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")
    return 1 if broken else 0


async def _called(name: str, quick: bool) -> list[Figure]:
    return await BENCHMARKS[name](quick)


if __name__ == "__main__":
    sys.exit(main())
