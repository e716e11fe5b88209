"""Verbs of a departure: noticed when a profile is looked up, told to whoever can pass the role on (failure model 24).

It refuses to leave a role with an account that is closed.
"""

from bot.domain import searching
from bot.domain.change import Change
from bot.domain.departures import depart, roles_of, whom_to_tell
from bot.domain.incident import Incident, Role
from bot.domain.people import Person
from bot.ports import Held, Services
from bot.usecases.posting import direct_to_first


async def notice(services: Services, person: Person) -> None:
    """Open what a deactivated person held in each open incident that misses them, once, and have it searched for."""
    now = services.clock.now()

    def decide(incident: Incident) -> Change:
        gone = depart(incident, person.user_id, services.policy, now)
        return searching.after(gone, services.plan, now, without=person.user_id) if gone.jobs else gone

    for incident in await services.incidents.open():
        await services.incidents.amend(f"departed:{incident.id}:{person.user_id}", incident.id, decide)


async def tell(services: Services, held: Held) -> None:
    """Ask whoever can to pass the role on. Raises ChatUnavailable, ChatUnknown."""
    incident = await services.incidents.load(held.job.incident_id)
    gone = held.job.args["user"]
    if incident is None or not incident.open:
        return
    named = held.job.args.get("roles")
    # A job of before says nothing of roles: then they still hold them.
    before = roles_of(incident, gone) if named is None else tuple(Role(name) for name in named.split())
    people = whom_to_tell(incident, gone, services.policy)
    await direct_to_first(services, people, services.screens.departed(incident, gone, before))
