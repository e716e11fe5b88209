"""A scenario lived through by hand in the browser, as the guided tour beside the chat says it."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from tests.browser.driving import Seat, practising, seated
from tests.browser.looking import bars_nobody, picture
from tests.browser.test_newcomer import approve

MENDED = "The tracking page shows an error for every parcel. Parcels arrive about a day late."


async def test_a_tour_is_followed_by_hand_to_its_end_and_another_is_begun(browser: Browser, tmp_path: Path) -> None:
    async with practising(tmp_path, "--scenario", "wrong-draft") as url, seated(browser, url) as seat:
        await seat.open()
        tour = seat.page.get_by_test_id("pane-tour")
        now = tour.locator("[aria-current=step]")
        await expect(now).to_contain_text("Now, as ada, type this")
        await bars_nobody(seat, where="the guided tour")
        await picture(seat, "13-guided-tour")
        await _drafted(seat, now)
        await _rejected(seat, now)
        await picture(seat, "14-half-way")
        await _mended_and_approved(seat, now)
        await expect(tour.get_by_text("That was all of it.")).to_be_in_viewport()
        assert "done for you" not in await tour.inner_text()
        assert "passed over" not in await tour.inner_text()
        await bars_nobody(seat, where="the end of the tour")
        await picture(seat, "15-tour-is-over")
        assert not seat.wrong, "\n".join(seat.wrong)
        await _another(seat, tour)


async def _drafted(seat: Seat, now: Locator) -> None:
    await now.get_by_role("button", name="Put it into the box").click()
    await seat.page.keyboard.press("Enter")
    await expect(now).to_contain_text("Now, as cleo, press Draft an update")
    await seat.act_as("cleo")
    await seat.go_to("inc-1-parcels-cannot-be-tracked")
    await seat.press("Draft an update")
    await expect(now).to_contain_text("fill in the form")
    beside = seat.form().get_by_test_id("modal-tour")  # the pane is out of reach while a form is open
    await expect(beside).to_contain_text("No parcel is late.")
    await expect(beside.get_by_role("button", name="Do this step for me")).to_be_visible()
    await bars_nobody(seat, where="the tour in a form")
    await seat.fill("Headline", "Parcels cannot be tracked")
    await seat.fill("What customers see", "The tracking page shows an error for every parcel. No parcel is late.")
    await seat.submit()


async def _rejected(seat: Seat, now: Locator) -> None:
    await expect(now).to_contain_text("Now, as ben, press Read everything in direct messages")
    await seat.act_as("ben")
    await seat.page.get_by_test_id("place-clarion").click()
    await seat.page.wait_for_load_state()
    await seat.newest("Approve update #1").get_by_role("button", name="Read everything").click()
    await expect(seat.form()).to_contain_text("No parcel is late")
    await expect(now).to_contain_text("Now, as ben, close the form")
    await seat.page.get_by_test_id("modal-x").click()
    await expect(now).to_contain_text("Now, as ben, press Reject in the incident channel")
    await seat.go_to("inc-1-parcels-cannot-be-tracked")
    await seat.newest("Update #1 (").get_by_role("button", name="Reject", exact=True).click()
    await seat.fill("What has to change?", "Parcels are late too, by about a day. Say so.")
    await seat.submit()


async def _mended_and_approved(seat: Seat, now: Locator) -> None:
    await expect(now).to_contain_text("Now, as cleo, press Edit")
    await seat.act_as("cleo")
    await seat.newest("Rejected by").get_by_role("button", name="Edit", exact=True).click()
    await seat.fill("What customers see", MENDED)
    await seat.submit()
    await expect(now).to_contain_text("Now, as ben, press Approve")
    await seat.act_as("ben")
    await approve(seat, 1)


async def _another(seat: Seat, tour: Locator) -> None:
    await tour.get_by_label("Scenario").select_option(value="outlet-refuses")
    await tour.get_by_role("button", name="Start").click()
    await expect(tour).to_contain_text("Step 1 of", timeout=60_000)
    await expect(tour.locator("h3").first).not_to_contain_text("A wrong draft")
    await expect(seat.page.get_by_test_id("place-inc-1-parcels-cannot-be-tracked")).to_have_count(0)
