"""Slack down and Slack slow, switched on in the page's own pane, and what people then see."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.driving import Seat, practising, seated
from tests.browser.looking import bars_nobody, picture
from tests.browser.test_newcomer import approve, declare, draft


async def switch(seat: Seat, key: str) -> None:
    """Press a switch of the pane, and wait until it is on (or off)."""
    pane = await seat.pane("hurt")
    one = pane.locator(f'[data-hurt="{key}"]')
    was = await one.get_attribute("aria-checked")
    await one.click()
    await expect(one).to_have_attribute("aria-checked", "false" if was == "true" else "true")


async def test_slack_goes_down_after_the_approval_and_the_card_catches_up(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path) as url, seated(browser, url) as seat:
        await seat.open()
        await declare(seat)
        await draft(seat)
        await seat.act_as("ben")
        await switch(seat, "mail server asks to come later")
        await approve(seat, 1)
        request, card = seat.newest("Update #1 ("), seat.page.locator(".pinned-one")
        await expect(request).to_contain_text("Webhook 127.0.0.1")
        await expect(request).to_contain_text(": delivered")

        await switch(seat, "Slack goes down")
        pane = await seat.pane("hurt")
        await expect(pane).to_contain_text("Switched on: Slack goes down, mail server asks to come later.")
        await bars_nobody(seat, where="Make it hurt")
        await picture(seat, "12-slack-is-down")
        await switch(seat, "mail server asks to come later")
        out = await seat.pane("out")
        await expect(out.get_by_role("heading", name="E-mail 3")).to_be_visible(timeout=60_000)
        await expect(out.get_by_text("as approved", exact=True)).to_have_count(6)
        assert "E-mail: 3 delivered" not in await card.inner_text(), "nothing reaches Slack while it is down"

        await switch(seat, "Slack goes down")
        await expect(card).to_contain_text("E-mail: 3 delivered", timeout=60_000)
        await expect(request).to_contain_text("E-mail: 3 delivered", timeout=60_000)
        await expect(seat.page.get_by_test_id("pane-hurt")).to_contain_text("Nothing is switched on.")
        assert not seat.wrong, "\n".join(seat.wrong)


async def test_with_a_slow_slack_a_form_comes_late_and_a_click_is_not_lost(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path) as url, seated(browser, url) as seat:
        await seat.open()
        await declare(seat)
        await switch(seat, "Slack answers after 2 seconds")
        button = seat.page.locator(".pinned-one").get_by_role("button", name="Roles", exact=True)
        await button.click()
        await expect(button).to_have_attribute("aria-disabled", "true")
        await expect(seat.form()).to_be_visible()
        await expect(button).not_to_have_attribute("aria-disabled", "true")
        await seat.choose("Role", "Scribe")
        await seat.choose("Person", "Sam")
        await seat.submit()
        await expect(seat.messages()).to_contain_text("@Sam is now the scribe of INC-1.", timeout=60_000)
        assert not seat.wrong, "\n".join(seat.wrong)
