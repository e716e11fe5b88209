"""Verbs of a search for a role: ask the next person, tell one, remind the channel; and what people answer.

Each turn is judged from the document and committed once. It refuses to ask a second time after a crash: a message that
an earlier try may have left is looked for.
"""

from datetime import datetime

from bot.domain import searching
from bot.domain.change import Change
from bot.domain.incident import Incident, Role
from bot.domain.people import Caller
from bot.domain.permissions import Act, may_here
from bot.domain.privacy import sees
from bot.ports import NO_TOKEN, ChatRefused, Held, Mark, Services
from bot.usecases import rooms
from bot.usecases.channels import room
from bot.usecases.people import acting, look_up
from bot.usecases.posting import direct_once, post_once


async def search(services: Services, held: Held) -> datetime | None:
    """Ask the next person, if it is time; return when to look again. Raises the storage's errors."""
    role, since = Role(held.job.args["role"]), datetime.fromisoformat(held.job.args["since"])
    incident = await _loaded(services, held.job.incident_id)
    found = searching.running(incident, role, since, services.plan) if incident else None
    if incident is None or found is None:
        return None
    if (due := searching.due(incident, role, found)) > services.clock.now():
        return due
    user = await _first_able(services, searching.candidates(incident, role, found, services.plan))
    if not user:
        return None  # everybody was asked; the channel is still reminded
    now = services.clock.now()

    def decide(current: Incident) -> Change:
        same = searching.running(current, role, since, services.plan) == found
        return searching.ask(current, role, user, now) if same else Change(current)

    done = await services.incidents.amend(f"{held.job.id}:{len(found.asked)}", incident.id, decide)
    after = searching.running(done.incident, role, since, services.plan)
    return searching.due(done.incident, role, after) if after else None


async def tell_asked(services: Services, held: Held) -> None:
    """Ask one person by direct message, unless it is settled; who cannot be reached is passed over.

    Raises ChatUnavailable, ChatUnknown.
    """
    args = held.job.args
    role, user, since = Role(args["role"]), args["user"], datetime.fromisoformat(args["since"])
    incident = await _loaded(services, held.job.incident_id)
    found = searching.running(incident, role, since, services.plan) if incident else None
    if incident is None or found is None or user not in found.asked or user in found.declined:
        return
    if not sees(incident, user):  # made private since they were chosen
        return
    message, mark = services.screens.role_asked(incident, role), Mark("clarion_role_asked", held.job.id)
    try:
        await direct_once(services, user, message, mark, retried=held.deliveries > 1 or held.job.attempt > 0)
    except ChatRefused as refused:
        if refused.code in NO_TOKEN:
            raise
        now = services.clock.now()
        await services.incidents.amend("", incident.id, lambda i: searching.unreachable(i, role, user, now))


async def remind(services: Services, held: Held) -> datetime | None:
    """Say in the channel which roles are open, once a turn; return when to again, None once all are taken on.

    Raises the Chat errors.
    """
    since = datetime.fromisoformat(held.job.args["since"])
    incident = await _loaded(services, held.job.incident_id)
    roles = searching.still_open(incident, since, services.plan) if incident else ()
    if incident is None or not roles:
        return None
    turn = searching.reminders_due(since, services.clock.now())
    if turn and (channel := await room(incident)):
        message, mark = services.screens.roles_open(incident, roles), Mark("clarion_roles", f"{held.job.id}:{turn}")
        try:
            retried = held.deliveries > 1 or held.job.attempt > 0
            await post_once(services, channel, message, mark, retried=retried)
        except ChatRefused as trouble:
            if not await rooms.refused(services, incident, trouble.code):
                raise
    return searching.reminder_at(since, turn + 1)


async def accept(services: Services, incident_id: str, role: Role, by: Caller, operation: str) -> Incident:
    """Accept a role, or take one that one was asked to take. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()

    def decide(incident: Incident) -> Change:
        return searching.after(searching.accept(incident, role, person, now), services.plan, now)

    return (await services.incidents.amend(operation, incident_id, decide)).incident


async def decline(services: Services, incident_id: str, role: Role, by: Caller, operation: str) -> Incident:
    """Say no to a role that one was asked to take. Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    done = await services.incidents.amend(operation, incident_id, lambda i: searching.decline(i, role, person, now))
    return done.incident


async def pass_on(services: Services, incident_id: str, role: Role, to: str, by: Caller, operation: str) -> Incident:
    """Pass one's role on to somebody, or hand it back (`to` ""). Raises Refusal and the storage's errors."""
    person, now = await acting(services, by), services.clock.now()
    next_one = await look_up(services, to) if to else None

    def decide(incident: Incident) -> Change:
        passed = searching.pass_on(incident, role, person, next_one, now)
        return searching.after(passed, services.plan, now, without=person.user_id)

    return (await services.incidents.amend(operation, incident_id, decide)).incident


async def _loaded(services: Services, incident_id: str) -> Incident | None:
    """Load an incident; holders who are at work there are first taken to have accepted."""
    incident = await services.incidents.load(incident_id)
    if incident is None or not any(role in incident.roles for role in incident.searches):
        return incident
    here = searching.at_work(incident, await services.incidents.timeline(incident_id))
    if not here:
        return incident
    holders, now = [(role, incident.roles[role]) for role in here], services.clock.now()
    done = await services.incidents.amend("", incident_id, lambda i: searching.noticed(i, holders, now))
    return done.incident


async def _first_able(services: Services, users: tuple[str, ...]) -> str:
    """Return the first who is not known to be unable to hold a role here, or ""."""
    for user in users:
        known = await services.people.get(user)
        if known is None or may_here(Act.HOLD_ROLE, known):
            return user
    return ""
