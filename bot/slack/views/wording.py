"""What a careful reader would say of a draft: on the approval card, after drafting, and the form that keeps words.

It refuses to repeat a secret: of one only the first characters are drawn. What is kept, and why, stays on the card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, RichTextSectionElement

from bot.domain.incident import Incident
from bot.domain.keeping import unanswered
from bot.domain.update import Update
from bot.domain.wording import Finding
from bot.ports import View
from bot.slack.views.blocks import (
    actions,
    bold,
    bullets,
    button,
    clip,
    field,
    line,
    modal,
    quote,
    rich,
    said,
    text_input,
)
from bot.slack.views.body import Room, named
from bot.slack.views.choices import edit
from bot.slack.views.forms import carried, pack, written

CALLBACK, KEEP, FIELD = "update_keep_form", "update_keep", "keep_because"
# More than these are not read one by one on a card; the rest is counted.
_MOST = 6
_LONGEST = 300
_LABEL = "Keep it, because …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Whose words stay, and why. `digest`: of what was found fault with."""

    incident_id: str
    update_id: str
    digest: str
    reason: str


def open_remarks(update: Update, found: Sequence[Finding]) -> bool:
    """Say whether something was found that nobody has answered for this revision."""
    return unanswered(update, found)


def remarks(
    incident: Incident, update: Update, found: Sequence[Finding], room: Room, names: Mapping[str, str]
) -> list[Block]:
    """Return what the approver is told of the words: findings, and who keeps them and why (by name: not woken)."""
    kept = [one for one in update.kept if one.digest == update.latest.digest]
    blocks: list[Block] = []
    if found:
        blocks.append(
            rich(line(bold("What a reader may stumble over")), bullets(*_rows(found, min(_MOST, room.texts))))
        )
    for one in kept[-3:]:
        reason = clip(one.reason, room.text) if room.text else one.reason
        blocks.append(rich(line("Kept by ", *named((one.by,), names), ", because:"), quote(reason)))
    if open_remarks(update, found):
        blocks.append(actions(button(_LABEL, KEEP, _aim(incident, update))))
    return blocks


def advice(incident: Incident, update: Update, found: Sequence[Finding]) -> View:
    """Draw what the author is told of words that did not stop the draft, with the two answers to it."""
    first = f"Update #{update.number} waits for approval. Its approver sees this, too:"
    return modal(
        "Before it is approved",
        [
            rich(line(bold(first)), bullets(*_rows(found, _MOST * 2))),
            said("Better words: press Edit. If it must stay as it is, say why."),
            actions(edit(incident, update)),
            field(
                FIELD, _LABEL, text_input(FIELD, multiline=True), hint="It stays on the request and in the timeline."
            ),
        ],
        callback_id=CALLBACK,
        submit="Keep it",
        close="Close",
        carries=_aim(incident, update),
    )


def parse(view: Mapping[str, Any]) -> Keeping:
    """Read the form."""
    ids = carried(view)
    return Keeping(
        incident_id=ids.get("incident", ""),
        update_id=ids.get("update", ""),
        digest=ids.get("digest", ""),
        reason=written(view, FIELD),
    )


def keep_input(reason: str) -> InputBlock:
    """Return the drafting form's last question: why words stay that stopped it."""
    return field(
        FIELD,
        "If words were stopped and must stay: why?",
        text_input(FIELD, initial=reason),
        hint="Leave it empty otherwise. It stays on the request and in the timeline.",
        optional=True,
    )


def _rows(found: Sequence[Finding], most: int) -> list[RichTextSectionElement]:
    rows = [line(bold(f"{one.kind.value.capitalize()}: "), clip(one.sentence, _LONGEST)) for one in found[:most]]
    more = len(found) - len(rows)
    return [*rows, line(f"and {more} more")] if more else rows


def _aim(incident: Incident, update: Update) -> str:
    return pack(incident=incident.id, update=update.id, digest=update.latest.digest)
