"""The far ends of the outlets, on the loopback, each of which can be told to be in trouble.

They refuse to be kind: a bad signature is an error, and everything that arrives is kept as it came, in order.
"""

import asyncio
import base64
import hashlib
import hmac
import logging
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP

SECRET_BYTES = b"canary-webhook-secret-of-32-byte"
SECRET = "whsec_" + base64.b64encode(SECRET_BYTES).decode()


@dataclass(frozen=True)
class Letter:
    """One letter as it arrived."""

    to: str
    subject: str
    text: str
    html: str


class MailServer:
    """A mail server. `mode`: "take", "refuse" (550), "later" (451), "hang" (before taking), "take and hang"."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.mode = "take"
        self.pause_after = 0  # 0: never; else it thinks about the letter after so many until `go_on`
        self.waiting = 0
        self.port = 0
        self._go = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._open: list[SMTP] = []

    async def start(self) -> None:
        """Listen; after `stop`, on the same port again."""
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()

        def protocol() -> SMTP:
            made = SMTP(self, loop=loop, hostname="mail.test", enable_SMTPUTF8=True)
            self._open.append(made)
            return made

        self._server = await loop.create_server(protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go away: connections break, new ones are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._open:
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()
        self.go_on()

    def go_on(self) -> None:
        """Let whoever hangs or pauses go on."""
        self.pause_after = 0
        self._go.set()
        self._go = asyncio.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Judge a letter."""
        if self.mode == "refuse":
            return "550 no"
        if self.mode == "later":
            return "451 come again"
        if self.mode == "hang":
            await self._hang()
        self._keep(envelope)
        paused = 0 < self.pause_after <= len(self.letters)
        if self.mode == "take and hang" or paused:
            await self._hang()
        return "250 OK"

    async def _hang(self) -> None:
        self.waiting += 1
        await self._go.wait()
        self.waiting -= 1

    def _keep(self, envelope: Any) -> None:
        message = message_from_bytes(bytes(envelope.content), policy=default)
        text, html = (_payload(part) for part in message.iter_parts())
        self.letters += [Letter(str(to), str(message["Subject"]), text, html) for to in envelope.rcpt_tos]


def _payload(part: Any) -> str:
    return str(part.get_payload(decode=True).decode()).replace("\r\n", "\n")


class HookReceiver:
    """Takes Standard Webhooks. `mode`: "take", an HTTP status, "hang", "take and hang", "take and cut"."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, bytes]] = []
        self.kept: dict[str, bytes] = {}  # what its owner saw: each id once
        self.asked = 0
        self.mode: str | int = "take"
        self.retry_after = ""
        self.port = 0
        self._go = asyncio.Event()
        self._runner = web.ServerRunner(web.Server(self._hear, access_log=None), shutdown_timeout=0.1)

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/updates"

    async def start(self) -> None:
        """Listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away."""
        self.go_on()
        await self._runner.cleanup()

    def go_on(self) -> None:
        """Let whoever hangs go on."""
        self._go.set()
        self._go = asyncio.Event()

    async def _hear(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.asked += 1
        self._check(request, body)
        if isinstance(self.mode, int):
            return web.Response(status=self.mode, headers={"Retry-After": self.retry_after} if self.retry_after else {})
        if self.mode == "hang":
            await self._go.wait()
            return web.Response(status=503)
        self.posts.append((request.headers["webhook-id"], body))
        self.kept.setdefault(request.headers["webhook-id"], body)
        if self.mode == "take and hang":
            await self._go.wait()
        if self.mode == "take and cut" and request.transport is not None:
            request.transport.abort()
        return web.Response(status=204)

    def _check(self, request: web.BaseRequest, body: bytes) -> None:
        name, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        expected = hmac.new(SECRET_BYTES, name.encode() + b"." + at.encode() + b"." + body, hashlib.sha256).digest()
        assert request.headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
