"""Processes of Clarion that begin ready: forked from one that has loaded everything, in the place of a fresh Python.

They are processes of their own, with their own memory, files and signals, killed and paused as any other; only the
second that Python takes to load the program is spared, which a run of the tests would spend some three hundred times.
What a start itself does is tried with fresh ones (tests/setup, tests/cli, tests/practice/test_session.py). Where there
is no Linux, all are fresh.
"""

import asyncio
import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from bot.tether import STOP_SECONDS, Tethered

NOTHING = Path(os.devnull)
POSSIBLE = sys.platform == "linux"
_LOADED = ["bot.cli.session", "bot.cli.emergency", "bot.cli.recovering", "bot.practice.part", "tests.forks_loaded"]
_SIGNAL_AT_PARENTS_DEATH = 1  # PR_SET_PDEATHSIG, linux/prctl.h


@dataclass(frozen=True, slots=True)
class Wanted:
    """`python -m module *words` in `folder`, with exactly this environment; its words go to the files."""

    module: str
    words: tuple[str, ...]
    env: Mapping[str, str]
    folder: Path
    reads: Path
    out: Path
    err: Path


class Forked:
    """A running process, with the interface of `bot.tether.Tethered`. Make one with `start`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        self._ended = asyncio.get_running_loop().create_task(self._end())

    @classmethod
    async def start(cls, wanted: Wanted) -> "Forked":
        """Start it; the first of a run waits until everything is loaded."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_LOADED)
        process = context.Process(target=_become, args=(wanted,), daemon=True)
        await asyncio.to_thread(process.start)
        return cls(process)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait until it ends and return how."""
        return await asyncio.shield(self._ended)

    def kill(self) -> None:
        """SIGKILL."""
        self._signal(signal.SIGKILL)

    async def stop(self, within: float = STOP_SECONDS) -> None:
        """SIGTERM; after `within` seconds SIGKILL."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.wait(), within)
        except TimeoutError:
            self.kill()
        await self.wait()

    def _signal(self, what: signal.Signals) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, what)

    async def _end(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        code = self._process.exitcode
        assert code is not None
        return code


Running = Forked | Tethered


def _become(wanted: Wanted) -> None:
    """Turn this fork into what was wanted, as if it had been started afresh."""
    ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGKILL)
    os.setsid()
    os.chdir(wanted.folder)
    os.environ.clear()
    os.environ.update(wanted.env)
    places = (
        (wanted.reads, os.O_RDONLY),
        *((path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) for path in (wanted.out, wanted.err)),
    )
    for number, (path, how) in enumerate(places):
        opened = os.open(path, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", buffering=lines, closefd=False)  # noqa: SIM115 - for the process' life
        for number, mode, lines in ((0, "r", -1), (1, "w", -1), (2, "w", 1))
    )
    sys.argv[:] = ["", *wanted.words]
    runpy.run_module(wanted.module, run_name="__main__", alter_sys=True)


async def start(command: Sequence[str], *, env: Mapping[str, str], log: Path, folder: Path) -> Running:
    """Start `python -m module word ...` in a folder; what it writes goes to the file `log`."""
    if not POSSIBLE:
        into = ("/bin/sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(folder))
        return await Tethered.start((*into, *command), env=env, log=log)
    return await Forked.start(_wanted(command, env, folder, NOTHING, log, log))


class InPractice:
    """In the place of `Tethered`, where practice starts web and worker."""

    @staticmethod
    async def start(command: Sequence[str], *, env: Mapping[str, str], log: Path) -> Running:
        """Start one, where this process is; anything but a module of Python afresh."""
        if command[1] != "-m":
            return await Tethered.start(command, env=env, log=log)
        return await start(command, env=env, log=log, folder=Path.cwd())


async def run(command: Sequence[str], said: str, *, env: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """Run `python -m module word ...` on this standard input; return how it ended and what it wrote to both outputs."""
    if not POSSIBLE:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, env=env, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
        heard = await process.communicate(said.encode())
        return process.returncode or 0, heard[0].decode(), heard[1].decode()
    with tempfile.TemporaryDirectory(prefix="clarion-fork-") as place:
        reads, out, err = (Path(place) / name for name in ("reads", "out", "err"))
        reads.write_text(said, encoding="utf-8")
        code = await (await Forked.start(_wanted(command, env, folder, reads, out, err))).wait()
        return code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def _wanted(command: Sequence[str], env: Mapping[str, str], folder: Path, reads: Path, out: Path, err: Path) -> Wanted:
    python, option, module, *words = command
    assert (python, option) == (sys.executable, "-m"), command
    return Wanted(module, tuple(words), dict(env), folder, reads, out, err)
