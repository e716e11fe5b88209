"""The Procfile as it is, under honcho, on a Redis of its own: released, heard, and the channel opened."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.practice.slack_standin import SlackStandIn
from bot.storage.embedded import EmbeddedRedis
from tests.architecture.sources import ROOT
from tests.storage.test_embedded import until

BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def honcho(folder: Path, port: int, environ: Mapping[str, str], *parts: str) -> AsyncIterator[Path]:
    """Run parts of the Procfile; give the file that their words go to."""
    log = folder / f"{'-'.join(parts)}.log"
    path = f"{BIN}{os.pathsep}/usr/bin:/bin"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(str(BIN / "honcho"), "-d", str(folder), "-f", str(ROOT / "Procfile"), "start", "-p", str(port), *parts),
            env={**environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            raise


async def ready(port: int, log: Path) -> None:
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            assert "stopped" not in log.read_text(), log.read_text()
            await asyncio.sleep(0.05)


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(people=("ada", "ben")).serve() as standin:
        yield standin


async def test_the_procfile_runs_as_it_is(tmp_path: Path, slack: SlackStandIn) -> None:
    port = free_port()
    announcements = slack.add_channel("incidents", with_bot=True)
    async with EmbeddedRedis(tmp_path / "redis-of-its-own") as redis_url:
        environ = {
            "SLACK_BOT_TOKEN": "xoxb-practice",
            "SLACK_SIGNING_SECRET": "practice-signing-secret",
            "SLACK_API_URL": slack.base_url,
            "INCIDENTS_CHANNEL": announcements.id,
            "REDIS_URL": redis_url,
        }
        async with honcho(tmp_path, port, environ, "release") as log:
            await until(lambda: "stopped" in log.read_text(), within=20)
            assert "(rc=0)" in log.read_text()
        slack.deliver_to(f"http://127.0.0.1:{port}")
        async with honcho(tmp_path, port, environ, "web", "worker") as log:
            await ready(port, log)
            answer = await slack.person("ada").command("/incident", "Checkout fails for EU cards sev1")
            assert answer.status == 200
            await until(lambda: bool(slack.messages(announcements)), within=15)
        assert [call.ok for call in slack.calls_of("conversations.create")] == [True]
        assert "Traceback" not in log.read_text()
        assert "xoxb-practice" not in log.read_text()
