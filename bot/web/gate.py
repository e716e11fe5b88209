"""The gate in front of everything that claims to be Slack: size, signature, age, shape.

A raw ASGI application, because Bolt parses before it checks and answers junk with a 500 (slack_facts). It refuses
with 405, 408, 413, 401 or 400, in this order, before any state is touched, and never with a 5xx (failure model 32).
"""

import asyncio
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from bot.metrics.instruments import TURNED_AWAY
from bot.web.ear import MALFORMED, Ear
from bot.web.reply import Reply
from bot.web.shape import parse
from bot.web.signature import Seal
from handlers.fields import Malformed

# The largest payload of Slack's is a modal of 250 kB (Slack docs) and its state, percent-encoded.
LARGEST = 1024 * 1024
# Slack sends a request at once; who dribbles holds a connection for this long at most.
_PATIENCE = 5.0

_TOO_LARGE = Reply(413, b"too large")
_NOT_SLACK = Reply(401, b"not signed by Slack")
_TOO_SLOW = Reply(408, b"too slow")
_NOT_POST = Reply(405, b"POST only")


class _TooLarge(Exception):
    pass


class _Gone(Exception):
    pass


class Gate:
    """The ASGI application behind POST /slack/events."""

    def __init__(self, ear: Ear, *, signing_secret: str, now: Callable[[], float]) -> None:
        self._ear = ear
        self._seal = Seal(signing_secret)
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        try:
            reply = await self._judge(scope, receive)
        except _Gone:
            return
        if reply.status != 200:
            TURNED_AWAY.labels(str(reply.status)).inc()
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _judge(self, scope: Scope, receive: Receive) -> Reply:
        if scope["method"] != "POST":
            return _NOT_POST
        headers: dict[bytes, bytes] = dict(scope["headers"])
        try:
            raw = await _body(headers, receive)
        except _TooLarge:
            return _TOO_LARGE
        except TimeoutError:
            return _TOO_SLOW
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        if not self._seal.holds(timestamp, headers.get(b"x-slack-signature", b""), raw, self._now()):
            return _NOT_SLACK
        try:
            payload = parse(headers.get(b"content-type", b""), raw)
        except Malformed:
            return MALFORMED
        return await self._ear.hear(payload)


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Return the body, counted as it comes: the declared length may be missing, or a lie."""
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and (len(declared) > 12 or int(declared) > LARGEST):
        raise _TooLarge
    async with asyncio.timeout(_PATIENCE):
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Gone
            part = message.get("body", b"")
            size += len(part)
            if size > LARGEST:
                raise _TooLarge
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)
