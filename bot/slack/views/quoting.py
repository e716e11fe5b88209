"""A message that somebody points at: which incident it belongs to, and what became of it.

Draw and parse share this file. It refuses to carry more of the message than a modal's metadata takes; the link that is
recorded beside it leads to the whole.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.domain.incident import Incident
from bot.domain.noting import Quote, quote
from bot.domain.refusals import Refusal
from bot.domain.update import MessageRef
from bot.ports import Message, View
from bot.slack.views.blocks import clip, field, line, message, modal, option, rich, select
from bot.slack.views.blocks import quote as quoted_words
from bot.slack.views.forms import carried, chosen, pack
from bot.slack.views.words import title_of

CALLBACK = "message_incident"
# private_metadata takes 3,000 characters (Slack docs), and JSON spells some letters with six.
_CARRIED = 2_800
_SHOWN = 500
_MOST = 100


class Then(StrEnum):
    """What is to be done with the message once the incident is known."""

    NOTE = "note"
    DRAFT = "draft"


_TITLES = {Then.NOTE: "Add to timeline", Then.DRAFT: "Draft an update"}


def which_incident(found: Sequence[Incident], quoted: Quote, then: Then) -> View:
    """Ask to which of the open incidents the message belongs."""
    options = [option(title_of(i), i.id) for i in found[:_MOST]]
    only = found[0].id if len(found) == 1 else ""
    blocks = [
        rich(line("This message:"), quoted_words(clip(quoted.text, _SHOWN) or "(no words)")),
        field("incident", "Which incident is it about?", select("incident", options, initial=only)),
    ]
    return modal(
        _TITLES[then], blocks, callback_id=CALLBACK, submit=_TITLES[then], carries=carry(quoted, then=then.value)
    )


def parse(view: Mapping[str, Any]) -> tuple[str, Quote, Then]:
    """Read the form as (incident id, message, what to do). Raises Refusal naming the field that is empty."""
    picked, then = chosen(view, "incident"), carried(view).get("then", "")
    if not picked:
        raise Refusal("empty", "Choose the incident.", field="incident")
    found = carried_quote(view)
    if found is None or then not in tuple(Then):
        raise Refusal("no_message", "That message is not there any more, so nothing was done.")
    return picked, found, Then(then)


def carry(quoted: Quote, **ids: str) -> str:
    """Return a message and ids as a modal's metadata: as much of the words as fits."""
    ref, longest = quoted.message, 2_000
    while True:
        words = clip(quoted.text, longest)
        packed = pack(said_in=ref.channel, said_at=ref.ts, said_by=quoted.author, said=words, **ids)
        if len(packed) <= _CARRIED or longest < 2:
            return packed
        longest = longest * 3 // 4


def carried_quote(view: Mapping[str, Any]) -> Quote | None:
    """Read the message that a modal carries, or None."""
    ids = carried(view)
    if not ids.get("said_at"):
        return None
    ref = MessageRef(channel=ids.get("said_in", ""), ts=ids["said_at"])
    return quote(ref, ids.get("said_by", ""), ids.get("said", ""))


def noted(incident: Incident, repeated: bool) -> Message:
    """Answer whoever added a message."""
    how = "is in the timeline already" if repeated else "was added to the timeline"
    text = f"The message {how} of {incident.called}."
    return message(text, [rich(line(text))])
