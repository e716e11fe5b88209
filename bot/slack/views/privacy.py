"""Private incidents: how they are marked, what stands where others had read of one, and the change of visibility.

It refuses to say what an incident is about where it cannot know who reads.
"""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, CheckboxesElement

from bot.domain.incident import Incident
from bot.domain.update import Update
from bot.ports import Message
from bot.slack.views.blocks import (
    PRIMARY,
    Part,
    actions,
    bold,
    button,
    channel,
    confirm,
    field,
    line,
    message,
    option,
    rich,
    said,
    stacked,
)
from bot.slack.views.forms import pack, ticked
from bot.slack.views.words import title_of

_VEIL = "An incident that stood here is private now. Whoever works on it has a channel of their own."
VEILED = message(_VEIL, [said(_VEIL)])
_FOR_WHOM = "Only the people in its channel, and whoever holds a role, know of it. Nothing about it is published."
_FIELD = "private"
_TICK = option("Private: only for the people in its channel", _FIELD, "Not announced, and nothing is published.")
_ASKED = (
    "Nothing more of it is published, what waits for approval is withdrawn, and the announcement is taken down. Work "
    "goes on in a new private channel with the people who hold a role."
)
_HINT = "Nothing more of it goes to customers or the incidents channel; what they have read stays where it is."


def private_field(ticked_already: bool) -> Block:
    """Return the box of the declaration's form."""
    box = CheckboxesElement(action_id=_FIELD, options=[_TICK], initial_options=[_TICK] if ticked_already else None)
    return field(_FIELD, "Who may know of it?", box, optional=True)


def ticked_private(view: Mapping[str, Any]) -> bool:
    """Read the box."""
    return _FIELD in ticked(view, _FIELD)


def banner(incident: Incident) -> list[Block]:
    """Say on the card that it is private, and what people have to do where Slack lets no bot do it."""
    if incident.private:
        rows: list[list[Part]] = [[bold("Private. "), _FOR_WHOM]]
        if incident.channel.former:
            rows.append(_still_public(incident.channel.former[-1]))
        return [rich(stacked(*rows))]
    if incident.channel.private:
        return [said("This incident is public. Its channel was opened as a private one and stays so: invite people.")]
    return []


def _still_public(former: str) -> list[Part]:
    return [
        "What was said before is still in ",
        channel(former),
        ", where everybody can read it. Its name and topic say nothing any more, if Slack allowed that; the rest no "
        "bot can change. An admin can make that channel private or delete it, in the channel's settings.",
    ]


def made_private(incident: Incident) -> Message:
    """Answer whoever made it private: what was stopped, and what people have to do."""
    stopped = [u for u in incident.updates if u.stopped_by and not u.approved]
    on_way = [u for u in incident.updates if u.stopped_by and u.approved]
    rows: list[list[Part]] = [[bold(f"{incident.name} is private. "), _HINT]]
    if incident.open and not incident.channel.id:
        rows.append(["A private channel is being opened for the people with a role; invite whoever else must know."])
    if stopped:
        rows.append([f"Withdrawn, and not to be approved any more: {_numbers(stopped)}."])
    if on_way:
        rows.append([f"Stopped on its way: {_numbers(on_way)}. The card shows what had left."])
    if incident.channel.former:
        rows.append(_still_public(incident.channel.former[-1]))
    return message(f"{incident.called} is private. {_HINT}", [rich(stacked(*rows))])


def public_question(incident: Incident) -> Message:
    """Ask before it is made public: that cannot be taken back for those who have read it."""
    what = (
        "It is announced in the incidents channel, with its title, and everybody can read its timeline, also what was "
        "written there until now. Updates can be drafted then. Its channel stays private: no bot can change that."
    )
    if not incident.open:
        what = (
            "Everybody can then read its timeline, also what was written there until now. It is over, so it is not "
            "announced. Its channel stays private: no bot can change that."
        )
    return message(
        f"{incident.called}: make it public? Nothing has been changed yet.",
        [rich(stacked([bold(title_of(incident))], [what])), actions(_public(incident))],
    )


def made_public(incident: Incident) -> Message:
    """Answer whoever made it public."""
    text = (
        f"{incident.name} is public, and announced. Updates can be drafted now; what was drafted before needs a new "
        "draft and a new approval. Its channel stays private: invite whoever is to read along."
    )
    if not incident.open:
        text = f"{incident.name} is public: everybody can read its timeline. It is over, so it is not announced."
    return message(text, [said(text)])


def already(incident: Incident) -> Message:
    """Answer whoever asks for what it is."""
    text = f"{incident.name} is {'private' if incident.private else 'public'} already. Nothing was changed."
    return message(text, [rich(line(text))])


def visibility_button(incident: Incident) -> ButtonElement:
    """Return the card's button: to make it private at once, or to be asked about making it public first."""
    if incident.private:
        return button("Make public", "incident_public", pack(incident=incident.id))
    asked = confirm(f"Make {incident.name} private?", _ASKED, "Make private", "Keep public", danger=True)
    return button("Make private", "incident_private", pack(incident=incident.id), confirm=asked)


def _public(incident: Incident) -> ButtonElement:
    return button(f"Make {incident.name} public", "incident_public_now", pack(incident=incident.id), style=PRIMARY)


def _numbers(updates: list[Update]) -> str:
    return ", ".join(f"update #{u.number}" for u in updates)
