"""What the plan decides, in the browser: the questions, words that stop a draft, one update in three languages.

The tour does the steps, and people look: on a wide screen, and on a phone.
"""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from tests.browser.driving import NARROW, Seat, practising, seated
from tests.browser.looking import bars_nobody, fits, picture

ROOM = "inc-1-paying-by-card-fails-in-the-eu"


async def played(seat: Seat, step: int) -> None:
    """Let the tour do its steps until it is at this one."""
    now = seat.page.locator("[aria-current=step]")
    for number in range(1, step):
        await expect(now).to_have_attribute("data-step", str(number))
        # A form in front of somebody covers the tour's buttons, so they are pressed without a mouse.
        await _button(seat).dispatch_event("click")
        await expect(now).not_to_have_attribute("data-step", str(number))
    await expect(now).to_have_attribute("data-step", str(step))


def _button(seat: Seat) -> Locator:
    return seat.page.locator("[data-testid=pane-tour] [data-post='/pane/tour/do']")


async def looked_at(seat: Seat, name: str, *, where: str) -> None:
    await fits(seat, where=where)
    await bars_nobody(seat, where=where)
    await picture(seat, name)


async def test_the_words_that_stop_a_draft_are_beside_their_field(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path, "--scenario", "wrong-words") as url, seated(browser, url, NARROW) as seat:
        await seat.open("?as=cleo")
        await played(seat, 6)
        await expect(seat.form()).to_contain_text("“db-prod-03” names one of our machines.")
        await looked_at(seat, "21-words-that-stop-a-draft", where="the stopped draft")
        assert not seat.wrong, "\n".join(seat.wrong)
