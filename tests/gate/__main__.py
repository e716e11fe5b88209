"""`python -m tests.gate SEED NUMBER [COUNT]`: the requests of these numbers once more, with what came of them."""

import asyncio
import sys

from tests.gate.test_gate import fired


def main(seed: str, number: str, count: str = "1") -> int:
    """Fire, and print the report; 1 if something was wrong."""
    report = asyncio.run(fired(int(seed), int(count), int(number)))
    print(report, *report.violations, sep="\n")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
