"""The command line: says what is missing in a sentence, exits 0 or 1, and loads little."""

import asyncio
import json
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.practice.scenario import reading
from bot.practice.slack_standin import SlackStandIn

COMMANDS = (
    *("run", "web", "worker", "practice", "check", "manifest", "release", "aside", "incident", "update"),
    *("publish", "recover", "plan"),
)


def clarion(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "100", **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    said = clarion(tmp_path, "--help")
    assert said.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in said.stdout


def test_it_says_which_clarion_it_is(tmp_path: Path) -> None:
    assert clarion(tmp_path, "--version").stdout == f"clarion {version('clarion')}\n"


def test_the_help_of_practice_names_every_scenario(tmp_path: Path) -> None:
    said = clarion(tmp_path, "practice", "--help").stdout
    assert [name for name in reading.shipped() if name not in said] == []


def test_a_rehearsal_of_what_does_not_exist_is_no_fault_of_the_plan(tmp_path: Path) -> None:
    said = clarion(tmp_path, "check", "--rehearse", "sev1")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("--rehearse: There is no scenario “sev1”. There are: approved-by-mistake, ")


@pytest.mark.parametrize("command", ["run", "web", "worker", "release", "aside"])
def test_without_settings_a_command_names_them_and_points_to_practice(tmp_path: Path, command: str) -> None:
    said = clarion(tmp_path, command)
    assert said.returncode == 1
    assert "SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET must be set" in said.stderr
    assert "clarion practice" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("command", ["web", "worker", "release"])
def test_processes_of_their_own_need_a_shared_redis(tmp_path: Path, command: str) -> None:
    said = clarion(tmp_path, command, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="abc")
    assert said.returncode == 1
    assert "REDIS_URL must be set" in said.stderr


def test_a_mistake_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxp-c4n4ry\nPORT=c4n4ry\n")
    said = clarion(tmp_path, "check")
    assert said.returncode == 1
    assert "PORT: This should be a whole number" in said.stderr
    assert "SLACK_BOT_TOKEN: This should be the bot token" in said.stderr
    assert "c4n4ry" not in said.stderr + said.stdout
    assert "Traceback" not in said.stderr


def test_the_command_line_itself_loads_no_slack_redis_or_jinja(tmp_path: Path) -> None:
    code = "import bot.__main__, sys; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"slack_sdk", "slack_bolt", "redis", "jinja2", "aiohttp", "uvicorn"} & set(loaded)


PRESSED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "bot.__main__":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
from bot.command import main
main()
"""


def test_ctrl_c_while_it_is_loading_ends_it_without_a_word(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", PRESSED], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (-signal.SIGINT, "", "")


def test_a_terminal_that_knows_ascii_alone_gets_what_it_can_show(tmp_path: Path) -> None:
    words = ("practice", "--scenario", "nosuch", "--headless")
    said = clarion(tmp_path, *words, PYTHONIOENCODING="ascii")
    assert said.returncode == 1
    assert "There is no scenario ?nosuch?. There are:" in said.stdout
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_a_token_that_slack_refuses_is_said_in_a_sentence(tmp_path: Path, command: str) -> None:
    async with SlackStandIn().serve() as slack:
        said = await asyncio.to_thread(
            clarion,
            tmp_path,
            command,
            SLACK_BOT_TOKEN="xoxb-c4n4ry",
            SLACK_SIGNING_SECRET="abc",
            SLACK_API_URL=slack.base_url,
            REDIS_URL="redis://127.0.0.1:1",
        )
    assert said.returncode == 1
    assert "Slack does not accept SLACK_BOT_TOKEN. Slack does not know this token." in said.stderr
    assert "Traceback" not in said.stderr
    assert "c4n4ry" not in said.stderr


def test_the_manifest_is_json_for_either_way_in(tmp_path: Path) -> None:
    by_https = json.loads(clarion(tmp_path, "manifest", "--url", "https://clarion.example.com").stdout)
    assert by_https["settings"]["interactivity"]["request_url"] == "https://clarion.example.com/slack/events"
    assert json.loads(clarion(tmp_path, "manifest").stdout)["settings"]["socket_mode_enabled"] is True


def test_a_manifest_for_plain_http_is_refused_in_a_sentence(tmp_path: Path) -> None:
    said = clarion(tmp_path, "manifest", "--url", "http://clarion.example.com")
    assert said.returncode == 1
    assert "--url" in said.stderr
    assert "Traceback" not in said.stderr
