"""Gives an ASGI app a real port on 127.0.0.1, inside the running event loop.

uvicorn's `Server` installs signal handlers and takes 0.2 s to stop; tests start hundreds of these, so only its protocol
is used. It can also hang up on one client without an answer, which no ASGI app can.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState


class Listener:
    """One open port. `close()` drops whoever is still connected."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._server: asyncio.Server | None = None
        self._state = ServerState()
        self._connections: dict[tuple[str, int], asyncio.Transport] = {}
        self.port = 0

    async def open(self, port: int = 0) -> int:
        config = uvicorn.Config(self._app, lifespan="off", log_config=None, access_log=False, ws="websockets-sansio")
        config.load()
        listener = self

        class Droppable(H11Protocol):
            # uvicorn narrows asyncio's BaseTransport, as every protocol of streams does.
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                listener.remember(transport)

        def protocol() -> asyncio.Protocol:
            return Droppable(config=config, server_state=self._state, app_state={})

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(protocol, "127.0.0.1", port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    def remember(self, transport: asyncio.Transport) -> None:
        peer = transport.get_extra_info("peername")
        self._connections = {k: t for k, t in self._connections.items() if not t.is_closing()}
        self._connections[(peer[0], peer[1])] = transport

    def drop(self, request: Request) -> bool:
        client = request.client
        transport = self._connections.get((client.host, client.port)) if client else None
        if transport is None:
            return False
        transport.abort()
        return True

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for transport in self._connections.values():
            transport.abort()
        for task in list(self._state.tasks):
            task.cancel()
        await asyncio.gather(*self._state.tasks, return_exceptions=True)
