"""Everything that runs during a benchmark, each in a process of its own and gone with this one.

Redis is the embedded one, as it is shipped: `appendonly yes`, `appendfsync always`. Web and worker are started by the
command line, with nothing in their environment but what is set here, in a folder that holds no `.env`.
"""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.storage.embedded import EmbeddedRedis
from bot.storage.store import Storage
from bot.tether import Tethered
from tests.benchmarks.load import HOST
from tests.benchmarks.slack_requests import SECRET, TEAM_ID

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "xoxb-practice"
PEOPLE = 60
_UP_SECONDS = 30.0
_POLL = 0.02
# `cd` first: web and worker read `.env` of the folder they are started in.
_IN_FOLDER = 'cd "$0" && exec "$@"'


class NotInTime(Exception):
    """Something that a benchmark waits for did not happen."""


class Stage:
    """One Slack, one Redis, and as many web processes and workers as were asked for. Made by `open_stage`."""

    def __init__(self, folder: Path, http: aiohttp.ClientSession) -> None:
        self._folder = folder
        self._http = http
        self._exit = contextlib.AsyncExitStack()
        self.redis_url = ""
        self.slack_port = 0
        self.web_ports: list[int] = []
        self.people: list[str] = []
        self.channels: dict[str, str] = {}

    @property
    def slack_url(self) -> str:
        return f"http://{HOST}:{self.slack_port}"

    @property
    def api_url(self) -> str:
        """The base address of Slack's Web API."""
        return f"{self.slack_url}/api/"

    @property
    def answer_url(self) -> str:
        """A response_url that takes any number of answers."""
        return f"{self.slack_url}/answers/any"

    def storage(self) -> Storage:
        """Return a look into what the processes remember. Close it."""
        return Storage(self.redis_url, TEAM_ID)

    # ---------------------------------------------------------------- processes

    async def start_slack(self) -> None:
        self.slack_port = await self._python(
            "slack", "tests.benchmarks.slack_process", "--port", "{port}", "--people", str(PEOPLE)
        )
        await self.until(lambda: self._answers(self.slack_port, "/benchmark/calls"), "Slack's stand-in answers")
        state = await self.get("/_control/state")
        self.people = [user["id"] for user in state["users"] if user["name"].startswith("person")]
        for name in ("incidents", "status"):
            made = await self.control("channels", name=name, members=["person0"], with_bot=True)
            self.channels[name] = made["id"]

    async def start_redis(self) -> None:
        self.redis_url = await self._exit.enter_async_context(EmbeddedRedis(self._folder))

    async def start_web(self) -> None:
        port = await self._python("web", "bot", "web", env=self._settings())
        self.web_ports.append(port)
        await self.until(lambda: self._answers(port, "/readyz"), "the web process is ready")
        await self.control("deliver_to", url=f"http://{HOST}:{self.web_ports[0]}")

    async def start_worker(self) -> None:
        await self._python("worker", "bot", "worker", env=self._settings())
        # It looks everybody up first, so that nobody is a stranger to the rules.
        storage = self.storage()
        try:

            async def known() -> bool:
                return await storage.people.get(self.people[-1]) is not None

            await self.until(known, "the worker has looked everybody up")
        finally:
            await storage.aclose()

    async def start_floor(self, kind: str) -> int:
        port = await self._python(kind, "tests.benchmarks.floor_process", kind, "{port}")
        await self.until(lambda: self._listens(port), f"the {kind} floor listens")
        return port

    async def aclose(self) -> None:
        await self._exit.aclose()

    def _settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": self.api_url,
            "REDIS_URL": self.redis_url,
            "INCIDENTS_CHANNEL": self.channels["incidents"],
            "BROADCAST_CHANNEL": self.channels["status"],
            "CLARION_APPROVERS": " ".join(self.people[-3:]),
            "CLARION_HOME": str(self._folder / "home"),
        }

    async def _python(self, name: str, module: str, *words: str, env: Mapping[str, str] | None = None) -> int:
        """Start a module; "{port}" among its words, or PORT, is a free port, which is returned."""
        port = _free_port()
        command = (sys.executable, "-m", module, *(word.format(port=port) for word in words))
        clean = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PORT": str(port), **(env or {})}
        process = await Tethered.start(
            ("/bin/sh", "-c", _IN_FOLDER, str(self._folder), *command),
            env=clean,
            log=self._folder / f"{name}.log",
        )
        self._exit.push_async_callback(process.stop, 5.0)
        return port

    # ---------------------------------------------------------------- looking and asking

    async def get(self, path: str) -> Any:
        """Ask Slack's stand-in."""
        async with self._http.get(f"{self.slack_url}{path}") as response:
            return await response.json()

    async def calls(self, since: int = 0) -> list[dict[str, Any]]:
        """Return what was asked of Slack so far, in order: method, at, ok, channel, name."""
        found: list[dict[str, Any]] = await self.get(f"/benchmark/calls?since={since}")
        return found

    async def control(self, what: str, **wanted: Any) -> Any:
        """Switch or do something in the workspace. Raises RuntimeError with what Slack's stand-in says."""
        async with self._http.post(f"{self.slack_url}/_control/{what}", json=wanted) as response:
            told = await response.json()
        if not told["ok"]:
            raise RuntimeError(f"{what} {wanted}: {told['error']}")
        return told["result"]

    async def slow(self, seconds: float) -> None:
        """From now on, every Slack call takes this long."""
        await self.control("trouble", do="slow", seconds=seconds)

    async def until(self, happened: Callable[[], Any], what: str, within: float = _UP_SECONDS) -> None:
        """Wait until `happened` (async) says so. Raises NotInTime with the end of every log."""
        end = asyncio.get_running_loop().time() + within
        while not await happened():
            if asyncio.get_running_loop().time() > end:
                logs = {file.name: file.read_text()[-1_500:] for file in self._folder.glob("*.log")}
                raise NotInTime(f"not within {within:g} s: {what}\n{logs}")
            await asyncio.sleep(_POLL)

    async def _answers(self, port: int, path: str) -> bool:
        try:
            async with self._http.get(f"http://{HOST}:{port}{path}") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def _listens(self, port: int) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True


@contextlib.asynccontextmanager
async def open_stage(*, webs: int = 1, worker: bool = True) -> AsyncIterator[Stage]:
    """Start Slack, Redis, web processes and a worker; end and forget all of it."""
    # Not TMPDIR's own depth: a unix socket's path holds some 100 bytes.
    with tempfile.TemporaryDirectory(prefix="clarion-bench-", ignore_cleanup_errors=True) as folder:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
            stage = Stage(Path(folder), http)
            try:
                await stage.start_slack()
                await stage.start_redis()
                if worker:
                    await stage.start_worker()
                for _ in range(webs):
                    await stage.start_web()
                yield stage
            finally:
                await stage.aclose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
