"""The web process: the application under uvicorn, and Socket Mode beside it where an app-level token is set.

It refuses to take requests before the services are built, and stops in order: no new requests, answers under way,
connections.
"""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Callable

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot import drift, wiring
from bot.config import Settings
from bot.health.serving import bound, doors_of
from bot.ports import Clock
from bot.web.app import build_app, build_ear
from bot.web.background import Background
from bot.web.ear import Ear
from bot.web.socket_mode import SocketMode
from bot.wiring import Built

log = structlog.get_logger("clarion.web")

# Open requests are given this long when the process is told to stop, in seconds.
GRACE = 5


class PortTaken(ValueError):
    """The port cannot be listened on. The message is for the person who started Clarion."""


async def serve(
    settings: Settings,
    redis_url: str,
    *,
    host: str = "0.0.0.0",  # noqa: S104 - a container's port is reached from outside
    clock: Clock | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; practice hands in its `clock`. Raises PortTaken, and what `wiring.build` does."""
    door = _bound(host, settings.port)
    async with wiring.build(settings, redis_url, clock=clock) as built:
        tidy_seldom()
        background = Background()
        ear = ear_of(built, background)
        # Practice moves its clock on purpose.
        clocks = drift.watched(None if clock else lambda: built.storage.drift(built.services.clock.now))
        async with socket_mode(built, ear, background) as unheard, clocks:
            made = server(built, ear, background, host=host, port=settings.port, unheard=unheard)
            await made.serve(sockets=[door])


def _bound(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done. Raises PortTaken."""
    try:
        return bound(host, port)
    except OSError as fault:
        raise PortTaken(
            f"Port {port} cannot be used ({fault.strerror}). Stop what listens there, or set PORT to another one."
        ) from None


def tidy_seldom() -> None:
    """Let the collector leave alone what lives as long as the process, and come by less often for the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def ear_of(built: Built, background: Background) -> Ear:
    """Return what HTTP and Socket Mode both feed."""
    who = built.identity
    return build_ear(built.services, bot_user=who.bot_user, workspace=who.workspace, background=background)


def server(
    built: Built,
    ear: Ear,
    background: Background,
    *,
    host: str,
    port: int,
    unheard: Callable[[], float] = lambda: 0.0,
) -> uvicorn.Server:
    """Return the server of the application, not started yet. `port` 0: any; `unheard`: see `Watch`."""
    settings, who = built.settings, built.identity
    app = build_app(
        built.services,
        signing_secret=settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else "",
        bot_user=who.bot_user,
        workspace=who.workspace,
        status_dir=settings.status_folder,
        now=lambda: built.services.clock.now().timestamp(),
        background=background,
        ear=ear,
        doors=doors_of(built, unheard=unheard, heard=lambda: ear.heard),
    )
    log.info("web_ready", port=port, socket_mode=settings.slack_app_token is not None)
    return uvicorn.Server(config(app, host=host, port=port))


def config(app: ASGIApp, *, host: str, port: int) -> uvicorn.Config:
    """Return how any application is served: the benchmarks' floors, too."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


@contextlib.asynccontextmanager
async def socket_mode(built: Built, ear: Ear, background: Background) -> AsyncIterator[Callable[[], float]]:
    """Stay connected to Slack while the block runs, if an app-level token is set.

    Gives what says for how many seconds it has not been connected; 0.0 where it is, or where it is not used.
    """
    token = built.settings.slack_app_token
    if token is None:
        yield lambda: 0.0
        return
    socket = SocketMode(ear, background, app_token=token.get_secret_value(), base_url=built.settings.slack_api_url)
    task = asyncio.create_task(socket.run())
    try:
        yield lambda: socket.unheard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await background.drain(GRACE)
