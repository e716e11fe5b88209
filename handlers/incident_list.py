"""What is open, and what can be said: two answers that change nothing."""

from bot.ports import Services
from bot.slack.views import incident_ask
from handlers.answer import Answer, Say
from handlers.grammar import Command
from handlers.said import Said


async def say_help(services: Services, said: Said, command: Command) -> Answer:
    """Say what can be said."""
    del services, said, command
    return Say(incident_ask.HELP)


async def say_list(services: Services, said: Said, command: Command) -> Answer:
    """List the open incidents."""
    del command
    return await show_list(services, said)


async def show_list(services: Services, said: Said) -> Answer:
    """List the open incidents, from a button."""
    del said
    return Say(incident_ask.listed(await services.incidents.open(), services.clock.now()))


ACTIONS = {"offer:pick_incident": show_list}
