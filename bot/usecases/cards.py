"""Cards: drawn from state, again and again; nothing is ever read back out of a posted message.

An edit that would draw the same thing is not made, so that a busy night stays within Slack's 50 edits a minute.
"""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from weakref import WeakValueDictionary

from bot.domain.approvers import askable
from bot.domain.coverage import blocking
from bot.domain.incident import Incident
from bot.domain.update import Ask, MessageRef, Rendition, Update, UpdateState
from bot.ports import ChatRefused, ChatUnavailable, Held, Message, Services, Standstill
from bot.usecases import homes, judging, parties, runbooks
from bot.usecases.people import present
from bot.usecases.snapshots import texts

Drawings = Sequence[tuple[MessageRef, Message]]
_MOST_REMEMBERED = 5_000
# What this process drew last, by message. A cache: losing it costs an edit that changes nothing.
# It is believed only for a while, because another worker may have drawn something else since.
_drawn: OrderedDict[MessageRef, tuple[str, float]] = OrderedDict()
_BELIEVED_FOR = 600.0
# What Slack says of an edit that can never be made (Slack docs, chat.update); in an archived channel it is is_inactive.
_GONE = ("message_not_found", "cant_update_message", "channel_not_found", "is_archived", "is_inactive")
# One drawing of an incident at a time; a lock lives as long as somebody holds or awaits it.
_drawing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def redraw(services: Services, held: Held) -> None:
    """Draw card, announcement and approval cards as the incident is now. Raises ChatUnavailable, ChatUnknown."""
    lock = _drawing.get(held.job.incident_id) or asyncio.Lock()
    _drawing[held.job.incident_id] = lock
    async with lock:
        incident = await services.incidents.load(held.job.incident_id)
        if incident is None:
            return
        incident = await runbooks.kept_up(services, incident)
        now = services.clock.now()
        still = await services.standstills.now()
        drawings: list[tuple[MessageRef, Message]] = []
        if incident.channel.card:
            drawings.append((incident.channel.card, _marked(services, services.screens.card(incident, now), still)))
        if incident.channel.announcement:
            drawings.append((incident.channel.announcement, services.screens.announcement(incident, now)))
        if incident.channel.runbook and (steps := runbooks.drawing(services, incident)):
            drawings.append((incident.channel.runbook, steps))
        if incident.channel.roll_call:
            drawings.append((incident.channel.roll_call, parties.drawing(services, incident)))
        drawings += [(ref, services.screens.veiled()) for ref in incident.channel.veiled]
        for update in incident.updates:
            for ask in update.asks:
                drawn = await _asked(services, incident, update, ask)
                waits = update.state is UpdateState.SUBMITTED
                drawings.append((ask.message, _marked(services, drawn, still if waits else None)))
        if held.deliveries > 1:  # an earlier try was cut off, and may have drawn what is no longer so
            _forget(drawings)
        results = await asyncio.gather(*(_amend(services, *d) for d in drawings), return_exceptions=True)
        await _require_as_seen(services, incident, drawings)
        faults = [r for r in results if isinstance(r, BaseException)]
        if faults:
            raise faults[0]
    await homes.changed(services)


async def _require_as_seen(services: Services, incident: Incident, drawings: Drawings) -> None:
    """Raise ChatUnavailable, so that all is drawn anew, if it was made private or public while it was being drawn.

    Slack may have taken this drawing last, although another worker has veiled what it shows in the meantime.
    """
    newest = await services.incidents.load(incident.id)
    if newest is not None and newest.reclassified != incident.reclassified:
        _forget(drawings)
        raise ChatUnavailable(0.1)


def _forget(drawings: Drawings) -> None:
    for ref, _ in drawings:
        _drawn.pop(ref, None)


def _marked(services: Services, drawn: Message, still: Standstill | None) -> Message:
    return services.screens.on_hold(drawn, still) if still else drawn


async def approval_card(services: Services, incident: Incident, update: Update, ask: tuple[str, ...] = ()) -> Message:
    """Draw the approval card of an update with its stored texts; without them, and without Approve, if one is lost.

    One damaged text must not keep every other card of the incident from being drawn.
    """
    try:
        stored: dict[str, Rendition] = await texts(services, update)
    except LookupError:
        stored = {}
    shown = update.authors | {kept.by for kept in update.kept} | {one.by for one in incident.left_out}
    known = [await services.people.get(who) for who in sorted(shown)]
    names = {one.user_id: one.name for one in known if one}
    waits = update.state is UpdateState.SUBMITTED
    found = judging.of_update(services, incident, update, stored) if waits else ()
    return services.screens.approval(incident, update, stored, ask, names, found)


async def _asked(services: Services, incident: Incident, update: Update, ask: Ask) -> Message:
    """Draw one card. An older one never takes the newest text: it would change under the eyes of a reader who is
    about to press Approve, and the press would then count for words they have not seen. While it waits, who is asked
    stays on it: an edit that took the mention away would take it out of their Slack, too."""
    waits = update.state is UpdateState.SUBMITTED and not blocking(incident, update, services.policy)
    asked = await present(services, askable(incident, update, services.policy)) if waits else ()
    return await approval_card(services, incident, update.as_asked(ask.revision), asked)


async def _amend(services: Services, ref: MessageRef, message: Message) -> None:
    drawn = hashlib.sha256(json.dumps([message.text, list(message.blocks)], default=str).encode()).hexdigest()
    now = asyncio.get_running_loop().time()
    before = _drawn.get(ref)
    if before and before[0] == drawn and now - before[1] < _BELIEVED_FOR:
        return
    try:
        await services.chat.amend(ref, message)
    except ChatRefused as refused:
        if refused.code not in _GONE:
            raise
    _drawn[ref] = (drawn, now)
    _drawn.move_to_end(ref)
    while len(_drawn) > _MOST_REMEMBERED:
        _drawn.popitem(last=False)
