"""What the journal costs: an intention on the disk, one by one and sixty-four side by side, against a bare fsync."""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from bot.journal import ledger
from bot.journal.lines import Lines
from tests.benchmarks.figures import Figure

_LINE = ledger.begun("0" * 26, "email", "0" * 64, 0)


async def run(quick: bool) -> list[Figure]:
    """Measure in a folder of its own."""
    times = 20 if quick else 400
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        bare = _bare(Path(folder) / "bare", times)
        lines = Lines(Path(folder) / "one.jsonl")
        alone = []
        for _ in range(times):
            started = time.perf_counter()
            await lines.added(_LINE)
            alone.append(time.perf_counter() - started)
        started = time.perf_counter()
        for _ in range(max(times // 20, 1)):
            await asyncio.gather(*(lines.added(_LINE) for _ in range(64)))
        together = (time.perf_counter() - started) / (max(times // 20, 1) * 64)
        wrong = () if len(lines.read()) == times + max(times // 20, 1) * 64 else ("lines are missing",)
    return [
        Figure(name="journal: an intention, alone", value=1e3 * statistics.median(alone), unit="ms", floor=bare),
        Figure(
            name="journal: an intention, 64 at once", value=1e3 * together, unit="ms each", floor=bare, problems=wrong
        ),
    ]


def _bare(file: Path, times: int) -> float:
    """Return the median of write and fsync, in ms."""
    handle, found = os.open(file, os.O_WRONLY | os.O_CREAT), []
    for _ in range(times):
        started = time.perf_counter()
        os.write(handle, b"x" * 120)
        os.fdatasync(handle)
        found.append(time.perf_counter() - started)
    os.close(handle)
    return 1e3 * statistics.median(found)
