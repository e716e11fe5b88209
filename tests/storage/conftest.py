"""Storages to test on: a real server, shared by the whole run and emptied for each test, and fakeredis.

What fakeredis cannot do (run out of memory, hang, be killed) is tested on `real` alone.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from fakeredis.aioredis import FakeAsyncRedisConnection

from bot.storage.connection import Link
from bot.storage.store import Storage
from tests.builders import WORKSPACE
from tests.redis_server import PATIENT, RedisServer

# Another process on the same data; keyword arguments as `Storage` takes them.
Open = Callable[..., Storage]
LEASE = 0.3


class _PlainLua(FakeAsyncRedisConnection):
    """fakeredis runs the same scripts, but its Lua does not know the #! line that real servers want."""

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        packed = [part.replace(b"#!lua", b"--lua") for part in command]
        await super().send_packed_command(packed, check_health)


def _fake_link(server: FakeServer) -> Link:
    def pool() -> Any:
        client = FakeAsyncRedis(server=server, version=(7, 4), protocol=2, connection_class=_PlainLua)
        return client.connection_pool

    return Link(pool(), pool(), PATIENT)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One server for each worker of the run."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    """The real server, empty."""
    redis_server.flush()
    return redis_server


@pytest.fixture
async def opened() -> AsyncIterator[list[Storage]]:
    """Storages to close after the test."""
    storages: list[Storage] = []
    yield storages
    for storage in storages:
        await storage.aclose()


@pytest.fixture
def real(server: RedisServer, opened: list[Storage]) -> Open:
    """Opens storages on the real server, as many processes would."""

    def open_real(**options: Any) -> Storage:
        opened.append(Storage(server.url, WORKSPACE, **{"lease": LEASE, "patience": PATIENT, **options}))
        return opened[-1]

    return open_real


@pytest.fixture(params=["valkey", "fakeredis"])
def another(request: pytest.FixtureRequest, opened: list[Storage]) -> Open:
    """Opens storages on the same data, on the real server and on fakeredis."""
    if request.param == "valkey":
        chosen: Open = request.getfixturevalue("real")
        return chosen
    fake = FakeServer()

    def open_fake(**options: Any) -> Storage:
        opened.append(Storage("", WORKSPACE, link=_fake_link(fake), **{"lease": LEASE, **options}))
        return opened[-1]

    return open_fake


@pytest.fixture
def storage(another: Open) -> Storage:
    """A storage on the real server and on fakeredis."""
    return another()
