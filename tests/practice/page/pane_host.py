"""A real house with its two panes on a port: what the shell of the page does with them, as small as it can be.

By itself it is a page to look at: `python -m tests.practice.page.pane_host` prints its address.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.practice import house as houses
from bot.practice.house import House
from bot.practice.page import pane as panes
from bot.practice.page.hurt import HurtPane
from bot.practice.page.out import OutPane
from bot.practice.scenario import reading
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge
from bot.practice.scenario.play import Stage, play
from bot.practice.scenario.screens import Screens
from bot.practice.scenario.script import Script, Step
from bot.practice.slack_standin.serving import Listener

STATIC = Path(panes.__file__).parent / "static"
HEAD = """
people: {ada: declares, cleo: writes, ben: approves}
approvers: [ben]
e-mail recipients: [anna@shop.example, bram@bakery.example]
steps:
"""
DRAFTED = """
  - ada: /incident %(title)s sev1 @ada @cleo
  - expect:
      cleo sees in the incident channel: ["%(title)s", "[Draft an update]"]
  - cleo clicks: Draft an update
    in: the incident channel
  - cleo fills:
      Headline: "%(title)s"
      What customers see: "%(title)s, since <b>02:40</b> UTC."
  - cleo submits: Ask for approval
  - expect:
      ben sees in the incident channel: [waits for approval, "[Approve]"]
"""
APPROVED = """
  - ben clicks: Approve
    in: the incident channel
"""


class Quiet:
    """Tells nobody."""

    def step(self, step: Step) -> None:
        """Say nothing."""

    async def expected(self, step: Step) -> None:
        """Say nothing."""

    def failed(self, step: Step, expected: str, seen: str) -> None:
        """Say nothing."""


@dataclass
class PaneHost:
    """What a test does with it: act as people of a scenario, press what is on the panes, read what they draw."""

    house: House
    folder: Path
    address: str
    web: aiohttp.ClientSession
    stage: Stage

    async def act(self, steps: str) -> None:
        """Play steps of a scenario; each must happen."""
        file = self.folder / "steps.yaml"
        file.write_text(HEAD + steps)
        for one in await play(reading.read(file), self.stage):
            assert not one.failed, f"{one.step}\nexpected: {one.expected}\nseen: {one.seen}"

    async def throw(self, key: str, on: bool = True) -> dict[str, Any]:
        """Press a switch."""
        return await self.post("/pane/hurt/switch", {"switch": key, "on": on})

    async def post(self, path: str, body: object) -> dict[str, Any]:
        """Post as the page does, and return the answer with its status."""
        async with self.web.post(self.address + path, json=body) as reply:
            answer: dict[str, Any] = await reply.json()
            return {"status": reply.status, **answer}

    async def drawn(self, pane: str) -> str:
        """What a pane shows now."""
        async with self.web.get(f"{self.address}/draw/{pane}") as reply:
            return await reply.text()

    async def shows(self, pane: str, *words: str, within: float = 20.0) -> str:
        """Wait until a pane shows all these words; return it."""
        end = asyncio.get_running_loop().time() + within
        while True:
            seen = await self.drawn(pane)
            if all(one in seen for one in words):
                return seen
            missing = [one for one in words if one not in seen]
            assert asyncio.get_running_loop().time() < end, f"{missing} not in:\n{Markup(seen).striptags()}"
            await asyncio.sleep(0.02)


def stage_of(house: House) -> Stage:
    """The people of the house, and who judges what they see."""
    screens = Screens(house.standin, house.reader)
    actors = Actors(screens, house.standin.stage.now, house.require_alive, None, house.terminal)
    judge = Judge(
        standin=house.standin,
        reader=house.reader,
        screens=screens,
        outside=house.outside,
        since=actors.since,
        alive=house.require_alive,
    )

    async def settled() -> str:
        return ""

    return Stage(actors, judge, Quiet(), settled)


def script(folder: Path) -> Script:
    """The people of a house, without steps of their own."""
    file = folder / "people.yaml"
    file.write_text(HEAD + "  - ada: /incident list\n")
    return reading.read(file)


@contextlib.asynccontextmanager
async def hosted(folder: Path, *, heals: bool = True) -> AsyncIterator[PaneHost]:
    """Build the house, and serve its panes while the block runs."""
    async with houses.build(script(folder), folder, 0, heals=heals) as house, aiohttp.ClientSession() as web:
        out, hurt = OutPane(house), HurtPane(house)

        async def draw(request: Request) -> HTMLResponse:
            both: dict[str, panes.Pane] = {"out": out, "hurt": hurt}
            pane = both[request.path_params["pane"]]
            await pane.version()
            return HTMLResponse(await pane.draw())

        async def page(request: Request) -> HTMLResponse:
            wanted = [p for p in (out, hurt) if p.name in request.query_params.getlist("pane")] or [out, hurt]
            sections = [f'<section data-pane="{p.name}"><h2>{p.title}</h2>{await p.draw()}</section>' for p in wanted]
            return HTMLResponse(PAGE % "".join(sections))

        routes = [Route("/", page), Route("/draw/{pane}", draw), Mount("/static", StaticFiles(directory=STATIC))]
        listener = Listener(Starlette(routes=[*routes, *out.routes(), *hurt.routes()]))
        port = await listener.open()
        try:
            yield PaneHost(house, folder, f"http://127.0.0.1:{port}", web, stage_of(house))
        finally:
            await listener.close()


PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Panes</title><style>:root{color-scheme:light dark;font-family:system-ui,sans-serif}
body{margin:1rem;max-width:44rem}</style><link rel="stylesheet" href="/static/panes.css">
<script src="/static/panes.js"></script>%s</html>"""


async def _look() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with hosted(Path(folder)) as host:
            await host.act(DRAFTED % {"title": "Checkout fails for EU cards"})
            await host.throw("mail server loses its reply")
            await host.act(APPROVED)
            await host.shows("out", "webhook-id", "bram@bakery.example")
            await host.throw("Slack answers after 2 seconds")
            await host.throw("worker is killed")
            print(host.address, flush=True)
            await asyncio.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 600)


if __name__ == "__main__":
    asyncio.run(_look())
