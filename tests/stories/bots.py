"""The bot that a night is spent with: in this process, which is fast, or as processes, which can be killed."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp

from bot import wiring
from bot.config import Settings
from bot.ports import Services
from bot.storage.jobs import LEASE_SECONDS
from bot.storage.patience import Patience
from bot.web.app import build_app
from bot.web.background import Background
from bot.web.serving import ear_of, socket_mode
from bot.wiring import Built
from bot.worker import Worker
from tests import forks
from tests.forks import Running
from tests.redis_server import PATIENT
from tests.stories.clock import MovableClock

ROOT = Path(__file__).resolve().parents[2]
Change = Callable[[Services], Services]


@dataclass
class Web:
    """One web process' worth, in this process."""

    app: Any
    built: Built
    background: Background
    stack: contextlib.AsyncExitStack


@dataclass
class HereBot:
    """Web and worker in this process, with their own connections to Redis and Slack and a clock that tests move."""

    settings: Settings
    redis_url: str
    clock: MovableClock
    lease: float = LEASE_SECONDS
    change: Change = lambda services: services
    patience: Patience = PATIENT
    webs: list[Web] = field(default_factory=list)
    _worker: tuple[Worker, "asyncio.Task[None]", contextlib.AsyncExitStack] | None = None

    async def start_web(self) -> Web:
        """Start one more web process' worth."""
        stack = contextlib.AsyncExitStack()
        built = await self._built(stack)
        background = Background()
        ear = ear_of(built, background)
        await stack.enter_async_context(socket_mode(built, ear, background))
        secret = self.settings.slack_signing_secret
        app = build_app(
            built.services,
            signing_secret=secret.get_secret_value() if secret else "",
            bot_user=built.identity.bot_user,
            workspace=built.identity.workspace,
            status_dir=self.settings.status_folder,
            now=self.clock.seconds,
            background=background,
            ear=ear,
        )
        web = Web(app, built, background, stack)
        self.webs.append(web)
        return web

    async def start_worker(self) -> None:
        """Start the worker."""
        stack = contextlib.AsyncExitStack()
        built = await self._built(stack)
        worker = Worker(built.services, lambda: built.lanes)
        self._worker = (worker, asyncio.create_task(worker.run()), stack)

    async def stop_worker(self) -> None:
        """Stop it in order, as SIGTERM does."""
        if self._worker is not None:
            worker, task, stack = self._worker
            self._worker = None
            worker.stop()
            await task
            await stack.aclose()

    async def close(self) -> None:
        """Stop everything."""
        await self.stop_worker()
        for web in self.webs:
            await web.background.drain(5.0)
            await web.stack.aclose()

    async def _built(self, stack: contextlib.AsyncExitStack) -> Built:
        made = wiring.build(self.settings, self.redis_url, lease=self.lease, patience=self.patience, clock=self.clock)
        built = await stack.enter_async_context(made)
        return replace(built, services=self.change(built.services))


@dataclass
class ProcessBot:
    """Web and worker as separate processes; what they write is in `home`/web.log and `home`/worker.log."""

    home: Path
    told: Mapping[str, Any]
    port: int
    command_line: Mapping[str, str] | None = None  # the environment of `python -m bot`; else `tests.stories.part`
    parts: dict[str, Running] = field(default_factory=dict)

    async def start_web(self) -> None:
        """Start the web process and wait until it takes requests."""
        await self._start("web", ())
        async with aiohttp.ClientSession() as session, asyncio.timeout(30):
            while not await self._ready(session):
                assert self.parts["web"].returncode is None, self.log("web")
                await asyncio.sleep(0.02)

    async def start_worker(self, *dies: str, name: str = "worker") -> None:
        """Start a worker, which may be told to die `("slack", "after")`."""
        await self._start(name, dies)

    def pause(self, part: str) -> None:
        """SIGSTOP."""
        os.kill(self.parts[part].pid, signal.SIGSTOP)

    def resume(self, part: str) -> None:
        """SIGCONT."""
        os.kill(self.parts[part].pid, signal.SIGCONT)

    async def kill(self, part: str) -> None:
        """SIGKILL."""
        os.kill(self.parts[part].pid, signal.SIGKILL)
        await self.parts.pop(part).wait()

    async def died(self, part: str) -> None:
        """Wait until it has died by itself."""
        async with asyncio.timeout(20):
            code = await self.parts.pop(part).wait()
        assert code == -signal.SIGKILL, self.log(part)

    async def stop_worker(self) -> None:
        """SIGTERM."""
        if "worker" in self.parts:
            await self.parts.pop("worker").stop()

    async def close(self) -> None:
        """Stop everything."""
        for part in list(self.parts):
            await self.parts.pop(part).stop()

    async def say(self, *words: str) -> str:
        """Run another command of `clarion` with the same settings, and return what it prints."""
        fields = self.told["fields"]
        env = {**_needed(), "REDIS_URL": self.told["redis_url"], "CLARION_HOME": str(self.home)}
        env |= {name.upper(): fields[name] for name in ("slack_bot_token", "slack_signing_secret", "slack_api_url")}
        _, out, _ = await forks.run((sys.executable, "-m", "bot", *words), "", env=env, folder=self.home)
        return out

    def log(self, part: str) -> str:
        """What a part has written."""
        file = self.home / f"{part}.log"
        return file.read_text() if file.exists() else ""

    async def _start(self, name: str, dies: tuple[str, ...]) -> None:
        part = name.rstrip("0123456789")
        if self.command_line is not None:
            env = {**_needed(), **self.command_line}
            command: tuple[str, ...] = ("bot", part)
        else:
            file = self.home / f"{name}.json"
            file.write_text(json.dumps({**self.told, "dies": dies}))
            env, command = _needed(), ("tests.stories.part", part, str(file))
        full = (sys.executable, "-m", *command)
        # In a folder of its own: `python -m bot` reads a `.env` where it starts.
        self.parts[name] = await forks.start(full, env=env, log=self.home / f"{name}.log", folder=self.home)

    async def _ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self.port}/readyz") as reply:
                return reply.status == 200
        except aiohttp.ClientError:
            return False


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _needed() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT)}
