"""Verbs of a private channel's members: known from Slack's events, and asked for anew before followers are told.

It refuses to keep the members of public channels: they are nobody's business.
"""

from bot.domain import classifying
from bot.domain.change import Change
from bot.domain.incident import Incident
from bot.domain.job import Job, JobKind
from bot.ports import ChatRefused, Held, Services


def sync_jobs(incident: Incident) -> tuple[Job, ...]:
    """Return the job that asks Slack who is in the private channel; none for a public one."""
    if not incident.channel.private or not incident.channel.id:
        return ()
    return (Job(id=f"members:{incident.id}", kind=JobKind.SYNC_MEMBERS, incident_id=incident.id),)


async def sync(services: Services, held: Held) -> None:
    """Ask Slack who is in the channel. Raises ChatUnavailable, ChatUnknown."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is not None:
        await _synced(services, incident)


async def sync_now(services: Services, incident: Incident) -> None:
    """Ask Slack before followers of a private incident are told. Raises ChatUnavailable, ChatUnknown."""
    if incident.private:
        await _synced(services, incident)


async def joined(services: Services, channel: str, user: str, operation: str) -> None:
    """Note that somebody came into a channel, if it is an incident's private one. Raises the storage's errors."""
    found, now = await services.incidents.in_channel(channel), services.clock.now()
    if found is not None and found.channel.private:
        await services.incidents.amend(operation, found.id, lambda i: classifying.joined(i, user, now))


async def left(services: Services, channel: str, user: str, operation: str) -> None:
    """Note that somebody left a channel, if it is an incident's private one. Raises the storage's errors."""
    found, now = await services.incidents.in_channel(channel), services.clock.now()
    if found is not None and found.channel.private:
        await services.incidents.amend(operation, found.id, lambda i: classifying.left(i, user, now))


async def _synced(services: Services, incident: Incident) -> None:
    channel = incident.channel
    if not channel.private or not channel.id or channel.lost:
        return
    try:
        there = await services.chat.members(channel.id)
    except ChatRefused:
        return  # a scope is missing, or the channel is gone: what was known of it stands
    now, people = services.clock.now(), there - {services.places.bot_user}

    def decide(current: Incident) -> Change:
        same = current.channel.id == channel.id
        return classifying.known_members(current, people if same else current.channel.members, now)

    await services.incidents.amend("", incident.id, decide)
