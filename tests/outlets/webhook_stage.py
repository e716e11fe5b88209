"""The webhook outlet beside a receiver that knows Standard Webhooks."""

import asyncio
import base64
import hashlib
import hmac
import json

from aiohttp import web

from bot.domain.update import Recipient, Rendition
from bot.outlets.webhook import Webhook
from tests.outlets.conformance import NOW, RETRY_AFTER, Arrived, Stage, Trouble
from tests.outlets.loopback import client_tls, server_tls

SECRET_BYTES = b"canary-secret-of-thirty-two-byte"
SECRET = "whsec_" + base64.b64encode(SECRET_BYTES).decode()
PATH = "/hooks/canary-path-token?token=canary-query"


class Receiver:
    """A receiver that knows Standard Webhooks: it checks the signature and takes each id once."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.requests: list[web.Request] = []
        self.peers: list[object] = []
        self.trouble: Trouble | None = None
        self.status, self.headers = 200, {"Retry-After": "7"}

    async def hear(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.peers.append(request.transport.get_extra_info("peername") if request.transport else None)
        self.requests.append(request)  # type: ignore[arg-type]
        if self.trouble is Trouble.REFUSES:
            return web.Response(status=422, text="Customer-Canary-Text")
        if self.trouble is Trouble.BUSY:
            return web.Response(status=429, headers={"Retry-After": str(int(RETRY_AFTER))})
        self.take(request, body)
        if self.trouble is Trouble.SILENT:
            await asyncio.sleep(30)
        if self.trouble is Trouble.CUT_AFTER and request.transport:
            request.transport.abort()
        return web.Response(status=self.status, headers=self.headers)

    def take(self, request: web.BaseRequest, body: bytes) -> None:
        name, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        expected = hmac.new(SECRET_BYTES, name.encode() + b"." + at.encode() + b"." + body, hashlib.sha256).digest()
        assert request.headers["webhook-signature"] == "v1," + base64.b64encode(expected).decode()
        assert request.headers["Content-Type"] == "application/json"
        self.taken.setdefault(name, body)


class WebhookStage(Stage):
    secrets = (SECRET, SECRET.removeprefix("whsec_"), SECRET_BYTES.decode(), "canary-path-token", "canary-query")

    def __init__(self) -> None:
        self.receiver = Receiver()
        self.runner = web.ServerRunner(web.Server(self.receiver.hear, access_log=None), shutdown_timeout=0.1)
        self.port = 0
        self.site: web.TCPSite | None = None
        self.webhook: Webhook
        self.tls = True

    async def start(self) -> None:
        await self.runner.setup()
        await self.open_site()
        scheme = "https" if self.tls else "http"
        self.webhook = Webhook(
            f"{scheme}://127.0.0.1:{self.port}{PATH}",
            SECRET,
            lambda: NOW,
            allow_private=True,
            tls=client_tls() if self.tls else None,
            connect_timeout=2,
            reply_timeout=0.2,
        )
        self.outlet = self.webhook

    async def open_site(self) -> None:
        tls = server_tls() if self.tls else None
        self.site = web.TCPSite(self.runner, "127.0.0.1", self.port, ssl_context=tls)
        await self.site.start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        await self.webhook.aclose()
        await self.runner.cleanup()

    def rendition(self, text: str) -> Rendition:
        body = json.dumps({"text": text, "odd": [1.10, "ß"]}, ensure_ascii=False, indent=3)
        return Rendition(outlet=self.webhook.name, locale="en", parts=(("json", body),))

    async def arrived(self) -> list[Arrived]:
        return [Arrived(key=k, parts={"json": b.decode()}) for k, b in self.receiver.taken.items()]

    async def play(self, trouble: Trouble | None) -> None:
        self.receiver.trouble = trouble
        if trouble is Trouble.DOWN and self.site:
            await self.site.stop()
            self.site = None
        elif self.site is None:
            await self.open_site()

    def contacts(self) -> int:
        return len(self.receiver.requests)

    def key_as_arrived(self, key: str, recipient: Recipient) -> str:
        return key
