"""Verbs of the roll-call: posted once on request, and what parties say in it.

It refuses to wake whom the plan does not name as a contact, and anybody who may not know of a private incident.
"""

from bot.domain import roll_call
from bot.domain.incident import Incident
from bot.domain.party import PartyState
from bot.domain.people import Caller
from bot.ports import Held, Message, Services
from bot.usecases import lists
from bot.usecases.people import acting


async def say(
    services: Services, incident_id: str, name: str, state: PartyState, by: Caller, operation: str
) -> Incident:
    """Say that a party is told, ready, or standing by. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda i: roll_call.say(i, services.plan, name, state, person, now)
    )
    return done.incident


async def post(services: Services, held: Held) -> None:
    """Post the roll-call into the incident's channel, once. Raises the Chat errors."""
    incident = await services.incidents.load(held.job.incident_id)
    if incident is not None and roll_call.called(incident, services.plan):
        await lists.post(services, held, drawing(services, incident), "clarion_roll_call")


def drawing(services: Services, incident: Incident) -> Message:
    """Draw the roll-call."""
    return services.screens.roll_call(incident, roll_call.called(incident, services.plan))
