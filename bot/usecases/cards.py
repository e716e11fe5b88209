"""Cards: drawn from state, again and again; nothing is ever read back out of a posted message.

An edit that would draw the same thing is not made, so that a busy night stays within Slack's 50 edits a minute.
"""

import asyncio
import hashlib
import json
from collections import OrderedDict

from bot.domain.incident import Incident
from bot.domain.update import Ask, MessageRef, Rendition, Update
from bot.ports import ChatRefused, Held, Message, Services
from bot.usecases.snapshots import texts

_MOST_REMEMBERED = 5_000
# What this process drew last, by message. A cache: losing it costs an edit that changes nothing.
_drawn: OrderedDict[MessageRef, str] = OrderedDict()
_drawing: dict[str, asyncio.Lock] = {}


async def redraw(services: Services, held: Held) -> None:
    """Draw card, announcement and approval cards as the incident is now. Raises ChatUnavailable, ChatUnknown."""
    lock = _drawing.setdefault(held.job.incident_id, asyncio.Lock())
    async with lock:
        incident = await services.incidents.load(held.job.incident_id)
        if incident is None:
            return
        now = services.clock.now()
        drawings: list[tuple[MessageRef, Message]] = []
        if incident.channel.card:
            drawings.append((incident.channel.card, services.screens.card(incident, now)))
        if incident.channel.announcement:
            drawings.append((incident.channel.announcement, services.screens.announcement(incident, now)))
        for update in incident.updates:
            drawings += [(ask.message, await _asked(services, incident, update, ask)) for ask in update.asks]
        results = await asyncio.gather(*(_amend(services, *d) for d in drawings), return_exceptions=True)
        faults = [r for r in results if isinstance(r, BaseException)]
        if faults:
            raise faults[0]
    if not lock.locked():
        _drawing.pop(held.job.incident_id, None)


async def approval_card(services: Services, incident: Incident, update: Update, ask: tuple[str, ...] = ()) -> Message:
    """Draw the approval card of an update with its stored texts."""
    stored: dict[str, Rendition] = await texts(services, update)
    return services.screens.approval(incident, update, stored, ask)


async def _asked(services: Services, incident: Incident, update: Update, ask: Ask) -> Message:
    """Draw one card. An older one never takes the newest text: it would change under the eyes of a reader who is
    about to press Approve, and the press would then count for words they have not seen."""
    return await approval_card(services, incident, update.as_asked(ask.revision))


async def _amend(services: Services, ref: MessageRef, message: Message) -> None:
    drawn = hashlib.sha256(json.dumps([message.text, list(message.blocks)], default=str).encode()).hexdigest()
    if _drawn.get(ref) == drawn:
        return
    try:
        await services.chat.amend(ref, message)
    except ChatRefused as refused:
        if refused.code not in ("message_not_found", "cant_update_message", "channel_not_found", "is_archived"):
            raise
    _drawn[ref] = drawn
    _drawn.move_to_end(ref)
    while len(_drawn) > _MOST_REMEMBERED:
        _drawn.popitem(last=False)
