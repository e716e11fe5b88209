"""Where approval was asked for: the cards that Clarion posted, and the revision that each of them shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRef:
    """A message that Clarion posted in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An approval card in the channel, and the revision whose text it shows: it never shows another one."""

    message: MessageRef
    revision: int
