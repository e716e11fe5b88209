"""The roll-call of parties: posted on request, and answered by whoever speaks for one.

What is pressed in the channel is drawn there; what is pressed in the modal is drawn in the modal as well.
"""

from bot.domain import roll_call
from bot.domain.incident import Listing
from bot.ports import Services
from bot.slack.views import notice
from bot.slack.views import roll_call as views
from bot.usecases import lists, parties, updates
from handlers.answer import Answer, Done, Open, Replace, Say
from handlers.grammar import Command, Verb
from handlers.incident_pick import ask, meant
from handlers.said import Said

PARTIES = Command(verb=Verb.PARTIES)
_POSTED = "The roll-call is being posted in the incident's channel."
_MENTIONED = f"{_POSTED} Who speaks for a party is mentioned there."
_NOBODY = f"{_POSTED} The plan names nobody who speaks for a party, so nobody is woken: tell them yourself."


async def call(services: Services, said: Said, command: Command) -> Answer:
    """Have the roll-call posted, once; after that, open it."""
    incident = await meant(services, said, command.number)
    if incident is None:
        return await ask(services, command, "call its parties")
    called = roll_call.called(incident, services.plan)
    if called and incident.open and await lists.order(services, incident, Listing.ROLL_CALL, said.operation):
        known = any(roll_call.contacts(incident, party) for party in called)
        return Say(notice.said(_MENTIONED if known else _NOBODY))
    return Open(views.everyone(incident, called))


async def pressed(services: Services, said: Said) -> Answer:
    """Call the parties from a button."""
    return await call(services, said, PARTIES)


async def say(services: Services, said: Said) -> Answer:
    """Say that a party is told, ready, or standing by."""
    incident_id, name, state = views.said_of(said.value, said.name, said.view)
    told = await parties.say(services, incident_id, name, state, said.by, said.operation)
    if not said.view:
        return Done()
    _, page = views.turned("", said.view)
    return Replace(views.everyone(told, roll_call.called(told, services.plan), page))


async def turn(services: Services, said: Said) -> Answer:
    """Turn to another page of all parties."""
    incident_id, page = views.turned(said.value, said.view)
    incident = await updates.loaded(services, incident_id)
    return Replace(views.everyone(incident, roll_call.called(incident, services.plan), page))


ACTIONS = {"parties_open": pressed, "party_say": say, views.TURN: turn}
