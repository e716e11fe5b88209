"""One tree of processes: each part comes back, all end together, and nothing outlives its parent."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot import processes
from bot.tether import Tethered
from tests.storage.test_embedded import alive, until

WAITS = "import time; time.sleep(60)"


class Parts:
    """Stand-ins for web and worker that write down each start."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **code: str) -> None:
        self._folder = folder
        self._code = code
        monkeypatch.setattr(processes, "_command", self._command)
        monkeypatch.setattr(processes, "_FIRST_PAUSE", 0.01)

    def _command(self, part: str) -> tuple[str, ...]:
        file = str(self._folder / part)
        note = f"import os; f = open({file!r}, 'a'); f.write(str(os.getpid()) + chr(10)); f.close(); "
        return (sys.executable, "-c", note + self._code.get(part, WAITS))

    def pids(self, part: str) -> list[int]:
        file = self._folder / part
        return [int(line) for line in file.read_text().split()] if file.exists() else []


async def test_a_part_that_ends_is_started_again_and_the_other_does_not_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(tmp_path, monkeypatch)
    stop = asyncio.Event()
    running = asyncio.create_task(processes.serve_until(stop, os.environ))
    await until(lambda: len(parts.pids("web")) == 1 and len(parts.pids("worker")) == 1)
    os.kill(parts.pids("worker")[0], signal.SIGKILL)
    await until(lambda: len(parts.pids("worker")) == 2)
    assert len(parts.pids("web")) == 1
    stop.set()
    await running
    assert not [pid for part in processes.PARTS for pid in parts.pids(part) if alive(pid)]


async def test_a_part_that_cannot_start_ends_everything_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(tmp_path, monkeypatch, web="raise SystemExit('port 3000 is in use')")
    with pytest.raises(processes.PartFailed, match="The web process ended at once, 3 times"):
        await processes.serve_until(asyncio.Event(), os.environ)
    assert not [pid for pid in parts.pids("worker") if alive(pid)]


async def test_a_part_that_has_worked_is_never_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "UP_SECONDS", 0.0)
    parts = Parts(tmp_path, monkeypatch, web="raise SystemExit(1)")
    stop = asyncio.Event()
    running = asyncio.create_task(processes.serve_until(stop, os.environ))
    await until(lambda: len(parts.pids("web")) > processes._EARLY_ENDS + 1)
    stop.set()
    await running


async def test_a_child_that_will_not_end_is_made_to() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = await Tethered.start((sys.executable, "-c", stubborn))
    await asyncio.sleep(0.2)
    await child.stop(within=0.3)
    assert child.returncode == -signal.SIGKILL


async def test_a_child_that_has_ended_takes_its_helper_along() -> None:
    child = await Tethered.start((sys.executable, "-c", "pass"))
    assert await child.wait() == 0
    await child.stop()  # safe to ask again


async def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from bot.tether import Tethered
async def main():
    child = await Tethered.start((sys.executable, "-c", {WAITS!r}))
    print(child.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    assert alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not alive(child))
