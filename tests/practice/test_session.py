"""The shipped scenario through the real processes, in the most hostile surroundings: every real setting is set.

One run for all of it: it is played beside a live embedded Redis, with canaries in the environment and in `.env`, and
every connection, look-up and file that its Python processes ask for is written down.
"""

import asyncio
import errno
import json
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
import pytest

from bot.config import Settings
from bot.practice import session
from bot.practice.scenario import reading
from bot.practice.scenario.reading import SHIPPED
from bot.storage.embedded import EmbeddedRedis, running_url

REPO = Path(__file__).resolve().parents[2]
WHSEC = "whsec_" + "Y2FuYXJ5" * 6
RECORDER = """
import os, sys
_file = {file!r}
def _note(*words):
    with_fd = os.open(_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(with_fd, (repr(words) + chr(10)).encode())
    os.close(with_fd)
_nested = [False]
def _hook(event, args):
    if _nested[0]:
        return
    _nested[0] = True
    try:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            _note("connect", args[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
            _note("look up", args[0])
        elif event == "open" and isinstance(args[0], (str, bytes)):
            path = os.fsdecode(args[0])
            if "canary" in path or os.path.basename(path) == ".env":
                _note("open", path)
    finally:
        _nested[0] = False
sys.addaudithook(_hook)
"""


@asynccontextmanager
async def canary() -> AsyncIterator[tuple[int, list[object]]]:
    """A port that nobody may ever call, and who did."""
    callers: list[object] = []

    def called(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        callers.append(writer.get_extra_info("peername"))
        writer.close()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], callers


def every_setting(port: int, folder: Path) -> dict[str, str]:
    folder.mkdir()
    recipients = folder / "recipients.txt"
    recipients.write_text("real-customer@canary.example\n")
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-canary",
        "SLACK_SIGNING_SECRET": "0123456789abcdefcanary",
        "SLACK_APP_TOKEN": "xapp-canary",
        "SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "PORT": str(port),
        "INCIDENTS_CHANNEL": "C0CANARY",
        "BROADCAST_CHANNEL": "C1CANARY",
        "CLARION_APPROVERS": "U0CANARY",
        "SMTP_URL": f"smtp://127.0.0.1:{port}",
        "MAIL_FROM": "status@canary.example",
        "MAIL_RECIPIENTS": str(recipients),
        "WEBHOOKS": f"https://127.0.0.1:{port}/hook {WHSEC}",
        "STATUS_DIR": str(folder / "status"),
        "TEMPLATES_DIR": str(folder / "templates"),
        "CLARION_PLAN": str(folder / "plan.yaml"),
        "STATUS_URL": f"http://127.0.0.1:{port}/status",
        "CLARION_HOME": str(folder / "home"),
        "WEBHOOKS_ALLOW_LOOPBACK": "true",
        "WORKER_METRICS_PORT": str(port),
        "METRICS_TOKEN": "canary",
    }
    assert set(settings) == set(Settings.variables())
    proxy = f"http://127.0.0.1:{port}"
    return settings | {
        name: proxy for both in ("http_proxy", "https_proxy", "all_proxy") for name in (both, both.upper())
    }


@asynccontextmanager
async def started(*words: str, cwd: Path, env: dict[str, str], stderr: int | None = None) -> AsyncIterator[Process]:
    """`clarion practice` as a process that ends with the test, also where an assertion fails in between."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "practice", *words),
        cwd=cwd,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)  # it takes its own processes with it, which a kill does not let it
            try:
                await asyncio.wait_for(process.communicate(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()


@dataclass
class Run:
    status: int
    said: str
    report: ElementTree.Element
    events: list[tuple[str, object]]
    callers: list[object]
    live_redis: tuple[bool, bytes]
    left: list[str]


async def hostile_run(folder: Path) -> Run:
    events, report = folder / "events", folder / "report.xml"
    (folder / "hook").mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(RECORDER.format(file=str(events)))
    cwd = folder / "cwd"
    cwd.mkdir()
    async with canary() as (from_env, callers), canary() as (from_file, more_callers), EmbeddedRedis(cwd / ".clarion"):
        in_file = every_setting(from_file, folder / "canary-file")
        (cwd / ".env").write_text("".join(f"{name}={value}\n" for name, value in in_file.items()))
        env = {**os.environ, **every_setting(from_env, folder / "canary-env")}
        env["PYTHONPATH"] = os.pathsep.join((str(folder / "hook"), str(REPO)))
        words = ("--scenario", "sev1-outage", "--headless", "--junit", str(report))
        async with started(*words, cwd=cwd, env=env, stderr=asyncio.subprocess.STDOUT) as process:
            said, _ = await asyncio.wait_for(process.communicate(), 120)
        live = (await running_url(cwd / ".clarion") is not None, await keys_in(cwd / ".clarion"))
    return Run(
        status=process.returncode or 0,
        said=said.decode(),
        report=ElementTree.parse(report).getroot(),
        events=[eval(line) for line in events.read_text().splitlines()],
        callers=[*callers, *more_callers],
        live_redis=live,
        left=[one.name for one in (cwd / ".clarion-practice").iterdir()],
    )


async def keys_in(home: Path) -> bytes:
    url = await running_url(home)
    assert url is not None
    reader, writer = await asyncio.open_unix_connection(url.removeprefix("unix://"))
    writer.write(b"DBSIZE\r\n")
    answer = await reader.readline()
    writer.close()
    return answer


async def test_the_shipped_scenario_is_played_and_none_of_the_real_settings_matter(tmp_path: Path) -> None:
    run = await hostile_run(tmp_path)
    assert run.status == 0, run.said
    assert "Every step happened" in run.said
    assert "What was published, each exactly once and to the byte as approved" in run.said
    _the_report_has_a_case_for_each_step(run)
    _nobody_left_this_machine_or_called_a_canary(run)
    assert [where for kind, where in run.events if kind == "open"] == [], "a real setting was read"
    assert "canary" not in run.said
    assert run.live_redis == (True, b":0\r\n"), "the live Clarion beside it was touched"
    assert run.left == [".gitignore"], "something of the play is left behind"


def _the_report_has_a_case_for_each_step(run: Run) -> None:
    assert run.report.get("failures") == run.report.get("errors") == run.report.get("skipped") == "0"
    assert len(run.report.findall("testcase")) == int(run.report.get("tests", 0)) > 30


def _nobody_left_this_machine_or_called_a_canary(run: Run) -> None:
    assert run.callers == []
    wanted = [where for kind, where in run.events if kind == "connect"]
    assert len(wanted) > 20, "the recorder recorded too little to prove anything"
    for where in wanted:
        assert isinstance(where, str | bytes) or ip_address(where[0]).is_loopback, where  # type: ignore[index]
    names = {where for kind, where in run.events if kind == "look up"}
    assert names <= {"127.0.0.1", b"127.0.0.1", "localhost", None}, names


# ---------------------------------------------------------------- what goes wrong


SHORT = """
title: a short one
people:
  ada: declares
e-mail recipients: [anna@shop.example]
steps:
  - ada: /incident Logins fail sev2
  - expect:
      ada is told: INC-1 is ready
  - expect:
      ada is told: something that nobody says
    within: 1 second
  - ada: /incident list
"""


async def test_a_wrong_expectation_ends_with_1_and_names_the_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, report = tmp_path / "short.yaml", tmp_path / "report.xml"
    scenario.write_text(SHORT)
    assert await session.run(scenario, headless=True, junit=report, home=tmp_path / "home") == 1
    said = capsys.readouterr().out
    assert "step 3 (line 10)" in said
    assert "expected: ada is told “something that nobody says”" in said
    assert "seen:" in said
    assert "INC-1 is ready" in said
    suite = ElementTree.parse(report).getroot()
    assert (suite.get("failures"), suite.get("skipped")) == ("1", "2")


async def test_a_scenario_that_cannot_be_read_is_a_sentence_and_an_error_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario, report = tmp_path / "odd.yaml", tmp_path / "report.xml"
    scenario.write_text(SHORT.replace("title: a short one", "approvers: [bne]"))
    assert await session.run(scenario, headless=True, junit=report, home=tmp_path / "home") == 1
    assert "line 2: there is nobody called “bne”; the people are ada." in capsys.readouterr().out
    assert ElementTree.parse(report).getroot().get("errors") == "1"


async def test_a_report_that_cannot_be_written_is_a_sentence_before_anything_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await session.run("wrong-draft", headless=True, junit=tmp_path, home=tmp_path / "home") == 1
    said = capsys.readouterr().out
    assert f"The report {tmp_path} cannot be written: Is a directory. Mend --junit." in said
    assert "step 1" not in said


async def test_a_report_of_an_earlier_play_is_never_taken_for_that_of_a_play_that_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.xml"
    report.write_text("<testsuite name='yesterday' tests='9' failures='0' errors='0'/>")

    def killed(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(reading, "read", killed)
    with pytest.raises(SystemExit):
        await session.run("wrong-draft", headless=True, junit=report, home=tmp_path / "home")
    assert ElementTree.parse(report).getroot().get("errors") == "1"


async def test_a_disk_without_room_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/settings.json")

    monkeypatch.setattr(session, "judged", full)
    for headless in (True, False):
        assert await session.run("wrong-draft", headless=headless, home=tmp_path / "home") == 1
        assert "/somewhere/settings.json cannot be written: No space left on device." in capsys.readouterr().out


def changed_templates(folder: Path, name: str, old: str, new: str) -> Path:
    """The shipped templates with one change."""
    copy = shutil.copytree(REPO / "message_templates", folder / "message_templates")
    text = (copy / name).read_text()
    assert old in text
    (copy / name).write_text(text.replace(old, new))
    return copy


async def test_a_mistake_in_a_template_is_told_with_its_file_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = changed_templates(tmp_path, "en/outage/identified.j2", "stage: identified", "stage: identifed")
    assert await session.run(headless=True, home=tmp_path / "home", templates=copy) == 1
    said = capsys.readouterr().out
    assert "outage/identified.j2, line" in said
    assert "stage must be one of" in said


DRAFTED = """
people: {ada: declares, cleo: writes}
e-mail recipients: [anna@shop.example]
steps:
  - ada: /incident Logins fail sev2 @ada @cleo
  - cleo clicks: Draft an update
    in: direct messages
  - cleo fills: {What customers see: Nobody can log in.}
  - cleo submits: Ask for approval
"""


async def test_a_field_that_a_template_asks_for_and_nobody_fills_in_fails_the_step_by_its_label(tmp_path: Path) -> None:
    """In a whole copy of Clarion, so that web and worker read the changed template, too."""
    for part in ("bot", "handlers"):
        shutil.copytree(REPO / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    field = "fields:\n  - {name: region, label: Which regions are affected, required: true, longest: 100}"
    changed_templates(tmp_path, "en/outage/investigating.j2", "fields: [workaround]", field)
    text = (tmp_path / "message_templates/en/outage/investigating.j2").read_text()
    block = '{% include "_partials/facts.j2" %}'
    (tmp_path / "message_templates/en/outage/investigating.j2").write_text(
        text.replace('{% include "_partials/workaround.j2" %}', "").replace(block, "{{ region }}" + block)
    )
    scenario = tmp_path / "drafted.yaml"
    scenario.write_text(DRAFTED)
    words = ("--headless", "--scenario", str(scenario))
    async with started(*words, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}) as process:
        said = (await asyncio.wait_for(process.communicate(), 60))[0].decode()
    assert process.returncode == 1, said
    assert "step 4 (line 9)" in said
    assert "Which regions are affected: Please complete this required field." in said


# ---------------------------------------------------------------- to the end of the evening


@pytest.mark.parametrize("scenario", ["", SHORT])
async def test_without_headless_the_page_is_there_until_ctrl_c(tmp_path: Path, scenario: str) -> None:
    """Its address is the first thing that is said; with a scenario, its people are in it, and nothing is played."""
    chosen = ("--scenario", str(tmp_path / "short.yaml")) if scenario else ()
    (tmp_path / "short.yaml").write_text(scenario)
    async with started(*chosen, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(REPO)}) as process:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            first = (await process.stdout.readline()).decode()
        async with aiohttp.ClientSession() as web:
            async with web.get(first.split()[-1]) as reply:
                assert reply.status == 200, first
                html = await reply.text()
            assert ("may approve" in html) is not bool(scenario)
            assert html.count('data-testid="as-') == (1 if scenario else 7)
            assert 'data-testid="tab-tour"' in html
            assert ("Follow the guided tour." in html) is bool(scenario)
            status_page = re.search(r'href="(http://127[^"]*/status)"', html)
            assert status_page
            async with web.get(status_page[1]) as reply:
                assert reply.status == 404
                assert "Nothing is published here yet" in await reply.text()
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert [one.name for one in (tmp_path / ".clarion-practice").iterdir()] == [".gitignore"]


async def test_a_port_that_is_taken_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with canary() as (port, _):
        assert await session.run(port=port, home=tmp_path / "home") == 1
    said = f"Port {port} cannot be used: something else listens there. Choose another with --port."
    assert said in capsys.readouterr().out


async def test_whoever_stops_reading_ends_it_without_a_word(tmp_path: Path) -> None:
    readable, writable = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "practice", "--headless", "--scenario", "wrong-words"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(REPO), "PATH": "/usr/bin:/bin"},
        stdout=writable,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(writable)
    await asyncio.to_thread(os.read, readable, 20)
    os.close(readable)
    _, complaints = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, complaints.decode()) == (130, "")


def test_every_shipped_scenario_has_a_name_that_the_command_takes() -> None:
    for name in reading.shipped():
        assert reading.find(name) == SHIPPED / f"{name}.yaml"
    assert session.ALL not in reading.shipped()


def test_the_child_of_practice_gets_no_setting_and_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.practice.house import _environment

    for name in (*Settings.variables(), "HTTPS_PROXY", "FORWARDED_ALLOW_IPS"):
        monkeypatch.setenv(name, "canary")
    assert "canary" not in json.dumps(_environment())
