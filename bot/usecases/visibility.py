"""Verbs of visibility: an incident is made private, or public again."""

from bot.domain import classifying
from bot.domain.incident import Incident
from bot.domain.people import Caller
from bot.ports import Services
from bot.usecases.people import acting


async def make_private(services: Services, incident_id: str, by: Caller, operation: str) -> Incident:
    """Make it private; what has not left stays here. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda found: classifying.make_private(found, person, now, services.policy)
    )
    return done.incident


async def make_public(services: Services, incident_id: str, by: Caller, operation: str) -> Incident:
    """Make it public; it is announced. Raises as `make_private`."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda found: classifying.make_public(found, person, now, services.policy)
    )
    return done.incident
