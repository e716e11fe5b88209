"""What a part of the bot is told in practice: its settings, in full, from the practice and from nowhere else.

It refuses to read the environment or `.env`: there is no way from there into these `Settings`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.config import Settings, Webhook

PARTS = ("web", "worker")
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Handed:
    """What a part is told: the fields of its settings, the webhook, where its Redis is, and the file of its clock."""

    fields: Mapping[str, Any]
    webhook: tuple[str, str]
    redis_url: str
    clock: str

    def settings(self) -> Settings:
        """Build the settings from these words and nothing else."""
        address, secret = self.webhook
        hooks = (Webhook(address, SecretStr(secret)),)
        return Settings(**self.fields, webhooks=hooks, webhooks_allow_loopback=True)

    def write(self, file: Path) -> None:
        """Write it down for a part, readable by this user alone."""
        file.touch(mode=0o600)
        words = {"fields": dict(self.fields), "webhook": self.webhook, "redis_url": self.redis_url, "clock": self.clock}
        file.write_text(json.dumps(words), encoding="utf-8")


def handed(file: Path) -> Handed:
    """Read what `Handed.write` wrote."""
    words = json.loads(file.read_text(encoding="utf-8"))
    return Handed(words["fields"], tuple(words["webhook"]), words["redis_url"], words["clock"])
