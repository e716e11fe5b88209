"""Carries Slack's requests to the bot, signs them, and repeats them when told to.

Everything sent is kept in `log`, so that a test can replay it byte for byte.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.practice.slack_standin.answer import Answer
from bot.practice.slack_standin.records import Json
from bot.practice.slack_standin.sockets import Sockets
from bot.practice.slack_standin.stage import Stage
from bot.practice.slack_standin.transport import FORM, RawAnswer, SignedRequest, Transport, sign
from bot.practice.slack_standin.trouble import Trouble


class NobodyListens(RuntimeError):
    """A person acted before the stand-in was told where the bot is."""


@dataclass
class Courier:
    stage: Stage
    trouble: Trouble
    transport: Transport | None = None
    # Set in Socket Mode, where no request is made.
    sockets: Sockets | None = None
    log: list[Answer] = field(default_factory=list)

    async def deliver(self, kind: str, payload: Json) -> Answer:
        """One thing that happened, sent as often as `trouble.duplicate` asks."""
        request = self.sign(*_encoded(kind, payload))
        repeat = self.trouble.duplicates_of(kind)
        if repeat is None:
            return await self.send(request, kind=kind, payload=payload)
        if repeat.concurrently:
            copies = [self.send(request, kind=kind, payload=payload) for _ in range(repeat.extra + 1)]
            first, *others = await asyncio.gather(*copies)
        else:
            first = await self.send(request, kind=kind, payload=payload)
            retries = [request.with_headers(**_retry(n)) for n in range(1, repeat.extra + 1)]
            others = [await self.send(again, kind=kind, payload=payload) for again in retries]
        first.duplicates = list(others)
        return first

    def sign(
        self,
        body: bytes | str,
        content_type: str = FORM,
        *,
        timestamp: int | str | None = None,
        secret: str | None = None,
    ) -> SignedRequest:
        raw = body.encode() if isinstance(body, str) else body
        at = int(self.stage.now()) if timestamp is None else timestamp
        signing_secret = self.stage.signing_secret if secret is None else secret
        return sign(raw, timestamp=at, secret=signing_secret, content_type=content_type)

    async def send(self, request: SignedRequest, *, kind: str = "raw", payload: Json | None = None) -> Answer:
        raw: RawAnswer
        if self.sockets is not None and payload is not None:
            attempt = int(request.headers.get("x-slack-retry-num", 0))
            reason = request.headers.get("x-slack-retry-reason", "")
            raw = await self.sockets.send(kind, payload, {"retry_attempt": attempt, "retry_reason": reason})
        elif self.transport is not None:
            raw = await self.transport.send(request)
        else:
            raise NobodyListens("call deliver_to(...) with the bot's URL or its ASGI app first")
        answer = Answer(kind, request, raw, payload or {})
        self.log.append(answer)
        return answer

    @property
    def reaches_someone(self) -> bool:
        return self.transport is not None or self.sockets is not None

    async def replay(self, answer: Answer, *, retry_num: int | None = None, reason: str = "http_timeout") -> Answer:
        """The byte-identical request once more: same signature, same timestamp."""
        headers = {} if retry_num is None else _retry(retry_num, reason)
        return await self.send(answer.request.with_headers(**headers), kind=answer.kind, payload=answer.payload)


def _retry(number: int, reason: str = "http_timeout") -> dict[str, str]:
    # Slack docs, Events API: "x-slack-retry-num" and "x-slack-retry-reason" come with every retry.
    return {"x_slack_retry_num": str(number), "x_slack_retry_reason": reason}


def _encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    if kind == "event":
        return json.dumps(payload).encode(), "application/json"
    if kind == "command":
        return urlencode(payload).encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM
