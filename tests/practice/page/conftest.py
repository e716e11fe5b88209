"""The page in front of each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.practice.page.browser import Browser, opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with opened() as found:
        yield found
