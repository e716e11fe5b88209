"""The same path without a mouse: what is reached with Tab, done with Enter and Space, and left with Escape."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from tests.browser.driving import Seat, practising, seated

_MOST_TABS = 80
SEEN = "Paying with a card from the EU fails with an error."


async def walk_to(seat: Seat, goal: Locator, key: str = "Tab") -> None:
    """Press Tab (or Shift+Tab) until the goal has the focus."""
    await expect(goal).to_be_visible()
    for _ in range(_MOST_TABS):
        if await goal.evaluate("one => one === document.activeElement"):
            return
        await seat.page.keyboard.press(key)
    raise AssertionError(f"{goal} was not reached with {_MOST_TABS} times {key}")


async def test_the_whole_path_is_walked_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path) as url, seated(browser, url) as seat:
        await seat.open()
        await _declared(seat)
        await _a_form_opens_and_closes(seat)
        await _asked(seat)
        await _approved(seat)
        assert not seat.wrong, "\n".join(seat.wrong)


async def _declared(seat: Seat) -> None:
    keyboard, box = seat.page.keyboard, seat.page.locator("#text-c")
    await expect(box).to_be_focused()
    await keyboard.type("/inc")
    await expect(seat.page.get_by_role("option", name="/incident")).to_be_visible()
    await keyboard.press("Tab")
    await keyboard.type("Checkout fails sev1 @ad")
    await keyboard.press("Enter")
    await expect(box).to_have_value("/incident Checkout fails sev1 @ada ")
    await keyboard.type("@cl")
    await expect(seat.page.get_by_role("option", name="Cleo")).to_be_visible()
    await keyboard.press("Escape")
    await keyboard.type("eo")
    await keyboard.press("Enter")
    await expect(box).to_have_value("")
    await walk_to(seat, seat.newest("INC-1 is ready").get_by_role("link"), "Shift+Tab")
    await keyboard.press("Enter")
    await expect(seat.page.get_by_test_id("channel-name")).to_contain_text("inc-1")
    await expect(seat.messages()).to_contain_text("Cleo is now the communications lead")


def card(seat: Seat, button: str) -> Locator:
    return seat.page.locator(".pinned-one").get_by_role("button", name=button, exact=True)


async def _a_form_opens_and_closes(seat: Seat) -> None:
    await walk_to(seat, card(seat, "Roles"), "Shift+Tab")
    await seat.page.keyboard.press("Enter")
    await expect(seat.form().get_by_label("Role", exact=True)).to_be_focused()
    await seat.page.keyboard.press("Escape")
    await expect(seat.form()).to_be_hidden()
    await expect(card(seat, "Roles")).to_be_focused()


async def _asked(seat: Seat) -> None:
    await walk_to(seat, card(seat, "Draft an update"), "Shift+Tab")
    await seat.page.keyboard.press("Space")
    await walk_to(seat, seat.form().get_by_label("What customers see", exact=True))
    await seat.page.keyboard.type(SEEN)
    await walk_to(seat, seat.page.get_by_test_id("modal-submit"))
    await seat.page.keyboard.press("Enter")
    await expect(seat.form()).to_be_hidden()
    await expect(seat.newest("please approve this update")).to_be_visible()


async def _approved(seat: Seat) -> None:
    await walk_to(seat, seat.page.get_by_test_id("as-ben"))
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("body")).to_have_attribute("data-as", "ben")
    await expect(seat.page.locator("#text-c")).to_be_focused()
    button = seat.newest("Update #1 (").get_by_role("button", name="Approve", exact=True)
    await walk_to(seat, button, "Shift+Tab")
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("dialog[open]")).to_be_visible()
    await seat.page.keyboard.press("Escape")
    await expect(seat.page.locator("dialog[open]")).to_have_count(0)
    await expect(button).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await walk_to(seat, seat.page.locator("dialog[open] button[value=confirm]"))
    await seat.page.keyboard.press("Enter")
    await expect(seat.newest("Update #1 (")).to_contain_text("E-mail: 3 delivered")
    await expect(seat.newest("Update #1 (")).to_be_focused()  # Approve is gone: it goes on from where that was
    await walk_to(seat, seat.newest("Update #1 (").get_by_role("button", name="Read everything", exact=True))
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.locator("#view-title")).to_be_focused()
    await seat.page.keyboard.press("Escape")
    await expect(seat.form()).to_be_hidden()
    tab = seat.page.get_by_test_id("tab-out")
    await walk_to(seat, tab)
    await seat.page.keyboard.press("ArrowRight")
    await expect(seat.page.get_by_test_id("tab-hurt")).to_be_focused()
    await seat.page.keyboard.press("ArrowLeft")
    item = seat.page.get_by_test_id("pane-out").locator("summary", has_text="as approved").first
    await walk_to(seat, item)
    await seat.page.keyboard.press("Enter")
    await expect(seat.page.get_by_test_id("pane-out").locator("details[open]")).to_have_count(1)
