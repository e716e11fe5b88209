"""Tickets: connected by support people, and given back to the support lead with the wording at each update."""

from bot.domain import spreading
from bot.domain import tickets as rules
from bot.domain.incident import Incident, Role
from bot.domain.people import Caller
from bot.domain.privacy import seen_by
from bot.domain.telling import TellingKind
from bot.ports import NO_TOKEN, ChatRefused, Held, Mark, Services
from bot.usecases.people import acting
from bot.usecases.posting import post_once
from bot.usecases.wording import wording


async def connect(services: Services, incident_id: str, raw: tuple[str, ...], by: Caller, operation: str) -> Incident:
    """Connect tickets to an incident. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda incident: rules.connect(incident, raw, person, now)
    )
    return done.incident


async def disconnect(
    services: Services, incident_id: str, raw: tuple[str, ...], by: Caller, operation: str
) -> Incident:
    """Take tickets from an incident. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda incident: rules.disconnect(incident, raw, person, now)
    )
    return done.incident


async def words_for(services: Services, incident: Incident) -> str:
    """Return the wording that tickets are answered with now, or "" while nothing was published."""
    return await wording(services, incident, incident.tellings[-1]) if incident.tellings else ""


async def tell_support(services: Services, held: Held) -> None:
    """Give the support lead, or whoever commands, the tickets to answer; only the newest wording is given.

    Raises the Chat errors.
    """
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None or not incident.tickets:
        return
    telling = spreading.find(incident, held.job.args["telling"])
    if any(t.kind is not TellingKind.STAGE for t in incident.tellings[telling.number :]):
        return
    named = (incident.roles.get(Role.SUPPORT), incident.roles.get(Role.COMMANDER), incident.declared_by)
    lead = next(iter(seen_by(incident, tuple(user for user in named if user))), "")
    if not lead:
        return
    message = services.screens.tickets_to_answer(incident, telling, await wording(services, incident, telling))
    retried = held.deliveries > 1 or held.job.attempt > 0
    try:
        await post_once(services, lead, message, Mark("clarion_tickets", telling.id), retried=retried)
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            raise
        return  # who takes no DMs still has the list: it is on the card and behind `/incident tickets`
