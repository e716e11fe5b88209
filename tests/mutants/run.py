"""Runs mutants: each in a copy of the whole tree, put first on the path, with the tests that must kill it.

The real tree is never touched. Before any mutant, all their tests run on a copy that nobody changed, and must pass.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mutants.mutant import ROOT, SEEN, Mutant, bare, node

# The slowest killer takes some 15 s on a machine that is not busy.
PATIENCE = 180.0
_LEFT_OUT = (".git", ".venv", "node_modules", ".*cache", ".hypothesis", ".clarion*", "__pycache__")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant. `survived` says why it does not count as killed, "" if it was killed."""

    mutant: Mutant
    seconds: float
    survived: str = ""

    @property
    def killed(self) -> bool:
        """Whether every one of its tests failed, by seeing it."""
        return not self.survived


@contextmanager
def trees() -> Iterator[Path]:
    """Give a folder with `base`, a copy of the tree that nobody changes."""
    with tempfile.TemporaryDirectory(prefix="clarion-mutants-") as folder:
        place = Path(folder).resolve()
        shutil.copytree(ROOT, place / "base", ignore=shutil.ignore_patterns(*_LEFT_OUT))
        for linked in (".venv", "tests/slack_truth/node_modules"):
            if (ROOT / linked).exists():
                (place / "base" / linked).symlink_to(ROOT / linked)
        yield place


def unchanged(place: Path, mutants: Iterable[Mutant], workers: int = 1) -> str:
    """Run every killer on the copy that nobody changed; return what is wrong, "" if all passed."""
    killers = list(dict.fromkeys(node(killer) for mutant in mutants for killer in mutant.killers))
    spread = ("-n", str(workers)) if workers > 1 else ()
    done = subprocess.run(
        [*_pytest(), *spread, *killers], cwd=place / "base", env=_env(place / "base"), capture_output=True, text=True
    )
    return "" if done.returncode == 0 else done.stdout[-4_000:] + done.stderr[-2_000:]


def run(place: Path, mutant: Mutant) -> Verdict:
    """Break one rule in a tree of its own, and see whether its tests say so."""
    begun = time.monotonic()
    tree = place / mutant.name
    try:
        shutil.copytree(place / "base", tree, symlinks=True, copy_function=_linked)
        survived = _changed(tree, mutant) or _tried(tree, mutant)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
    return Verdict(mutant, time.monotonic() - begun, survived)


def run_all(place: Path, mutants: Sequence[Mutant], workers: int, tell: Callable[[Verdict], None]) -> list[Verdict]:
    """Run all of them, some side by side; `tell` hears of each as it ends."""
    with ThreadPoolExecutor(workers) as pool:
        verdicts: list[Verdict] = []
        for verdict in pool.map(lambda mutant: run(place, mutant), mutants):
            tell(verdict)
            verdicts.append(verdict)
    return verdicts


def judged(mutant: Mutant, tree: Path, seen: dict[str, Any]) -> str:
    """Return why the tests of a mutant did not kill it, or "" if they did. `seen`: what the witness wrote."""
    if seen["broken"]:
        return f"it cannot be imported: {seen['broken']}"
    if not str(seen["from"]).startswith(str(tree)):
        return f"the program came from {seen['from']}, not from the changed tree"
    right = {*SEEN, *mutant.shows}
    failed: dict[str, set[str]] = {}
    for nodeid, (when, *names) in seen["failed"].items():
        if when != "call" or not set(names) <= right:
            return f"{nodeid} failed in {when} with {', '.join(names)}: that is not seeing it"
        failed.setdefault(bare(nodeid), set()).update(names)
    blind = [killer for killer in mutant.killers if bare(killer) not in failed]
    return f"not seen by {', '.join(blind)}" if blind else ""


def _changed(tree: Path, mutant: Mutant) -> str:
    file = tree / mutant.path
    try:
        text = mutant.applied(file.read_text())
    except (LookupError, OSError) as fault:
        return str(fault)
    file.unlink()  # the copies share their files
    for stale in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
        stale.unlink()
    file.write_text(text)
    return ""


def _tried(tree: Path, mutant: Mutant) -> str:
    report = tree / "mutant-report.json"
    about = {"MUTANT_REPORT": str(report), "MUTANT_MODULE": mutant.module}
    # The rules are tested without any stand-in: loading one takes longer than their tests.
    bare_rules = ["--noconftest"] if all(killer.startswith("domain/") for killer in mutant.killers) else []
    command = [*_pytest(), *bare_rules, "-p", "tests.mutants.witness", *(node(killer) for killer in mutant.killers)]
    try:
        done = subprocess.run(
            command, cwd=tree, env={**_env(tree), **about}, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"its tests had not ended after {PATIENCE:.0f} s"
    if not report.exists():
        return f"pytest did not run: {done.stdout[-500:]}{done.stderr[-500:]}"
    return judged(mutant, tree, json.loads(report.read_text()))


def _pytest() -> list[str]:
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--hypothesis-seed=1"]


def _env(tree: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MUTANT_"))}
    return {**kept, "PYTHONPATH": str(tree)}


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
