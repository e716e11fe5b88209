"""Draws *Make it hurt* and throws its switches.

It refuses a switch that it does not know, in a sentence, and says nothing of a trouble that it did not make.
"""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.outlets.whole_files import LockBusy
from bot.practice.house import House
from bot.practice.page.hurt.health import running, waiting
from bot.practice.page.hurt.overheard import Overheard
from bot.practice.page.paper import Paper
from bot.practice.switches import SUBJECTS, SWITCHES, Switch, well_again

_LINES = 10


class HurtPane:
    """`bot.practice.page.pane.Pane` for trouble."""

    name = "hurt"
    title = "Make it hurt"

    def __init__(self, house: House) -> None:
        self._house = house
        self._paper = Paper("hurt")
        self._heard = [Overheard(part, house.folder / f"{part}.log", house.chronicle) for part in house.parts]

    def routes(self) -> Sequence[BaseRoute]:
        """Return where switches are thrown."""
        return (
            Route("/pane/hurt/switch", self._throw, methods=["POST"]),
            Route("/pane/hurt/well", self._well, methods=["POST"]),
        )

    async def version(self) -> str:
        """Return another word whenever a switch, a process, the jobs that wait or the log changed."""
        for one in self._heard:
            one.listen()
        house = self._house
        pids = [part.pid for part in house.parts.values()]
        redis = (house.redis.pid, house.redis.since is None, house.redis.restarts)
        return json.dumps([self._on(), pids, redis, house.chronicle.count, _counts(await waiting(house))])

    async def draw(self) -> Markup:
        """Return switches, processes, jobs and the newest lines."""
        house = self._house
        on = self._on()
        return self._paper.draw(
            subjects=[(one, [s for s in SWITCHES.values() if s.subject == one]) for one in SUBJECTS],
            on=on,
            running=running(house),
            waiting=await waiting(house),
            lines=house.chronicle.last(_LINES),
        )

    def _on(self) -> list[str]:
        return [key for key, switch in SWITCHES.items() if switch.is_on(self._house)]

    async def _throw(self, request: Request) -> Response:
        asked = await _read(request)
        switch, on = SWITCHES.get(str(asked.get("switch"))), asked.get("on", True)
        if switch is None or not isinstance(on, bool):
            return _no("There is no such switch. Reload the page.", 404)
        return await self._thrown(switch, on=on)

    async def _thrown(self, switch: Switch, *, on: bool) -> Response:
        try:
            await (switch.on(self._house) if on else switch.off(self._house))
        except LockBusy:
            return _no("The status page is being written just now. Try again in a moment.", 409)
        return JSONResponse({"ok": True, "on": self._on()})

    async def _well(self, _request: Request) -> Response:
        await well_again(self._house)
        return JSONResponse({"ok": True, "on": self._on()})


def _counts(jobs: Any) -> object:
    return None if jobs is None else [(one.called, one.now, one.later) for one in jobs]


async def _read(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        return {}
    return asked if isinstance(asked, dict) else {}


def _no(why: str, status: int) -> Response:
    return JSONResponse({"ok": False, "says": why}, status)
