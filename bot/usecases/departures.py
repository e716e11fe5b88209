"""Verbs of a departure: noticed when a profile is looked up, told to the commander (failure model 24)."""

from bot.domain.change import Change
from bot.domain.departures import depart, whom_to_tell
from bot.domain.incident import Incident
from bot.domain.people import Person
from bot.ports import Held, Services
from bot.usecases.posting import direct_to_first


async def notice(services: Services, person: Person) -> None:
    """Write a deactivated person's departure down in each open incident that misses them, once."""
    now = services.clock.now()

    def decide(incident: Incident) -> Change:
        return depart(incident, person.user_id, services.policy, now)

    for incident in await services.incidents.open():
        await services.incidents.amend(f"departed:{incident.id}:{person.user_id}", incident.id, decide)


async def tell(services: Services, held: Held) -> None:
    """Ask whoever can to pass the role on. Raises ChatUnavailable, ChatUnknown."""
    incident = await services.incidents.load(held.job.incident_id)
    gone = held.job.args["user"]
    if incident is None or not incident.open:
        return
    people = whom_to_tell(incident, gone, services.policy)
    await direct_to_first(services, people, services.screens.departed(incident, gone))
