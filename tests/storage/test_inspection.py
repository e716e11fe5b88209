"""What a given Redis would lose, told from real servers and from what hosted ones say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.storage.embedded import EmbeddedRedis
from bot.storage.inspection import Finding, Level, inspect, judge
from bot.storage.server_binary import find_server
from bot.tether import Tethered
from tests.promises import stretched

HEALTHY = {
    "redis_version": "7.2.4",
    "aof_enabled": 1,
    "maxmemory": 0,
    "maxmemory_policy": "noeviction",
    "role": "master",
}
DURABLE = {"appendonly": "yes", "appendfsync": "always", "min-replicas-to-write": "0"}
SAFE = "rediss://user:secret@redis.example.com:6380/0"


@asynccontextmanager
async def server(folder: Path, *options: str) -> AsyncIterator[str]:
    """Run a server as somebody else would have set it up."""
    socket = folder / "s"
    command = [str(await find_server()), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), *options]
    process = await Tethered.start(command, log=folder / "log")
    try:
        async with asyncio.timeout(stretched(10)):
            while not await _listening(socket):
                await asyncio.sleep(0.01)
        yield str(socket)
    finally:
        await process.stop()


async def _listening(socket: Path) -> bool:
    """The file is there a moment before anybody listens at it."""
    try:
        _, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


def worst(findings: tuple[Finding, ...]) -> list[str]:
    return [one.sentence for one in findings if one.level is not Level.GOOD]


async def test_our_own_server_loses_nothing(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as url:
        assert worst(await inspect(url)) == []


async def test_a_server_with_its_own_defaults_loses_much(tmp_path: Path) -> None:
    async with server(tmp_path, "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru") as socket:
        said = " ".join(worst(await inspect(f"unix://{socket}")))
    assert "no append-only file" in said
    assert "allkeys-lru" in said


async def test_everysec_is_told_apart(tmp_path: Path) -> None:
    async with server(tmp_path, "--appendonly", "yes") as socket:
        (said,) = worst(await inspect(f"unix://{socket}"))
    assert "appendfsync is everysec" in said


async def test_a_wrong_password_is_named_and_not_shown(tmp_path: Path) -> None:
    async with server(tmp_path, "--requirepass", "right") as socket:
        for login in ("", ":c4n4ry@"):
            (found,) = await inspect(f"unix://{login}{socket}")
            assert found.level is Level.BROKEN
            assert "password" in found.sentence
            assert "c4n4ry" not in str(found)


@pytest.mark.parametrize("url", ["redis://:c4n4ry@127.0.0.1:1/0", "unix:///nowhere/at/all", "http://c4n4ry"])
async def test_an_unreachable_server_is_one_finding(url: str) -> None:
    (found,) = await inspect(url, within=0.5)
    assert found.level is Level.BROKEN
    assert found.mend
    assert "c4n4ry" not in str(found)


def test_a_well_kept_server_far_away_is_good() -> None:
    assert worst(judge(SAFE, HEALTHY, DURABLE)) == []


@pytest.mark.parametrize(
    ("info", "config", "level", "words"),
    [
        ({"redis_version": "6.2.14"}, {}, Level.BROKEN, "too old"),
        ({"aof_enabled": 0}, {}, Level.LOSES, "restart loses every incident"),
        ({}, {"appendfsync": "no"}, Level.LOSES, "half a minute"),
        ({"maxmemory_policy": "volatile-lru"}, {}, Level.LOSES, "throws data away"),
        ({"maxmemory": 100, "used_memory": 80}, {}, Level.LOSES, "80 % of maxmemory"),
        ({"maxmemory": 100, "used_memory": 95}, {}, Level.BROKEN, "refused at 90 %"),
        ({"role": "slave"}, {}, Level.BROKEN, "replica and takes no writes"),
        ({"connected_slaves": 2}, {}, Level.LOSES, "failover can lose"),
    ],
)
def test_each_weakness_has_its_sentence(info: dict[str, Any], config: dict[str, str], level: Level, words: str) -> None:
    (found,) = [one for one in judge(SAFE, HEALTHY | info, DURABLE | config) if one.level is not Level.GOOD]
    assert found.level is level
    assert words in found.sentence
    assert found.mend


def test_replicas_that_are_waited_for_are_good() -> None:
    assert worst(judge(SAFE, HEALTHY | {"connected_slaves": 1}, DURABLE | {"min-replicas-to-write": "1"})) == []


def test_valkey_is_judged_by_the_redis_it_is_compatible_with() -> None:
    (version, *_) = judge(SAFE, HEALTHY | {"valkey_version": "8.1.0"}, DURABLE)
    assert version == Finding(Level.GOOD, "Valkey 8.1.0.")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://:pw@redis.example.com", ["not encrypted"]),
        ("redis://redis.example.com", ["not encrypted", "no password"]),
        ("rediss://:pw@redis.example.com?ssl_cert_reqs=none", ["certificate"]),
        ("redis://127.0.0.1:6379", []),
        ("unix:///run/redis.sock", []),
    ],
)
def test_the_way_in(url: str, words: list[str]) -> None:
    said = worst(judge(url, HEALTHY, DURABLE))
    assert len(said) == len(words)
    assert all(word in one for word, one in zip(words, said, strict=True))


def test_a_host_that_hides_its_settings_is_asked_about() -> None:
    (said,) = worst(judge(SAFE, HEALTHY, None))
    assert "does not say how often" in said


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (SAFE, "The connection is encrypted and asks for a password."),
        ("redis://:pw@127.0.0.1:6379", "The connection stays on this machine and asks for a password."),
    ],
)
def test_a_good_way_in_is_said_as_it_is(url: str, sentence: str) -> None:
    assert judge(url, HEALTHY, DURABLE)[-1].sentence == sentence


async def test_a_server_that_does_not_know_our_greeting_is_too_old() -> None:
    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            writer.write(b"-ERR unknown command 'HELLO'\r\n")

    async with await asyncio.start_server(old, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        (finding,) = await inspect(f"redis://127.0.0.1:{port}/0")
    assert finding.level is Level.BROKEN
    assert "not as Redis 7.0" in finding.sentence
