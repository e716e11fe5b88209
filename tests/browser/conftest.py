"""Chromium in front of each test: left out where there is none, but never where CLARION_BROWSER says "required"."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.driving import chromium
from tests.browser.found import CHROMIUM


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CLARION_BROWSER") == "required":
            pytest.fail("There is no Chromium on this machine, and CLARION_BROWSER=required. apt-get install chromium")
        pytest.skip("no Chromium on this machine")
    async with chromium() as found:
        yield found
