"""An emulator of Slack's Web API that others wrote (npm `emulate`), as a process on 127.0.0.1."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from tests.slack_truth.node import ABSENT, EMULATOR, NODE

TOKEN = "xoxb-practice"
PATIENCE = 30.0
BOT = {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0PRACTICE"}
SEED = {
    "slack": {
        "users": [{"name": name, "email": f"{name}@practice.example"} for name in ("ada", "ben")],
        "oauth_apps": [
            {
                "app_id": BOT["app_id"],
                "client_id": "practice",
                "client_secret": "practice",
                "name": "clarion",
                "redirect_uris": [],
                "bot_user_id": BOT["user_id"],
                "bot_id": BOT["bot_id"],
                "bot_name": "clarion",
            }
        ],
        "tokens": [{"token": TOKEN, "type": "bot", "bot_user_id": BOT["user_id"], **BOT}],
    }
}


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its base URL, until the block ends. Raises FileNotFoundError when it is not installed."""
    if not EMULATOR.exists():
        raise FileNotFoundError(ABSENT)
    seed, log = folder / "seed.json", folder / "emulator.log"
    seed.write_text(json.dumps(SEED))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(NODE), str(EMULATOR), "start", "--service", "slack", "--port", str(port), "--seed", str(seed)]
    with log.open("wb") as written, subprocess.Popen(command, stdout=written, stderr=written, cwd=folder) as process:
        try:
            _await(process, port, log)
            yield f"http://127.0.0.1:{port}/api/"
        finally:
            process.kill()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(log.read_text())


async def ask(
    session: aiohttp.ClientSession, base_url: str, method: str, arguments: dict[str, object]
) -> dict[str, object]:
    """One call, as JSON, with the bot's token."""
    async with session.post(base_url + method, json=arguments, headers={"authorization": f"Bearer {TOKEN}"}) as reply:
        answer: dict[str, object] = await reply.json()
        return answer
