"""What the lead reads when the incident's channel is gone: what goes on without it, and the ways back.

It refuses to promise what Slack does not let a bot do: only a person can unarchive a channel.
"""

from slack_sdk.models.blocks import ButtonElement

from bot.domain.incident import Incident, Loss
from bot.domain.rooms import HOW_LOST
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import PRIMARY, actions, bold, button, line, message, rich, said, stacked
from bot.slack.views.forms import pack
from bot.slack.views.words import title_of

_BY_HAND = {
    Loss.ARCHIVED: "To go on in the old one, unarchive it in Slack; Clarion notices. Or open a new one:",
    Loss.DELETED: "It cannot come back. Open a new one:",
    Loss.REMOVED: "Bring Clarion back into it, or open a new one:",
}
_GOES_ON = "Publishing goes on. Until there is a channel again, approvals are asked for by direct message."


def room_lost(incident: Incident) -> Message:
    """Tell the lead that the channel is gone, and offer the ways back."""
    why = incident.channel.lost or Loss.ARCHIVED
    what = f"The channel of {incident.called}, #{incident.channel.name}, {HOW_LOST[why]}."
    return message(
        escape(f"{what} {_GOES_ON}"),
        [
            rich(stacked([bold(title_of(incident))], [what], [_GOES_ON], [_BY_HAND[why]])),
            actions(*_ways(incident, why)),
        ],
    )


def room_closed(incident: Incident, code: str) -> Message:
    """Say that Clarion could not go back into the channel."""
    text = f"Slack does not let Clarion into the channel of {incident.called} ({code}). Open a new one."
    return message(escape(text), [said(text), actions(_fresh(incident))])


def reopening(incident: Incident) -> Message:
    """Answer whoever has a new channel opened."""
    text = f"A new channel for {incident.called} is being opened. The link follows in a moment."
    return message(text, [rich(line(text))])


def rejoining(incident: Incident) -> Message:
    """Answer whoever brings Clarion back."""
    text = f"Clarion is going back into the channel of {incident.called}."
    return message(text, [rich(line(text))])


def _ways(incident: Incident, why: Loss) -> list[ButtonElement]:
    if why is not Loss.REMOVED:
        return [_fresh(incident)]
    back = button("Bring Clarion back", "room_rejoin", pack(incident=incident.id), style=PRIMARY)
    return [back, _fresh(incident)]


def _fresh(incident: Incident) -> ButtonElement:
    return button("Open a new channel", "room_reopen", pack(incident=incident.id))
