"""Web and worker as practice keeps them: what is killed comes back, what dies by itself is the end, or is healed."""

import os
import signal
import sys
from pathlib import Path

from bot.practice.chronicle import Chronicle
from bot.practice.keeping import Kept
from tests.storage.test_embedded import until

WAITS = "import time; time.sleep(60)"


def kept(folder: Path, chronicle: Chronicle, code: str = WAITS, *, heals: bool = False) -> Kept:
    return Kept("worker", (sys.executable, "-c", code), {}, folder / "worker.log", chronicle, heals=heals)


def words(chronicle: Chronicle) -> list[str]:
    return [line.words for line in chronicle.last(20)]


async def test_what_is_killed_on_purpose_is_started_again_however_often(tmp_path: Path) -> None:
    chronicle = Chronicle(lambda: 0.0)
    part = kept(tmp_path, chronicle)
    await part.start()
    for turn in range(1, 5):
        old = part.pid
        part.kill()
        await until(lambda turn=turn: part.restarts == turn and part.pid is not None)  # type: ignore[misc]
        assert part.pid != old
    assert not part.fallen
    assert words(chronicle)[:2] == [
        "The worker process was killed (SIGKILL).",
        "The worker process is started again, 0.2 s later.",
    ]
    await part.stop()


async def test_a_death_that_nobody_asked_for_stays_where_nobody_looks_on(tmp_path: Path) -> None:
    chronicle = Chronicle(lambda: 0.0)
    part = kept(tmp_path, chronicle)
    await part.start()
    assert part.pid is not None
    os.kill(part.pid, signal.SIGKILL)
    await until(lambda: part.fallen)
    assert part.since is None
    assert part.restarts == 0
    assert words(chronicle) == ["The worker process ended by itself (exit status -9)."]
    part.kill()
    await part.stop()
    assert words(chronicle) == ["The worker process ended by itself (exit status -9)."]


async def test_where_people_look_on_it_is_healed_until_it_never_works_at_all(tmp_path: Path) -> None:
    chronicle = Chronicle(lambda: 0.0)
    part = kept(tmp_path, chronicle, "raise SystemExit(3)", heals=True)
    await part.start()
    await until(lambda: part.fallen)
    assert part.restarts == 2
    assert words(chronicle)[-1] == "The worker process ended by itself (exit status 3)."
    await part.stop()


async def test_it_does_not_outlive_its_keeper_while_it_waits_to_be_started_again(tmp_path: Path) -> None:
    part = kept(tmp_path, Chronicle(lambda: 0.0))
    await part.start()
    part.kill()
    await until(lambda: part.since is None)
    await part.stop()
    assert (part.pid, part.restarts) == (None, 0)
