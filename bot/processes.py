"""`clarion run`: Redis, web and worker as one tree of processes that starts, heals and ends together.

Web and worker are processes of their own, so that neither can take the other down; each is started again when
it ends by itself. Nothing outlives this process, however it ends. It decides nothing about incidents.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import structlog

from bot.config import Settings
from bot.metrics.instruments import RESTARTS
from bot.tether import Tethered

PARTS = ("web", "worker")
# The environment variable in which a part finds the pipe to say why it cannot start.
REASON_PIPE = "CLARION_REASON_PIPE"
# A part that never lived this long has a reason to end that trying again will not mend (a port in use).
UP_SECONDS = 5.0
_EARLY_ENDS = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
# Bytes that a pipe takes without anybody reading (POSIX: 512 at least, Linux and macOS 4,096 and more).
_LONGEST_REASON = 4_000
# The worker finishes what it is doing for 10 s before it lets go.
_STOP_SECONDS = 15.0

_log = structlog.get_logger("clarion.run")


class PartFailed(Exception):
    """A part ended at once, again and again. The message is for the person who started Clarion."""


@contextlib.asynccontextmanager
async def redis_for(settings: Settings) -> AsyncIterator[str]:
    """Give the address of Redis: the one that is set, the one a running Clarion has, else a new embedded one."""
    from bot.storage.embedded import EmbeddedRedis, running_url

    if settings.redis_url is not None:
        yield settings.redis_url.get_secret_value()
    elif (url := await running_url(settings.clarion_home)) is not None:
        yield url
    else:
        async with EmbeddedRedis(settings.clarion_home) as url:
            yield url


async def run(settings: Settings) -> None:
    """Run everything until SIGINT or SIGTERM. Raises PartFailed, EmbeddedRedisFailed, NoServer."""
    from bot.storage.embedded import EmbeddedRedis

    stop = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if settings.redis_url is not None:
            url = settings.redis_url.get_secret_value()
        else:
            url = await stack.enter_async_context(EmbeddedRedis(settings.clarion_home))
        port = str(worker_port(settings) or "")
        await serve_until(stop, {**os.environ, "REDIS_URL": url, "WORKER_METRICS_PORT": port})


def worker_port(settings: Settings) -> int:
    """Return the port of the worker's health and metrics under `clarion run`: the one set, else next to the web's."""
    return settings.worker_metrics_port or (settings.port + 1 if 0 < settings.port < 65_535 else 0)


async def serve_until(stop: asyncio.Event, env: Mapping[str, str]) -> None:
    """Keep web and worker running until `stop` is set. Raises PartFailed."""
    keepers = [asyncio.create_task(_keep(part, env)) for part in PARTS]
    ending = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([ending, *keepers], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {ending}:
            task.result()
    finally:
        for task in (ending, *keepers):
            task.cancel()
        await asyncio.gather(ending, *keepers, return_exceptions=True)


class Pauses:
    """How long to wait before a part is started again: longer each time, until it has worked."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._pause, self._early = _FIRST_PAUSE, 0

    def after(self, lived: float, reason: str = "") -> float:
        """Return the pause in seconds after a life of `lived` seconds. Raises PartFailed if it never worked.

        A `reason` that it gave itself would be the same at the next try, and for the other part.
        """
        if lived >= UP_SECONDS:
            self._pause, self._early = _FIRST_PAUSE, -1  # it has worked: from now on it is tried for ever
        elif self._early >= 0:
            if reason:
                raise PartFailed(reason)
            self._early += 1
        if self._early >= _EARLY_ENDS:
            raise PartFailed(
                f"The {self._part} process ended at once, {self._early} times. What it said is above this line."
            )
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        return pause


async def _keep(part: str, env: Mapping[str, str]) -> None:
    pauses, clock = Pauses(part), asyncio.get_running_loop().time
    restarts = 0
    while True:
        started = clock()
        code, reason = await _once(part, {**env, RESTARTS: str(restarts)})
        restarts += 1
        pause = pauses.after(clock() - started, reason)
        _log.error("part_ended", part=part, code=code, again_in=pause, **({"why": reason} if reason else {}))
        await asyncio.sleep(pause)


async def _once(part: str, env: Mapping[str, str]) -> tuple[int, str]:
    """Run a part to its end; return its exit code and what it said of why it cannot start, if anything."""
    reading, writing = os.pipe()
    try:
        told = {**_reaching_bot(env), REASON_PIPE: str(writing)}
        process = await Tethered.start(_command(part), env=told, keep=(writing,))
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                await asyncio.shield(process.stop(_STOP_SECONDS))
        os.set_blocking(reading, False)  # what a part started may still hold the other end
        try:
            return code, os.read(reading, _LONGEST_REASON).decode(errors="replace").strip()
        except BlockingIOError:
            return code, ""
    finally:
        os.close(reading)
        os.close(writing)


def give_reason(sentence: str) -> bool:
    """Tell whoever keeps this process why it cannot start; False if nobody does: then the person reads it here."""
    pipe = os.environ.get(REASON_PIPE, "")
    if not pipe.isdecimal():
        return False
    try:
        os.write(int(pipe), sentence.encode()[:_LONGEST_REASON])
    except OSError:
        return False
    return True


def _command(part: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "bot", part)


def _reaching_bot(env: Mapping[str, str]) -> dict[str, str]:
    """Let the child find this very `bot`, from whatever folder Clarion was started."""
    here = str(Path(__file__).parent.parent)
    return {**env, "PYTHONPATH": os.pathsep.join(filter(None, (here, env.get("PYTHONPATH", ""))))}
