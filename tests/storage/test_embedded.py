"""The embedded Redis: durable, alone in its folder, back after a crash, gone with its Clarion."""

import asyncio
import os
import signal
import sys
import textwrap
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NotConnected

from bot.storage import embedded, server_binary
from bot.storage.embedded import LONGEST_SOCKET_PATH, AlreadyRunning, EmbeddedRedis, NoServer, running_url
from tests.promises import stretched

CLARION = """
    import asyncio, sys
    from pathlib import Path
    from bot.storage.embedded import EmbeddedRedis

    async def main():
        redis = EmbeddedRedis(Path(sys.argv[1]))
        async with redis as url:
            print(redis.pid, url, flush=True)
            await asyncio.sleep(60)

    asyncio.run(main())
"""


@asynccontextmanager
async def client(url: str) -> AsyncIterator[Redis]:
    redis = Redis.from_url(url, decode_responses=True)
    try:
        yield redis
    finally:
        await redis.aclose()


@asynccontextmanager
async def another_clarion(home: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, str]]:
    """Run a second process that holds the data folder; give it, its server's pid and the address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(CLARION), str(home), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        pid, url = (await process.stdout.readline()).decode().split()
        yield process, int(pid), url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")


async def test_it_loses_nothing_and_evicts_nothing(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as url, client(url) as redis:
        asked = ("appendonly", "appendfsync", "maxmemory-policy", "save", "port")
        assert await redis.config_get(*asked) == {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "port": "0",
        }


async def test_only_this_user_can_enter_its_folder(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as url:
        assert (tmp_path / "redis").stat().st_mode & 0o777 == 0o700
        assert Path(url.removeprefix("unix://")).stat().st_mode & 0o077 == 0


async def test_what_was_written_is_there_after_a_clean_stop(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as url, client(url) as redis:
        await redis.set("said", "yes")
    async with EmbeddedRedis(tmp_path) as url, client(url) as redis:
        assert await redis.get("said") == "yes"


async def test_a_clean_stop_leaves_no_process_and_no_address(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    async with server as url:
        pid = server.pid or 0
        assert await running_url(tmp_path) == url
    assert not alive(pid)
    assert await running_url(tmp_path) is None


async def test_a_server_that_is_killed_is_back_with_its_data_within_five_seconds(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    async with server as url, client(url) as redis:
        for number in range(200):
            await redis.set(f"key{number}", number)
        os.kill(server.pid or 0, signal.SIGKILL)
        async with asyncio.timeout(stretched(5)):
            while True:
                try:
                    assert await redis.dbsize() == 200
                    break
                except NotConnected:
                    await asyncio.sleep(0.01)


@pytest.mark.parametrize("kill", [True, False])
async def test_it_can_be_killed_and_restarted_by_its_own_clarion(tmp_path: Path, kill: bool) -> None:
    redis = EmbeddedRedis(tmp_path)
    async with redis as url, client(url) as asked:
        await asked.set("kept", "yes")
        old = redis.pid
        redis.kill() if kill else await redis.restart()
        await until(lambda: redis.restarts == 1 and redis.since is not None)
        assert redis.pid != old
        async with client(redis.url) as again:
            assert await again.get("kept") == "yes"


async def test_it_comes_back_every_time(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    async with server:
        for _ in range(3):
            before = server.pid or 0
            os.kill(before, signal.SIGKILL)
            await until(lambda: server.pid not in (None, before))  # noqa: B023 awaited within the round


async def test_a_second_clarion_in_the_same_folder_is_told_who_holds_it(tmp_path: Path) -> None:
    async with another_clarion(tmp_path) as (process, _, _):
        with pytest.raises(AlreadyRunning) as told:
            await EmbeddedRedis(tmp_path).__aenter__()
    assert str(tmp_path) in str(told.value)
    assert f"process {process.pid}" in str(told.value)
    assert "CLARION_HOME" in str(told.value)


async def test_two_folders_run_side_by_side(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path / "a") as one, EmbeddedRedis(tmp_path / "b") as other:
        assert one != other


async def test_the_server_ends_when_its_clarion_is_killed(tmp_path: Path) -> None:
    async with another_clarion(tmp_path) as (process, server, _):
        process.kill()
        await process.wait()
        await until(lambda: not alive(server))


async def test_data_of_a_killed_clarion_are_there_for_the_next(tmp_path: Path) -> None:
    async with another_clarion(tmp_path) as (process, _, url), client(url) as redis:
        await redis.set("approved", "yes")
        process.kill()
        await process.wait()
    async with EmbeddedRedis(tmp_path) as url, client(url) as redis:
        assert await redis.get("approved") == "yes"


@pytest.mark.parametrize("trouble", [signal.SIGCONT, signal.SIGSTOP], ids=["working", "hanging"])
async def test_a_leftover_server_is_ended_before_a_new_one_opens_the_files(
    tmp_path: Path, trouble: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shell that should have ended it was killed too: nothing but the lock tells of the old server."""
    monkeypatch.setattr(embedded, "_LEFTOVER_SECONDS", 1.0)
    monkeypatch.setattr(embedded, "_ANSWER_SECONDS", 0.2)
    async with another_clarion(tmp_path) as (process, server, url), client(url) as redis:
        await redis.set("approved", "yes")
        for helper in _children(server):
            os.kill(helper, signal.SIGKILL)
        os.kill(server, trouble)
        process.kill()
        await process.wait()
        assert alive(server)
        async with EmbeddedRedis(tmp_path) as again, client(again) as fresh:
            assert not alive(server)
            assert await fresh.get("approved") == "yes"


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("needs /proc to find the helper shell")
    return [int(one) for one in listed.read_text().split()]


async def test_a_deep_data_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    server = EmbeddedRedis(deep)
    async with server as url, client(url) as redis:
        socket = Path(url.removeprefix("unix://"))
        assert len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        assert await running_url(deep) == url
        assert await redis.ping()
    assert not socket.parent.exists()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(embedded.EmbeddedRedisFailed, match="CLARION_HOME"):
        await EmbeddedRedis(tmp_path / "file").__aenter__()


@pytest.mark.parametrize("name", [b"100% sure", b"what? #1 %41", "Jörg".encode(), b"no text \xff"])
async def test_a_folder_may_be_called_anything(tmp_path: Path, name: bytes) -> None:
    home = tmp_path / os.fsdecode(name)
    try:
        home.mkdir()
    except OSError:
        pytest.skip("this file system takes text alone")
    server = EmbeddedRedis(home)
    async with server as url, client(url) as redis:
        assert await redis.ping()
        assert await running_url(home) == url
        assert url.isascii()


async def test_a_folder_in_which_a_file_cannot_be_opened_is_named_and_free_again(tmp_path: Path) -> None:
    (tmp_path / "redis" / "clarion.lock").mkdir(parents=True)
    with pytest.raises(embedded.EmbeddedRedisFailed, match=r"cannot be used \(Is a directory\)"):
        await EmbeddedRedis(tmp_path).__aenter__()
    (tmp_path / "redis" / "clarion.lock").rmdir()
    async with EmbeddedRedis(tmp_path):
        pass


async def test_a_server_that_will_not_start_says_what_it_said(tmp_path: Path) -> None:
    broken = tmp_path / "redis" / "appendonlydir"
    broken.mkdir(parents=True)
    (broken / "appendonly.aof.manifest").write_text("rubbish\n")
    with pytest.raises(embedded.EmbeddedRedisFailed, match=r"server\.log"):
        await EmbeddedRedis(tmp_path).__aenter__()
    (broken / "appendonly.aof.manifest").unlink()
    async with EmbeddedRedis(tmp_path):
        pass  # a failed start keeps nothing locked


async def test_without_any_server_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_binary, "_candidates", lambda: iter(()))
    with pytest.raises(NoServer, match="apt install valkey-server"):
        await server_binary.find_server()


async def test_an_old_or_broken_server_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old, broken, new = (tmp_path / name for name in ("old", "broken", "new"))
    for path, says in ((old, "v=6.2.14 sha"), (new, "v=7.2.4 sha")):
        path.write_text(f"#!/bin/sh\necho Redis server {says}\n")
        path.chmod(0o700)
    broken.write_bytes(b"\x7fELF not really")
    broken.chmod(0o700)
    monkeypatch.setattr(server_binary, "_candidates", lambda: iter((broken, old, new)))
    assert await server_binary.find_server() == new
    monkeypatch.setattr(server_binary, "_candidates", lambda: iter((broken, old)))
    with pytest.raises(NoServer, match=r"broken \(does not run here\).*old \(is older than 7\.0\)"):
        await server_binary.find_server()
