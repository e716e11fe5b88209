"""Socket Mode: the same payloads over a connection that we open, for machines that Slack cannot reach by HTTPS.

An envelope is authenticated by the connection, so it enters behind the signature: shape, seen before, Bolt, dispatch
are those of HTTP, and the answer travels in the acknowledgement. It refuses to hold up one envelope for another, to
leave one unacknowledged (Slack would send it again), and to use an address twice: the SDK's client tries one spent
ticket for ever.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
import structlog

from bot.ports import ChatRefused, ChatUnavailable
from bot.slack.connection import open_connection
from bot.web.background import Background
from bot.web.ear import Ear
from bot.web.reply import Reply
from bot.web.shape import require_shallow
from handlers.fields import Malformed

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# A connection that ends sooner is in trouble, and the next one waits a little.
_LIVED = 5.0
# Slack pings every few seconds; a connection that is silent for longer is dead.
_HEARTBEAT = 10.0
# What is being answered when Slack asks for another connection may still go out on the old one.
_GRACE = 5.0
_LARGEST = 2 * 1024 * 1024


class SocketMode:
    """One connection to Slack, opened again whenever it ends."""

    def __init__(self, ear: Ear, background: Background, *, app_token: str, base_url: str) -> None:
        self._ear = ear
        self._background = background
        self._app_token = app_token
        self._base_url = base_url
        self.connected = asyncio.Event()
        self._lost_at = time.monotonic()

    @property
    def unheard(self) -> float:
        """Seconds since it was connected last (or began to try); 0.0 while it is."""
        return 0.0 if self.connected.is_set() else time.monotonic() - self._lost_at

    async def run(self) -> None:
        """Stay connected until cancelled. Answers under way are the background's: drain it after this."""
        pause = _FIRST_PAUSE
        clock = asyncio.get_running_loop().time
        async with aiohttp.ClientSession() as session:
            while True:
                started = clock()
                try:
                    await self._serve(session)
                    if clock() - started > _LIVED:
                        pause = _FIRST_PAUSE
                    else:
                        await asyncio.sleep(pause)
                except (ChatRefused, ChatUnavailable, aiohttp.ClientError, TimeoutError, OSError) as trouble:
                    code = trouble.code if isinstance(trouble, ChatRefused) else type(trouble).__name__
                    asked = trouble.retry_after if isinstance(trouble, ChatUnavailable) else None
                    structlog.get_logger().warning(
                        "socket_mode_down", reason=code, again_in=asked or pause, mend="`clarion check` says more"
                    )
                    await asyncio.sleep(asked or pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                finally:
                    if self.connected.is_set():
                        self._lost_at = time.monotonic()
                    self.connected.clear()

    async def _serve(self, session: aiohttp.ClientSession) -> None:
        """Serve one connection until it ends or Slack asks for another one."""
        url = await open_connection(session, self._base_url, self._app_token)
        socket = await session.ws_connect(url, heartbeat=_HEARTBEAT, max_msg_size=_LARGEST)
        self.connected.set()
        structlog.get_logger().info("socket_mode_connected")
        answers: set[asyncio.Task[None]] = set()
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                envelope = _envelope(message.data)
                if envelope.get("type") == "disconnect":
                    return
                if isinstance(envelope.get("envelope_id"), str):
                    work = self._answer(socket, envelope["envelope_id"], envelope.get("payload"))
                    answers.add(answer := self._background.spawn(work))
                    answer.add_done_callback(answers.discard)
        finally:
            self._background.spawn(_close(socket, answers))

    async def _answer(self, socket: aiohttp.ClientWebSocketResponse, envelope_id: str, payload: object) -> None:
        body = _payload(await self._reply(payload))
        answer = {"envelope_id": envelope_id} if body is None else {"envelope_id": envelope_id, "payload": body}
        try:
            await socket.send_json(answer)
        except (aiohttp.ClientError, OSError) as error:
            # The connection went between question and answer; Slack repeats, and the first answer is kept.
            structlog.get_logger().warning("socket_mode_answer_lost", error=type(error).__name__)

    async def _reply(self, payload: object) -> Reply:
        try:
            require_shallow(payload)
        except Malformed:
            return Reply(400)
        return await self._ear.hear(payload) if isinstance(payload, dict) else Reply(400)


async def _close(socket: aiohttp.ClientWebSocketResponse, answers: set[asyncio.Task[None]]) -> None:
    if answers and not socket.closed:
        await asyncio.wait(set(answers), timeout=_GRACE)
    await socket.close()


def _envelope(data: str) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _payload(reply: Reply) -> Mapping[str, Any] | None:
    if reply.status != 200 or not reply.body:
        return None
    found = json.loads(reply.body) if reply.content_type.startswith("application/json") else reply.body.decode()
    return found if isinstance(found, dict) else {"text": str(found)}
