"""`make mutants`: break every rule of the catalogue, one at a time, and print by which test it was seen.

Names after the command choose some of them. Exits with 1 if one survives.
"""

import os
import sys
import time

from tests.mutants.catalogue import MUTANTS
from tests.mutants.run import Verdict, run_all, trees, unchanged


def main(names: list[str]) -> int:
    """Run them, print the table, and return the exit code."""
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    if len(chosen) < len(names):
        print(f"There are no such mutants: {', '.join(set(names) - {m.name for m in chosen})}")
        return 2
    workers, begun = max(2, os.cpu_count() or 2), time.monotonic()
    with trees() as place:
        if wrong := unchanged(place, chosen, workers):
            print(f"The tests do not pass without any mutant:\n{wrong}")
            return 1
        print(f"Without any mutant all tests pass ({time.monotonic() - begun:.0f} s).\n")
        verdicts = run_all(place, chosen, workers, _tell)
    survivors = [verdict for verdict in verdicts if not verdict.killed]
    killed, whole = len(verdicts) - len(survivors), time.monotonic() - begun
    print(f"\n{killed} of {len(verdicts)} mutants killed ({killed / len(verdicts):.0%}) in {whole:.0f} s")
    return 1 if survivors else 0


def _tell(verdict: Verdict) -> None:
    mutant = verdict.mutant
    how = ", ".join(killer.rpartition("::")[2] for killer in mutant.killers)
    state = "killed" if verdict.killed else "SURVIVED"
    print(f"{state:8}  {verdict.seconds:5.1f} s  {mutant.name}\n{'':19}{mutant.rule}", flush=True)
    print(f"{'':19}by {how}" if verdict.killed else f"{'':19}{verdict.survived}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
