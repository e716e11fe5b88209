"""Verbs of a runbook: its steps posted once, ticked off, asked for, approved, taken back; and what Clarion saw itself.

The words of a step are the plan's as it is now; what is done is the incident's. It refuses to tick anything off by
itself but what the incident shows.
"""

from bot.domain import ticking
from bot.domain.incident import Incident, Listing, Step
from bot.domain.people import Caller
from bot.domain.rooms import without_list
from bot.ports import Held, Message, Services
from bot.usecases import lists
from bot.usecases.people import acting, approving


async def tick(services: Services, incident_id: str, book: str, step: str, by: Caller, operation: str) -> Incident:
    """Tick a step off by hand. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda i: ticking.tick(i, services.plan, book, step, person, now)
    )
    return done.incident


async def ask(services: Services, incident_id: str, book: str, step: str, by: Caller, operation: str) -> Incident:
    """Ask somebody else to approve a step. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda i: ticking.ask(i, services.plan, book, step, person, now, services.policy)
    )
    return done.incident


async def approve(
    services: Services, incident_id: str, book: str, step: str, by: Caller, operation: str, seen: str = ""
) -> Incident:
    """Approve a step that somebody else asked for, in the words of the digest `seen`. Raises as `tick`."""
    person, now = await approving(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation,
        incident_id,
        lambda i: ticking.approve(i, services.plan, book, step, person, now, services.policy, seen),
    )
    return done.incident


async def untick(
    services: Services, incident_id: str, book: str, step: str, by: Caller, operation: str, reason: str
) -> Incident:
    """Take a tick back, with a reason. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda i: ticking.untick(i, services.plan, book, step, person, now, reason)
    )
    return done.incident


async def noticed(services: Services, incident: Incident) -> Incident:
    """Return the incident with what Clarion has seen happen ticked off, and remembered."""
    plan, now = services.plan, services.clock.now()
    if ticking.notice(incident, plan, now).incident is incident:
        return incident
    return (await services.incidents.amend("", incident.id, lambda i: ticking.notice(i, plan, now))).incident


async def post(services: Services, held: Held) -> None:
    """Post the steps into the incident's channel, once; none fit yet: when some do. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or incident.channel.runbook:
        return
    drawn = drawing(services, await noticed(services, incident))
    if drawn is None:
        now = services.clock.now()
        await services.incidents.amend("", incident.id, lambda i: without_list(i, Listing.RUNBOOK, now))
        return
    await lists.post(services, held, drawn, "clarion_runbook")


async def kept_up(services: Services, incident: Incident) -> Incident:
    """Return the incident with what has been seen ticked off; have the steps posted that fit only now."""
    if incident.channel.runbook:
        return await noticed(services, incident)
    if Step.CARD in incident.channel.done and ticking.books_of(incident, services.plan):
        await lists.order(services, incident, Listing.RUNBOOK, "")
    return incident


def drawing(services: Services, incident: Incident) -> Message | None:
    """Draw the steps, None if the plan has none for this incident."""
    books = ticking.books_of(incident, services.plan)
    return services.screens.runbook(incident, books) if books else None
