"""Which incident is meant: the one of the button, the number given, the channel's own, or a question.

It refuses to choose one for a change; where only one is open it is offered first, and a click confirms it.
"""

from bot.domain import lifecycle
from bot.domain.facts import Stage
from bot.domain.incident import Incident
from bot.domain.refusals import Refusal
from bot.domain.update import MessageRef
from bot.ports import Services
from bot.slack.views import forms, incident_ask
from handlers.answer import Answer, Say
from handlers.grammar import Command
from handlers.said import Said
from handlers.spelling import spelled_for


async def meant(services: Services, said: Said, number: int | None = None) -> Incident | None:
    """Return the incident meant, or None where it has to be asked for. Raises Refusal if there is no such."""
    if number is not None:
        return _there(await services.incidents.find(number), f"There is no INC-{number}.")
    if said.value or said.view:
        ids = forms.unpack(said.value) or forms.carried(said.view)
        return _there(await services.incidents.load(ids.get("incident", "")), "There is no such incident.")
    if not said.channel:
        return None
    return await services.incidents.in_channel(said.channel) or await _announced(services, said)


async def changeable(services: Services, said: Said, number: int | None = None) -> Incident | None:
    """Return the incident meant, as `meant` does. Raises Refusal also if it is over."""
    found = await meant(services, said, number)
    if found is not None:
        lifecycle.require_open(found)
    return found


async def pressed(services: Services, said: Said) -> Incident:
    """Return the incident that a button or a form names. Raises Refusal if it is gone or over."""
    found = await changeable(services, said)
    return _there(found, "There is no such incident.")


async def closing(services: Services, said: Said) -> Incident:
    """Return the incident that a button names, over or not. Raises Refusal if customers have nothing to be told."""
    found = _there(await meant(services, said), "There is no such incident.")
    lifecycle.require_news(found, Stage.RESOLVED)
    return found


async def only(services: Services) -> Incident | None:
    """Return the one incident that is open, if it is one: for what changes nothing."""
    found = await services.incidents.open()
    return found[0] if len(found) == 1 else None


async def ask(services: Services, command: Command, what: str) -> Answer:
    """Ask for the incident; each button says the command again with its number. `what`: "change the stage"."""
    found = await services.incidents.open()
    if not found:
        return Say(incident_ask.none_open())
    return Say(incident_ask.which([(i, spelled_for(command, i.number)) for i in found], what))


async def _announced(services: Services, said: Said) -> Incident | None:
    """Return the open incident whose announcement has the thread in which this was said."""
    if not said.thread:
        return None
    place = MessageRef(channel=said.channel, ts=said.thread)
    return next((i for i in await services.incidents.open() if i.channel.announcement == place), None)


def _there(found: Incident | None, sentence: str) -> Incident:
    if found is None:
        raise Refusal("no_such_incident", f"{sentence} Run `/incident list` to see the open ones.")
    return found
