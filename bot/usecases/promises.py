"""Promises: somebody is reminded before "next update by", and the commander when it is missed (N2, first form).

Whether the promise still stands is judged when the time comes; setting a reminder twice reminds once.
"""

from bot.domain.change import Change
from bot.domain.incident import Incident, Role
from bot.domain.lifecycle import redraw
from bot.domain.promise import is_due, is_missed
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Held, Services


async def remind(services: Services, held: Held) -> None:
    """Remind the communications lead (else the commander) that an update is owed. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or not is_due(incident.promise, held.job.args["update"], services.clock.now()):
        return
    lead = incident.roles.get(Role.COMMUNICATIONS) or incident.roles.get(Role.COMMANDER) or incident.declared_by
    await services.chat.direct(lead, services.screens.promise_reminder(incident, missed=False))


async def miss(services: Services, held: Held) -> None:
    """Write down that a promise was missed and tell the commander. Raises the Chat errors."""
    now = services.clock.now()
    incident = await services.incidents.load(held.job.incident_id)
    update_id = held.job.args["update"]
    if incident is None or not is_missed(incident.promise, update_id, now):
        return

    def decide(current: Incident) -> Change:
        entry = Entry(at=now, kind=EntryKind.PROMISE, actor="", text="The promised time of the next update passed")
        return Change(current, (entry,), (redraw(current.id, now),))

    await services.incidents.amend(f"missed:{update_id}", incident.id, decide)
    commander = incident.roles.get(Role.COMMANDER) or incident.declared_by
    await services.chat.direct(commander, services.screens.promise_reminder(incident, missed=True))
