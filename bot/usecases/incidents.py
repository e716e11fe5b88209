"""Verbs of an incident: declare, change stage or severity, join, end."""

import asyncio
from dataclasses import replace

from bot.domain import lifecycle, searching
from bot.domain.change import Change
from bot.domain.classifying import require_joinable
from bot.domain.facts import Stage
from bot.domain.incident import EndKind, Incident, Severity
from bot.domain.job import Job, JobKind
from bot.domain.lifecycle import Declaration
from bot.domain.noting import Quote, entry_of
from bot.domain.people import Caller
from bot.domain.permissions import Act, require_here
from bot.domain.rooms import require_there
from bot.domain.timeline import Entry, EntryKind
from bot.ports import Services
from bot.usecases.people import acting, look_up
from bot.usecases.timeline import with_link


async def declare(
    services: Services,
    said: Declaration,
    by: Caller,
    operation: str,
    response_url: str = "",
    quoted: Quote | None = None,
    because: str = "",
) -> Incident:
    """Declare an incident; its channel, card and announcement follow as jobs.

    `response_url` is where the declarer's answer is completed once the channel is there; without it, by DM.
    `quoted` is the message that it is declared from; its link goes to the timeline. So does `because`: what the
    questions of the plan came to.
    Raises Refusal, StorageDown, StorageFull, NotKnownYet.
    """
    person, *holders = await asyncio.gather(
        acting(services, by), *(look_up(services, user) for user in (said.roles or {}).values())
    )
    for role, holder in zip(said.roles or {}, holders, strict=True):
        lifecycle.require_holder(holder, f"role_{role}")
    now = services.clock.now()
    change = searching.after(lifecycle.declare(said, person, services.ids.new(), now), services.plan, now)
    if because:
        answered = Entry(at=now, kind=EntryKind.NOTE, actor=by.user_id, text=because)
        change = replace(change, entries=(*change.entries, answered))
    if quoted is not None:
        source = entry_of(await with_link(services, quoted), by.user_id, now, "Declared from: ")
        change = replace(change, entries=(*change.entries, source))
    opening = change.jobs[0]
    answering = replace(opening, args={"response_url": response_url, "declarer": by.user_id})
    return (await services.incidents.create(operation, replace(change, jobs=(answering, *change.jobs[1:])))).incident


async def set_stage(services: Services, incident_id: str, stage: Stage, by: Caller, operation: str) -> Incident:
    """Change the internal stage; customers learn of it only through an update. Raises as `declare`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda incident: lifecycle.set_stage(incident, stage, person, now)
    )
    return done.incident


async def set_severity(
    services: Services, incident_id: str, severity: Severity, by: Caller, operation: str
) -> Incident:
    """Change the severity. Raises as `declare`."""
    person, now = await acting(services, by), services.clock.now()

    def decide(incident: Incident) -> Change:
        return searching.after(lifecycle.set_severity(incident, severity, person, now), services.plan, now)

    return (await services.incidents.amend(operation, incident_id, decide)).incident


async def end(
    services: Services, incident_id: str, kind: EndKind, by: Caller, operation: str, reason: str = ""
) -> Incident:
    """End an incident quietly, as a false alarm, or with the restored notice waived. Raises as `declare`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda incident: lifecycle.end(incident, kind, person, now, reason)
    )
    return done.incident


async def join(services: Services, incident_id: str, by: Caller, operation: str) -> Incident:
    """Bring the caller into the incident's channel. Raises as `declare`."""
    person = await acting(services, by)

    def decide(incident: Incident) -> Change:
        require_here(Act.JOIN, person)
        require_joinable(incident, person.user_id)
        require_there(incident)
        invite = Job(
            id=f"invite:{incident.id}:{person.user_id}",
            kind=JobKind.INVITE,
            incident_id=incident.id,
            args={"user": person.user_id},
        )
        return Change(incident, (), (invite,))

    return (await services.incidents.amend(operation, incident_id, decide)).incident
