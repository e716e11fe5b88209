"""From `clarion practice` to the first click that does something, as somebody at a terminal waits for it."""

import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
from playwright.async_api import expect

from tests.benchmarks.figures import Figure, Limit, judged
from tests.browser.driving import chromium, practising, seated
from tests.browser.found import CHROMIUM

ROUNDS, QUICK_ROUNDS = 5, 1
LIMIT = Limit(most=5.0, of_ratio=False)


async def run(quick: bool) -> list[Figure]:
    """Measure with a browser that is open already; without one, to the first page alone."""
    rounds = range(QUICK_ROUNDS if quick else ROUNDS)
    if CHROMIUM is None:
        name, taken = "practice to first page (no browser)", [await _page() for _ in rounds]
    else:
        name, taken = "practice to first click", [await _click() for _ in rounds]
    return [judged(name, statistics.median(taken), "s", limit=LIMIT)]


async def _click() -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with chromium() as browser:
            begun = time.monotonic()
            async with practising(Path(folder)) as url, seated(browser, url) as seat:
                await seat.open()
                await seat.page.get_by_test_id("hint-1").click()
                await expect(seat.page.locator("#text-c")).not_to_have_value("")
                return time.monotonic() - begun


async def _page() -> float:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        async with practising(Path(folder)) as url, aiohttp.ClientSession() as web, web.get(url) as reply:
            await reply.text()
            return time.monotonic() - begun
