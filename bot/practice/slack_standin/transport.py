"""How a request of Slack's travels to the bot: over HTTP, or straight into an ASGI app.

It also signs, by Slack's v0 scheme (Slack docs, "Verifying requests from Slack"). It never follows a redirect: Slack
does not either.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import aiohttp

FORM = "application/x-www-form-urlencoded"
PATH = "/slack/events"
# How long we keep watching a slow bot; Slack itself gives up after 3 s, which `Answer.late` tells.
PATIENCE = 30.0

AsgiApp = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]


@dataclass(frozen=True)
class SignedRequest:
    body: bytes
    headers: dict[str, str]
    path: str = PATH

    def with_headers(self, **headers: str) -> SignedRequest:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})


def sign(body: bytes, *, timestamp: int | str, secret: str, content_type: str = FORM) -> SignedRequest:
    base = b"v0:" + str(timestamp).encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    headers = {
        "content-type": content_type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": str(timestamp),
        "x-slack-signature": f"v0={digest}",
    }
    return SignedRequest(body, headers)


@dataclass(frozen=True)
class RawAnswer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    # What stopped the bot from answering at all.
    crash: BaseException | None = None


class Transport(Protocol):
    async def send(self, request: SignedRequest) -> RawAnswer: ...

    async def close(self) -> None: ...


class HttpTransport:
    def __init__(self, bot_url: str) -> None:
        self._url = bot_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: SignedRequest) -> RawAnswer:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        clock = asyncio.get_running_loop().time
        started = clock()
        try:
            async with self._session.post(
                self._url + request.path, data=request.body, headers=request.headers, allow_redirects=False
            ) as response:
                body = await response.read()
                headers = {name.lower(): value for name, value in response.headers.items()}
                return RawAnswer(response.status, body, headers, clock() - started)
        except (aiohttp.ClientError, TimeoutError) as error:
            return RawAnswer(0, seconds=clock() - started, crash=error)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


class AsgiTransport:
    """Calls the bot's ASGI app in this process. Its lifespan is not run: start what the app needs yourself."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._running: set[asyncio.Task[None]] = set()

    async def send(self, request: SignedRequest) -> RawAnswer:
        clock = asyncio.get_running_loop().time
        started = clock()
        exchange = _Exchange(request)
        task = asyncio.create_task(self._run(exchange))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # The answer counts from its last byte; the app may go on working behind it.
        done = asyncio.create_task(exchange.answered.wait())
        await asyncio.wait({task, done}, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        done.cancel()
        seconds = clock() - started
        if not exchange.answered.is_set():
            crash = task.exception() if task.done() else TimeoutError("no answer")
            return RawAnswer(500 if task.done() else 0, seconds=seconds, crash=crash)
        return RawAnswer(exchange.status, bytes(exchange.body), exchange.headers, seconds)

    async def _run(self, exchange: _Exchange) -> None:
        await self._app(exchange.scope(), exchange.receive, exchange.send)

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


class _Exchange:
    def __init__(self, request: SignedRequest) -> None:
        self._request = request
        self._sent = False
        self.answered = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    def scope(self) -> MutableMapping[str, Any]:
        headers = {"host": "bot.practice.invalid", "content-length": str(len(self._request.body))}
        headers |= self._request.headers
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": self._request.path,
            "raw_path": self._request.path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(name.lower().encode("latin-1"), v.encode("latin-1")) for name, v in headers.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

    async def receive(self) -> dict[str, Any]:
        if not self._sent:
            self._sent = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self.answered.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in message.get("headers", [])}
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                self.answered.set()
