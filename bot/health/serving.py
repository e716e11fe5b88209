"""Puts the doors together for a process, and serves them on a port of their own where there is none: the worker's.

A worker must work where its port cannot be had: then a line in the log says so, and it goes on.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import structlog
import uvicorn
from starlette.applications import Starlette

from bot.config import Settings
from bot.health.doors import Doors
from bot.health.watch import Watch
from bot.metrics.standing import Owed, owed
from bot.ports.overview import Overview
from bot.wiring import Built

_log = structlog.get_logger("clarion.health")
# What is still being answered when the worker ends, in seconds.
_GRACE = 1
_LOCAL, _ALL = "127.0.0.1", "0.0.0.0"  # noqa: S104 - with a token the port is for whoever has it


def doors_of(
    built: Built, *, unheard: Callable[[], float] = lambda: 0.0, heard: Callable[[], float | None] = lambda: None
) -> Doors:
    """Return the doors of a process. `unheard` and `heard`: see `Watch`."""
    services = built.services

    async def look() -> Overview:
        return await built.storage.overview.look(built.lanes)

    async def find() -> Owed:
        return owed(await services.incidents.open(), services.clock.now())

    watch = Watch(look, unheard, heard, lease=built.storage.overview.lease)
    return Doors(
        watch,
        find,
        token=token_of(built.settings),
        standstills=services.standstills,
        unwritable=lambda: built.journal.unwritable,
    )


def token_of(settings: Settings) -> str:
    """Return METRICS_TOKEN, "" where it is not set."""
    return settings.metrics_token.get_secret_value() if settings.metrics_token else ""


@contextlib.asynccontextmanager
async def worker_doors(built: Built) -> AsyncIterator[None]:
    """Serve the doors on WORKER_METRICS_PORT while the block runs; nothing where it is not set."""
    port = built.settings.worker_metrics_port
    door = _bound_or_told(_ALL if token_of(built.settings) else _LOCAL, port) if port else None
    if door is None:
        yield
        return
    app = Starlette(routes=list(doors_of(built).routes))
    server = _Beside(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[door]))
    _log.info("metrics_ready", port=port)
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)


class _Beside(uvicorn.Server):
    """A server that leaves signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def bound(host: str, port: int) -> socket.socket:
    """Take a port; nobody is let in yet. Raises OSError."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError:
        door.close()
        raise
    return door


def _bound_or_told(host: str, port: int) -> socket.socket | None:
    try:
        return bound(host, port)
    except OSError as fault:
        _log.error("metrics_port_taken", port=port, why=fault.strerror, mend="set WORKER_METRICS_PORT to another one")
        return None
