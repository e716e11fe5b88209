"""A bot for tests of the stand-in: an ASGI app that answers what it is told and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

Json = dict[str, Any]


class ScriptedBot:
    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.requests: list[tuple[bytes, dict[str, str]]] = []
        self.next_body: str | Json = ""
        self.status = 200
        self.delay = 0.0
        self.before_answering: Callable[[Json], Awaitable[object]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.requests.append((body, dict(request.headers)))
        payload = _payload(body, request.headers["content-type"])
        self.heard.append(payload)
        await asyncio.sleep(self.delay)
        if self.before_answering is not None:
            await self.before_answering(payload)
        if isinstance(self.next_body, str):
            response = Response(self.next_body, self.status, media_type="text/plain")
        else:
            response = Response(json.dumps(self.next_body), self.status, media_type="application/json")
        await response(scope, receive, send)


def _payload(body: bytes, content_type: str) -> Json:
    if content_type == "application/json":
        parsed: Json = json.loads(body)
        return parsed
    form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    interaction: Json = json.loads(form["payload"]) if "payload" in form else form
    return interaction
