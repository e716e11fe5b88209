"""Tickets: connect some to an incident, take a wrong one away, and see all with the wording that answers them."""

from bot.ports import Services
from bot.slack.views import tickets as views
from bot.usecases import tickets
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command, Verb
from handlers.incident_pick import ask, changeable, meant
from handlers.said import Said

TICKETS = Command(verb=Verb.TICKETS)


async def ticket(services: Services, said: Said, command: Command) -> Answer:
    """Connect the tickets named, or remove them; without any, show those that are connected."""
    if not command.tickets:
        return await show(services, said, command)
    incident = await changeable(services, said, command.number)
    if incident is None:
        return await ask(services, command, "remove the tickets" if command.removed else "connect the tickets")
    if command.removed:
        left = await tickets.disconnect(services, incident.id, command.tickets, said.by, said.operation)
        return Say(views.disconnected(left, command.tickets))
    return Say(views.connected(await tickets.connect(services, incident.id, command.tickets, said.by, said.operation)))


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Open the list."""
    incident = await meant(services, said, command.number)
    if incident is None:
        return await ask(services, command, "see its tickets")
    return Open(views.all_of(incident, await tickets.words_for(services, incident), services.clock.now()))


async def pressed(services: Services, said: Said) -> Answer:
    """Open the list from a button."""
    return await show(services, said, TICKETS)


ACTIONS = {"incident_tickets": pressed}
