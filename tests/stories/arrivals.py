"""What arrived at the far ends, against what was approved: the invariants I1 and I2, looked for after every story.

Everything that arrived must be, byte for byte, the stored rendition of an approved update, go to a recipient that
was frozen with it, and have come once.
"""

import html
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.practice.slack_standin import Message
from bot.storage.store import Storage
from bot.usecases.snapshots import recipients_from, rendition_from
from tests.stories.outlets import HookReceiver, MailServer

_PARTS = {
    "status": ("html", "json"),
    "slack": ("headline", "body"),
    "email": ("subject", "text", "html"),
    "webhook": ("json",),
}


@dataclass(frozen=True)
class Arrival:
    """One text at one recipient of one outlet."""

    outlet: str
    to: str
    parts: tuple[str, ...]


def of_status(folder: Path) -> list[Arrival]:
    """What the status page holds, oldest first."""
    file = folder / "status.json"
    entries = json.loads(file.read_text())["entries"] if file.exists() else []
    return [Arrival("status", "page", (e["html"], e["json"])) for e in reversed(entries)]


def of_slack(messages: Sequence[Message], bot: str) -> list[Arrival]:
    """What the broadcast channel shows; the notification's text must say the same."""
    return [Arrival("slack", "channel", _posted(m)) for m in messages if m.user == bot]


def of_mail(server: MailServer) -> list[Arrival]:
    """The letters, in the order of their arrival."""
    return [Arrival("email", one.to, (one.subject, one.text, one.html)) for one in server.letters]


def of_hook(receiver: HookReceiver) -> list[Arrival]:
    """What the receiver's owner saw: each id once, the same bytes on every try."""
    for name, body in receiver.posts:
        assert receiver.kept[name] == body, "the same webhook-id came with other bytes"
    return [Arrival("webhook", "endpoint", (body.decode(),)) for body in receiver.kept.values()]


async def approved(memory: Storage, incident: Incident, update: Update) -> list[Arrival]:
    """What an approved update is to show, at every outlet and recipient."""
    found: list[Arrival] = []
    for planned in update.latest.planned:
        outlet = planned.outlet.partition("-")[0]
        rendition = rendition_from(await memory.incidents.blob(planned.rendition))
        parts = tuple(_as_shown(outlet, name, rendition.part(name)) for name in _PARTS[outlet])
        listed = recipients_from(await memory.incidents.blob(planned.recipients))
        found += [Arrival(outlet, one.address if outlet == "email" else _only(outlet), parts) for one in listed]
    return found


def require_approved_once(arrived: Sequence[Arrival], allowed: Sequence[Arrival], twice: Sequence[Arrival]) -> None:
    """I1 and I2: nothing that was not approved, nothing twice, but for what a person sent again."""
    for arrival in arrived:
        assert arrival in allowed, f"{arrival.outlet} got what nobody approved:\n{arrival}"
    doubled = [one for one, count in Counter(arrived).items() if count > 1 + twice.count(one)]
    assert not doubled, f"came twice: {doubled}"


def _only(outlet: str) -> str:
    return {"status": "page", "slack": "channel", "webhook": "endpoint"}[outlet]


def _as_shown(outlet: str, part: str, text: str) -> str:
    ended = outlet != "email" or part == "subject" or text.endswith("\n")
    return text if ended else f"{text}\n"


def _posted(message: Message) -> tuple[str, ...]:
    headline = "".join(b["text"]["text"] for b in message.blocks if b["type"] == "header")
    body = "".join(b["text"]["text"] for b in message.blocks if b["type"] == "section")
    said = html.unescape(message.text)
    return (headline, body) if said == f"{headline}\n{body}" else (headline, body, said)
