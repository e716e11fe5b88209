"""A newcomer's path in a real browser: from the first page to the restored notice, looked at on the way."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.driving import Seat, practising, seated
from tests.browser.looking import bars_nobody, picture

INCIDENT = "Checkout fails for EU cards"
SEEN = "Paying with a card from the EU fails with an error. Nobody is charged."
FIRST_CLICK_WITHIN = 15.0  # seconds; on a quiet machine it is below 5, which `make bench` prints


async def declare(seat: Seat) -> None:
    """Do what the first page says, and follow the link in the answer."""
    await seat.page.get_by_test_id("hint-1").click()
    await expect(seat.page.locator("#text-c")).to_be_focused()
    await seat.page.keyboard.press("Enter")
    await seat.newest("INC-1 is ready").get_by_role("link").click()
    await expect(seat.page.get_by_test_id("channel-name")).to_contain_text("inc-1-checkout")
    await seat.page.wait_for_load_state()
    await expect(seat.messages()).to_contain_text("Cleo is now the communications lead")


async def draft(seat: Seat) -> None:
    """Write the first update and ask for approval."""
    await seat.press("Draft an update")
    await seat.fill("What customers see", SEEN)
    await seat.submit()
    await expect(seat.form()).to_be_hidden()
    await expect(seat.newest("please approve this update")).to_be_visible()


async def approve(seat: Seat, number: int) -> None:
    """Press Approve on the request for this update, and yes."""
    request = seat.newest(f"Update #{number} (")
    await request.get_by_role("button", name="Approve", exact=True).click()
    await seat.confirm()


async def test_a_newcomer_declares_tells_customers_and_resolves(browser: Browser, tmp_path: Path) -> None:
    begun = time.monotonic()
    async with practising(tmp_path) as url, seated(browser, url) as seat:
        await seat.open()
        await expect(seat.page.get_by_role("heading", name="Welcome to the practice workspace")).to_be_visible()
        await seat.page.get_by_test_id("hint-1").click()
        waited = time.monotonic() - begun
        print(f"from `clarion practice` to the first click: {waited:.1f} s")
        assert waited < FIRST_CLICK_WITHIN
        await bars_nobody(seat, where="the first page")
        await picture(seat, "01-first-page")
        await declare(seat)
        await bars_nobody(seat, where="the incident's channel")
        await picture(seat, "02-declared")
        await _roles(seat)
        await _refused_as_the_author(seat)
        await _approved_by_another(seat)
        await _status_page(seat)
        await _resolved(seat)
        await seat.act_as("ada")
        await _clicked_while_drawn(seat)
        assert not seat.wrong, "\n".join(seat.wrong)


async def _roles(seat: Seat) -> None:
    await seat.press("Roles")
    await bars_nobody(seat, where="the form for roles")
    await picture(seat, "03-roles")
    await seat.submit()
    await expect(seat.form().get_by_text("Please complete this required field.")).to_have_count(2)
    await seat.choose("Role", "Support lead")
    await seat.choose("Person", "Sam")
    await seat.submit()
    await expect(seat.messages()).to_contain_text("@Sam is now the support lead of INC-1.")
    last = seat.newest("@Sam is now the support lead")
    await last.hover()
    await last.get_by_test_id("more").click()
    await expect(last.get_by_test_id("shortcut-message_draft")).to_be_in_viewport(ratio=1)  # not behind the box
    await seat.page.keyboard.press("Escape")


async def _form_changed(seat: Seat) -> None:
    """Let the stream say that the form has changed, as it does late on a slow machine, and wait until it is drawn."""
    changed = 'event: versions\ndata: {"view": "late"}\n\n'
    await seat.page.route("**/live*", lambda route: route.fulfill(content_type="text/event-stream", body=changed))
    async with seat.page.expect_response("**/part/view*"):
        for state in ("hidden", "visible"):
            await seat.page.evaluate(
                """state => {
                    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
                    document.dispatchEvent(new Event("visibilitychange"));
                }""",
                state,
            )
    await seat.page.unroute("**/live*")
    await seat.page.wait_for_timeout(200)  # what was fetched is drawn in the next moment


async def _refused_as_the_author(seat: Seat) -> None:
    await seat.act_as("cleo")
    await expect(seat.page.get_by_test_id("badge-sam")).to_be_visible()
    await seat.press("Draft an update")
    await seat.submit()
    wrong = seat.form().get_by_label("What customers see", exact=True)
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    said = seat.form().get_by_text("Please complete this required field.")
    await wrong.fill("half a w")
    await expect(said).to_be_hidden()
    await _form_changed(seat)
    await expect(said, "what is being mended is not said again, however late it is drawn").to_be_hidden()
    await wrong.fill("")
    await seat.submit()
    await expect(said).to_be_visible()
    await wrong.fill(SEEN)
    await expect(said).to_be_hidden()
    await bars_nobody(seat, where="the draft")
    await picture(seat, "04-draft")
    await seat.submit()
    await expect(seat.form()).to_be_hidden()
    await expect(seat.newest("please approve this update")).to_be_visible()
    await expect(seat.page.get_by_test_id("badge-ben")).to_be_visible()
    await bars_nobody(seat, where="the request for approval")
    await picture(seat, "05-approval-asked")
    await approve(seat, 1)
    await expect(seat.newest("Only visible to you")).to_contain_text("somebody else must approve it")
    await expect(await seat.pane("out")).to_contain_text("Nothing has left yet")
    await picture(seat, "06-refused-as-the-author")


async def _approved_by_another(seat: Seat) -> None:
    await seat.act_as("ben")
    await seat.newest("Update #1 (").get_by_role("button", name="Approve", exact=True).click()
    await expect(seat.page.locator("dialog[open]")).to_contain_text("It goes to 4 outlets, 6 recipients")
    await bars_nobody(seat, where="the question before approving")
    await picture(seat, "07-are-you-sure")
    await seat.confirm()
    out = await seat.pane("out")
    for outlet in ("Status page 1", "Slack 1", "E-mail 3", "Webhook 1"):
        await expect(out.get_by_role("heading", name=outlet)).to_be_visible()
    await expect(out.get_by_text("as approved", exact=True)).to_have_count(6)
    await expect(seat.newest("Update #1 (")).to_contain_text("E-mail: 3 delivered")
    await expect(seat.page.locator(".pinned-one")).to_contain_text("E-mail: 3 delivered")
    await bars_nobody(seat, where="after publication")
    await picture(seat, "08-delivered")


async def _status_page(seat: Seat) -> None:
    async with seat.page.context.expect_page() as opened:
        await seat.page.get_by_role("banner").get_by_role("link", name="Status page").click()
    page = await opened.value
    shown = Seat(page, page.url, seat.wrong)
    await expect(page.get_by_text(SEEN)).to_be_visible()
    # Whoever reads a status page waits for news: it loads itself again each minute, without a script.
    await bars_nobody(shown, where="the status page", but=("meta-refresh",))
    await picture(shown, "09-status-page")
    await page.close()


async def _resolved(seat: Seat) -> None:
    await seat.act_as("ada")
    await seat.press("Resolve")
    await bars_nobody(seat, where="the form to resolve")
    await picture(seat, "10-resolve")
    await seat.form().get_by_role("button", name="Draft the restored notice").click()
    await seat.fill("Headline", "Cards from the EU work again")
    await seat.fill("What was wrong, and what was done", "A faulty rule declined cards. It was removed.")
    await seat.fill("What customers see", SEEN)
    await seat.submit()
    await expect(seat.form()).to_be_hidden()
    await seat.act_as("ben")
    await approve(seat, 2)
    await expect(seat.messages()).to_contain_text("Customers were told that it is over")
    out = await seat.pane("out")
    await expect(out.get_by_text("as approved", exact=True)).to_have_count(12)
    await bars_nobody(seat, where="after the end")
    await picture(seat, "11-resolved")


# As another window would say it.
POSTED = """said => fetch("/act/enter", {
  method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(said)
}).then(answer => answer.ok)"""


async def _clicked_while_drawn(seat: Seat) -> None:
    """What changes between the press of the button and its release does not swallow the click."""
    page, face = seat.page, seat.page.get_by_test_id("as-ben")
    await face.hover()
    await page.mouse.down()
    channel = await page.locator("body").get_attribute("data-at")
    async with page.expect_response("**/part/people*"):
        said = {"as": "ada", "channel": channel, "text": "@ben, are you there?"}
        assert await page.evaluate(POSTED, said)
    await page.wait_for_timeout(100)  # what has been fetched would be drawn by now
    await page.mouse.up()
    await expect(page.locator("body")).to_have_attribute("data-as", "ben")
    await page.wait_for_load_state()
