"""The personal secret for a day without Slack: made and revoked by its owner, in front of nobody else.

It refuses to put the secret anywhere but into a modal that its owner has just asked for, and to show it twice.
"""

from bot.ports import Services
from bot.slack.views import secret as views
from bot.usecases import secrets
from handlers.answer import Answer, Open, Say
from handlers.grammar import Command
from handlers.said import Said


async def show(services: Services, said: Said, command: Command) -> Answer:
    """Say whether there is a secret and what was done with it, with the ways to make and to revoke one."""
    del command
    return await _standing(services, said)


async def make(services: Services, said: Said) -> Answer:
    """Make a secret and show it, once."""
    return Open(views.shown_once(await secrets.enrol(services, said.by, said.operation)), views.NOT_SHOWN)


async def revoke(services: Services, said: Said) -> Answer:
    """Forget the secret."""
    await secrets.revoke(services, said.by)
    return await _standing(services, said, replace=True)


async def _standing(services: Services, said: Said, *, replace: bool = False) -> Answer:
    kept, uses = await secrets.standing(services, said.by)
    return Say(views.standing(kept, uses), replace=replace)


ACTIONS = {views.MAKE: make, views.REVOKE: revoke}
