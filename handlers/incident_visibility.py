"""Private and public: an incident is made private at once, and public only after a question.

It refuses nothing itself: who may do it is judged where it is changed.
"""

from bot.ports import Services
from bot.slack.views import privacy as views
from bot.usecases import visibility
from bot.usecases.people import insider
from handlers.answer import Answer, Say
from handlers.grammar import Command, Verb
from handlers.incident_pick import ask, meant
from handlers.said import Said


async def private(services: Services, said: Said, command: Command) -> Answer:
    """Make an incident private, also one that is over."""
    incident = await meant(services, said, command.number)
    if incident is None:
        return await ask(services, command, "make it private")
    if incident.private:
        return Say(views.already(incident))
    return Say(views.made_private(await visibility.make_private(services, incident.id, said.by, said.operation)))


async def public(services: Services, said: Said, command: Command) -> Answer:
    """Ask before an incident is made public."""
    await insider(services, said.by)
    incident = await meant(services, said, command.number)
    if incident is None:
        return await ask(services, command, "make it public")
    return Say(views.public_question(incident) if incident.private else views.already(incident))


async def private_pressed(services: Services, said: Said) -> Answer:
    """Make it private, from the card."""
    return await private(services, said, Command(verb=Verb.PRIVATE))


async def public_pressed(services: Services, said: Said) -> Answer:
    """Ask before it is made public, from the card."""
    return await public(services, said, Command(verb=Verb.PUBLIC))


async def public_now(services: Services, said: Said) -> Answer:
    """Make it public: the question was answered."""
    incident = await meant(services, said)
    if incident is None:
        return await ask(services, Command(verb=Verb.PUBLIC), "make it public")
    done = await visibility.make_public(services, incident.id, said.by, said.operation)
    return Say(views.made_public(done), replace=True)


ACTIONS = {
    "incident_private": private_pressed,
    "incident_public": public_pressed,
    "incident_public_now": public_now,
}
