"""Hears that somebody opened the home tab, and has it drawn. What is pressed there is heard by its own conversation.

It refuses guests and people from other companies: their tab stays empty.
"""

from bot.ports import Services
from bot.usecases import homes
from bot.usecases.people import insider
from handlers.answer import Answer, Done
from handlers.said import Said


async def opened(services: Services, said: Said) -> Answer:
    """Remember who looks, and draw it; the messages tab is no look at it."""
    if said.by.user_id and said.text in ("", "home"):
        await insider(services, said.by)
        await homes.opened(services, said.by)
    return Done()


EVENTS = {"app_home_opened": opened}
