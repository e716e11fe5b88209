"""`clarion run`: everything from one command, healed while it runs, and nothing left when it is gone."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.practice.slack_standin import SlackStandIn
from tests.promises import stretched
from tests.setup.test_procfile import free_port, ready
from tests.storage.test_embedded import alive, until

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process tree from /proc")

Running = tuple[asyncio.subprocess.Process, int, Path]


def tree(pid: int) -> dict[int, str]:
    """Return every process below `pid`, with its command line."""
    found: dict[int, str] = {}
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
        for listed in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in listed.read_text().split():
                found |= tree(int(child))
                found[int(child)] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def the(part: str, pid: int) -> int:
    """Return the process of a part; -1 while there is none. The helper shells that watch it are not it."""
    suffix = {"redis": "valkey-server"}.get(part, f"-m bot {part}")
    found = [one for one, words in tree(pid).items() if suffix in words and "read -r" not in words]
    return found[0] if found else -1


@asynccontextmanager
async def running(folder: Path, slack: SlackStandIn) -> AsyncIterator[Running]:
    port = free_port()
    log = folder / "log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=folder,
            env={
                "PATH": "/usr/bin:/bin",
                "SLACK_BOT_TOKEN": "xoxb-practice",
                "SLACK_SIGNING_SECRET": "practice-signing-secret",
                "SLACK_API_URL": slack.base_url,
                "PORT": str(port),
                "WORKER_METRICS_PORT": str(free_port()),
            },
            stdout=out,
            stderr=out,
        )
    try:
        slack.deliver_to(f"http://127.0.0.1:{port}")
        await ready(port, log)
        yield process, port, log
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    async with SlackStandIn(people=("ada", "ben")).serve() as standin:
        yield standin


async def declare(slack: SlackStandIn, title: str) -> None:
    before = len(slack.calls_of("conversations.create"))
    answer = await slack.person("ada").command("/incident", f"{title} sev1")
    assert answer.status == 200
    await until(lambda: len(slack.calls_of("conversations.create")) > before, within=15)


async def metrics_of_worker(log: Path) -> str:
    """What the worker serves on the port that it took last; `clarion run` gives it one."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    port = [line["port"] for line in lines if line["event"] == "metrics_ready"][-1]
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        return await answer.text()


async def test_it_heals_and_stops_in_order(tmp_path: Path, slack: SlackStandIn) -> None:
    async with running(tmp_path, slack) as (clarion, port, log):
        await declare(slack, "Checkout fails")
        for part in ("worker", "redis"):
            before = the(part, clarion.pid)
            os.kill(before, signal.SIGKILL)
            async with asyncio.timeout(stretched(5)):  # failure model 13
                while the(part, clarion.pid) in (-1, before):
                    await asyncio.sleep(0.01)
                await ready(port, log)
        await declare(slack, "Search is slow")
        assert "clarion_process_restarts_total 1.0" in await metrics_of_worker(log)
        everything = tree(clarion.pid)
        clarion.terminate()
        assert await asyncio.wait_for(clarion.wait(), 20) == 0
        assert [words for pid, words in everything.items() if alive(pid)] == []
        assert (tmp_path / ".clarion" / "redis" / "appendonlydir").is_dir()


async def test_nothing_outlives_it_when_it_is_killed(tmp_path: Path, slack: SlackStandIn) -> None:
    async with running(tmp_path, slack) as (clarion, _, _):
        everything = tree(clarion.pid)
        assert len(everything) >= 3
        clarion.kill()
        await clarion.wait()
        await until(lambda: not any(alive(pid) for pid in everything), within=15)


async def test_a_second_one_in_the_same_folder_is_told_so(tmp_path: Path, slack: SlackStandIn) -> None:
    async with running(tmp_path, slack) as (clarion, _, _):
        other = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=tmp_path,
            env={
                "PATH": "/usr/bin:/bin",
                "SLACK_BOT_TOKEN": "xoxb-1",
                "SLACK_APP_TOKEN": "xapp-1",
            },
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await asyncio.wait_for(other.communicate(), 20)
    assert other.returncode == 1
    assert f"already running with the data in {tmp_path / '.clarion'} (process {clarion.pid})" in said.decode()
    assert b"Traceback" not in said


async def said_by_run(folder: Path, slack: SlackStandIn, **environ: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "SLACK_BOT_TOKEN": "xoxb-practice",
            "SLACK_SIGNING_SECRET": "practice-signing-secret",
            "SLACK_API_URL": slack.base_url,
            "PORT": str(free_port()),
            **environ,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


async def test_a_wrong_token_is_said_once_and_ends_it(tmp_path: Path, slack: SlackStandIn) -> None:
    code, said = await said_by_run(tmp_path, slack, SLACK_BOT_TOKEN="xoxb-somebody-elses")
    assert code == 1
    assert said.count("Slack does not accept SLACK_BOT_TOKEN") == 1, said
    assert "Copy it again from OAuth & Permissions." in said
    assert "ended at once" not in said
    assert "xoxb-somebody-elses" not in said


async def test_a_port_in_use_is_said_once_too(tmp_path: Path, slack: SlackStandIn) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = await said_by_run(tmp_path, slack, PORT=str(port))
    assert code == 1
    assert said.count(f"Port {port} cannot be used") == 1, said
