"""Verbs of the channel's life: noticed as lost, told to the lead, found again, replaced (failure model 23).

That a channel is lost is learnt from Slack's events, and from a post that was refused, whichever comes first.
"""

import contextlib

from bot.domain import rooms
from bot.domain.change import Change
from bot.domain.incident import Incident, Loss
from bot.domain.naming import LEFT_TOPIC, left_name
from bot.domain.people import Caller
from bot.ports import ChatRefused, Held, Services
from bot.usecases.people import acting
from bot.usecases.posting import direct_to_first

# An incident leaves few public channels: each that was lost and replaced, and the last.
_MOST_NAMES = 9
# What Slack says of a post to a channel that is lost (Slack docs, chat.postMessage).
_REFUSALS = {
    "is_archived": Loss.ARCHIVED,
    "not_in_channel": Loss.REMOVED,
    "channel_not_found": Loss.DELETED,
}


async def lost(services: Services, channel: str, why: Loss, operation: str) -> None:
    """Note that a channel is lost, if it is an incident's. Raises the storage's errors."""
    found = await services.incidents.in_channel(channel)
    now = services.clock.now()
    if found is not None:
        await services.incidents.amend(operation, found.id, lambda i: rooms.lose(i, why, now))


async def found_again(services: Services, channel: str, operation: str) -> None:
    """Note that a channel is there again; what could not be announced in it is. Raises the storage's errors."""
    if channel and channel == services.places.incidents_channel:
        for silent in await services.incidents.open():
            await services.incidents.amend(f"{operation}:{silent.id}", silent.id, rooms.announce_again)
        return
    found = await services.incidents.in_channel(channel)
    now = services.clock.now()
    if found is not None:
        await services.incidents.amend(operation, found.id, lambda i: rooms.regain(i, now))


async def renamed(services: Services, channel: str, name: str, operation: str) -> None:
    """Note a channel's new name. Raises the storage's errors."""
    found = await services.incidents.in_channel(channel)
    now = services.clock.now()
    if found is not None:
        await services.incidents.amend(operation, found.id, lambda i: rooms.rename(i, name, now))


async def refused(services: Services, incident: Incident, code: str) -> bool:
    """Note what a refused post says of the channel; False if it says nothing of it."""
    why = _REFUSALS.get(code)
    if why is None:
        return False
    now, channel = services.clock.now(), incident.channel.id

    def decide(current: Incident) -> Change:
        return rooms.lose(current, why, now) if current.channel.id == channel else Change(current)

    await services.incidents.amend("", incident.id, decide)
    return True


async def reopen(services: Services, incident_id: str, by: Caller, operation: str) -> Incident:
    """Have a new channel opened in place of the lost one. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(operation, incident_id, lambda i: rooms.reopen(i, person, now))
    return done.incident


async def leave(services: Services, held: Held) -> None:
    """Take the title of an incident off a public channel that it left: the topic, and the name, that all can look up.

    What Slack refuses (a channel archived since, a bot that may not) stays, and the card asks people to look.
    Raises ChatUnavailable, ChatUnknown.
    """
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    channel = held.job.args["channel"]
    with contextlib.suppress(ChatRefused):
        await services.chat.set_topic(channel, LEFT_TOPIC)
    for attempt in range(1, _MOST_NAMES + 1):
        try:
            await services.chat.rename_channel(channel, left_name(incident, attempt))
        except ChatRefused as refused:
            if refused.code != "name_taken":
                return
        else:
            return


async def tell_lost(services: Services, held: Held) -> None:
    """Tell the lead, and offer a way back; where they take no messages, the next one. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or incident.channel.lost is None or not incident.open:
        return
    await direct_to_first(services, rooms.leads(incident), services.screens.room_lost(incident))


async def rejoin(services: Services, held: Held) -> None:
    """Go back into the channel, or say that it cannot be. Raises ChatUnavailable, ChatUnknown."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or incident.channel.lost is None:
        return
    try:
        await services.chat.join_channel(incident.channel.id)
    except ChatRefused as trouble:
        if not await refused(services, incident, trouble.code):
            await services.chat.direct(held.job.args["user"], services.screens.room_closed(incident, trouble.code))
        return
    await found_again(services, incident.channel.id, "")
