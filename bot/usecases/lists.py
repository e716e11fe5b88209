"""Lists that stay below the card in an incident's channel: the runbook, and the roll-call of parties.

Each is posted once in a channel and drawn again from state. It refuses to be in the way: a channel that is gone is only
noted, and nothing is pinned, because in a burst of incidents the cards would wait for their own pins.
"""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.change import Change
from bot.domain.incident import Channel, Incident, Listing, Step
from bot.domain.job import JobKind
from bot.domain.lifecycle import redraw
from bot.domain.rooms import with_list
from bot.domain.update import MessageRef
from bot.ports import ChatRefused, ChatUnavailable, Held, Mark, Message, Services
from bot.usecases import rooms
from bot.usecases.channels import room
from bot.usecases.posting import post_once


async def order(services: Services, incident: Incident, listing: Listing, operation: str) -> bool:
    """Have a list posted that is not in the channel yet; False if it is there, or there is no channel for it.

    Raises Refusal and the storage's errors.
    """
    if with_list(incident, listing).incident is incident:
        return False
    await services.incidents.amend(operation, incident.id, lambda i: with_list(i, listing))
    return True


async def post(services: Services, held: Held, drawn: Message, mark: str) -> None:
    """Post a list and remember it. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or _there(incident.channel, held.job.kind):
        return
    channel = await room(incident)
    if not channel:
        return
    if Step.CARD not in incident.channel.done:
        raise ChatUnavailable(0.5)  # the card comes first
    retried = held.deliveries > 1 or held.job.attempt > 0
    try:
        ref = await post_once(services, channel, drawn, Mark(mark, f"{incident.id}:{channel}"), retried=retried)
    except ChatRefused as trouble:
        if not await rooms.refused(services, incident, trouble.code):
            raise
        return
    await services.incidents.amend("", incident.id, _remembering(services, held.job.kind, ref))


def _there(channel: Channel, kind: JobKind) -> bool:
    return (channel.runbook if kind is JobKind.POST_RUNBOOK else channel.roll_call) is not None


def _remembering(services: Services, kind: JobKind, ref: MessageRef) -> Callable[[Incident], Change]:
    now = services.clock.now()

    def decide(current: Incident) -> Change:
        channel = current.channel
        if channel.id != ref.channel:  # another one took its place meanwhile: what is in the old one is veiled
            hidden = (*channel.veiled, ref) if current.private else channel.veiled
            channel = replace(channel, veiled=tuple(dict.fromkeys(hidden)))
        elif kind is JobKind.POST_RUNBOOK:
            channel = replace(channel, runbook=ref)
        else:
            channel = replace(channel, roll_call=ref)
        return Change(replace(current, channel=channel), (), (redraw(current.id, now),))

    return decide
