"""The announcement in the incidents channel: what is wrong, how bad, where it is being worked on, and how it ended."""

from collections.abc import Mapping
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.domain.incident import Incident, Role, Severity
from bot.ports import Message
from bot.slack.mrkdwn import escape
from bot.slack.views.blocks import Part, actions, bold, button, channel, message, moment, rich, stacked, user
from bot.slack.views.forms import pack
from bot.slack.views.words import SEVERITY_MEANS, how_ended, how_long, marks, title_of


def announcement(incident: Incident, now: datetime, means: Mapping[Severity, str] = SEVERITY_MEANS) -> Message:
    """Draw it as the incident is now."""
    marked = marks(incident, ". ")
    if incident.ended:
        how = how_ended(incident)
        over: list[Part] = [f"{how} It lasted {how_long(incident.age(now))}."]
        text = f"{marked}{incident.name} {escape(incident.title)}: {how}"
        return message(text, [rich(stacked([bold(title_of(incident))], over, _where(incident)))])
    lead = incident.roles.get(Role.COMMANDER)
    led: list[Part] = [" · led by ", user(lead)] if lead else [" · no commander yet"]
    rows: list[list[Part]] = [
        [bold(title_of(incident))],
        [means[incident.severity]],
        [f"{incident.stage.capitalize()} · began ", moment(incident.declared_at), *led],
        _where(incident),
    ]
    # What was said while it was private is not for whoever presses a button.
    join = [] if incident.channel.private else [button("Join the channel", "incident_join", pack(incident=incident.id))]
    follow = button("Follow", "incident_follow", pack(incident=incident.id))
    blocks: list[Block] = [rich(stacked(*rows)), actions(*join, follow)]
    text = f"{marked}{incident.severity}: {escape(incident.title)} ({incident.name}, {incident.stage})"
    return message(text, blocks)


def _where(incident: Incident) -> list[Part]:
    if incident.channel.private:
        lead = incident.roles.get(Role.COMMANDER, incident.declared_by)
        return ["Its channel is a private one: ask ", user(lead), " to be invited"]
    return [channel(incident.channel.id)] if incident.channel.id else []
