"""Verbs of a role: assign it, take it over, tell its holder."""

import contextlib

from bot.domain import lifecycle, searching
from bot.domain.change import Change
from bot.domain.incident import Incident, Role
from bot.domain.people import Caller
from bot.ports import ChatRefused, Held, Mark, Services
from bot.usecases import rooms
from bot.usecases.channels import room
from bot.usecases.people import acting, look_up
from bot.usecases.posting import direct_once, post_once


async def assign(
    services: Services, incident_id: str, role: Role, user_id: str, by: Caller, operation: str
) -> Incident:
    """Give a role to somebody (or to the caller: taking over). Raises Refusal and the storage's errors."""
    person, user, now = await acting(services, by), await look_up(services, user_id), services.clock.now()

    def decide(incident: Incident) -> Change:
        return searching.after(lifecycle.assign(incident, role, user, person, now), services.plan, now)

    return (await services.incidents.amend(operation, incident_id, decide)).incident


async def tell(services: Services, held: Held) -> None:
    """Mention the holder of a role in the channel and give the duties by DM; once to whoever took it themself.

    Raises the Chat errors.
    """
    incident = await services.incidents.load(held.job.incident_id)
    if incident is None:
        return
    role, user, taken = Role(held.job.args["role"]), held.job.args["user"], "taken" in held.job.args
    if incident.roles.get(role) != user:
        return  # passed on in the meantime
    channel = await room(incident)
    retried = held.deliveries > 1 or held.job.attempt > 0
    if channel:
        with contextlib.suppress(ChatRefused):  # whoever cannot be brought in is told all the same
            await services.chat.invite(channel, [user])
        try:
            known = await services.people.get(user) if taken else None
            notice = services.screens.role_notice(incident, role, user, known.name if known else "")
            await post_once(services, channel, notice, Mark("clarion_role", held.job.id), retried=retried)
        except ChatRefused as trouble:
            if not await rooms.refused(services, incident, trouble.code):
                raise
    if taken:
        return  # the answer to taking it over had the duties
    with contextlib.suppress(ChatRefused):  # somebody who takes no DMs still has the mention in the channel
        duties, mark = services.screens.role_duties(incident, role), Mark("clarion_duties", held.job.id)
        await direct_once(services, user, duties, mark, retried=retried)
