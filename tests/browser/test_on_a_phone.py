"""The page in a window of 390 pixels, in the dark: nothing is cut off, and everything is within reach."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.driving import NARROW, practising, seated
from tests.browser.looking import bars_nobody, fits, picture
from tests.browser.test_newcomer import SEEN, approve, declare, draft


async def test_on_a_narrow_screen_in_the_dark_everything_is_within_reach(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path) as url, seated(browser, url, NARROW, dark=True) as seat:
        await seat.open()
        await fits(seat, where="the first page")
        await expect(seat.page.get_by_test_id("tab-tour")).to_be_in_viewport(ratio=1)
        await picture(seat, "16-phone-first-page")
        await seat.page.get_by_test_id("open-places").click()
        await fits(seat, where="the list of channels")
        await seat.page.get_by_test_id("open-places").click()
        await declare(seat)
        await fits(seat, where="the incident's channel")
        await picture(seat, "17-phone-incident")
        await seat.press("Draft an update")
        await fits(seat, where="the draft")
        await seat.page.get_by_test_id("modal-x").click()
        await draft(seat)
        await seat.act_as("ben")
        await approve(seat, 1)
        await expect(seat.newest("Update #1 (")).to_contain_text("E-mail: 3 delivered")
        await fits(seat, where="the deliveries")
        await picture(seat, "18-phone-delivered")
        out = await seat.pane("out")
        await out.locator("summary", has_text="as approved").first.click()
        await expect(out.locator(".out-item[open]")).to_contain_text(SEEN)
        await fits(seat, where="What went out")
        await picture(seat, "19-phone-what-went-out")
        await bars_nobody(seat, where="What went out")
        assert not seat.wrong, "\n".join(seat.wrong)


async def test_in_the_dark_the_request_and_its_deliveries_are_looked_at_on_a_wide_screen(
    browser: Browser, tmp_path: Path
) -> None:
    async with practising(tmp_path) as url, seated(browser, url, dark=True) as seat:
        await seat.open()
        await declare(seat)
        await draft(seat)
        await seat.act_as("ben")
        await approve(seat, 1)
        await expect(seat.newest("Update #1 (")).to_contain_text("E-mail: 3 delivered")
        await picture(seat, "20-dark-delivered")
        await seat.page.get_by_test_id("theme").click()
        await expect(seat.page.locator("html")).to_have_attribute("data-theme", "light")
        await seat.page.reload()
        await expect(seat.page.locator("html")).to_have_attribute("data-theme", "light")
        assert not seat.wrong, "\n".join(seat.wrong)
