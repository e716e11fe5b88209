"""The web process as one ASGI application: Slack's gate, the status site, health.

It refuses to stop before its background work is done (or `GOODBYE` seconds are over), and to know what the services
are made of: `wiring` hands them in.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.health.doors import Doors
from bot.health.watch import Watch
from bot.metrics.standing import Owed
from bot.ports import Services
from bot.ports.overview import Overview
from bot.web.background import Background
from bot.web.ear import Ear
from bot.web.gate import Gate
from bot.web.site import StatusSite
from handlers.dispatch import Dispatcher

EVENTS = "/slack/events"
# How long a stop waits for answers that are still on their way to Slack.
GOODBYE = 20.0


def build_ear(services: Services, *, bot_user: str, workspace: str, background: Background) -> Ear:
    """Return what HTTP and Socket Mode both feed."""
    dispatcher = Dispatcher(services, background, bot_user=bot_user)
    return Ear(dispatcher, bot_user=bot_user, workspace=workspace)


def build_app(
    services: Services,
    *,
    signing_secret: str,
    bot_user: str,
    workspace: str,
    status_dir: Path | None,
    now: Callable[[], float],
    background: Background,
    ear: Ear | None = None,
    doors: Doors | None = None,
) -> Starlette:
    """Return the application. `ear` is shared with Socket Mode where that is on; it is `app.state.ear`, too.

    An empty `signing_secret` leaves POST /slack/events out: then only Socket Mode can reach the bot. Without `doors`
    readiness is that Redis answers.
    """
    ear = ear or build_ear(services, bot_user=bot_user, workspace=workspace, background=background)
    site = StatusSite(status_dir)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await background.drain(GOODBYE)

    gate = Gate(ear, signing_secret=signing_secret, now=now) if signing_secret else None
    routes = [
        *(doors or _plain_doors(services)).routes,
        Route("/", _to_status),
        Route("/status", site.serve),
        Route("/status/", site.serve),
        Route("/status/{name:path}", site.serve),
    ]
    app = _Gated(gate, routes=routes, lifespan=lifespan)
    app.state.services = services
    app.state.ear = ear
    return app


class _Gated(Starlette):
    """Starlette with the gate before its router and middleware, which cost a tenth of an answer to Slack."""

    def __init__(self, gate: Gate | None, **settings: Any) -> None:
        super().__init__(**settings)
        # A redirect to the path without its last slash reads the query as UTF-8, and fails where it is not.
        self.router.redirect_slashes = False
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._gate is not None and scope["type"] == "http" and scope["path"] == EVENTS:
            await self._gate(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _plain_doors(services: Services) -> Doors:
    async def look() -> Overview:
        await services.incidents.find(0)
        return Overview()

    async def owed() -> Owed:
        return Owed()

    return Doors(Watch(look), owed)


async def _to_status(request: Request) -> Response:
    del request
    return RedirectResponse("/status", 302)
