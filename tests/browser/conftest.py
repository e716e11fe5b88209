"""Chromium in front of the tests: left out where there is none, but never where CLARION_BROWSER says "required".

One serves all tests of a process, each in a context of its own, which shares nothing with another. Starting it takes
longer than looking at a page.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.driving import chromium
from tests.browser.found import CHROMIUM

_HERE = Path(__file__).parent


class Started:
    """The browser that runs, started when it is asked for, and again if it is gone."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._stack.enter_async_context(chromium())
        return self._browser


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def started() -> AsyncIterator[Started]:
    async with AsyncExitStack() as stack:
        yield Started(stack)


@pytest_asyncio.fixture(loop_scope="package")
async def browser(started: Started) -> Browser:
    if CHROMIUM is None:
        if os.environ.get("CLARION_BROWSER") == "required":
            pytest.fail("There is no Chromium on this machine, and CLARION_BROWSER=required. apt-get install chromium")
        pytest.skip("no Chromium on this machine")
    return await started.browser()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the tests beside this file in the event loop of their browser."""
    together = pytest.mark.asyncio(loop_scope="package")
    for item in items:
        if item.path.parent == _HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(together, append=False)
