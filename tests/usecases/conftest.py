"""The use cases of jobs run on a real server: what they rely on is written in its scripts."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.domain.update import OutletKind
from tests.redis_server import RedisServer
from tests.storage.conftest import redis_server, server
from tests.usecases.stage import Stage

__all__ = ["redis_server", "server"]

Build = Callable[..., Stage]


@pytest.fixture
async def build(server: RedisServer) -> AsyncIterator[Build]:
    """Sets stages up, and takes them down after the test."""
    stages: list[Stage] = []

    def make(kind: OutletKind = OutletKind.BLIND, **options: Any) -> Stage:
        stages.append(Stage(server, kind, **options))
        return stages[-1]

    yield make
    for stage in stages:
        await stage.aclose()
