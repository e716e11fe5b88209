"""The loopback end of webhooks: takes a post only with a good Standard Webhooks signature, and keeps it.

It is a receiver as the specification (standardwebhooks.com) asks for: signature over id, time and raw bytes, five
minutes of tolerance. It refuses everything else with 401 and keeps what it refused, so that a play can fail over it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.practice.slack_standin.serving import Listener

_TOLERANCE = 300  # seconds; the specification's advice


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it came in."""

    webhook_id: str
    body: bytes


class Receiver:
    """`async with receiver.serve() as address:`; what came in is in `posts`, what was refused in `refused`."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._key = secrets.token_bytes(32)
        self.posts: list[Post] = []
        self.refused: list[str] = []

    @property
    def secret(self) -> str:
        """The secret that sender and receiver share."""
        return f"whsec_{base64.b64encode(self._key).decode()}"

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen until the block ends; give the address to post to."""
        listener = Listener(Starlette(routes=[Route("/updates", self._take, methods=["POST"])]))
        port = await listener.open()
        try:
            yield f"http://127.0.0.1:{port}/updates"
        finally:
            await listener.close()

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        webhook_id, timestamp, signatures = (request.headers.get(name, "") for name in names)
        if why := self._why_not(webhook_id, timestamp, signatures, body):
            self.refused.append(why)
            return Response(status_code=401)
        self.posts.append(Post(webhook_id, body))
        return Response(status_code=204)

    def _why_not(self, webhook_id: str, timestamp: str, signatures: str, body: bytes) -> str:
        if not webhook_id or not timestamp.isdigit():
            return "a post without webhook-id or webhook-timestamp"
        if abs(self._now() - int(timestamp)) > _TOLERANCE:
            return "a post whose time is more than five minutes off"
        signed = hmac.digest(self._key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256)
        good = f"v1,{base64.b64encode(signed).decode()}"
        fits = any(hmac.compare_digest(good, one) for one in signatures.split())
        return "" if fits else "a post whose signature does not fit"
