"""What came of something a person did: the bot's acknowledgement, and what Slack made of it on their screen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from bot.practice.slack_standin.records import Json, Message, OpenView
from bot.practice.slack_standin.transport import RawAnswer, SignedRequest

# Slack docs: "acknowledge within 3 seconds".
ACK_SECONDS = 3.0


@dataclass
class Answer:
    kind: str
    request: SignedRequest
    raw: RawAnswer
    payload: Json = field(default_factory=dict)
    # What Slack showed because of this acknowledgement.
    shown: Message | None = None
    view: OpenView | None = None
    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False
    cleared: bool = False
    # What Slack itself told the person, when the bot did not answer as it must.
    slack_says: str = ""
    confirm: Json | None = None
    duplicates: list[Answer] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.raw.status

    @property
    def seconds(self) -> float:
        return self.raw.seconds

    @property
    def body(self) -> bytes:
        return self.raw.body

    @property
    def late(self) -> bool:
        return self.raw.seconds > ACK_SECONDS

    @property
    def accepted(self) -> bool:
        """Acknowledged with 200, and in time."""
        return self.raw.status == 200 and not self.late

    @property
    def json(self) -> Json:
        """The body as an object; empty when it is not one."""
        try:
            parsed = json.loads(self.raw.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def text(self) -> str:
        """What the acknowledgement says: its `text`, or the body itself if it is not JSON."""
        if self.raw.headers.get("content-type", "").startswith("application/json") or self.json:
            return str(self.json.get("text", ""))
        return self.raw.body.decode("utf-8", "replace")

    @property
    def blocks(self) -> list[Json]:
        blocks = self.json.get("blocks", [])
        return blocks if isinstance(blocks, list) else []
