"""What the plan decides, in the browser: the questions, words that stop a draft, one update in three languages.

The tour does the steps in one window, and people look in another, on a phone.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.driving import NARROW, Seat, practising, seated
from tests.browser.looking import bars_nobody, fits, picture

ROOM = "inc-1-paying-by-card-fails-in-the-eu"


@asynccontextmanager
async def toured(browser: Browser, folder: Path, scenario: str) -> AsyncIterator[tuple[Seat, Seat]]:
    """A window with the tour, as ada, who has no form in front of her; and a phone."""
    async with (
        practising(folder, "--scenario", scenario) as url,
        seated(browser, url) as desk,
        seated(browser, url, NARROW) as phone,
    ):
        await desk.open("?as=ada")
        yield desk, phone
        for seat in (desk, phone):
            assert not seat.wrong, "\n".join(seat.wrong)


async def played(desk: Seat, step: int) -> None:
    """Let the tour do its steps until it is at this one. What should be so is so by itself."""
    tour = desk.page.get_by_test_id("pane-tour")
    now = tour.locator("[aria-current=step]")
    while True:
        at, words = await now.evaluate("one => [Number(one.dataset.step), one.innerText]")
        if at >= step:
            break
        if "This should now be so" not in words:
            await tour.get_by_role("button", name="Do this step for me").click()
        await expect(now).not_to_have_attribute("data-step", str(at))
    assert at == step


async def looked_at(seat: Seat, name: str, *, where: str, but: tuple[str, ...] = ()) -> None:
    await fits(seat, where=where)
    await bars_nobody(seat, where=where, but=but)
    await picture(seat, name)


async def test_the_plans_questions_are_asked_one_after_another(browser: Browser, tmp_path: Path) -> None:
    async with toured(browser, tmp_path, "is-it-an-incident") as (desk, phone):
        await played(desk, 3)
        await phone.open("?as=sam")
        await expect(phone.form()).to_contain_text("Can most customers not do what they came for?")
        await looked_at(phone, "21-phone-is-it-an-incident", where="the first question")


async def test_the_words_that_stop_a_draft_are_told_beside_their_field(browser: Browser, tmp_path: Path) -> None:
    async with toured(browser, tmp_path, "wrong-words") as (desk, phone):
        await played(desk, 6)
        await phone.open("?as=cleo")
        await expect(phone.form()).to_contain_text("“db-prod-03” names one of our machines.")
        await looked_at(phone, "22-phone-words-that-stop-a-draft", where="the stopped draft")


async def test_three_languages_are_translated_approved_and_read(browser: Browser, tmp_path: Path) -> None:
    async with toured(browser, tmp_path, "three-languages") as (desk, phone):
        await played(desk, 6)
        await phone.open("?as=cleo")
        await expect(phone.form()).to_contain_text("French: not translated yet")
        await looked_at(phone, "23-phone-languages", where="the languages")
        await played(desk, 16)
        await phone.open("?as=ben")
        await phone.page.get_by_test_id("open-places").click()
        await phone.go_to(ROOM)
        await expect(phone.newest("Update #1 (")).to_contain_text("E-mail, Polish")
        await phone.newest("Update #1 (").get_by_role("button", name="Languages").scroll_into_view_if_needed()
        await looked_at(phone, "24-phone-request-in-three-languages", where="the request")
        await played(desk, 28)
        page = await desk.page.get_by_role("link", name="Status page", exact=True).get_attribute("href")
        await phone.page.goto(f"{page}/index.pl.html")
        await expect(phone.page.get_by_role("heading", name=re.compile("Płatności kartą"))).to_be_visible()
        # A page that people leave open shows what is new by itself.
        await looked_at(phone, "25-phone-status-page-in-polish", where="the page in Polish", but=("meta-refresh",))
