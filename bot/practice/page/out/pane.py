"""Draws *What went out*, and gives every arrival as the very bytes that came.

It waits for nobody: what Redis or the web process cannot tell now is shown as it was last seen, and said so.
"""

import asyncio
from collections.abc import Sequence

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.practice.house import House
from bot.practice.outside import STATUS, Approved
from bot.practice.page.out.verdicts import Item, by_outlet, judged
from bot.practice.page.paper import Paper

_PATIENCE = 1.0  # seconds; what is away longer is drawn when it is back


class OutPane:
    """`bot.practice.page.pane.Pane` for what each outlet delivered to its loopback end."""

    name = "out"
    title = "What went out"

    def __init__(self, house: House) -> None:
        self._house = house
        self._paper = Paper("out")
        self._approved: tuple[Approved, ...] | None = None
        self._page = ""
        self._missing = 0  # draws in a row that could not see all

    def routes(self) -> Sequence[BaseRoute]:
        """Return where the bytes of one arrival are."""
        return (Route("/pane/out/raw/{id}", self._raw),)

    async def version(self) -> str:
        """Return another word whenever something arrived anywhere, or could not be compared and perhaps can be now."""
        house, status = self._house, self._house.status_folder.path / "status.json"
        posts = house.standin.messages(house.broadcast)
        amended = sum(1 for one in posts if one.edited)
        hooks = sum(one.times for one in house.receiver.posts)
        try:
            put = status.stat().st_mtime_ns
        except OSError:
            put = 0
        counts = (len(house.mailbox.letters), hooks, len(house.receiver.refused), len(posts), amended, put)
        return "-".join(str(one) for one in (*counts, self._missing))

    async def draw(self) -> Markup:
        """Return what arrived, newest first, by outlet."""
        items, whole = await self._look()
        self._missing = 0 if whole else self._missing + 1
        return self._paper.draw(
            outlets=by_outlet(items),
            refused=self._house.receiver.refused,
            status=STATUS,
            page=self._page,
            address=self._house.outside.status_url,
            whole=whole,
        )

    async def _look(self) -> tuple[tuple[Item, ...], bool]:
        outside, whole = self._house.outside, True
        try:
            async with asyncio.timeout(_PATIENCE):
                await outside.arrivals()
                self._page = await outside.status_page()
        except TimeoutError:
            whole = False
        received = outside.received()
        if not received:
            return (), whole
        try:
            async with asyncio.timeout(_PATIENCE):
                self._approved = await outside.approved()
        except TimeoutError:
            whole = False
        return judged(received, self._approved), whole

    async def _raw(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        for one in judged(self._house.outside.received(), self._approved):
            if one.id == wanted:
                return PlainTextResponse(one.raw, headers={"content-disposition": f'inline; filename="{one.id}.txt"'})
        return PlainTextResponse("Nothing with this name has left.", 404)
