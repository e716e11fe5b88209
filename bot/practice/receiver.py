"""The loopback end of webhooks: takes a post only with a good Standard Webhooks signature, and keeps it.

It is a receiver as the specification (standardwebhooks.com) asks for: signature over id, time and raw bytes, five
minutes of tolerance. It refuses everything else with 401 and keeps what it refused, so that a play can fail over it.
A post with an id that it has is the same post again, and is kept once.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.practice.manner import Manner, Mood
from bot.practice.slack_standin.serving import Listener

_TOLERANCE = 300  # seconds; the specification's advice
_COME_AGAIN = 2  # seconds, in Retry-After


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it came in. `at`: seconds, by the clock of the practice; `times`: how often it came by its id."""

    webhook_id: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    at: float = 0.0
    times: int = 1


class Receiver:
    """`async with receiver.serve() as address:`; what came in is in `posts`, what was refused in `refused`."""

    def __init__(self, now: Callable[[], float], say: Callable[[str], None] = lambda words: None) -> None:
        """`now`: the clock of the practice, in seconds; `say` is told in plain words what comes."""
        self._now, self._say = now, say
        self._key = secrets.token_bytes(32)
        self._mood = Mood()
        self.posts: list[Post] = []
        self.refused: list[str] = []
        self._drop: Callable[[Request], bool] = lambda _: False

    @property
    def manner(self) -> Manner:
        """How it treats posts now."""
        return self._mood.manner

    @property
    def waiting(self) -> int:
        """How many posts are here and have no answer yet."""
        return self._mood.waiting

    def turn(self, manner: Manner) -> None:
        """Treat posts so from now on."""
        self._mood.turn(manner)

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
            self._drop = listener.drop
            yield f"http://127.0.0.1:{port}/updates"
        finally:
            self._mood.turn(Manner.TAKES)
            await listener.close()

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        webhook_id, timestamp, signatures = (request.headers.get(name, "") for name in names)
        if why := self._why_not(webhook_id, timestamp, signatures, body):
            self.refused.append(why)
            self._say(f"The webhook receiver refused {why}.")
            return Response(status_code=401)
        if self.manner is Manner.REFUSES:
            self._say("The webhook receiver refused a post (400).")
            return Response(status_code=400)
        if self.manner is Manner.LATER:
            self._say("The webhook receiver did not take a post this time (503).")
            return Response(status_code=503, headers={"Retry-After": str(_COME_AGAIN)})
        await self._mood.hang()
        known = self._keep(Post(webhook_id, body, dict(request.headers), self._now()))
        what = "a post that it had already, by its id," if known else "a post"
        if self.manner is Manner.LOSES and self._drop(request):
            self._say(f"The webhook receiver took {what} and the connection broke before it said so.")
            await asyncio.sleep(0.001)  # the loop must see the connection end, so that this answer is thrown away
        else:
            self._say(f"The webhook receiver took {what.rstrip(',')}.")
        return Response(status_code=204)

    def _keep(self, post: Post) -> bool:
        """Keep it; say whether it was there."""
        for place, known in enumerate(self.posts):
            if known.webhook_id == post.webhook_id and known.body == post.body:
                self.posts[place] = replace(known, times=known.times + 1)
                return True
        self.posts.append(post)
        return False

    def _why_not(self, webhook_id: str, timestamp: str, signatures: str, body: bytes) -> str:
        if not webhook_id or not timestamp.isdecimal():
            return "a post without webhook-id or webhook-timestamp"
        if abs(self._now() - int(timestamp)) > _TOLERANCE:
            return "a post whose time is more than five minutes off"
        signed = hmac.digest(self._key, f"{webhook_id}.{timestamp}.".encode() + body, hashlib.sha256)
        good = f"v1,{base64.b64encode(signed).decode()}"
        fits = any(hmac.compare_digest(good, one) for one in signatures.split())
        return "" if fits else "a post whose signature does not fit"
