"""One server for each worker of the run, emptied for each history."""

from collections.abc import Iterator

import pytest

from tests.crash.suite import server
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """The server."""
    with server() as started:
        yield started
