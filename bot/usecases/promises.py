"""Promises: somebody is reminded before "next update by", and the commander when it is missed (N2, first form).

Whether the promise still stands is judged when the time comes; setting a reminder twice reminds once.
"""

from collections.abc import Callable
from datetime import datetime

from bot.domain.change import Change
from bot.domain.incident import Incident, Role
from bot.domain.lifecycle import redraw
from bot.domain.promise import Promise, is_due, is_missed, remind_at
from bot.domain.rooms import leads
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Held, Services
from bot.usecases.posting import direct_to_first


async def remind(services: Services, held: Held) -> datetime | None:
    """Remind the communications lead (else the commander, else who declared it) of the update; return when, if not yet.

    Raises the Chat errors.
    """
    incident = await services.incidents.load(held.job.incident_id)
    update_id, now = held.job.args["update"], services.clock.now()
    if incident is None or not is_due(incident.promise, update_id, now):
        return _later(incident, update_id, remind_at)
    await direct_to_first(services, leads(incident), services.screens.promise_reminder(incident, missed=False))
    return None


async def miss(services: Services, held: Held) -> datetime | None:
    """Write down that a promise was missed and tell the commander; return when, if not yet. Raises the Chat errors."""
    now = services.clock.now()
    incident = await services.incidents.load(held.job.incident_id)
    update_id = held.job.args["update"]
    if incident is None or not is_missed(incident.promise, update_id, now):
        return _later(incident, update_id, lambda promise: promise.due)

    def decide(current: Incident) -> Change:
        entry = Entry(at=now, kind=EntryKind.PROMISE, actor="", text="The promised time of the next update passed")
        return Change(current, (entry,), (redraw(current.id, now),))

    await services.incidents.amend(f"missed:{update_id}", incident.id, decide)
    # The commander first: the lead was reminded before.
    people = sorted(leads(incident), key=lambda user: user != incident.roles.get(Role.COMMANDER))
    await direct_to_first(services, people, services.screens.promise_reminder(incident, missed=True))
    return None


def _later(incident: Incident | None, update_id: str, when: Callable[[Promise], datetime]) -> datetime | None:
    """Return when to look again if the promise still stands: another clock may have been ahead of ours."""
    promise = incident.promise if incident else None
    return when(promise) if promise and promise.update_id == update_id else None
