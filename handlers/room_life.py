"""Hears what becomes of an incident's channel (archived, deleted, renamed, Clarion removed), and brings it back.

It refuses to care for any other channel.
"""

from collections.abc import Awaitable, Callable

from bot.domain.incident import Loss
from bot.domain.job import Job, JobKind
from bot.ports import Services
from bot.slack.views import room
from bot.usecases import members, rooms
from bot.usecases.people import insider
from handlers.answer import Answer, Done, Say
from handlers.incident_pick import pressed
from handlers.said import Said


def lost(why: Loss) -> Callable[[Services, Said], Awaitable[Answer]]:
    """Return the handler that notes a loss."""

    async def heard(services: Services, said: Said) -> Answer:
        await rooms.lost(services, said.channel, why, said.operation)
        return Done()

    return heard


async def left(services: Services, said: Said) -> Answer:
    """Note that Clarion was removed, or that somebody left a private channel."""
    if said.text == services.places.bot_user:
        await rooms.lost(services, said.channel, Loss.REMOVED, said.operation)
    elif said.text:
        await members.left(services, said.channel, said.text, said.operation)
    return Done()


async def joined(services: Services, said: Said) -> Answer:
    """Note that Clarion is in again, or that somebody came into a private channel."""
    if said.text == services.places.bot_user:
        await rooms.found_again(services, said.channel, said.operation)
    elif said.text:
        await members.joined(services, said.channel, said.text, said.operation)
    return Done()


async def unarchived(services: Services, said: Said) -> Answer:
    """Note that the channel is there again."""
    await rooms.found_again(services, said.channel, said.operation)
    return Done()


async def renamed(services: Services, said: Said) -> Answer:
    """Note the channel's new name."""
    await rooms.renamed(services, said.channel, said.text, said.operation)
    return Done()


async def reopen(services: Services, said: Said) -> Answer:
    """Have a new channel opened."""
    incident = await pressed(services, said)
    return Say(room.reopening(await rooms.reopen(services, incident.id, said.by, said.operation)))


async def rejoin(services: Services, said: Said) -> Answer:
    """Have Clarion go back in."""
    incident, person = await pressed(services, said), await insider(services, said.by)
    job_id, args = f"rejoin:{incident.id}", {"user": person.user_id}
    await services.jobs.add(Job(id=job_id, kind=JobKind.REJOIN, incident_id=incident.id, args=args))
    return Say(room.rejoining(incident))


EVENTS = {
    "channel_archive": lost(Loss.ARCHIVED),
    "channel_deleted": lost(Loss.DELETED),
    "channel_left": lost(Loss.REMOVED),
    "channel_rename": renamed,
    "channel_unarchive": unarchived,
    "group_archive": lost(Loss.ARCHIVED),
    "group_deleted": lost(Loss.DELETED),
    "group_left": lost(Loss.REMOVED),
    "group_rename": renamed,
    "group_unarchive": unarchived,
    "member_joined_channel": joined,
    "member_left_channel": left,
}
ACTIONS = {"room_reopen": reopen, "room_rejoin": rejoin}
