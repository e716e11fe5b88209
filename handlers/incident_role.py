"""Roles: given by a command or the form, taken over with one click."""

from bot.domain.incident import Incident, Role
from bot.ports import Services
from bot.slack.views import roles as views
from bot.usecases import roles
from handlers.answer import Answer, Done, Open, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, pressed
from handlers.said import Said


async def role(services: Services, said: Said, command: Command) -> Answer:
    """Give a role to the person named; without one of the two, open the form."""
    incident = await changeable(services, said, command.number)
    if incident is None:
        return await ask(services, command, "give a role")
    who = said.by.user_id if command.users == ("me",) else "".join(command.users)
    if command.role is None or not who:
        return Open(views.role_form(incident, command.role, who))
    given = await roles.assign(services, incident.id, command.role, who, said.by, said.operation)
    return _given(services, said, given, command.role, who)


async def open_form(services: Services, said: Said) -> Answer:
    """Open the form from the card."""
    return Open(views.role_form(await pressed(services, said)))


async def take(services: Services, said: Said) -> Answer:
    """Take a role over."""
    incident, wanted, who = await pressed(services, said), views.role_named(said.name), said.by.user_id
    taken = await roles.assign(services, incident.id, wanted, who, said.by, said.operation)
    return _given(services, said, taken, wanted, who)


async def submitted(services: Services, said: Said) -> Answer:
    """Give a role from the form; the channel and the person are told, so the form just closes."""
    incident = await pressed(services, said)
    wanted, who = views.parse_role(said.view)
    given = await roles.assign(services, incident.id, wanted, who, said.by, said.operation)
    return _given(services, said, given, wanted, who) if who == said.by.user_id else Done()


def _given(services: Services, said: Said, incident: Incident, role: Role, who: str) -> Answer:
    """Answer with the duties to whoever took it themself: that is the one time that they are told."""
    own = who == said.by.user_id
    return Say(services.screens.role_duties(incident, role) if own else views.role_given(incident, role, who))


ACTIONS = {"role_take": take, "incident_roles": open_form}
SUBMISSIONS = {views.CALLBACK: submitted}
