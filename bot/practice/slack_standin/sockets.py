"""Socket Mode: the same payloads, as envelopes over a WebSocket that the bot opened.

Source: Slack docs, "Using Socket Mode": hello, envelopes with an id that must be acknowledged, disconnect warnings, at
most 10 connections, and any one of them may get an envelope. An eleventh connection and a wrong ticket are refused.
"""

from __future__ import annotations

import asyncio
import json
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.transport import PATIENCE, RawAnswer

CONNECTIONS = 10
ENVELOPES = {"command": "slash_commands", "event": "events_api"}


class Sockets:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = count()
        self.connected = asyncio.Event()

    @property
    def number_open(self) -> int:
        return len(self._open)

    def new_url(self) -> str:
        ticket = self._stage.workspace.token_like("ticket")
        self._tickets.add(ticket)
        return f"{self._stage.public_url.replace('http', 'ws', 1)}link?ticket={ticket}"

    async def endpoint(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= CONNECTIONS:
            await socket.close(code=1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        self._open.append(socket)
        try:
            await socket.send_json(self._hello())
            self.connected.set()
            while True:
                self._settle(json.loads(await socket.receive_text()))
        except WebSocketDisconnect:
            pass
        finally:
            self._forget(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self._stage.app_id},
            "debug_info": {"host": "practice", "approximate_connection_time": 18060},
        }

    def _settle(self, message: Json) -> None:
        waiting = self._waiting.get(str(message.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _forget(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)
        if not self._open:
            self.connected.clear()

    async def send(self, kind: str, payload: Json, retry: Json) -> RawAnswer:
        if not self._open:
            return RawAnswer(0, crash=ConnectionError("no socket is open"))
        clock = asyncio.get_running_loop().time
        started = clock()
        envelope: Json = {
            "envelope_id": self._stage.workspace.token_like("envelope"),
            "type": ENVELOPES.get(kind, "interactive"),
            "payload": payload,
            "accepts_response_payload": kind != "event",
            **(retry if kind == "event" else {}),
        }
        acknowledged: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = acknowledged
        try:
            await self._open[next(self._turn) % len(self._open)].send_json(envelope)
            async with asyncio.timeout(PATIENCE):
                answer = await acknowledged
        except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
            return RawAnswer(0, seconds=clock() - started, crash=error)
        finally:
            del self._waiting[envelope["envelope_id"]]
        body = json.dumps(answer["payload"]).encode() if answer.get("payload") else b""
        return RawAnswer(200, body, {"content-type": "application/json"}, clock() - started)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Slack closes every connection now and then, and says so first."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "practice"}})
            await socket.close()
            self._forget(socket)
