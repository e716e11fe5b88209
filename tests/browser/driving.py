"""A real browser in front of a real `clarion practice`: starts both, and does what a newcomer's hands do.

The browser is the Chromium of the system; none is ever downloaded. It refuses to reach into the practice: all that is
done and seen here goes through the page.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.browser.found import CHROMIUM

WIDE, NARROW = (1400, 900), (390, 844)
_ROOT = Path(__file__).parents[2]
_PATIENCE = 20_000.0  # milliseconds: generous, a run beside others may be slow
_SERVED_WITHIN = 60.0
# Chromium writes down as errors: what is refused to somebody (409), and that a status page within a sandbox, as the
# pane shows it, does not load itself again.
_EXPECTED = re.compile(r"status of 409|Refused to execute the redirect").search

expect.set_options(timeout=_PATIENCE)


@asynccontextmanager
async def practising(folder: Path, *options: str) -> AsyncIterator[str]:
    """Run `clarion practice` in `folder`, as somebody at a terminal does; yield the address that it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "practice", *options),
        cwd=folder,
        env={"PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1", "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield await asyncio.wait_for(_address(process), _SERVED_WITHIN)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    said = ""
    while line := (await process.stdout.readline()).decode():
        said += line
        if found := re.search(r"is at (http\S+)", line):
            return found[1]
    raise AssertionError(f"the practice was not served:\n{said}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
        )
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Seat:
    """One window, and who sits before it. Every trouble that the page's script has is in `wrong`."""

    page: Page
    url: str
    wrong: list[str]

    async def open(self, path: str = "") -> None:
        await self.page.goto(f"{self.url.rstrip('/')}/{path.lstrip('/')}")

    async def act_as(self, name: str) -> None:
        await self.page.get_by_test_id(f"as-{name}").click()
        await expect(self.page.locator("body")).to_have_attribute("data-as", name)
        await self.page.wait_for_load_state()  # a click that comes before the page's script is nobody's

    async def go_to(self, place: str) -> None:
        await self.page.get_by_test_id(f"place-{place.lower()}").click()
        await expect(self.page.get_by_test_id("channel-name")).to_contain_text(place.lower())
        await self.page.wait_for_load_state()

    def messages(self) -> Locator:
        return self.page.get_by_test_id("messages")

    def newest(self, words: str) -> Locator:
        return self.page.get_by_test_id("message").filter(has_text=words).last

    def form(self) -> Locator:
        return self.page.get_by_test_id("modal")

    async def fill(self, label: str, words: str) -> None:
        await self.form().get_by_label(label, exact=True).fill(words)

    async def choose(self, label: str, option: str) -> None:
        await self.form().get_by_label(label, exact=True).select_option(label=option)

    async def press(self, button: str) -> None:
        """Press a button of the pinned card, and wait for the form that it opens."""
        card = self.page.locator(".pinned-one")
        await card.get_by_role("button", name=button, exact=True).click()
        await expect(self.form()).to_be_visible()

    async def confirm(self) -> None:
        await self.page.locator("dialog[open] button[value=confirm]").click()

    async def submit(self) -> None:
        await self.page.get_by_test_id("modal-submit").click()

    async def say(self, words: str) -> None:
        await self.page.locator("#text-c").fill(words)
        await self.page.keyboard.press("Enter")

    async def pane(self, name: str) -> Locator:
        await self.page.get_by_test_id(f"tab-{name}").click()
        return self.page.get_by_test_id(f"pane-{name}")


@asynccontextmanager
async def seated(
    browser: Browser, url: str, size: tuple[int, int] = WIDE, *, dark: bool = False
) -> AsyncIterator[Seat]:
    """Open a window of this size, in light or dark, with motion off."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Amsterdam",
    )
    context.set_default_timeout(_PATIENCE)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda fault: wrong.append(str(fault)))
    page.on(
        "console", lambda said: wrong.append(said.text) if said.type == "error" and not _EXPECTED(said.text) else None
    )
    try:
        yield Seat(page, url, wrong)
    finally:
        await context.close()
