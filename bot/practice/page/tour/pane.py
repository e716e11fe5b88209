"""Draws the tour beside the chat, and does a step, or the rest, for whoever asks for it.

It refuses to draw what it has not looked at, and to wait: what takes time goes on in the background, and is seen.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.practice.page.tour.guide import Guide
from bot.practice.page.tour.spoken import told
from bot.practice.scenario import reading
from bot.practice.scenario.acting import Actors
from bot.practice.scenario.judging import Judge, spoken
from bot.practice.scenario.script import Script

_LONGEST_SEEN = 400  # characters of what is seen instead; the screen itself is beside it


class TourPane:
    """A guided tour of `script` in the house that `actors` and `judge` were made for; a `page.pane.Pane`.

    Make it in a running event loop, after the house is ready: `TourPane(script, actors, judge)`. Use `Actors` and
    `Judge` as `bot.practice.session` makes them (the judge's `since` is the actors'), and play nothing else with them
    at the same time. `start_over` gets the name of a shipped scenario and is expected to leave this house for a fresh
    one; without it the tour offers no other scenario. A script without steps: it only offers them.
    """

    name = "tour"
    title = "Guided tour"

    def __init__(
        self,
        script: Script,
        actors: Actors,
        judge: Judge,
        start_over: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self._script = script
        self._guide = Guide(script, actors, judge)
        self._start_over = start_over
        names = sorted(reading.shipped(), key=lambda one: one != reading.FIRST) if start_over else ()
        self._offered = tuple((one, reading.read(reading.find(one)).title) for one in names)
        pages = Environment(
            loader=PackageLoader("bot.practice.page", "tour"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = pages.get_template("tour.html.j2")

    def routes(self) -> Sequence[BaseRoute]:
        """Return where steps are done for somebody, and where another tour begins."""
        return (
            Route("/pane/tour/do", self._do, methods=["POST"]),
            Route("/pane/tour/rest", self._rest, methods=["POST"]),
            Route("/pane/tour/stop", self._stop, methods=["POST"]),
            Route("/pane/tour/start", self._start, methods=["POST"]),
        )

    async def version(self) -> str:
        """Look how far it has come; return another word whenever that changed."""
        await self._guide.look()
        words = json.dumps([self._guide.busy, *(self._row(n) for n in range(len(self._guide.passages)))])
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    async def draw(self) -> Markup:
        """Return the steps: those done, the one that it is at, and those to come."""
        guide = self._guide
        html = self._template.render(
            title=self._script.title,
            people=self._script.people,
            steps=[self._row(n) for n in range(len(guide.passages))],
            at=guide.at,
            busy=guide.busy,
            scenarios=self._offered,
            playing=self._script.name,
        )
        return Markup(html)  # noqa: S704 - every value in it was escaped by the template

    def _row(self, n: int) -> dict[str, Any]:
        passage = self._guide.passages[n]
        words = told(passage.step)
        now = n == self._guide.at
        return {
            "number": passage.step.number,
            "state": "now" if now else "past" if n < self._guide.at else "later",
            "mark": str(passage.mark),
            "who": words.who,
            "words": words.words,
            "fill": words.fill,
            "typed": words.typed,
            "by_hand": words.by_hand,
            "note": passage.note,
            "expected": [
                (spoken(one), str(passage.expected[i]), passage.seen[i][:_LONGEST_SEEN] if now else "")
                for i, one in enumerate(passage.step.expectations)
            ],
        }

    async def _do(self, _request: Request) -> Response:
        return self._doing(rest=False)

    async def _rest(self, _request: Request) -> Response:
        return self._doing(rest=True)

    def _doing(self, *, rest: bool) -> Response:
        if self._guide.busy:
            return _no("The last step is still being done. Wait a moment.", 409)
        if self._guide.current is None:
            return _no("The tour is over.", 409)
        self._guide.do(rest=rest)
        return JSONResponse({"ok": True})

    async def _stop(self, _request: Request) -> Response:
        await self._guide.stop()
        return JSONResponse({"ok": True})

    async def _start(self, request: Request) -> Response:
        try:
            asked = await request.json()
        except ValueError:
            asked = None
        name = asked.get("scenario") if isinstance(asked, dict) else None
        if self._start_over is None or name not in reading.shipped():
            return _no("There is no such scenario. Reload the page.", 404)
        await self._guide.stop()
        await self._start_over(str(name))
        return JSONResponse({"ok": True, "says": "A fresh workspace is being made. It takes a few seconds."})


def _no(why: str, status: int) -> Response:
    return JSONResponse({"ok": False, "says": why}, status)
