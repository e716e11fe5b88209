"""Verbs of a role: assign it, or take it over."""

from bot.domain import lifecycle
from bot.domain.incident import Incident, Role
from bot.domain.people import Caller
from bot.ports import Services
from bot.usecases.people import acting, look_up


async def assign(
    services: Services, incident_id: str, role: Role, user_id: str, by: Caller, operation: str
) -> Incident:
    """Give a role to somebody (or to the caller: taking over). Raises Refusal and the storage's errors."""
    person, user, now = await acting(services, by), await look_up(services, user_id), services.clock.now()
    done = await services.incidents.amend(
        operation, incident_id, lambda incident: lifecycle.assign(incident, role, user, person, now)
    )
    return done.incident
