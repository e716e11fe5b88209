"""The command line as a process: with the Redis of a running Clarion, and with nothing there at all."""

import asyncio
import hashlib
import json
import sys
from pathlib import Path

import pytest

from bot.domain import secret
from bot.domain.people import Person
from bot.storage.embedded import EmbeddedRedis
from bot.storage.store import Storage
from tests.builders import NOON

ROOT = Path(__file__).resolve().parents[2]
TOKEN, WORKSPACE, TYPED = "xoxb-1-canary", "T1", "k7m2p-9qrst-01234-vwxyz"


async def clarion(folder: Path, *words: str, typed: str = TYPED, **more: str) -> tuple[int, str]:
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COLUMNS": "200", "CLARION_HOME": str(folder / "home")}
    env |= {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": "abc", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        env={**env, **more},
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate(f"{typed}\n".encode())
    return process.returncode or 0, out.decode()


def identified(folder: Path) -> None:
    """Slack has said once who we are."""
    (folder / "home").mkdir(exist_ok=True)
    key = hashlib.sha256(TOKEN.encode()).hexdigest()[:16]
    (folder / "home" / "identity.json").write_text(json.dumps({key: {"workspace": WORKSPACE, "bot_user": "UBOT"}}))


async def test_it_finds_the_redis_of_a_running_clarion_and_needs_no_slack(tmp_path: Path) -> None:
    identified(tmp_path)
    async with EmbeddedRedis(tmp_path / "home") as url:
        memory = Storage(url, WORKSPACE)
        await memory.people.put([Person(user_id="U1", workspace=WORKSPACE, name="Ada")])
        await memory.secrets.put(secret.enrolled("U1", TYPED.replace("-", ""), b"salt", "op", NOON))
        assert await clarion(tmp_path, "incident", "list", "--as", "ada", "--secret-stdin") == (
            0,
            "No incident is open.\n",
        )
        code, said = await clarion(tmp_path, "incident", "show", "INC-9", "--as", "U1", "--secret-stdin")
        assert (code, "There is no incident INC-9" in said) == (1, True)
        await memory.aclose()


async def test_a_memory_that_is_away_is_said_and_what_to_do_instead(tmp_path: Path) -> None:
    identified(tmp_path)
    gone = f"unix://{tmp_path}/nowhere"
    code, said = await clarion(tmp_path, "incident", "list", "--as", "ada", "--secret-stdin", REDIS_URL=gone)
    assert code == 1
    assert "nothing was saved" in said
    assert "Traceback" not in said
    assert TOKEN not in said


@pytest.mark.parametrize("command", ["incident declare", "incident show", "update draft", "update approve"])
async def test_no_command_takes_a_secret_in_its_words(tmp_path: Path, command: str) -> None:
    code, said = await clarion(tmp_path, *command.split(), "--help")
    assert code == 0
    assert "--secret-stdin" in said
    assert "--secret " not in said.replace("--secret-stdin", "")
    code, said = await clarion(tmp_path, *command.split(), "--secret", TYPED)
    assert code == 2
    assert TYPED not in said
