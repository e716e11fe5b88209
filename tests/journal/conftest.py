"""A real server for the tests of the journal."""

from collections.abc import Iterator

import pytest

from tests.redis_server import RedisServer


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """One server for a module; every stage has a workspace of its own."""
    with RedisServer() as running:
        yield running
