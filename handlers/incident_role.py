"""Roles: who does what; given by a command or the form, taken over, accepted or passed on with one click."""

from bot.domain.incident import Incident, Role
from bot.ports import Services
from bot.slack.views import role_search as search_views
from bot.slack.views import roles as views
from bot.usecases import role_search, roles
from handlers.answer import Answer, Done, Open, Say
from handlers.grammar import Command
from handlers.incident_pick import ask, changeable, meant, only, pressed
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


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Say who does what, with the duties. It changes nothing, so a lone open incident is taken without asking."""
    incident = await meant(services, said, command.number) or await only(services)
    if incident is None:
        return await ask(services, command, "see its roles")
    return Say(search_views.everybody(incident, said.by.user_id, services.plan.duties()))


async def accept(services: Services, said: Said) -> Answer:
    """Accept a role, or take one that one was asked to take; the duties take the place of the question."""
    incident, wanted = await pressed(services, said), views.role_named(said.name)
    done = await role_search.accept(services, incident.id, wanted, said.by, said.operation)
    return Say(services.screens.role_duties(done, wanted), replace=True)


async def decline(services: Services, said: Said) -> Answer:
    """Say no to a role that one was asked to take."""
    incident, wanted = await pressed(services, said), views.role_named(said.name)
    done = await role_search.decline(services, incident.id, wanted, said.by, said.operation)
    return Say(search_views.declined(done, wanted), replace=True)


async def pass_form(services: Services, said: Said) -> Answer:
    """Ask to whom a role is passed on."""
    return Open(search_views.pass_form(await pressed(services, said), views.role_named(said.name)))


async def passed(services: Services, said: Said) -> Answer:
    """Pass a role on, or hand it back, from the form."""
    incident, (wanted, to) = await pressed(services, said), search_views.parse_pass(said.view)
    done = await role_search.pass_on(services, incident.id, wanted, to, said.by, said.operation)
    return Say(search_views.passed_on(done, wanted, to))


def _given(services: Services, said: Said, incident: Incident, role: Role, who: str) -> Answer:
    """Answer with the duties to whoever took it themself: that is the one time that they are told."""
    own = who == said.by.user_id
    return Say(services.screens.role_duties(incident, role) if own else views.role_given(incident, role, who))


ACTIONS = {
    "role_take": take,
    "role_accept": accept,
    "role_decline": decline,
    "role_pass": pass_form,
    "incident_roles": open_form,
}
SUBMISSIONS = {views.CALLBACK: submitted, search_views.CALLBACK: passed}
