"""The page as an ASGI app: whole pages, their parts, the stream of what changed, the acts, and the panes.

It refuses everything that `guard` refuses, and to show anybody what they could not open in Slack.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.practice.page.pane import Pane
from bot.practice.page.shell.acts import Acts
from bot.practice.page.shell.desk import Desk
from bot.practice.page.shell.drawn import STATIC, Drawer, Window
from bot.practice.page.shell.guard import Guard
from bot.practice.page.shell.live import Live
from bot.practice.slack_standin import NobodyListens, NotInWorkspace
from bot.practice.slack_standin.serving import Listener


@dataclass
class Page:
    """The practice page. `async with page.serve(port) as url:`, or `page.app` without a port."""

    desk: Desk

    def __post_init__(self) -> None:
        self.live = Live(self.desk)
        self._drawer = Drawer(self.desk)
        self.app: ASGIApp = Starlette(routes=self._routes(), middleware=[Middleware(Guard)])

    @contextlib.asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[str]:
        """Serve it on 127.0.0.1 and give its address. Raises OSError if the port is taken."""
        listener = Listener(self.app)
        await listener.open(port)
        try:
            async with self.live.running():
                yield f"http://127.0.0.1:{listener.port}/"
        finally:
            await listener.close()

    def _routes(self) -> list[BaseRoute]:
        panes = [route for pane in self.desk.panes for route in self._pane_routes(pane)]
        return [
            Route("/", self._opening),
            Route("/c/{channel}", _found(self._channel)),
            Route("/dm/{name}", _found(self._direct)),
            Route("/app", _found(self._home)),
            Route("/part/{part}", _found(self._part)),
            Route("/live", _found(self._live)),
            *Acts(self.desk, self.live.nudge).routes(),
            *panes,
            Mount("/static", StaticFiles(directory=STATIC)),
        ]

    def _pane_routes(self, pane: Pane) -> list[BaseRoute]:
        async def draw(request: Request) -> Response:
            del request
            return HTMLResponse(str(await pane.draw()))

        below = f"/pane/{pane.name}"
        whole, relative = list[BaseRoute](), list[BaseRoute]()
        for route in pane.routes():
            (whole if str(getattr(route, "path", "")).startswith(f"{below}/") else relative).append(route)
        return [Route(below, draw), *whole, Mount(below, routes=relative)]

    # ------------------------------------------------------------ pages

    async def _opening(self, request: Request) -> Response:
        channel = self.desk.workspace.channel(self.desk.opening)
        name = request.query_params.get("as") or self.desk.first()
        if name in self.desk.cast and not self.desk.can_open(self.desk.person(name), channel):
            mine = [c for c in self.desk.workspace.channels.values() if self.desk.person(name).id in c.members]
            if not mine:
                return RedirectResponse(f"/app?{urlencode({'as': name})}")
            channel = mine[0]
        return RedirectResponse(f"/c/{channel.id}?{urlencode({'as': name})}")

    async def _channel(self, request: Request) -> Response:
        channel = self.desk.workspace.channels.get(request.path_params["channel"])
        person, bot = self.desk.person(self._name(request)), self.desk.workspace.bot
        if channel and channel.is_im and bot.id in channel.members and person.id not in channel.members:
            # Somebody else is acted as now: they have their own messages with the app.
            return RedirectResponse(f"/dm/{bot.name}?{urlencode({'as': person.name})}")
        return self._whole(self._window(request, request.path_params["channel"]))

    async def _direct(self, request: Request) -> Response:
        """Open the direct messages with somebody; Slack opens them when somebody looks."""
        person = self.desk.person(self._name(request))
        other = self.desk.workspace.user(request.path_params["name"])
        dm = self.desk.workspace.open_dm(person.id, other.id)
        return RedirectResponse(f"/c/{dm.id}?{urlencode({'as': person.name})}")

    async def _home(self, request: Request) -> Response:
        """The app's Home tab: Slack tells the app that it was opened."""
        window = self._window(request)
        with contextlib.suppress(NobodyListens):
            await window.person.open_home()
        return self._whole(window)

    def _whole(self, window: Window) -> Response:
        page = self._drawer.page(window)
        self._read(window)
        return HTMLResponse(page)

    def _read(self, window: Window) -> None:
        if window.channel is not None and (posts := self.desk.workspace.posts[window.channel.id]):
            self.desk.marks.has_read(window.person.id, window.channel.id, posts[-1].ts)

    # ------------------------------------------------------------ parts

    async def _part(self, request: Request) -> Response:
        try:
            return HTMLResponse(self._drawer.part(request.path_params["part"], self._seen(request)))
        except KeyError:
            return Response(status_code=404)

    async def _live(self, request: Request) -> Response:
        return self.live.answer(self._seen(request))

    # ------------------------------------------------------------ windows

    def _name(self, request: Request) -> str:
        return request.query_params.get("as") or self.desk.first()

    def _window(self, request: Request, channel_id: str = "") -> Window:
        """Return a window that is opened now. Raises NotInWorkspace."""
        person = self.desk.person(self._name(request))
        if not channel_id:
            return Window(person)
        channel = self.desk.seen_by(person, channel_id)
        thread = request.query_params.get("thread", "")
        if thread and not self.desk.workspace.thread(channel, thread):
            thread = ""
        return Window(person, channel, thread, self.desk.marks.last_read(person.id, channel.id))

    def _seen(self, request: Request) -> Window:
        """Return a window that is open already, as it says itself. Raises NotInWorkspace."""
        asked = request.query_params
        opened = self._window(request, asked.get("at", ""))
        return Window(opened.person, opened.channel, opened.thread, asked.get("since", ""))


def _found(run: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await run(request)
        except NotInWorkspace as missing:
            if request.url.path.startswith(("/part/", "/live")):
                return JSONResponse({"ok": False, "says": str(missing)}, 404)
            # A channel that one cannot see in somebody's place is no dead end: the next person may not be in it.
            name = request.query_params.get("as", "")
            known = f"?{urlencode({'as': name})}" if "there is nobody called" not in str(missing) and name else ""
            return RedirectResponse(f"/{known}")

    return endpoint
