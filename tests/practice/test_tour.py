"""The guided tour over its own addresses: what is done by hand is seen, what fails is said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.practice import house as houses
from bot.practice.page.tour import TourPane
from bot.practice.page.tour.spoken import Told, told
from bot.practice.scenario import reading
from bot.practice.scenario.script import Script
from bot.practice.slack_standin.serving import Listener
from tests.gallery_check import check
from tests.practice.test_shipped_scenarios import cast

NIGHT = """
people: {ada: declares, cleo: writes, ben: approves}
approvers: [ben]
e-mail recipients: [anna@shop.example]
steps:
  - ada: /incident Logins fail <b>badly</b> sev2 @ada @cleo
  - cleo clicks: Draft an update
    in: the incident channel
  - cleo fills: {What customers see: Nobody can log in.}
  - cleo submits: Ask for approval
  - expect: {ben is notified: "Approve update #1", status page shows: Nobody can log in}
    within: 1 second
  - 3 minutes pass:
  - expect: {ben is notified: reminder 1}
  - the mail server refuses:
  - ben clicks: Approve
    in: the incident channel
  - expect: {published: {update: 1, status page: 1, slack: 1, e-mail: 0, webhook: 1}}
"""


class Window:
    """A browser's window with the tour in it."""

    def __init__(self, pane: TourPane, client: aiohttp.ClientSession) -> None:
        self.pane, self._client = pane, client

    async def press(self, what: str, body: object = None) -> int:
        async with self._client.post(f"/pane/tour/{what}", json=body or {}) as reply:
            assert (await reply.json())["ok"] is (reply.status == 200)
            return reply.status

    async def shows(self, words: str, within: float = 20.0) -> str:
        """Look, as the page does, until the pane shows these words."""
        end = asyncio.get_running_loop().time() + within
        while True:
            await self.pane.version()
            shown = str(await self.pane.draw())
            if words in shown:
                return shown
            assert asyncio.get_running_loop().time() < end, f"not shown: {words}\n{shown}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def opened(script: Script, folder: Path) -> AsyncIterator[tuple[Window, houses.House]]:
    async with houses.build(script, folder, 0) as house:
        pane = TourPane(script, *cast(house))
        listener = Listener(Starlette(routes=list(pane.routes())))
        port = await listener.open()
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
                yield Window(pane, client), house
        finally:
            await listener.close()


def script_in(folder: Path, text: str) -> Script:
    (folder / "night.yaml").write_text(text)
    return reading.read(folder / "night.yaml")


async def test_a_tour_sees_what_is_done_by_hand_and_does_what_it_is_asked_to_do(tmp_path: Path) -> None:
    async with opened(script_in(tmp_path, NIGHT), tmp_path) as (window, house):
        assert house.standin.trouble.enforce_rate_limits, "practice is to be as slow as Slack"
        shown = await window.shows("Step 1 of 10.")
        assert "/incident Logins fail &lt;b&gt;badly&lt;/b&gt; sev2 @ada @cleo" in shown
        assert "Do this step for me" in shown

        ada, cleo = house.standin.person("ada"), house.standin.person("cleo")
        await ada.command("/incident", "help")
        await cleo.command("/incident", f"Something else sev3 {ada.mention} {cleo.mention}")
        await window.pane.version()
        assert "Step 1 of 10." in await window.pane.draw(), "what cleo typed is not what ada was asked to type"
        # "The incident channel" is the newest one: cleo's has to be there before ada's, and ada's before the next step.
        await _opened(house, "something-else")
        await ada.command("/incident", f"My own title sev2 {ada.mention} {cleo.mention}")
        await window.shows("Step 2 of 10.")
        await _opened(house, "my-own-title")

        assert await window.press("do") == 200
        await window.shows("Step 3 of 10.")
        # The click is done before what it opens is there.
        async with asyncio.timeout(20):
            while (form := house.standin.open_view("cleo")) is None:
                await asyncio.sleep(0.02)
        await cleo.fill(form, {"Headline": "In words of my own", "What customers see": "Something else."})
        await cleo.submit(form)
        shown = await window.shows("Step 5 of 10.")
        assert "(done for you)" in shown
        assert "(done)" in shown

        shown = await window.shows("not what was expected")
        assert "seen: nothing is published there yet" in shown
        await window.shows(">happened<")  # later than its second, on a loaded machine
        await house.clock.let_pass(180)
        shown = await window.shows("Step 7 of 10.")
        assert "passed over" in shown

        await window.press("rest")
        shown = await window.shows("That was all of it")
        assert "published, exactly: status page 1, slack 1, e-mail 0, webhook 1: " in shown
        assert await window.press("do") == 409


async def _opened(house: houses.House, name: str) -> None:
    async with asyncio.timeout(20):
        while not any(name in c.name for c in house.standin.workspace.channels.values()):
            await asyncio.sleep(0.02)


async def nowhere(scenario: str) -> None:
    raise AssertionError(f"{scenario} was not asked for")


async def test_the_words_of_a_tour_are_as_agreed(tmp_path: Path) -> None:
    script = script_in(tmp_path, NIGHT)
    async with houses.build(script, tmp_path, 0) as house:
        actors, judge = cast(house)
        led = str(await TourPane(script, actors, judge, nowhere).draw())
        free = str(await TourPane(replace(script, steps=()), actors, judge, nowhere).draw())
    check("practice/guided_tour.html", "\n<hr>\n".join(one[one.index("<h3>") :] for one in (led, free)))


async def test_a_step_that_cannot_be_done_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    text = "people: {ada: declares}\nsteps:\n  - ada clicks: Approve\n    within: 1 second\n  - ada: /incident list\n"
    async with opened(script_in(tmp_path, text), tmp_path) as (window, house):
        await window.press("rest")
        shown = await window.shows("Expected: ada clicks Approve.")
        assert "nothing in front of ada shows “Approve”" in shown
        assert "Step 1 of 2." in shown
        await house.standin.person("ada").command("/incident", "list")
        await window.shows("That was all of it")
        assert await window.press("start", {"scenario": "sev1-outage"}) == 404


@pytest.mark.parametrize("name", reading.shipped())
def test_every_step_of_every_scenario_is_said_in_words(name: str) -> None:
    for step in reading.read(reading.find(name)).steps:
        words = "".join(told(step).words)
        assert words.strip(), step.words
        assert "_" not in words
        if step.act is not None and not step.act.who.istitle():
            assert told(step).who == step.act.who


def test_words_of_steps_are_those_of_people(tmp_path: Path) -> None:
    steps = [told(step) for step in script_in(tmp_path, NIGHT).steps]
    assert steps[1] == Told("cleo", ("press ", "Draft an update", " in the incident channel"))
    assert steps[5] == Told("", ("3 minutes pass. Let it be done for you.",), by_hand=False)
    assert steps[7].words == (
        "The mail server refuses. Switch it under ",
        "Make it hurt",
        ", or let it be done for you.",
    )
