"""Every shipped scenario, played through real processes to its end, with the guided tour looking on.

The tour is not told what the play does: it must see it, as it sees people who play by hand.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.practice import house as houses
from bot.practice.fate import Fate
from bot.practice.house import House
from bot.practice.page.tour import TourPane
from bot.practice.page.tour.guide import Guide, Mark
from bot.practice.page.tour.witness import DELIVERED
from bot.practice.scenario import reading
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge
from bot.practice.scenario.play import Stage, play
from bot.practice.scenario.screens import Screens
from bot.practice.scenario.script import Script
from bot.practice.session import settled
from tests.practice.test_scenario_play import Quiet


def cast(house: House) -> tuple[Actors, Judge]:
    """Hands and eyes of one who plays, as a session makes them."""
    screens = Screens(house.standin, house.reader)
    actors = Actors(screens, house.clock.seconds, house.require_alive, Fate(house), house.terminal)
    judge = Judge(
        standin=house.standin,
        reader=house.reader,
        screens=screens,
        outside=house.outside,
        since=actors.since,
        alive=house.require_alive,
    )
    return actors, judge


@asynccontextmanager
async def looking_on(script: Script, house: House) -> AsyncIterator[TourPane]:
    """A tour that looks again and again, as the page asks it to."""
    pane = TourPane(script, *cast(house))

    async def look() -> None:
        while True:
            await pane.version()
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    try:
        yield pane
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def guide_of(pane: TourPane) -> Guide:
    return pane._guide


@pytest.mark.parametrize("name", [one for one in reading.shipped() if one != "sev1-outage"])
async def test_a_shipped_scenario_is_played_to_its_end_and_the_tour_follows(name: str, tmp_path: Path) -> None:
    script = reading.read(reading.find(name))
    async with houses.build(script, tmp_path, 0) as house, looking_on(script, house) as pane:
        telling = Quiet()
        played = await play(script, Stage(*cast(house), telling, lambda: settled(house)))
        assert telling.failures == []
        assert len(played) == len(script.steps) + 1
        guide = guide_of(pane)
        end = asyncio.get_running_loop().time() + 20
        while guide.current is not None and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)
        assert guide.current is None, f"the tour is still at: {guide.current}"
        missed = [
            f"{p.step.number} {p.step.words}: {p.mark}"
            for p in guide.passages
            if p.step.act is not None and p.step.act.verb in DELIVERED and p.mark is not Mark.DONE
        ]
        assert missed == []
        assert "That was all of it" in await pane.draw()
